//! `module.yaml`: inputs, and a body.

use std::sync::Arc;

use indexmap::IndexMap;
use regex::RegexBuilder;

use super::table::{Table, error, plain_number, wrong_type};
use super::{Body, Expected, Input, InputType, Key, Module, Node, NodeKind, body, placement};
use crate::expr::INVALID;
use crate::model::{Code, Diagnostics, Unknown, Value, nearest};

const KEYS: [&str; 9] =
    ["description", "inputs", "regions", "accounts", "resources", "data", "modules", "locals", "outputs"];
const INPUT_KEYS: [&str; 11] = [
    "type",
    "default",
    "description",
    "sensitive",
    "nullable",
    "pattern",
    "enum",
    "minimum",
    "maximum",
    "min_length",
    "max_length",
];
const TYPES: [(&str, InputType); 7] = [
    ("string", InputType::String),
    ("int", InputType::Int),
    ("number", InputType::Number),
    ("bool", InputType::Bool),
    ("list", InputType::List),
    ("map", InputType::Map),
    ("any", InputType::Any),
];
/// Bytes that the compiled pattern of an input takes at most.
const PATTERN_SIZE: usize = 1 << 20;

pub(super) fn read(folder: &Arc<str>, node: Node, out: &mut Diagnostics) -> Module {
    let mut module = Module {
        folder: folder.clone(),
        description: None,
        inputs: IndexMap::new(),
        expected: Expected::default(),
        body: Body::default(),
    };
    let hint = |key: &str| match key {
        "moved" | "removed" | "import" => Some("it stands in a stack file".to_string()),
        "local" => Some("did you mean `locals`?".to_string()),
        "variables" | "variable" => Some("write `inputs`".to_string()),
        _ => None,
    };
    let Some(mut table) = Table::read_with(node, "`module.yaml`", &KEYS, out, hint) else { return module };
    module.description = table.string("description", out);
    if let Some(inputs) = table.node("inputs").and_then(|node| Table::open(node, "`inputs`", out)) {
        for (key, node) in inputs.into_entries() {
            if body::valid_name(&key, false, out) {
                let input = input(&key, node, out);
                module.inputs.insert(key.name, input);
            }
        }
    }
    module.expected = placement::expected(&mut table, out);
    body::read(&mut table, &mut module.body, out);
    module
}

/// An input; what cannot be read of it takes any value, so that callers do not hear of it.
fn input(key: &Key, node: Node, out: &mut Diagnostics) -> Input {
    let mut input = Input {
        ty: InputType::Any,
        default: None,
        description: None,
        sensitive: false,
        nullable: true,
        pattern: None,
        one_of: Vec::new(),
        minimum: None,
        maximum: None,
        min_length: None,
        max_length: None,
        span: key.span.clone(),
    };
    if let NodeKind::String(_) = node.kind {
        input.ty = input_type(&node, out).unwrap_or(InputType::Any);
        return input;
    }
    let Some(table) = Table::read(node, "an input", &INPUT_KEYS, out) else { return unreadable(input) };
    let mut table = table.at(&key.span);
    if let Some(node) = table.node("type") {
        input.ty = input_type(&node, out).unwrap_or(InputType::Any);
    }
    input.description = table.string("description", out);
    input.sensitive = table.flag("sensitive", out).unwrap_or(false);
    input.nullable = table.flag("nullable", out).unwrap_or(true);
    input.pattern = pattern(&mut table, out);
    input.one_of = one_of(&mut table, input.ty, out);
    input.minimum = table.number("minimum", out);
    input.maximum = table.number("maximum", out);
    input.min_length = table.size("min_length", out);
    input.max_length = table.size("max_length", out);
    let before = out.len();
    input.default = default(table, input.ty, out);
    if out.len() > before { unreadable(input) } else { input }
}

/// With a default that passes every check.
fn unreadable(input: Input) -> Input {
    Input { default: Some(Value::Unknown(Unknown::one(INVALID))), ..input }
}

fn input_type(node: &Node, out: &mut Diagnostics) -> Option<InputType> {
    let NodeKind::String(name) = &node.kind else {
        out.push(wrong_type(node, "the name of a type"));
        return None;
    };
    if let Some((_, ty)) = TYPES.iter().find(|(known, _)| *known == name.as_ref()) {
        return Some(*ty);
    }
    let diagnostic = error(Code::InvalidValue, &node.span, format!("there is no type `{name}`"));
    let outer = name.split('(').next().unwrap_or_default();
    out.push(match outer {
        "list" | "set" | "tuple" => diagnostic.help("write `list`: the types of elements are not declared"),
        "map" | "object" => diagnostic.help("write `map`: the types of members are not declared"),
        "boolean" => diagnostic.help("write `bool`"),
        "integer" => diagnostic.help("write `int`"),
        "float" => diagnostic.help("write `number`"),
        _ => match nearest(name, TYPES.iter().map(|(known, _)| *known)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("types are string, int, number, bool, list, map and any"),
        },
    });
    None
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

fn one_of(table: &mut Table, ty: InputType, out: &mut Diagnostics) -> Vec<Value> {
    let Some(node) = table.node("enum") else { return Vec::new() };
    let NodeKind::List(items) = &node.kind else {
        out.push(wrong_type(&node, "a list of values"));
        return Vec::new();
    };
    items.iter().filter_map(|item| constant(item, ty, "a value of `enum`", out)).collect()
}

/// A default that is null is a default; no default makes the input required.
fn default(table: Table, ty: InputType, out: &mut Diagnostics) -> Option<Value> {
    let (_, node) = table.into_entries().find(|(key, _)| key.name.as_ref() == "default")?;
    constant(&node, ty, "a default", out)
}

fn constant(node: &Node, ty: InputType, what: &str, out: &mut Diagnostics) -> Option<Value> {
    let value = match node.constant() {
        Ok(value) => value,
        Err(expression) => {
            let diagnostic = error(Code::WrongType, &expression.span, format!("{what} is a constant"));
            out.push(diagnostic.help("let the caller pass it, or use `coalesce(inputs.…, …)` where it is used"));
            return None;
        }
    };
    let fits = match (ty, value) {
        (InputType::Any | InputType::List, value @ Value::List(_)) => Some(value),
        (InputType::Any | InputType::Map, value @ Value::Map(_)) => Some(value),
        (_, Value::Null) => Some(Value::Null),
        (InputType::Any, value) => Some(value),
        // A number without quotes is the text that was written.
        (InputType::String, value) if value.as_bool().is_none() => value.scalar_text().map(Value::String),
        (InputType::Int | InputType::Number, value) => {
            let number = plain_number(node, out)?;
            let int = matches!(number, Value::Int(_));
            Some(number.clone()).filter(|_| int || ty == InputType::Number && matches!(value.bare(), Value::Float(_)))
        }
        (InputType::Bool, value) => value.as_bool().map(Value::Bool),
        _ => None,
    };
    let Some(value) = fits else {
        let wanted = TYPES.iter().find(|(_, known)| *known == ty).map_or("any", |(name, _)| name);
        let message = format!("{what} of type {wanted} is expected, found {}", node.type_name());
        let diagnostic = error(Code::WrongType, &node.span, message);
        out.push(if ty == InputType::String { diagnostic.help("write it in quotes") } else { diagnostic });
        return None;
    };
    Some(value)
}
