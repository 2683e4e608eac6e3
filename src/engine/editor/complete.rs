//! What may stand at a place.

use super::context::{self, Meaning, Writing};
use super::{Home, Position, Workspace, home};
use crate::config::shapes::{self, Document, Kind};
use crate::config::{Node, NodeKind};
use crate::expr::function_names;
use crate::model::{Change, Field, Ty};

/// One thing that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: CompletionKind,
    /// A few words beside it.
    pub detail: String,
    /// Sentences about it.
    pub doc: String,
    /// What is written.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    Key,
    Value,
    Type,
    Name,
    Function,
}

fn item(label: &str, kind: CompletionKind, detail: impl Into<String>, doc: impl Into<String>) -> Completion {
    let text = match kind {
        CompletionKind::Key => format!("{label}: "),
        _ => label.to_string(),
    };
    Completion { label: label.to_string(), kind, detail: detail.into(), doc: doc.into(), text }
}

impl Workspace {
    /// What may stand at a place, what is written of it already included.
    pub fn complete(&self, file: &str, position: Position) -> Vec<Completion> {
        let (Some(text), Some(document)) = (self.text(file), Document::of(file)) else { return Vec::new() };
        let Some(writing) = context::at(&text, position) else { return Vec::new() };
        let projects = self.projects();
        let home = home(&projects, file);
        match writing {
            Writing::Expression { prefix } => home.map_or_else(Vec::new, |home| self.in_expression(home, &prefix)),
            Writing::Key { path, prefix } => {
                let meaning = self.meaning(document, &path, home);
                starting(self.keys(meaning, &path, home), &prefix)
            }
            Writing::Value { path, prefix } => {
                let meaning = self.meaning(document, &path, home);
                starting(self.values(meaning, &path, home), &prefix)
            }
        }
    }

    pub(super) fn meaning(&self, document: Document, path: &[String], home: Option<Home<'_>>) -> Option<Meaning> {
        let fields = |of: &[String]| {
            let (Some(home), [.., kind, name]) = (home, of) else { return None };
            match kind.as_str() {
                "resources" => {
                    let one = home.body.resources.get(name.as_str())?;
                    self.catalog.schema(&one.type_name.value).map(|schema| schema.fields.as_slice())
                }
                _ => {
                    let one = home.body.data.get(name.as_str())?;
                    self.catalog.data_schema(&one.type_name.value).map(|schema| schema.fields.as_slice())
                }
            }
        };
        context::meaning(document.shape(), path, &fields)
    }

    fn keys(&self, meaning: Option<Meaning>, path: &[String], home: Option<Home<'_>>) -> Vec<Completion> {
        match meaning {
            Some(Meaning::Map(shape)) => {
                let one = |key: &shapes::KeyShape| {
                    item(key.name, CompletionKind::Key, if key.required { "required" } else { "" }, key.doc)
                };
                shape.keys.iter().map(one).collect()
            }
            Some(Meaning::Fields(fields)) => fields.iter().filter(|field| field.is_written()).map(of_field).collect(),
            Some(Meaning::Inputs) => inputs_of(path, home),
            // An element of a list of values.
            other => self.values(other, path, home),
        }
    }

    fn values(&self, meaning: Option<Meaning>, path: &[String], home: Option<Home<'_>>) -> Vec<Completion> {
        let words = |words: &[&str]| words.iter().map(|word| item(word, CompletionKind::Value, "", "")).collect();
        match meaning {
            Some(Meaning::Value(Kind::ResourceType)) => self
                .catalog
                .types()
                .iter()
                .map(|schema| item(schema.name, CompletionKind::Type, "", schema.doc))
                .collect(),
            Some(Meaning::Value(Kind::DataType)) => self
                .catalog
                .data_types()
                .iter()
                .map(|schema| item(schema.name, CompletionKind::Type, "", schema.doc))
                .collect(),
            Some(Meaning::Value(Kind::Flag | Kind::Condition)) => words(&["true", "false"]),
            Some(Meaning::Value(Kind::InputType)) => words(&shapes::INPUT_TYPES),
            Some(Meaning::Value(Kind::TextsOr(all) | Kind::OneOf(all))) => words(all),
            Some(Meaning::Value(Kind::Texts)) if path.iter().any(|step| step == "depends_on") => declared(home),
            Some(Meaning::Value(Kind::Text) | Meaning::Map(_)) if path.last().is_some_and(|key| key == "source") => {
                self.modules()
            }
            Some(Meaning::Field(field)) if !field.one_of.is_empty() => words(&field.one_of),
            Some(Meaning::Field(Field { ty: Ty::Bool, .. })) => words(&["true", "false"]),
            _ => Vec::new(),
        }
    }

    /// The folders below `modules/`.
    fn modules(&self) -> Vec<Completion> {
        use crate::config::{EntryKind, Files};
        let entries = self.files().list("modules").unwrap_or_default();
        let mut names: Vec<String> =
            entries.into_iter().filter(|(_, kind)| *kind == EntryKind::Folder).map(|(name, _)| name).collect();
        names.sort();
        names.iter().map(|name| item(name, CompletionKind::Value, "module", "")).collect()
    }

    /// What may follow in an expression.
    fn in_expression(&self, home: Home<'_>, prefix: &str) -> Vec<Completion> {
        let path = trailing(prefix);
        let Some((partial, before)) = path.split_last() else { return Vec::new() };
        let all = match before {
            [] => roots(home),
            _ => self.members(home, before),
        };
        starting(all, partial)
    }

    /// What is behind `a.b.`.
    fn members(&self, home: Home<'_>, path: &[String]) -> Vec<Completion> {
        let name = |label: &str, detail: &str| item(label, CompletionKind::Name, detail, "");
        let steps: Vec<&str> = path.iter().map(String::as_str).collect();
        match steps.as_slice() {
            ["stage"] => ["name", "account_id", "region", "values", "tags", "state"].map(|one| name(one, "")).to_vec(),
            ["stage", "values", inner @ ..] => match node_at(home.project.stage.values.as_ref(), inner) {
                Some(entries) => entries.iter().map(|(key, value)| name(&key.name, kind_of(value))).collect(),
                None => Vec::new(),
            },
            ["each"] => ["key", "value", "index"].map(|one| name(one, "")).to_vec(),
            ["inputs"] => {
                let inputs = home.inputs.into_iter().flatten();
                inputs
                    .map(|(key, input)| {
                        item(key, CompletionKind::Name, "input", input.description.clone().unwrap_or_default())
                    })
                    .collect()
            }
            ["locals"] => home.body.locals.keys().map(|key| name(key, "local")).collect(),
            ["data"] => home.body.data.iter().map(|(key, one)| name(key, &one.type_name.value)).collect(),
            ["data", data, inner @ ..] => {
                let one = home.body.data.get(*data);
                let schema = one.and_then(|one| self.catalog.data_schema(&one.type_name.value));
                attributes(schema.map(|schema| schema.fields.as_slice()), inner)
            }
            ["stack"] => home.project.stage.stacks.keys().map(|stack| name(stack, "stack")).collect(),
            ["stack", _] => vec![name("outputs", "")],
            ["stack", stack, "outputs"] => match home.project.stage.stacks.get(*stack) {
                Some(stack) => stack.body.outputs.keys().map(|output| name(output, "output")).collect(),
                None => Vec::new(),
            },
            [own, inner @ ..] => {
                if let Some(one) = home.body.resources.get(*own) {
                    let fields = self.catalog.schema(&one.type_name.value).map(|schema| schema.fields.as_slice());
                    // The key of an instance stands before its attributes.
                    let inner = if one.for_each.is_some() { inner.get(1..).unwrap_or_default() } else { inner };
                    return attributes(fields, inner);
                }
                let call = home.body.modules.get(*own);
                let module = call.and_then(|call| home.project.modules.get(call.module.as_ref()?));
                let outputs = module.into_iter().flat_map(|module| &module.body.outputs);
                outputs
                    .map(|(output, one)| {
                        item(output, CompletionKind::Name, "output", one.description.clone().unwrap_or_default())
                    })
                    .collect()
            }
            [] => Vec::new(),
        }
    }
}

fn starting(mut all: Vec<Completion>, prefix: &str) -> Vec<Completion> {
    all.retain(|one| one.label.starts_with(prefix.trim()));
    all
}

fn of_field(field: &Field) -> Completion {
    let mut detail = type_name(&field.ty).to_string();
    if field.required {
        detail.push_str(", required");
    }
    item(field.name, CompletionKind::Key, detail, described(field))
}

/// The documentation of a property or an attribute.
pub(super) fn described(field: &Field) -> String {
    let mut doc = field.doc.to_string();
    match field.change {
        Change::Immutable => doc.push_str("\n\nA change replaces the resource."),
        Change::Computed => doc.push_str("\n\nOnly AWS sets it."),
        Change::Local => doc.push_str("\n\nA setting of wildfire, which AWS never sees."),
        Change::Update(_) | Change::Inherit => {}
    }
    if !field.one_of.is_empty() {
        doc.push_str(&format!("\n\nOne of {}.", field.one_of.join(", ")));
    }
    doc
}

pub(super) fn type_name(ty: &Ty) -> &'static str {
    if ty.blocks().is_some() {
        return "list of maps";
    }
    match ty {
        Ty::String => "string",
        Ty::Version => "version",
        Ty::Int => "int",
        Ty::Float | Ty::Number => "number",
        Ty::Bool => "bool",
        Ty::Any => "any",
        Ty::List(_) | Ty::Set(_) | Ty::Tuple(_) => "list",
        Ty::Map(_) | Ty::Object(_) => "map",
    }
}

fn attributes(fields: Option<&'static [Field]>, inner: &[&str]) -> Vec<Completion> {
    let mut fields = fields.unwrap_or_default();
    for step in inner {
        let Some(field) = fields.iter().find(|field| field.name == *step) else { return Vec::new() };
        fields = field.block().unwrap_or_default();
    }
    fields.iter().map(|field| item(field.name, CompletionKind::Name, type_name(&field.ty), described(field))).collect()
}

/// The inputs of the module that the call around a place names.
fn inputs_of(path: &[String], home: Option<Home<'_>>) -> Vec<Completion> {
    let (Some(home), [.., call, _]) = (home, path) else { return Vec::new() };
    let module = home.body.modules.get(call.as_str()).and_then(|call| home.project.modules.get(call.module.as_ref()?));
    let inputs = module.into_iter().flat_map(|module| &module.inputs);
    inputs
        .map(|(name, input)| {
            let detail = if input.default.is_none() { "required" } else { "" };
            item(name, CompletionKind::Key, detail, input.description.clone().unwrap_or_default())
        })
        .collect()
}

fn declared(home: Option<Home<'_>>) -> Vec<Completion> {
    let Some(home) = home else { return Vec::new() };
    let own = home.body.resources.keys().chain(home.body.modules.keys()).map(|name| name.to_string());
    let data = home.body.data.keys().map(|name| format!("data.{name}"));
    own.chain(data).map(|name| item(&name, CompletionKind::Name, "", "")).collect()
}

/// What an expression may begin with.
fn roots(home: Home<'_>) -> Vec<Completion> {
    let name = |label: &str, detail: &str| item(label, CompletionKind::Name, detail, "");
    let mut out: Vec<Completion> =
        home.body.resources.iter().map(|(label, one)| name(label, &one.type_name.value)).collect();
    out.extend(home.body.modules.iter().map(|(label, one)| name(label, &format!("module {}", one.source.value))));
    let words = ["stage", "stack", "stages", "each", "data", "locals"].into_iter();
    out.extend(words.chain(home.inputs.map(|_| "inputs")).map(|word| name(word, "")));
    out.extend(function_names().iter().map(|function| Completion {
        text: format!("{}(", function.name),
        ..item(function.name, CompletionKind::Function, function.signature, function.doc)
    }));
    out
}

/// The steps of the name that a text ends with; the last is what is being written, and may be empty. What stands in
/// brackets is a step as well.
pub(super) fn trailing(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = vec![String::new()];
    let mut at = chars.len();
    while at > 0 {
        let c = chars[at - 1];
        // The list is never empty.
        let last = out.len() - 1;
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => out[last].insert(0, c),
            '.' => out.push(String::new()),
            '?' if chars.get(at.wrapping_sub(2)) == Some(&'.') => {}
            ']' if out[last].is_empty() && out.len() > 1 => {
                let Some(open) = chars[..at].iter().rposition(|c| *c == '[') else { break };
                out[last] = chars[open + 1..at - 1].iter().collect::<String>().trim_matches(['"', '\'']).to_string();
                out.push(String::new());
                at = open;
                continue;
            }
            _ => break,
        }
        at -= 1;
    }
    out.reverse();
    out
}

fn node_at<'n>(node: Option<&'n Node>, path: &[&str]) -> Option<&'n [(crate::config::Key, Node)]> {
    let NodeKind::Map(entries) = &node?.kind else { return None };
    match path {
        [] => Some(entries),
        [first, rest @ ..] => {
            let (_, inner) = entries.iter().find(|(key, _)| key.name.as_ref() == *first)?;
            node_at(Some(inner), rest)
        }
    }
}

fn kind_of(node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::Null => "null",
        NodeKind::Scalar(value) => value.type_name(),
        NodeKind::String(_) | NodeKind::Template(_) => "string",
        NodeKind::List(_) => "list",
        NodeKind::Map(_) => "map",
    }
}
