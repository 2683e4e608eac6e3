//! A field: in which direction it goes, and what it becomes on the way.

use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Error, Expr, Field, GenericArgument, Ident, Member, PathArguments, Result, Type};

use crate::marks::{Marks, marks, property};

/// A field of the struct.
pub(super) struct Property<'a> {
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) marks: Marks,
}

/// True of `Option<String>` and `Option<Vec<…>>`.
pub(super) fn can_be_empty(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments) else {
        return false;
    };
    let Some(GenericArgument::Type(Type::Path(inner))) = arguments.args.first() else { return false };
    inner.path.segments.last().is_some_and(|last| last.ident == "String" || last.ident == "Vec")
}

impl<'a> Property<'a> {
    pub(super) fn new(field: &'a Field) -> Result<Self> {
        let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "fields have names"))?;
        Ok(Self { ident, name: property(field)?, marks: marks(field)? })
    }

    fn is_tags(&self) -> bool {
        self.marks.tags.is_some()
    }

    /// Whether a reply fills it. A `local` one is read where `sdk` names its member.
    pub(super) fn is_read(&self) -> bool {
        let not = ["by_hand", "read_by_hand", "write_only"].iter().any(|flag| self.marks.has(flag));
        let own = self.name.starts_with('_') && self.marks.sdk.is_none();
        let unseen = self.marks.is("Local") || self.marks.begins.is_some();
        !not && !own && (!unseen || self.marks.sdk.is_some())
    }

    /// A `local` one is sent with a create call where `sent_as` names the member.
    pub(super) fn is_sent(&self) -> bool {
        let not = ["by_hand", "sent_by_hand"].iter().any(|flag| self.marks.has(flag));
        let nested = matches!(self.marks.sdk, Some(Expr::Field(_))) && self.marks.sent_as.is_none();
        let local = self.marks.is("Local") && self.marks.sent_as.is_none();
        let ours = local || self.marks.begins.is_some() || self.name.starts_with('_');
        !not && !nested && !ours && !self.marks.is("Computed")
    }

    pub(super) fn is_created_by(&self, call: Option<&Ident>) -> bool {
        self.is_sent() && !self.marks.has("after_create") && !call.is_some_and(|call| self.marks.not_by.contains(call))
    }

    pub(super) fn is_updated_by(&self, call: &Ident) -> bool {
        self.is_sent() && !self.is_tags() && self.marks.call.as_ref() == Some(call) && !self.marks.not_by.contains(call)
    }

    /// The member of a reply.
    pub(super) fn member(&self) -> Expr {
        let ident = if self.is_tags() { format_ident!("tags") } else { self.ident.clone() };
        self.marks.sdk.clone().unwrap_or_else(|| syn::parse_quote!(#ident))
    }

    /// The setter of a request.
    pub(super) fn setter(&self) -> Result<Ident> {
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
    pub(super) fn incoming(&self, taken: &Tokens) -> Tokens {
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
    pub(super) fn outgoing(&self) -> Tokens {
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
pub(super) fn take(member: &Expr, again: bool) -> Result<Tokens> {
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
