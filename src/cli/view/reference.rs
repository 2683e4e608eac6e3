//! What is known of a type, as text, JSON and Markdown; all from its metadata.

use std::fmt::Write;

use serde_json::{Value as Json, json};
use wildfire_engine::model::{Catalog, Change, CreateOnce, DataSchema, Field, Lag, LagReply, Literal, Ty, TypeSchema};

use super::style::{self, paint};

/// The name of a type as the documentation writes it: `list of string`, `block`.
fn type_text(field: &Field) -> String {
    fn text(ty: &Ty) -> String {
        match ty {
            Ty::String | Ty::Version => "string".into(),
            Ty::Int => "int".into(),
            Ty::Float | Ty::Number => "number".into(),
            Ty::Bool => "bool".into(),
            Ty::Any => "any".into(),
            ty if ty.blocks().is_some() => "list of maps".into(),
            Ty::Tuple(types) => format!("list of {}", types.iter().map(text).collect::<Vec<_>>().join(", ")),
            Ty::List(item) | Ty::Set(item) => format!("list of {}", text(item)),
            Ty::Map(item) => format!("map of {}", text(item)),
            Ty::Object(_) => "map".into(),
        }
    }
    if field.json { "JSON: map or string".into() } else { text(&field.ty) }
}

fn literal_text(literal: Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Str(value) => format!("{value:?}"),
    }
}

/// Whose fields are described.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The properties, or the attributes, of a type: the list says who sets them.
    Resource,
    /// The same of a type that is in state only.
    Generated,
    /// A block that the user writes, in which AWS may set something.
    Written,
    /// Nothing replaces a data source.
    Data,
}

impl Kind {
    /// The same for the fields of a block.
    fn inside(self, field: &Field) -> Self {
        match self {
            Self::Data => Self::Data,
            Self::Generated => Self::Generated,
            _ if field.is_property() => Self::Written,
            _ => Self::Resource,
        }
    }
}

/// What else is to be said of a property: `required`, `forces replacement`, …
fn remarks(field: &Field, kind: Kind) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |holds: bool, text: &str| {
        if holds {
            out.push(text.to_string());
        }
    };
    say(kind == Kind::Written && !field.is_property(), "set by AWS");
    say(field.required, "required");
    say(kind != Kind::Data && field.change == Change::Immutable, "forces replacement");
    say(field.change == Change::Local, "setting of wildfire's");
    say(field.sensitive, "sensitive");
    say(field.write_only, "never read back");
    say(field.is_set(), "order has no meaning");
    say(field.single, "one at most");
    let filled = if kind == Kind::Generated { "wildfire fills it in" } else { "AWS fills it in" };
    say(kind != Kind::Data && field.aws_default && !field.required && !field.generated, filled);
    say(field.generated, "made up where it is not written");
    if let Some(beginning) = field.begins {
        out.push(format!("begins `{}`, of which the rest is made up", beginning.of));
    }
    if let Some(other) = field.replaced_while {
        out.push(format!("forces replacement while {other} is true"));
    }
    if let Some(default) = field.default {
        out.push(format!("default {}", literal_text(default)));
    }
    if !field.one_of.is_empty() {
        out.push(format!("one of {}", field.one_of.join(", ")));
    }
    out.extend(field.forms.iter().map(|form| form.words().to_string()).filter(|words| !words.is_empty()));
    if let Some((least, most)) = field.range.filter(|range| *range != (i64::MIN, i64::MAX)) {
        out.push(if most == i64::MAX { format!("{least} or more") } else { format!("{least} to {most}") });
    }
    if let Some((least, most)) = field.length {
        out.push(format!("{least} to {most} characters"));
    }
    if let Some(pattern) = field.pattern {
        out.push(format!("matches `{pattern}`"));
    }
    if !field.needs.is_empty() {
        out.push(format!("needs {}", field.needs.join(" or ")));
    }
    if !field.conflicts.is_empty() {
        out.push(format!("not with {}", field.conflicts.join(", ")));
    }
    out
}

fn kind_of(schema: &TypeSchema) -> Kind {
    if schema.in_state { Kind::Generated } else { Kind::Resource }
}

/// Who sets the attributes.
fn setter(schema: &TypeSchema) -> &'static str {
    if schema.in_state { "wildfire" } else { "AWS" }
}

fn once_of(schema: &TypeSchema) -> &'static str {
    match schema.in_state {
        true => "the id of the operation, of which the value is made",
        false => once_text(schema.create_once),
    }
}

fn once_text(once: CreateOnce) -> &'static str {
    match once {
        CreateOnce::ClientToken => "a token of ours in the create call, kept before it is sent",
        CreateOnce::OpTag => "the tag wildfire:op, set by the create call itself",
        CreateOnce::NaturalName => "its name: AWS refuses a second one",
        CreateOnce::Upsert => "the call sets a value: repeating it changes nothing",
        CreateOnce::SameRequest => "AWS answers the same request with the existing resource",
    }
}

/// Every type with its first sentence.
pub fn list_text(catalog: &dyn Catalog) -> String {
    let mut out = String::from("Resource types:\n");
    for schema in catalog.types() {
        let _ = writeln!(out, "  {:<52} {}", schema.name, schema.doc);
    }
    out.push_str("\nData sources:\n");
    for schema in catalog.data_types() {
        let _ = writeln!(out, "  {:<52} {}", schema.name, schema.doc);
    }
    out
}

pub fn list_json(catalog: &dyn Catalog) -> Json {
    json!({
        "types": catalog.types().iter().map(|schema| json!({"name": schema.name, "doc": schema.doc})).collect::<Vec<_>>(),
        "data": catalog.data_types().iter().map(|schema| json!({"name": schema.name, "doc": schema.doc})).collect::<Vec<_>>(),
    })
}

fn fields_text(out: &mut String, kind: Kind, fields: &[Field], depth: usize, wanted: fn(&Field) -> bool) {
    for field in fields.iter().filter(|field| wanted(field) && !field.name.starts_with('_')) {
        let remarks = remarks(field, kind);
        let remarks = if remarks.is_empty() { String::new() } else { format!("; {}", remarks.join("; ")) };
        let indent = "  ".repeat(depth + 1);
        let name = paint(style::BOLD, field.name);
        let _ = writeln!(out, "{indent}{name} ({}{remarks})", type_text(field));
        let _ = writeln!(out, "{indent}    {}", field.doc);
        if let Some(block) = field.block() {
            fields_text(out, kind.inside(field), block, depth + 1, |_| true);
        }
    }
}

/// A resource type for the terminal.
pub fn resource_text(schema: &TypeSchema) -> String {
    let mut out = format!("{}\n{}\n\nProperties:\n", paint(style::BOLD, schema.name), schema.doc);
    fields_text(&mut out, kind_of(schema), &schema.fields, 0, Field::is_property);
    let _ = writeln!(out, "\nAttributes, set by {}:", setter(schema));
    fields_text(&mut out, kind_of(schema), &schema.fields, 0, |field| !field.is_property());
    if !schema.unsupported.is_empty() {
        out.push_str("\nNot supported:\n");
        for (name, reason) in &schema.unsupported {
            let _ = writeln!(out, "  {name}: {reason}");
        }
    }
    let _ = writeln!(out, "\nImport id: {}", schema.import_id);
    let _ = writeln!(out, "Created exactly once by: {}", once_of(schema));
    let _ = writeln!(out, "\nExample:\n{}", example(schema.name, schema.example));
    out
}

/// A data source for the terminal.
pub fn data_text(schema: &DataSchema) -> String {
    let mut out = format!("{} (data source)\n{}\n\nArguments:\n", paint(style::BOLD, schema.name), schema.doc);
    fields_text(&mut out, Kind::Data, &schema.fields, 0, Field::is_property);
    out.push_str("\nResults:\n");
    fields_text(&mut out, Kind::Data, &schema.fields, 0, |field| !field.is_property());
    let _ = writeln!(out, "\nExample:\n{}", example(schema.name, schema.example));
    out
}

/// A complete declaration.
fn example(type_name: &str, properties: &str) -> String {
    let mut out = format!("  example:\n    type: {type_name}\n");
    if !properties.trim().is_empty() {
        out.push_str("    properties:\n");
        for line in properties.lines() {
            let _ = writeln!(out, "      {line}");
        }
    }
    out
}

/// `computed`: the block around them is AWS's.
fn fields_json(fields: &[Field], computed: bool) -> Json {
    fields
        .iter()
        .filter(|field| !field.name.starts_with('_'))
        .map(|field| {
            let computed = computed || !field.is_property();
            json!({
                "name": field.name,
                "type": type_text(field),
                "doc": field.doc,
                "property": !computed,
                "computed": computed,
                "aws_default": field.aws_default,
                "required": field.required,
                "forces_replacement": field.change == Change::Immutable,
                "update_call": match field.change { Change::Update(call) => Some(call), _ => None },
                "sensitive": field.sensitive,
                "default": field.default.map(|literal| wildfire_engine::model::Value::from(literal).to_json()),
                "one_of": field.one_of,
                "forms": field.forms.iter().map(|form| form.words()).filter(|words| !words.is_empty()).collect::<Vec<_>>(),
                "range": field.range.map(|(least, most)| [least, most]),
                "length": field.length.map(|(least, most)| [least, most]),
                "pattern": field.pattern,
                "needs": field.needs,
                "conflicts": field.conflicts,
                "block": field.block().map(|fields| fields_json(fields, computed)),
            })
        })
        .collect()
}

pub fn resource_json(schema: &'static TypeSchema) -> Json {
    json!({
        "name": schema.name,
        "doc": schema.doc,
        "fields": fields_json(&schema.fields, false),
        "unsupported": schema.unsupported.iter().map(|(name, reason)| json!({"name": name, "reason": reason})).collect::<Vec<_>>(),
        "import_id": schema.import_id,
        "create_calls": schema.create_calls,
        "update_calls": schema.update_calls.iter().map(|(name, calls)| json!({"name": name, "calls": calls})).collect::<Vec<_>>(),
        "delete_calls": schema.delete_calls,
        "create_once": once_of(schema),
        "lags": lags_json(schema),
        "example": example(schema.name, schema.example),
    })
}

pub fn data_json(schema: &'static DataSchema) -> Json {
    json!({
        "name": schema.name,
        "doc": schema.doc,
        "fields": fields_json(&schema.fields, false),
        "read_calls": schema.read_calls,
        "example": example(schema.name, schema.example),
    })
}

fn rows_markdown(out: &mut String, kind: Kind, prefix: &str, fields: &[Field], wanted: fn(&Field) -> bool) {
    for field in fields.iter().filter(|field| wanted(field) && !field.name.starts_with('_')) {
        let remarks = remarks(field, kind).join("; ").replace('|', "\\|");
        let doc = field.doc.replace('|', "\\|");
        let _ = writeln!(out, "| `{prefix}{}` | {} | {doc} | {remarks} |", field.name, type_text(field));
        if let Some(block) = field.block() {
            rows_markdown(out, kind.inside(field), &format!("{prefix}{}.", field.name), block, |_| true);
        }
    }
}

/// The page of a resource type in `docs/types`.
pub fn resource_markdown(schema: &TypeSchema) -> String {
    let mut out = format!("# {}\n\n{}\n\n", schema.name, schema.doc);
    let _ = writeln!(out, "```yaml\nresources:\n{}```\n", example(schema.name, schema.example));
    out.push_str("## Properties\n\n| name | type | what it is | notes |\n|---|---|---|---|\n");
    rows_markdown(&mut out, kind_of(schema), "", &schema.fields, Field::is_property);
    let _ = writeln!(
        out,
        "\n## Attributes\n\nSet by {}; other resources may refer to them.\n\n| name | type | what it is | notes |\n|---|---|---|---|",
        setter(schema)
    );
    rows_markdown(&mut out, kind_of(schema), "", &schema.fields, |field| !field.is_property());
    if !schema.unsupported.is_empty() {
        out.push_str("\n## Not supported\n\n");
        for (name, reason) in &schema.unsupported {
            let _ = writeln!(out, "- `{name}`: {reason}");
        }
    }
    let _ = writeln!(out, "\n## Import\n\nThe id has the form `{}`.\n\n## Calls\n", schema.import_id);
    if schema.in_state {
        let _ = writeln!(out, "None: the value is made by wildfire, and kept in state alone.");
        let _ = writeln!(out, "\nCreated exactly once by {}.", once_of(schema));
        return out;
    }
    let _ = writeln!(out, "- create: {}", schema.create_calls.join(", "));
    for (name, calls) in &schema.update_calls {
        let _ = writeln!(out, "- update {name}: {}", calls.join(", "));
    }
    let _ = writeln!(out, "- delete: {}", schema.delete_calls.join(", "));
    let _ = writeln!(out, "\nCreated exactly once by {}.", once_of(schema));
    lags_markdown(&mut out, schema);
    out
}

/// What the service answers while something lags; each is waited for, and the last answer is told when it stays.
fn lags_markdown(out: &mut String, schema: &TypeSchema) {
    out.push_str("\n## What may lag\n\n");
    if schema.lags.is_empty() {
        out.push_str("Nothing is known to.\n");
        return;
    }
    out.push_str("wildfire waits for these, and tells the last answer when it stays.\n\n");
    out.push_str("| call | AWS answers | because of |\n|---|---|---|\n");
    for reply in &schema.lags {
        let words: Vec<_> = reply.message.iter().map(|part| format!("\u{201c}{part}\u{201d}")).collect();
        let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(" … ")) };
        let state = lag_text(reply.lag);
        let (calls, source) = (reply.calls.join(", "), reply.source);
        let _ = writeln!(out, "| {calls} | `{}`{words} | {}, {state} ([source]({source})) |", reply.code, reply.what);
    }
}

fn lag_text(lag: Lag) -> &'static str {
    match lag {
        Lag::Unseen => "not visible yet",
        Lag::InUse => "not free yet",
    }
}

fn lags_json(schema: &TypeSchema) -> Json {
    let row = |reply: &LagReply| {
        json!({
            "calls": reply.calls,
            "code": reply.code,
            "message": reply.message,
            "what": reply.what,
            "state": lag_text(reply.lag),
            "source": reply.source,
        })
    };
    schema.lags.iter().map(row).collect()
}

/// The page of a data source in `docs/data`.
pub fn data_markdown(schema: &DataSchema) -> String {
    let mut out = format!("# {} (data source)\n\n{}\n\n", schema.name, schema.doc);
    let _ = writeln!(out, "```yaml\ndata:\n{}```\n", example(schema.name, schema.example));
    out.push_str("## Arguments\n\n| name | type | what it is | notes |\n|---|---|---|---|\n");
    rows_markdown(&mut out, Kind::Data, "", &schema.fields, Field::is_property);
    out.push_str("\n## Results\n\n| name | type | what it is | notes |\n|---|---|---|---|\n");
    rows_markdown(&mut out, Kind::Data, "", &schema.fields, |field| !field.is_property());
    let _ = writeln!(out, "\nCalls: {}.", schema.read_calls.join(", "));
    out
}

#[cfg(test)]
mod tests {
    use wildfire_aws::AwsCatalog;

    use super::*;

    #[test]
    fn what_aws_sets_inside_of_a_written_block_is_marked() {
        let schema = AwsCatalog.schema("aws_eks_cluster").expect("there is the type");
        let json = resource_json(schema);
        let named = |fields: &Json, name: &str| -> Json {
            let found = fields.as_array().into_iter().flatten().find(|field| field["name"] == name);
            found.unwrap_or_else(|| panic!("there is {name}")).clone()
        };
        let block = named(&json["fields"], "vpc_config");
        assert_eq!((&block["computed"], &block["property"]), (&json!(false), &json!(true)));
        let group = named(&block["block"], "cluster_security_group_id");
        assert_eq!((&group["computed"], &group["property"]), (&json!(true), &json!(false)));
        assert_eq!(named(&block["block"], "subnet_ids")["computed"], json!(false));
        // In a block of AWS's everything is.
        let authority = named(&json["fields"], "certificate_authority");
        assert_eq!(named(&authority["block"], "data")["computed"], json!(true));
        let text = anstream::adapter::strip_str(&resource_text(schema)).to_string();
        assert!(text.contains("cluster_security_group_id (string; set by AWS)"), "{text}");
    }
}
