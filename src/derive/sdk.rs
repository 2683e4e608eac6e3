//! `#[derive(Sdk)]`: conversions between a struct of properties and the SDK's types. No call is made here, and none is hidden.

mod property;

use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Ident, Result, Token, Type};

use property::{Property, can_be_empty, take};

/// One item of `#[sdk(…)]`.
enum Direction {
    /// `from = Subnet`: what a reply holds.
    From(Type),
    /// `into = SubnetRequest`: a part of a request.
    Into(Type),
    /// `create = CreateSubnetFluentBuilder`: what the create call takes. `create(Name) = Builder`: one of several.
    Create(Option<Ident>, Type),
    /// `update(Call) = Builder`: every property of that update call.
    Update(Ident, Type),
    /// `changes(Call) = Builder`: the properties of that update call that differ from what is there.
    Changes(Ident, Type),
    /// `attributes = Key`: a map of attributes by key, in both directions.
    Attributes(Type),
    /// `filled`: an empty text or list of any field counts as absent.
    Filled,
}

impl Parse for Direction {
    fn parse(input: ParseStream) -> Result<Self> {
        let word: Ident = input.parse()?;
        if word == "filled" {
            return Ok(Self::Filled);
        }
        let call = if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            Some(content.parse::<Ident>()?)
        } else {
            None
        };
        input.parse::<Token![=]>()?;
        let ty: Type = input.parse()?;
        match (word.to_string().as_str(), call) {
            ("from", None) => Ok(Self::From(ty)),
            ("into", None) => Ok(Self::Into(ty)),
            ("create", call) => Ok(Self::Create(call, ty)),
            ("attributes", None) => Ok(Self::Attributes(ty)),
            ("update", Some(call)) => Ok(Self::Update(call, ty)),
            ("changes", Some(call)) => Ok(Self::Changes(call, ty)),
            _ => Err(Error::new(
                word.span(),
                "expected `from`, `into`, `create`, `create(Name)`, `attributes`, `update(Call)`, `changes(Call)` or `filled`",
            )),
        }
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "Sdk is derived for structs"));
    };
    let mut properties = data.fields.iter().map(Property::new).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("sdk")) {
        let directions = attribute.parse_args_with(Punctuated::<Direction, Token![,]>::parse_terminated)?;
        if directions.iter().any(|direction| matches!(direction, Direction::Filled)) {
            let fields = properties.iter_mut().zip(&data.fields).filter(|(_, field)| can_be_empty(&field.ty));
            fields.for_each(|(property, _)| property.marks.flags.push(format_ident!("filled")));
        }
        for direction in directions {
            out.push(match &direction {
                Direction::Filled => continue,
                Direction::From(live) => from(input, &properties, live)?,
                Direction::Into(part) => into(input, &properties, part)?,
                Direction::Create(call, builder) => {
                    let sent = |property: &Property<'_>| property.is_created_by(call.as_ref());
                    fill(input, &properties, builder, sent)?
                }
                Direction::Update(call, builder) => {
                    let sent = |property: &Property<'_>| property.is_updated_by(call);
                    fill(input, &properties, builder, sent)?
                }
                Direction::Changes(call, builder) => changes(input, &properties, call, builder)?,
                Direction::Attributes(key) => attributes(input, &properties, key)?,
            });
        }
    }
    let allow: Vec<_> = input.attrs.iter().filter(|attribute| attribute.path().is_ident("allow")).collect();
    Ok(match allow.is_empty() {
        true => quote! { #(#out)* },
        false => quote! { #(#allow)* const _: () = { #(#out)* }; },
    })
}

fn from(input: &DeriveInput, properties: &[Property<'_>], live: &Type) -> Result<Tokens> {
    // Members of members are looked at before the members themselves are taken out.
    let (mut nested, mut rest) = (Vec::new(), Vec::new());
    let read = properties.iter().filter(|property| property.is_read() && property.marks.attribute.is_none());
    let read: Vec<&Property<'_>> = read.collect();
    for (index, property) in read.iter().enumerate() {
        let (ident, member) = (property.ident, property.member());
        let again = read.iter().skip(index + 1).any(|later| text(&later.member()) == text(&member));
        let value = property.incoming(&take(&member, again)?);
        match member {
            Expr::Field(_) => nested.push(quote! { out.#ident = #value; }),
            _ => rest.push(quote! { out.#ident = #value; }),
        }
    }
    let (name, convert) = (&input.ident, quote! { crate::kind::convert });
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #convert::FromSdk<#live> for #name #arguments #clause {
            fn from_sdk(live: #live) -> ::std::result::Result<Self, #convert::Unfit> {
                let mut out = Self::default();
                #(#nested)*
                #(#rest)*
                Ok(out)
            }
        }
    })
}

fn into(input: &DeriveInput, properties: &[Property<'_>], part: &Type) -> Result<Tokens> {
    let setters = setters(properties, |property| property.is_sent())?;
    let (name, convert) = (&input.ident, quote! { crate::kind::convert });
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #convert::ToSdk<#part> for #name #arguments #clause {
            fn to_sdk(&self) -> ::std::result::Result<#part, #convert::Unfit> {
                let request = <#part>::builder()#(#setters)*;
                <_ as #convert::Built<#part>>::built(request.build())
            }
        }
    })
}

fn setters(properties: &[Property<'_>], sent: impl Fn(&Property<'_>) -> bool) -> Result<Vec<Tokens>> {
    let mut out = Vec::new();
    // An attribute is a member of the map alone.
    for property in properties.iter().filter(|property| sent(property) && property.marks.attribute.is_none()) {
        let (setter, value) = (property.setter()?, property.outgoing());
        out.push(quote! { .#setter(#value) });
    }
    Ok(out)
}

fn fill(
    input: &DeriveInput,
    properties: &[Property<'_>],
    builder: &Type,
    sent: impl Fn(&Property<'_>) -> bool,
) -> Result<Tokens> {
    let setters = setters(properties, sent)?;
    let (name, convert) = (&input.ident, quote! { crate::kind::convert });
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #convert::Fill<#builder> for #name #arguments #clause {
            fn fill(&self, request: #builder) -> ::std::result::Result<#builder, #convert::Unfit> {
                Ok(request #(#setters)*)
            }
        }
    })
}

/// The setters of what differs; what does not is left out of the request.
fn changes(input: &DeriveInput, properties: &[Property<'_>], call: &Ident, builder: &Type) -> Result<Tokens> {
    let (name, convert, diff) = (&input.ident, quote! { crate::kind::convert }, quote! { crate::kind::diff });
    let mut out = Vec::new();
    for property in properties.iter().filter(|property| property.is_updated_by(call)) {
        let (setter, value, ident) = (property.setter()?, property.outgoing(), property.ident);
        let differs = match &property.marks {
            marks if marks.ty.as_ref().is_some_and(|ty| ty == "Version") => quote! { changed_version },
            marks if marks.forms.iter().any(|form| form == "Case") => quote! { changed_name },
            marks if marks.has("set") => quote! { changed_set },
            _ => quote! { changed },
        };
        out.push(quote! {
            if #diff::#differs(&self.#ident, &prior.#ident).is_some() {
                request = request.#setter(#value);
            }
        });
    }
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #convert::FillChanges<#builder> for #name #arguments #clause {
            fn fill_changes(
                &self,
                prior: &Self,
                mut request: #builder,
            ) -> ::std::result::Result<#builder, #convert::Unfit> {
                #(#out)*
                Ok(request)
            }
        }
    })
}

fn attributes(input: &DeriveInput, properties: &[Property<'_>], key: &Type) -> Result<Tokens> {
    let (mut reads, mut sends) = (Vec::new(), Vec::new());
    for property in properties {
        let Some(attribute) = &property.marks.attribute else { continue };
        let (ident, name) = (property.ident, &property.name);
        let key = match attribute {
            Expr::Lit(text) => quote! { #text.into() },
            variant => quote! { <#key>::#variant },
        };
        if property.is_read() {
            reads.push(quote! { out.#ident = crate::kind::convert::attribute(&mut live, &#key, #name)?; });
        }
        if property.is_sent() {
            sends.push(quote! {
                if let Some(value) = &self.#ident {
                    out.insert(#key, crate::kind::convert::Attribute::to_text(value));
                }
            });
        }
    }
    if reads.is_empty() {
        return Err(Error::new(input.span(), "no field has the mark `attribute = Key`"));
    }
    let (name, convert) = (&input.ident, quote! { crate::kind::convert });
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics #name #arguments #clause {
            /// The properties that the service has as attributes.
            fn to_attributes(&self) -> ::std::collections::HashMap<#key, String> {
                let mut out = ::std::collections::HashMap::new();
                #(#sends)*
                out
            }

            /// The properties that `live` holds; all others stay absent.
            #[allow(dead_code)]
            fn from_attributes(
                live: ::std::collections::HashMap<#key, String>,
            ) -> ::std::result::Result<Self, #convert::Unfit> {
                let mut out = Self::default();
                out.take_attributes(live)?;
                Ok(out)
            }

            /// Reads the attributes of `live` into it.
            #[allow(dead_code)]
            fn take_attributes(
                &mut self,
                mut live: ::std::collections::HashMap<#key, String>,
            ) -> ::std::result::Result<(), #convert::Unfit> {
                let out = self;
                #(#reads)*
                Ok(())
            }
        }
    })
}

/// The member as it is written, to compare.
fn text(member: &Expr) -> String {
    quote! { #member }.to_string()
}
