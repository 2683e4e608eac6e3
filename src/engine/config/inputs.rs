//! Declarations of inputs: what a module takes, and what may be set from outside of a stage. A field of an object is one too.

use std::sync::Arc;

use indexmap::IndexMap;
use regex::RegexBuilder;

use super::conform::Conform;
use super::table::{Table, error, plain_number, wrong_type};
use super::{Input, InputType, Key, Node, NodeKind, body, checks, shapes};
use crate::expr::INVALID;
use crate::model::{Code, Diagnostic, Diagnostics, PropertyPath, Unknown, Value, nearest};

/// Bytes that the compiled pattern of an input takes at most.
const PATTERN_SIZE: usize = 1 << 20;

/// A map from name to declaration.
pub(super) fn read(node: Option<Node>, what: &'static str, out: &mut Diagnostics) -> IndexMap<Arc<str>, Input> {
    let mut inputs = IndexMap::new();
    let Some(table) = node.and_then(|node| Table::open(node, what, out)) else { return inputs };
    for (key, node) in table.into_entries() {
        if body::valid_name(&key, false, out) {
            let input = input(&key, node, true, out);
            inputs.insert(key.name, input);
        }
    }
    inputs
}

/// An input, or a field of an object; what cannot be read of it takes any value, so that callers do not hear of it.
fn input(key: &Key, node: Node, whole: bool, out: &mut Diagnostics) -> Input {
    let mut input = Input {
        ty: InputType::Any,
        default: None,
        description: None,
        sensitive: false,
        nullable: None,
        pattern: None,
        one_of: Vec::new(),
        minimum: None,
        maximum: None,
        min_length: None,
        max_length: None,
        validation: Vec::new(),
        span: key.span.clone(),
    };
    // A type alone: `string`, `{list: string}`.
    let alone = match &node.kind {
        NodeKind::String(_) => true,
        NodeKind::Map(entries) => is_type(entries),
        _ => false,
    };
    if alone {
        input.ty = input_type(&node, out).unwrap_or(InputType::Any);
        return input;
    }
    let hint = |key: &str| match key {
        "sensitive" | "validation" if !whole => Some(format!("`{key}` stands at the input as a whole")),
        "condition" | "error_message" => Some("write `validation: {assert: …, message: …}`".to_string()),
        "fields" | "optional" => Some("write `type: {object: {port: {type: int, default: 80}}}`".to_string()),
        _ => None,
    };
    let shape = if whole { &shapes::INPUT } else { &shapes::FIELD };
    let Some(table) = Table::read_with(node, shape, out, hint) else { return unreadable(input) };
    let mut table = table.at(&key.span);
    if let Some(node) = table.node("type") {
        input.ty = input_type(&node, out).unwrap_or(InputType::Any);
    }
    input.description = table.string("description", out);
    input.sensitive = table.flag("sensitive", out).unwrap_or(false);
    input.nullable = table.flag("nullable", out);
    input.pattern = pattern(&mut table, out);
    input.one_of = one_of(&mut table, &input.ty, out);
    input.minimum = table.number("minimum", out);
    input.maximum = table.number("maximum", out);
    input.min_length = table.size("min_length", out);
    input.max_length = table.size("max_length", out);
    input.validation = checks::read(table.node("validation"), checks::Place::Input, out);
    let before = out.len();
    input.default = default(table, &input.ty, out);
    if out.len() > before { unreadable(input) } else { input }
}

/// With a default that passes every check.
fn unreadable(input: Input) -> Input {
    Input { default: Some(Value::Unknown(Unknown::one(INVALID))), ..input }
}

const TYPES: [&str; 7] = shapes::INPUT_TYPES;

/// `string`, `list`, …, `{list: TYPE}`, `{map: TYPE}` or `{object: FIELDS}`.
fn input_type(node: &Node, out: &mut Diagnostics) -> Option<InputType> {
    match &node.kind {
        NodeKind::String(name) => named_type(name, node, out),
        NodeKind::Map(entries) => match entries.as_slice() {
            [(key, inner)] => composed_type(key, inner, out),
            _ => {
                let message = format!("a type has one key, found {}", entries.len());
                let help = "a type is `string`, `{list: TYPE}`, `{map: TYPE}` or `{object: {NAME: TYPE}}`";
                out.push(error(Code::InvalidValue, &node.span, message).help(help));
                None
            }
        },
        _ => {
            out.push(wrong_type(node, "the name of a type"));
            None
        }
    }
}

fn named_type(name: &str, node: &Node, out: &mut Diagnostics) -> Option<InputType> {
    Some(match name {
        "string" => InputType::String,
        "int" => InputType::Int,
        "number" => InputType::Number,
        "bool" => InputType::Bool,
        "list" => InputType::List(Box::new(InputType::Any)),
        "map" => InputType::Map(Box::new(InputType::Any)),
        "any" => InputType::Any,
        _ => {
            out.push(no_type(name, node));
            return None;
        }
    })
}

fn no_type(name: &str, node: &Node) -> Diagnostic {
    let diagnostic = error(Code::InvalidValue, &node.span, format!("there is no type `{name}`"));
    match name.split('(').next().unwrap_or_default() {
        "list" | "set" | "tuple" => diagnostic.help("write `list`, or `{list: string}` with the type of the elements"),
        "map" => diagnostic.help("write `map`, or `{map: string}` with the type of the values"),
        "object" => diagnostic.help("write `{object: {host: string, port: {type: int, default: 80}}}`"),
        "boolean" => diagnostic.help("write `bool`"),
        "integer" => diagnostic.help("write `int`"),
        "float" => diagnostic.help("write `number`"),
        _ => match nearest(name, TYPES) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("types are string, int, number, bool, list, map, any and `{object: …}`"),
        },
    }
}

fn composed_type(key: &Key, inner: &Node, out: &mut Diagnostics) -> Option<InputType> {
    match key.name.as_ref() {
        "list" => Some(InputType::List(Box::new(input_type(inner, out)?))),
        "map" => Some(InputType::Map(Box::new(input_type(inner, out)?))),
        "object" => {
            let table = Table::open(inner.clone(), "`object`", out)?;
            let mut fields = IndexMap::new();
            for (key, node) in table.into_entries() {
                let field = input(&key, node, false, out);
                fields.insert(key.name, field);
            }
            Some(InputType::Object(fields))
        }
        other => {
            let message = format!("there is no type `{{{other}: …}}`");
            let fault = error(Code::InvalidValue, &key.span, message);
            out.push(match nearest(other, ["list", "map", "object"]) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => {
                    fault.help("a type with a type inside is `{list: TYPE}`, `{map: TYPE}` or `{object: {NAME: TYPE}}`")
                }
            });
            None
        }
    }
}

fn is_type(entries: &[(Key, Node)]) -> bool {
    matches!(entries, [(key, _)] if matches!(key.name.as_ref(), "list" | "map" | "object"))
}

fn pattern(table: &mut Table, out: &mut Diagnostics) -> Option<regex::Regex> {
    let text = table.text("pattern", out)?;
    match RegexBuilder::new(&text.value).size_limit(PATTERN_SIZE).build() {
        Ok(pattern) => Some(pattern),
        Err(failure) => {
            let reason = failure.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim();
            out.push(error(Code::InvalidValue, &text.span, format!("this is not a pattern: {reason}")));
            None
        }
    }
}

fn one_of(table: &mut Table, ty: &InputType, out: &mut Diagnostics) -> Vec<Value> {
    let Some(node) = table.node("enum") else { return Vec::new() };
    let NodeKind::List(items) = &node.kind else {
        out.push(wrong_type(&node, "a list of values"));
        return Vec::new();
    };
    items.iter().filter_map(|item| constant(item, ty, "a value of `enum`", out)).collect()
}

/// A default that is null is a default; no default makes the input required.
fn default(table: Table, ty: &InputType, out: &mut Diagnostics) -> Option<Value> {
    let (_, node) = table.into_entries().find(|(key, _)| key.name.as_ref() == "default")?;
    constant(&node, ty, "a default", out)
}

fn constant(node: &Node, ty: &InputType, what: &str, out: &mut Diagnostics) -> Option<Value> {
    let value = match node.constant() {
        Ok(value) => value,
        Err(expression) => {
            let diagnostic = error(Code::WrongType, &expression.span, format!("{what} is a constant"));
            out.push(diagnostic.help("let the caller pass it, or use `coalesce(inputs.…, …)` where it is used"));
            return None;
        }
    };
    let fits = match (ty, value) {
        (_, Value::Null) => Some(Value::Null),
        (InputType::Any, value) => Some(value),
        (InputType::List(_), value @ Value::List(_))
        | (InputType::Map(_) | InputType::Object(_), value @ Value::Map(_)) => {
            return composed(node, ty, value, what, out);
        }
        // A number without quotes is the text that was written.
        (InputType::String, value) if value.as_bool().is_none() => value.scalar_text().map(Value::String),
        (InputType::Int | InputType::Number, _) => {
            let number = plain_number(node, out)?;
            let int = matches!(number, Value::Int(_));
            let float = matches!(ty, InputType::Number) && matches!(number.bare(), Value::Float(_));
            Some(number.clone()).filter(|_| int || float)
        }
        (InputType::Bool, value) => value.as_bool().map(Value::Bool),
        _ => None,
    };
    let Some(value) = fits else {
        let message = format!("{what} of type {} is expected, found {}", ty.name(), node.type_name());
        let diagnostic = error(Code::WrongType, &node.span, message);
        let text = matches!(ty, InputType::String);
        out.push(if text { diagnostic.help("write it in quotes") } else { diagnostic });
        return None;
    };
    Some(value)
}

/// A constant list or map, of which every element is looked at.
fn composed(node: &Node, ty: &InputType, value: Value, what: &str, out: &mut Diagnostics) -> Option<Value> {
    let conform = Conform { what, hidden: false };
    match conform.typed(&PropertyPath::default(), ty, value) {
        Ok(value) => Some(value),
        Err(misfit) => {
            let place = node.at(&misfit.path).unwrap_or_else(|| node.span.clone());
            let mut fault = error(Code::WrongType, &place, misfit.message);
            fault.help = misfit.help;
            out.push(fault);
            None
        }
    }
}

impl InputType {
    /// As it is written, in short.
    pub fn name(&self) -> &'static str {
        match self {
            InputType::String => "string",
            InputType::Int => "int",
            InputType::Number => "number",
            InputType::Bool => "bool",
            InputType::List(_) => "list",
            InputType::Map(_) => "map",
            InputType::Object(_) => "object",
            InputType::Any => "any",
        }
    }
}
