//! `#[derive(Fields)]`: the metadata of a resource type's fields, and nothing else.
//!
//! On the struct of a type every field has exactly one of `immutable`, `update = Call`, `computed` or `local`;
//! on a block (`#[fields(block)]`) a field without one does as its block does. What is missing or
//! contradictory does not compile.
//!
//! ```ignore
//! #[derive(Fields)]
//! #[fields(update = SubnetUpdate)]
//! struct Subnet {
//!     /// The VPC.
//!     #[field(immutable, required)]
//!     vpc_id: Option<String>,
//!     /// Whether instances get a public address.
//!     #[field(update = MapPublicIp, after_create, default = false)]
//!     map_public_ip_on_launch: Option<bool>,
//!     /// The ARN.
//!     #[field(computed)]
//!     arn: Option<String>,
//! }
//! ```

#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, Field, Ident, Lit, LitStr, Meta, RangeLimits, Result, Token, UnOp,
};

/// Derives the metadata; see the crate's documentation.
#[proc_macro_derive(Fields, attributes(fields, field))]
pub fn derive_fields(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// What `#[fields(…)]` on the struct says.
#[derive(Default)]
struct Options {
    block: bool,
    /// The enum of update calls; each `update = X` must be one of its variants.
    update: Option<Ident>,
}

/// What `#[field(…)]` says.
struct Marks {
    change: Option<(Tokens, Span)>,
    call: Option<Ident>,
    flags: Vec<Ident>,
    default: Option<Tokens>,
    conflicts: Vec<LitStr>,
    one_of: Vec<LitStr>,
    forms: Vec<Ident>,
    /// The least and the most.
    range: Option<(Tokens, Tokens)>,
    changed_by: Vec<LitStr>,
    ty: Option<Ident>,
}

const FLAGS: [&str; 11] = [
    "required",
    "aws_default",
    "sensitive",
    "write_only",
    "after_create",
    "json",
    "policy",
    "set",
    "single",
    "changes_on_update",
    "optional",
];

fn expand(input: &DeriveInput) -> Result<Tokens> {
    let options = options(&input.attrs)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "Fields is derived for structs"));
    };
    let mut fields = Vec::new();
    let mut checks = Vec::new();
    for field in &data.fields {
        let (tokens, call) = one_field(field, &options)?;
        fields.push(tokens);
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

fn one_field(field: &Field, options: &Options) -> Result<(Tokens, Option<Ident>)> {
    let marks = marks(field)?;
    let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "fields have names"))?;
    let name = match renamed(&field.attrs)? {
        Some(name) => name,
        None => ident.to_string().trim_start_matches("r#").to_string(),
    };
    let doc = doc(&field.attrs);
    if doc.is_empty() {
        return Err(Error::new(ident.span(), "a field needs documentation: its first sentence is shown to users"));
    }
    let has = |flag: &str| marks.flags.iter().any(|mark| mark == flag);
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
            changes_on_update: #changes_on_update,
            changed_by: &[#(#changed_by),*],
            conflicts: &[#(#conflicts),*],
            one_of: &[#(#one_of),*],
        }
    };
    Ok((tokens, marks.call))
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

fn marks(field: &Field) -> Result<Marks> {
    let mut marks = Marks {
        change: None,
        call: None,
        flags: Vec::new(),
        default: None,
        conflicts: Vec::new(),
        one_of: Vec::new(),
        forms: Vec::new(),
        range: None,
        changed_by: Vec::new(),
        ty: None,
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("field")) {
        for meta in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
            one_mark(&meta, &mut marks)?;
        }
    }
    Ok(marks)
}

fn one_mark(meta: &Meta, marks: &mut Marks) -> Result<()> {
    let name = meta.path().require_ident()?.to_string();
    let change = match (name.as_str(), meta) {
        ("immutable", Meta::Path(_)) => Some(quote! { Immutable }),
        ("computed", Meta::Path(_)) => Some(quote! { Computed }),
        ("local", Meta::Path(_)) => Some(quote! { Local }),
        ("update", Meta::NameValue(pair)) => {
            let call = ident(&pair.value)?;
            let text = call.to_string();
            marks.call = Some(call);
            Some(quote! { Update(#text) })
        }
        _ => None,
    };
    if let Some(change) = change {
        if let Some((_, first)) = &marks.change {
            let mut error = Error::new(meta.span(), "a second mark of what a change does");
            error.combine(Error::new(*first, "the first one"));
            return Err(error);
        }
        marks.change = Some((change, meta.span()));
        return Ok(());
    }
    match (name.as_str(), meta) {
        ("default", Meta::NameValue(pair)) => marks.default = Some(literal(&pair.value)?),
        ("ty", Meta::NameValue(pair)) => marks.ty = Some(ident(&pair.value)?),
        ("conflicts", Meta::NameValue(pair)) => marks.conflicts = strings(&pair.value)?,
        ("one_of", Meta::NameValue(pair)) => marks.one_of = strings(&pair.value)?,
        ("forms", Meta::NameValue(pair)) => marks.forms = idents(&pair.value)?,
        ("range", Meta::NameValue(pair)) => marks.range = Some(range(&pair.value)?),
        ("changed_by", Meta::NameValue(pair)) => marks.changed_by = strings(&pair.value)?,
        (flag, Meta::Path(path)) if FLAGS.contains(&flag) => {
            marks.flags.push(path.require_ident()?.clone());
        }
        _ => return Err(Error::new(meta.span(), format!("unknown mark `{name}`"))),
    }
    Ok(())
}

/// The name that `#[serde(rename = "…")]` gives: of a field whose name Rust does not allow (`self`).
fn renamed(attributes: &[Attribute]) -> Result<Option<String>> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        for meta in attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)? {
            let Meta::NameValue(pair) = &meta else { continue };
            if let (true, Expr::Lit(value)) = (pair.path.is_ident("rename"), &pair.value)
                && let Lit::Str(name) = &value.lit
            {
                return Ok(Some(name.value()));
            }
        }
    }
    Ok(None)
}

/// The first sentence of the doc comment.
fn doc(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let Expr::Lit(value) = &pair.value else { continue };
        let Lit::Str(line) = &value.lit else { continue };
        if pair.path.is_ident("doc") {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line.value().trim());
        }
    }
    match text.find(". ") {
        Some(end) => text[..=end].to_string(),
        None => text,
    }
}

fn ident(expr: &Expr) -> Result<Ident> {
    match expr {
        Expr::Path(path) => path.path.require_ident().cloned(),
        other => Err(Error::new(other.span(), "expected a name")),
    }
}

/// `Case`, or `[Case, Arn]`.
fn idents(expr: &Expr) -> Result<Vec<Ident>> {
    match expr {
        Expr::Array(array) => array.elems.iter().map(ident).collect(),
        one => Ok(vec![ident(one)?]),
    }
}

/// `0..=900`
fn range(expr: &Expr) -> Result<(Tokens, Tokens)> {
    let error = || Error::new(expr.span(), "expected a range with both ends: `0..=900`");
    let Expr::Range(range) = expr else { return Err(error()) };
    match (&range.start, &range.limits, &range.end) {
        (Some(least), RangeLimits::Closed(_), Some(most)) => Ok((quote! { #least }, quote! { #most })),
        _ => Err(error()),
    }
}

fn strings(expr: &Expr) -> Result<Vec<LitStr>> {
    let Expr::Array(array) = expr else {
        return Err(Error::new(expr.span(), "expected a list of strings"));
    };
    let one = |element: &Expr| match element {
        Expr::Lit(value) => match &value.lit {
            Lit::Str(text) => Ok(text.clone()),
            other => Err(Error::new(other.span(), "expected a string")),
        },
        other => Err(Error::new(other.span(), "expected a string")),
    };
    array.elems.iter().map(one).collect()
}

fn literal(expr: &Expr) -> Result<Tokens> {
    match expr {
        Expr::Lit(value) => match &value.lit {
            Lit::Bool(value) => Ok(quote! { Bool(#value) }),
            Lit::Int(value) => Ok(quote! { Int(#value) }),
            Lit::Float(value) => Ok(quote! { Float(#value) }),
            Lit::Str(value) => Ok(quote! { Str(#value) }),
            other => Err(Error::new(other.span(), "expected a bool, a number or a string")),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(value) => match &value.lit {
                Lit::Int(value) => Ok(quote! { Int(-#value) }),
                Lit::Float(value) => Ok(quote! { Float(-#value) }),
                other => Err(Error::new(other.span(), "expected a number")),
            },
            other => Err(Error::new(other.span(), "expected a number")),
        },
        other => Err(Error::new(other.span(), "expected a literal")),
    }
}
