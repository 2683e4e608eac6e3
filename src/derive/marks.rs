//! The marks in `#[field(…)]`.

use proc_macro2::{Span, TokenStream as Tokens};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Field, Ident, Lit, LitStr, Meta, RangeLimits, Result, Token, UnOp};

/// What `#[field(…)]` says.
#[derive(Default)]
pub(crate) struct Marks {
    pub change: Option<(Tokens, Span)>,
    pub call: Option<Ident>,
    pub flags: Vec<Ident>,
    pub default: Option<Tokens>,
    pub conflicts: Vec<LitStr>,
    pub needs: Vec<LitStr>,
    pub one_of: Vec<LitStr>,
    pub forms: Vec<Ident>,
    /// The least and the most.
    pub range: Option<(Tokens, Tokens)>,
    pub length: Option<(Tokens, Tokens)>,
    pub pattern: Option<LitStr>,
    /// The most bytes of the file that it names.
    pub file: Option<Tokens>,
    /// The property that makes a change a replacement.
    pub replaced_while: Option<LitStr>,
    /// The function that makes documents of one meaning equal.
    pub normal: Option<syn::Path>,
    /// The function that tells what a document is made of.
    pub shape: Option<syn::Path>,
    pub changed_by: Vec<LitStr>,
    /// The property that it is the beginning of.
    pub begins: Option<LitStr>,
    pub otherwise: Option<LitStr>,
    /// `".fifo when fifo_queue"`
    pub ending: Option<LitStr>,
    pub ty: Option<Ident>,
    /// On a field of type `Tagged`: the update call of the tags.
    pub tags: Option<Ident>,
    /// The SDK's member, where its name is another one: `allocation_id`, `dns_options.record_type`.
    pub sdk: Option<Expr>,
    /// The SDK's member in requests, where it has yet another name there.
    pub sent_as: Option<Ident>,
    /// The calls that do not take it, or not as this member: names of `create(Name)`, `update(Name)` or `changes(Name)`.
    pub not_by: Vec<Ident>,
    /// The key of an attribute in a map of attributes: a variant, or a text.
    pub attribute: Option<Expr>,
}

impl Marks {
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|mark| mark == flag)
    }

    pub fn is(&self, change: &str) -> bool {
        self.change.as_ref().is_some_and(|(mark, _)| mark.to_string() == change)
    }
}

const FLAGS: [&str; 17] = [
    "required",
    "aws_default",
    "generated",
    "ours",
    "sensitive",
    "write_only",
    "after_create",
    "json",
    "policy",
    "set",
    "single",
    "changes_on_update",
    "optional",
    "filled",
    "by_hand",
    "read_by_hand",
    "sent_by_hand",
];

pub(crate) fn marks(field: &Field) -> Result<Marks> {
    let mut marks = Marks::default();
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
        ("not_by", Meta::NameValue(pair)) => marks.not_by = idents(&pair.value)?,
        ("forms", Meta::NameValue(pair)) => marks.forms = idents(&pair.value)?,
        ("needs", Meta::NameValue(pair)) => marks.needs = strings(&pair.value)?,
        ("range", Meta::NameValue(pair)) => marks.range = Some(range(&pair.value)?),
        ("length", Meta::NameValue(pair)) => marks.length = Some(range(&pair.value)?),
        ("pattern", Meta::NameValue(pair)) => marks.pattern = Some(string(&pair.value)?),
        ("file", Meta::NameValue(pair)) => {
            let most = &pair.value;
            marks.file = Some(quote! { #most });
        }
        ("begins", Meta::NameValue(pair)) => marks.begins = Some(string(&pair.value)?),
        ("otherwise", Meta::NameValue(pair)) => marks.otherwise = Some(string(&pair.value)?),
        ("ending", Meta::NameValue(pair)) => marks.ending = Some(string(&pair.value)?),
        ("replaced_while", Meta::NameValue(pair)) => marks.replaced_while = Some(string(&pair.value)?),
        ("normal", Meta::NameValue(pair)) => marks.normal = Some(function(&pair.value)?),
        ("shape", Meta::NameValue(pair)) => marks.shape = Some(function(&pair.value)?),
        ("tags", Meta::NameValue(pair)) => marks.tags = Some(ident(&pair.value)?),
        ("sdk", Meta::NameValue(pair)) => marks.sdk = Some(pair.value.clone()),
        ("sent_as", Meta::NameValue(pair)) => marks.sent_as = Some(ident(&pair.value)?),
        ("attribute", Meta::NameValue(pair)) => marks.attribute = Some(pair.value.clone()),
        ("changed_by", Meta::NameValue(pair)) => marks.changed_by = strings(&pair.value)?,
        (flag, Meta::Path(path)) if FLAGS.contains(&flag) => {
            marks.flags.push(path.require_ident()?.clone());
        }
        _ => return Err(Error::new(meta.span(), format!("unknown mark `{name}`"))),
    }
    Ok(())
}

fn function(value: &Expr) -> Result<syn::Path> {
    match value {
        Expr::Path(path) => Ok(path.path.clone()),
        other => Err(Error::new(other.span(), "expected the name of a function")),
    }
}

/// The property's name: that of the field, or the one that serde gives it.
pub(crate) fn property(field: &Field) -> Result<String> {
    let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "fields have names"))?;
    Ok(renamed(&field.attrs)?.unwrap_or_else(|| ident.to_string().trim_start_matches("r#").to_string()))
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
pub(crate) fn doc(attributes: &[Attribute]) -> String {
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

pub(crate) fn ident(expr: &Expr) -> Result<Ident> {
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
    array.elems.iter().map(string).collect()
}

fn string(expr: &Expr) -> Result<LitStr> {
    match expr {
        Expr::Lit(value) => match &value.lit {
            Lit::Str(text) => Ok(text.clone()),
            other => Err(Error::new(other.span(), "expected a string")),
        },
        other => Err(Error::new(other.span(), "expected a string")),
    }
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
