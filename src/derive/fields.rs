//! `#[derive(Fields)]`

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Field, Ident, LitStr, Meta, Result, Token};

use crate::marks::{Marks, doc, ident, marks, property};

/// What `#[fields(…)]` on the struct says.
#[derive(Default)]
struct Options {
    block: bool,
    /// The enum of update calls; each `update = X` must be one of its variants.
    update: Option<Ident>,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<Tokens> {
    let options = options(&input.attrs)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "Fields is derived for structs"));
    };
    let mut fields = Vec::new();
    let mut checks = Vec::new();
    for field in &data.fields {
        let marks = marks(field)?;
        let (mut tokens, call) = match &marks.tags {
            Some(call) => (tag_fields(call, marks.has("after_create")), Some(call.clone())),
            None => (vec![one_field(field, &marks, &options)?], marks.call),
        };
        fields.append(&mut tokens);
        if let Some(call) = call {
            let update = options
                .update
                .as_ref()
                .ok_or_else(|| Error::new(call.span(), "name the enum of update calls: #[fields(update = …)]"))?;
            checks.push(quote! { const _: #update = #update::#call; });
        }
    }
    let name = &input.ident;
    let model = quote! { ::wildfire_engine::model };
    Ok(quote! {
        #(#checks)*
        impl #model::Fields for #name {
            const FIELDS: &'static [#model::Field] = &[#(#fields),*];
        }
        impl #model::FieldType for #name {
            const TY: #model::Ty = #model::Ty::Object(<#name as #model::Fields>::FIELDS);
        }
    })
}

fn options(attributes: &[Attribute]) -> Result<Options> {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("fields")) {
        for meta in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
            match &meta {
                Meta::Path(path) if path.is_ident("block") => options.block = true,
                Meta::NameValue(pair) if pair.path.is_ident("update") => options.update = Some(ident(&pair.value)?),
                other => return Err(Error::new(other.span(), "expected `block` or `update = Enum`")),
            }
        }
    }
    Ok(options)
}

/// The two properties of a field of type `Tagged`.
fn tag_fields(call: &Ident, after_create: bool) -> Vec<Tokens> {
    let call = call.to_string();
    let model = quote! { ::wildfire_engine::model };
    let ty = quote! { <::std::collections::BTreeMap<String, String> as #model::FieldType>::TY };
    vec![
        quote! { #model::Field {
            name: "tags", doc: "Tags of this resource alone.", ty: #ty, change: #model::Change::Update(#call),
            after_create: #after_create, ..#model::Field::NONE
        } },
        quote! { #model::Field {
            name: "tags_all", doc: "All tags, the stage's too.", ty: #ty, change: #model::Change::Computed, ..#model::Field::NONE
        } },
    ]
}

fn one_field(field: &Field, marks: &Marks, options: &Options) -> Result<Tokens> {
    let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "fields have names"))?;
    let name = property(field)?;
    let doc = doc(&field.attrs);
    if doc.is_empty() {
        return Err(Error::new(ident.span(), "a field needs documentation: its first sentence is shown to users"));
    }
    let has = |flag: &str| marks.has(flag);
    let change = match &marks.change {
        Some((change, _)) => change.clone(),
        None if options.block => quote! { Inherit },
        None => {
            let text = "exactly one of `immutable`, `update = Call`, `computed`, `local`";
            return Err(Error::new(ident.span(), text));
        }
    };
    let contradiction = |a: &str, b: &str| -> Result<()> {
        if has(a) && has(b) {
            return Err(Error::new(ident.span(), format!("`{a}` contradicts `{b}`")));
        }
        Ok(())
    };
    contradiction("required", "aws_default")?;
    contradiction("required", "optional")?;
    if has("after_create") && marks.call.is_none() {
        return Err(Error::new(ident.span(), "`after_create` needs `update = Call`: that call follows the create"));
    }
    if change.to_string() == "Computed" {
        for flag in ["required", "aws_default", "write_only", "after_create"] {
            if has(flag) {
                return Err(Error::new(ident.span(), format!("`{flag}` contradicts `computed`")));
            }
        }
    }
    if let (Some(call), false) = (marks.changed_by.first(), has("aws_default") || change.to_string() == "Computed") {
        return Err(Error::new(call.span(), "`changed_by` is for what AWS fills: `aws_default` or `computed`"));
    }
    if has("required") && marks.default.is_some() {
        return Err(Error::new(ident.span(), "`required` contradicts `default`"));
    }
    let flag = |name: &str| has(name);
    let (required, aws_default, sensitive, write_only, after_create) =
        (flag("required"), flag("aws_default"), flag("sensitive"), flag("write_only"), flag("after_create"));
    let policy = flag("policy");
    let (json, set, single, changes_on_update) = (flag("json"), flag("set"), flag("single"), flag("changes_on_update"));
    let default = match &marks.default {
        Some(literal) => quote! { Some(::wildfire_engine::model::Literal::#literal) },
        None => quote! { None },
    };
    let range = match &marks.range {
        Some((least, most)) => quote! { Some((#least, #most)) },
        None => quote! { None },
    };
    let length = match &marks.length {
        Some((least, most)) => quote! { Some((#least, #most)) },
        None => quote! { None },
    };
    let pattern = match &marks.pattern {
        Some(pattern) => quote! { Some(#pattern) },
        None => quote! { None },
    };
    let needs = &marks.needs;
    let (conflicts, one_of, forms, ty) = (&marks.conflicts, &marks.one_of, &marks.forms, &field.ty);
    let changed_by = marks.changed_by.iter().map(cause);
    let ty = match &marks.ty {
        Some(name) => quote! { ::wildfire_engine::model::Ty::#name },
        None => quote! { <#ty as ::wildfire_engine::model::FieldType>::TY },
    };
    let tokens = quote! {
        ::wildfire_engine::model::Field {
            name: #name,
            ty: #ty,
            doc: #doc,
            change: ::wildfire_engine::model::Change::#change,
            required: #required,
            aws_default: #aws_default,
            default: #default,
            sensitive: #sensitive,
            write_only: #write_only,
            after_create: #after_create,
            json: #json || #policy,
            policy: #policy,
            set: #set,
            single: #single,
            forms: &[#(::wildfire_engine::model::Form::#forms),*],
            range: #range,
            length: #length,
            pattern: #pattern,
            needs: &[#(#needs),*],
            changes_on_update: #changes_on_update,
            changed_by: &[#(#changed_by),*],
            conflicts: &[#(#conflicts),*],
            one_of: &[#(#one_of),*],
        }
    };
    Ok(tokens)
}

/// `"Version"`, or `"Version when update_default_version"`.
fn cause(text: &LitStr) -> Tokens {
    let text = text.value();
    let (call, when) = match text.split_once(" when ") {
        Some((call, property)) => (call, quote! { Some(#property) }),
        None => (text.as_str(), quote! { None }),
    };
    quote! { ::wildfire_engine::model::Cause { call: #call, when: #when } }
}
