//! `#[derive(Sdk)]`: conversions between a struct of properties and the SDK's types. No call is made here, and none is hidden.

use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Field, GenericArgument, Ident, Member, PathArguments, Result, Token, Type};

use crate::marks::{Marks, marks, property};

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

struct Property<'a> {
    ident: &'a Ident,
    name: String,
    marks: Marks,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "Sdk is derived for structs"));
    };
    let mut properties = data.fields.iter().map(one).collect::<Result<Vec<_>>>()?;
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

fn one(field: &Field) -> Result<Property<'_>> {
    let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "fields have names"))?;
    Ok(Property { ident, name: property(field)?, marks: marks(field)? })
}

/// True of `Option<String>` and `Option<Vec<…>>`.
fn can_be_empty(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments) else {
        return false;
    };
    let Some(GenericArgument::Type(Type::Path(inner))) = arguments.args.first() else { return false };
    inner.path.segments.last().is_some_and(|last| last.ident == "String" || last.ident == "Vec")
}

impl Property<'_> {
    fn is_tags(&self) -> bool {
        self.marks.tags.is_some()
    }

    /// Whether a reply fills it. A `local` one is read where `sdk` names its member.
    fn is_read(&self) -> bool {
        let not = ["by_hand", "read_by_hand", "write_only"].iter().any(|flag| self.marks.has(flag));
        let own = self.name.starts_with('_') && self.marks.sdk.is_none();
        let unseen = self.marks.is("Local") || self.marks.begins.is_some();
        !not && !own && (!unseen || self.marks.sdk.is_some())
    }

    /// A `local` one is sent with a create call where `sent_as` names the member.
    fn is_sent(&self) -> bool {
        let not = ["by_hand", "sent_by_hand"].iter().any(|flag| self.marks.has(flag));
        let nested = matches!(self.marks.sdk, Some(Expr::Field(_))) && self.marks.sent_as.is_none();
        let local = self.marks.is("Local") && self.marks.sent_as.is_none();
        let ours = local || self.marks.begins.is_some() || self.name.starts_with('_');
        !not && !nested && !ours && !self.marks.is("Computed")
    }

    fn is_created_by(&self, call: Option<&Ident>) -> bool {
        self.is_sent() && !self.marks.has("after_create") && !call.is_some_and(|call| self.marks.not_by.contains(call))
    }

    fn is_updated_by(&self, call: &Ident) -> bool {
        self.is_sent() && !self.is_tags() && self.marks.call.as_ref() == Some(call) && !self.marks.not_by.contains(call)
    }

    /// The member of a reply.
    fn member(&self) -> Expr {
        let ident = if self.is_tags() { format_ident!("tags") } else { self.ident.clone() };
        self.marks.sdk.clone().unwrap_or_else(|| syn::parse_quote!(#ident))
    }

    /// The setter of a request.
    fn setter(&self) -> Result<Ident> {
        let name = match (&self.marks.sent_as, &self.marks.sdk) {
            (Some(name), _) => name.clone(),
            (None, Some(Expr::Path(path))) => path.path.require_ident()?.clone(),
            _ if self.is_tags() => format_ident!("tags"),
            _ => self.ident.clone(),
        };
        Ok(format_ident!("set_{}", name.to_string().trim_start_matches("r#")))
    }

    /// A text that the SDK has as something else: a flag, a number, a moment.
    fn is_spelled(&self) -> bool {
        self.marks.forms.iter().any(|form| form == "Flag" || form == "Number" || form == "Timestamp")
    }

    /// The value of a member that was taken out of a reply.
    fn incoming(&self, taken: &Tokens) -> Tokens {
        let (convert, name) = (quote! { crate::kind::convert }, &self.name);
        if self.is_tags() {
            return quote! { #convert::live_tags(#taken)? };
        }
        let value = match self.is_spelled() {
            _ if self.marks.has("single") => quote! { #convert::incoming_single(#taken, #name)? },
            true => quote! { #convert::incoming_text(#taken, #name)? },
            false => quote! { #convert::incoming(#taken, #name)? },
        };
        // Afterwards: an enum of the SDK is a text only then.
        match self.marks.has("filled") {
            true => quote! { #convert::filled(#value) },
            false => value,
        }
    }

    /// What a setter gets.
    fn outgoing(&self) -> Tokens {
        let (convert, name, ident) = (quote! { crate::kind::convert }, &self.name, self.ident);
        if self.is_tags() {
            return quote! { #convert::sent_tags(&self.#ident)? };
        }
        let value = match self.marks.has("filled") {
            true => quote! { &#convert::filled(self.#ident.clone()) },
            false => quote! { &self.#ident },
        };
        if self.marks.has("single") {
            return quote! { #convert::outgoing_single(#value, #name)? };
        }
        match self.is_spelled() {
            true => quote! { #convert::outgoing_text(#value, #name)? },
            false => quote! { #convert::outgoing(#value, #name)? },
        }
    }
}

/// `live.a` (`live.a.clone()` of a member that others need too), or `live.a.as_ref().and_then(|part| part.b.clone())`.
fn take(member: &Expr, again: bool) -> Result<Tokens> {
    let convert = quote! { crate::kind::convert };
    match member {
        Expr::Path(path) => {
            let name = path.path.require_ident()?;
            // What another property is as well is not taken away.
            let clone = again.then(|| quote! { .clone() });
            Ok(
                quote! {{ #[allow(unused_imports)] use #convert::Always as _; #convert::Member(live.#name #clone).take() }},
            )
        }
        Expr::Field(field) => {
            let outer = take_ref(&field.base)?;
            let Member::Named(name) = &field.member else {
                return Err(Error::new(field.span(), "expected a member: `dns_options.record_type`"));
            };
            Ok(quote! {{
                #[allow(unused_imports)]
                use #convert::Always as _;
                #outer.and_then(|part| #convert::Member(part.#name.clone()).take())
            }})
        }
        other => Err(Error::new(other.span(), "expected a member, or a member of a member: `dns_options.record_type`")),
    }
}

fn take_ref(member: &Expr) -> Result<Tokens> {
    match member {
        Expr::Path(path) => {
            let name = path.path.require_ident()?;
            Ok(quote! { live.#name.as_ref() })
        }
        Expr::Field(field) => {
            let outer = take_ref(&field.base)?;
            let member = &field.member;
            Ok(quote! { #outer.and_then(|part| part.#member.as_ref()) })
        }
        other => Err(Error::new(other.span(), "expected a member")),
    }
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
