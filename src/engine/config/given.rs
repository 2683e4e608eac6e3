//! Values of a stage that are set from outside: on the command line, in files of values and in variables of the environment.
//!
//! Owns: who may set what, that nothing is set twice, and the conversion to the declared type. Leaves out: values that the
//! files of the project write, and those that are missing (`compile`). The text of a file of values is not kept with the
//! sources: it may hold secrets, and lines of sources are shown.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use super::document::{self, Templates};
use super::load::unreadable;
use super::repair;
use super::table::{Table, error};
use super::{Conform, Files, Input, InputType, Node, NodeKind, Stage};
use crate::expr::plain_scalar;
use crate::model::{Code, Diagnostic, Diagnostics, Origin, PropertyPath, Span, Value, nearest, redactor};

/// What is set from outside, as it was written.
#[derive(Clone, Default)]
pub struct Outside {
    /// `--value NAME=TEXT`, in their order.
    pub arguments: Vec<(String, String)>,
    /// `WILDFIRE_VALUE_NAME`. Those that no stage declares are for something else.
    pub variables: Vec<(String, String)>,
    /// YAML or JSON, each a map from name to value.
    pub files: Vec<PathBuf>,
}

/// A value may be a secret.
impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let mut out = f.debug_struct("Outside");
        out.field("arguments", &names(&self.arguments)).field("variables", &names(&self.variables));
        out.field("files", &self.files).finish()
    }
}

/// A value that was set from outside, in the declared type.
#[derive(Clone)]
pub struct Given {
    /// None: what was set is not of the type, which was told.
    pub value: Option<Value>,
    pub by: SetBy,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("by", &self.by).finish_non_exhaustive()
    }
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq)]
pub enum SetBy {
    /// `--value`, by the name.
    Argument(Arc<str>),
    /// A variable of the environment, by its whole name.
    Variable(Arc<str>),
    /// A file of values, by the place of the name.
    File(Span),
}

impl fmt::Display for SetBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetBy::Argument(name) => write!(f, "`--value {name}`"),
            SetBy::Variable(name) => write!(f, "the variable {name}"),
            SetBy::File(span) => write!(f, "{span}"),
        }
    }
}

/// What the variables of the environment begin with that set values.
pub const VARIABLE: &str = "WILDFIRE_VALUE_";

enum Content {
    Text(String),
    Node(Node),
}

type Types = IndexMap<Arc<str>, Input>;

/// Reads everything that is set from outside. What is wrong with it is reported.
pub(super) fn read(
    files: &dyn Files,
    stage: &Stage,
    types: &Types,
    outside: &Outside,
    out: &mut Diagnostics,
) -> IndexMap<Arc<str>, Given> {
    let mut found: IndexMap<Arc<str>, (Content, SetBy)> = IndexMap::new();
    let mut add = |name: &str, content: Content, by: SetBy, out: &mut Diagnostics| {
        if !types.contains_key(name) {
            if !matches!(by, SetBy::Variable(_)) {
                out.push(undeclared(name, &by, stage, types));
            }
            return;
        }
        match found.get(name) {
            Some((_, first)) => out.push(twice(name, first, &by)),
            None => drop(found.insert(name.into(), (content, by))),
        }
    };
    for (name, text) in &outside.arguments {
        add(name, Content::Text(text.clone()), SetBy::Argument(name.as_str().into()), out);
    }
    for path in &outside.files {
        for (name, span, node) in file(files, path, out) {
            add(&name, Content::Node(node), SetBy::File(span), out);
        }
    }
    for (name, text) in &outside.variables {
        add(name, Content::Text(text.clone()), SetBy::Variable(format!("{VARIABLE}{name}").into()), out);
    }
    let mut all = IndexMap::new();
    for (name, input) in types {
        let Some((content, by)) = found.shift_remove(name) else { continue };
        let value = typed(name, input, content, &by, out);
        all.insert(name.clone(), Given { value, by });
    }
    all
}

fn undeclared(name: &str, by: &SetBy, stage: &Stage, types: &Types) -> Diagnostic {
    // A line of a file that was named by mistake is no name, and may be a secret.
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.chars().all(is_name) || name.len() > 64 {
        let message = format!("a key is no name of a value: the stage `{}` declares none like it", stage.name);
        return placed(Diagnostic::error(Code::UnknownInput, message), by).note("it is not shown");
    }
    let message = format!("the stage `{}` declares no value `{name}` that may be set from outside", stage.name);
    let fault = placed(Diagnostic::error(Code::UnknownInput, message), by).note(format!("it is set by {by}"));
    let written = match stage.values.as_ref().map(|node| &node.kind) {
        Some(NodeKind::Map(entries)) => entries.iter().any(|(key, _)| key.name.as_ref() == name),
        _ => false,
    };
    match nearest(name, types.keys().map(AsRef::as_ref)) {
        _ if written => {
            fault.help(format!("it stands under `values`: declare its type as well, `value_types: {{{name}: …}}`"))
        }
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("declare it in stage.yaml or wildfire.yaml: `value_types: {{{name}: string}}`")),
    }
}

fn twice(name: &str, first: &SetBy, second: &SetBy) -> Diagnostic {
    let fault = Diagnostic::error(Code::InvalidInput, format!("the value `{name}` is set twice"));
    placed(fault, second).note(format!("by {first}")).note(format!("and by {second}"))
}

fn placed(fault: Diagnostic, by: &SetBy) -> Diagnostic {
    match by {
        SetBy::File(span) => fault.at(Origin::at(span.clone())),
        _ => fault,
    }
}

/// The entries of a file of values.
fn file(files: &dyn Files, path: &std::path::Path, out: &mut Diagnostics) -> Vec<(Arc<str>, Span, Node)> {
    let name: Arc<str> = path.to_string_lossy().replace('\\', "/").into();
    let text = match files.read_named(path) {
        Ok(bytes) => document::text(&name, bytes),
        Err(failure) => {
            out.push(unreadable(&name, &failure));
            return Vec::new();
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(stop) => {
            out.push(*stop);
            return Vec::new();
        }
    };
    let Some(node) = repair::parse(&name, &text, &mut Templates::new(), out) else { return Vec::new() };
    let Some(table) = Table::open(node, "a file of values", out) else { return Vec::new() };
    table.into_entries().map(|(key, node)| (key.name, key.span, node)).collect()
}

/// The value in the type of its declaration.
fn typed(name: &Arc<str>, input: &Input, content: Content, by: &SetBy, out: &mut Diagnostics) -> Option<Value> {
    let declared = |fault: Diagnostic| {
        let fault = match &input.description {
            Some(description) => fault.note(format!("`{name}`: {description}")),
            None => fault,
        };
        fault.note(format!("it is declared at {}", input.span))
    };
    let raw = match content {
        Content::Text(text) => match of_text(name, input, text) {
            Ok(value) => value,
            Err(message) => {
                let fault = Diagnostic::error(Code::InvalidInput, message).note(format!("it is set by {by}"));
                out.push(declared(fault));
                return None;
            }
        },
        Content::Node(node) => match node.constant() {
            Ok(value) => value,
            Err(expression) => {
                let fault = error(Code::WrongType, &expression.span, format!("the value `{name}` is a constant"));
                out.push(declared(fault).help("a file of values has no expressions: `$${` is a literal `${`"));
                return None;
            }
        },
    };
    if input.sensitive {
        redactor::learn(&raw);
    }
    let conform = Conform { what: "the value", hidden: input.sensitive };
    match conform.declared(&PropertyPath::default(), name, input, raw) {
        Ok(value) => {
            if input.sensitive {
                redactor::learn(&value);
            }
            Some(value)
        }
        Err(misfit) => {
            let mut fault = placed(Diagnostic::error(Code::InvalidInput, misfit.message), by);
            fault.help = misfit.help;
            fault.of_secret = input.sensitive;
            out.push(declared(fault.note(format!("it is set by {by}"))));
            None
        }
    }
}

/// The value that a text means: itself where text is wanted, else what YAML reads.
fn of_text(name: &str, input: &Input, text: String) -> Result<Value, String> {
    let composed = match &input.ty {
        InputType::String => return Ok(Value::from(text)),
        InputType::Int | InputType::Number | InputType::Bool => false,
        InputType::List(_) | InputType::Map(_) | InputType::Object(_) => true,
        InputType::Any => text.trim_start().starts_with(['[', '{', '"', '\'']),
    };
    if !composed {
        return Ok(plain_scalar(&text));
    }
    let mut faults = Diagnostics::default();
    let file: Arc<str> = "the text".into();
    let node = repair::parse(&file, &text, &mut Templates::new(), &mut faults);
    let value = node.as_ref().filter(|_| !faults.has_errors()).and_then(|node| node.constant().ok());
    value.ok_or_else(|| {
        let why = faults.iter().next().filter(|_| !input.sensitive).map(|fault| format!(": {}", fault.message));
        format!("the text of the value `{name}` is no YAML without expressions{}", why.unwrap_or_default())
    })
}
