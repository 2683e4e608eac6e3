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
            fn fields() -> Vec<#model::Field> {
                vec![#(#fields),*]
            }
        }
        impl #model::FieldType for #name {
            fn ty() -> #model::Ty {
                #model::Ty::Object(<#name as #model::Fields>::fields())
            }
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
    let ty = quote! { <::std::collections::BTreeMap<String, String> as #model::FieldType>::ty() };
    let after_create = after_create.then(|| quote! { .after_create() });
    vec![
        quote! {
            #model::Field::new("tags", #ty).doc("Tags of this resource alone.").updated_by(#call) #after_create
        },
        quote! { #model::Field::new("tags_all", #ty).doc("All tags, the stage's too.").computed() },
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
    contradiction("required", "generated")?;
    if (marks.otherwise.is_some() || marks.ending.is_some()) && marks.begins.is_none() {
        return Err(Error::new(ident.span(), "`otherwise` and `ending` go with `begins`"));
    }
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
    let ty = &field.ty;
    let ty = match &marks.ty {
        Some(name) => quote! { ::wildfire_engine::model::Ty::#name },
        None => quote! { <#ty as ::wildfire_engine::model::FieldType>::ty() },
    };
    let change = match (&marks.call, change.to_string().as_str()) {
        (Some(call), _) => {
            let call = call.to_string();
            quote! { .updated_by(#call) }
        }
        (None, "Immutable") => quote! { .immutable() },
        (None, "Computed") => quote! { .computed() },
        (None, "Local") => quote! { .local() },
        (None, _) => Tokens::new(),
    };
    let facts = facts(marks);
    Ok(quote! { ::wildfire_engine::model::Field::new(#name, #ty).doc(#doc) #change #(#facts)* })
}

/// The calls of the field's constructor that say what the marks say.
fn facts(marks: &Marks) -> Vec<Tokens> {
    const FLAGS: [&str; 12] = [
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
    ];
    let mut facts: Vec<Tokens> = FLAGS
        .iter()
        .filter(|flag| marks.has(flag))
        .map(|flag| {
            let name = Ident::new(flag, proc_macro2::Span::call_site());
            quote! { .#name() }
        })
        .collect();
    if let Some(literal) = &marks.default {
        facts.push(quote! { .default(::wildfire_engine::model::Literal::#literal) });
    }
    if let Some((least, most)) = &marks.range {
        facts.push(quote! { .range(#least, #most) });
    }
    if let Some((least, most)) = &marks.length {
        facts.push(quote! { .length(#least, #most) });
    }
    if let Some(pattern) = &marks.pattern {
        facts.push(quote! { .pattern(#pattern) });
    }
    if let Some(most) = &marks.file {
        facts.push(quote! { .file(#most) });
    }
    if let Some(property) = &marks.replaced_while {
        facts.push(quote! { .replaced_while(#property) });
    }
    if let Some(shape) = &marks.shape {
        facts.push(quote! { .shape(#shape()) });
    }
    if let Some(normal) = &marks.normal {
        let name = quote! { #normal }.to_string();
        facts.push(quote! { .compared_after(::wildfire_engine::model::Normal::new(#name, #normal)) });
    }
    if !marks.forms.is_empty() {
        let forms = &marks.forms;
        facts.push(quote! { .forms([#(::wildfire_engine::model::Form::#forms),*]) });
    }
    for (name, values) in [("needs", &marks.needs), ("conflicts", &marks.conflicts), ("one_of", &marks.one_of)] {
        if !values.is_empty() {
            let name = Ident::new(name, proc_macro2::Span::call_site());
            facts.push(quote! { .#name([#(#values),*]) });
        }
    }
    facts.extend(marks.changed_by.iter().map(cause));
    facts.extend(marks.begins.as_ref().map(|of| beginning(of, marks)));
    facts
}

/// What makes up a name; `ending` is `".fifo when fifo_queue"`.
fn beginning(of: &LitStr, marks: &Marks) -> Tokens {
    let otherwise = marks.otherwise.as_ref().map(|text| quote! { .otherwise(#text) });
    let ending = marks.ending.as_ref().map(|text| {
        let text = text.value();
        let (ending, property) = text.split_once(" when ").unwrap_or((&text, ""));
        quote! { .ending(#ending, #property) }
    });
    quote! { .begins(::wildfire_engine::model::Beginning::of(#of) #otherwise #ending) }
}

/// `"Version"`, or `"Version when update_default_version"`.
fn cause(text: &LitStr) -> Tokens {
    let text = text.value();
    match text.split_once(" when ") {
        Some((call, property)) => quote! { .changed_by_when(#call, #property) },
        None => quote! { .changed_by(#text) },
    }
}
