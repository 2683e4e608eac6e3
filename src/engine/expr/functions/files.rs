//! Files beside the one that an expression stands in.

use std::sync::Arc;

use super::super::{LookupError, RefSegment, Scope, Template, descend};
use super::arguments::Arguments;
use super::{Failure, Function};
use crate::model::{Map, Unknown, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("file(path)", "file", 1, Some(1), file, "The text of a file, relative to the file that asks."),
        Function::new(
            "templatefile(path, variables)",
            "templatefile",
            1,
            Some(2),
            templatefile,
            "The text of a file with its `${…}` computed from a map of variables.",
        )
        .keeps_unknowns(),
        Function::new("basename(path)", "basename", 1, Some(1), basename, "The last part of a path."),
        Function::new("dirname(path)", "dirname", 1, Some(1), dirname, "A path without its last part."),
    ]
}

fn file(arguments: &Arguments) -> Result<Value, Failure> {
    arguments.scope.file(&arguments.text(0)?).map(Value::String).map_err(Failure::new)
}

/// The names of a template: its variables, and nothing of the scope around.
struct Variables<'a> {
    map: Map,
    outer: &'a dyn Scope,
}

impl Scope for Variables<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        let known = matches!(path.first(), Some(RefSegment::Field(name)) if self.map.contains_key(name));
        if !known {
            let name = match path.first() {
                Some(RefSegment::Field(name)) => name.as_str(),
                _ => "",
            };
            let of_shell = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let help = match self.map.len() {
                _ if !name.is_empty() && name.chars().all(of_shell) => {
                    format!("a variable of a shell is written `$${{{name}}}`")
                }
                0 => "the second argument of `templatefile` is a map of variables".to_string(),
                _ => format!("its variables are {}", descend::list(self.map.keys().map(String::as_str))),
            };
            return Err(LookupError { message: format!("no variable `{name}`"), depth: 0, help: Some(help) });
        }
        // A map whose first segment is there.
        let value = self.map.get(match path.first() {
            Some(RefSegment::Field(name)) => name.as_str(),
            _ => "",
        });
        descend::descend(value.unwrap_or(&Value::Null), path, 1)
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        self.outer.file(path)
    }
}

fn templatefile(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let path = arguments.text(0)?;
    let map = if arguments.has(1) { arguments.map(1)?.clone() } else { Map::new() };
    let text = arguments.scope.file(&path).map_err(Failure::new)?;
    if let Some(directive) = directive(&text) {
        let failure = Failure::new(format!("{path}: `%{{ {directive} …}}` is not supported"));
        return Err(failure.help("compute the text in an expression: `${join(\"\\n\", list.map(x, …))}`"));
    }
    arguments.budget.read(text.len())?;
    let located = |error: super::super::EvalError| {
        let before = text.chars().take(error.at.start);
        let (mut line, mut column) = (1, 1);
        for c in before {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        Failure { message: format!("{path}:{line}:{column}: {}", error.message), help: error.help }
    };
    let template = Template::parse(&text).map_err(|error| {
        let failure = located(error);
        let help =
            failure.help.clone().unwrap_or_else(|| "`$${` writes a literal `${`, as a shell script needs".into());
        failure.help(help)
    })?;
    // A template that includes itself would never end.
    if template.expressions().any(|expr| expr.source.contains("templatefile(")) {
        return Err(Failure::new(format!("{path}: a template cannot call `templatefile`")));
    }
    match template.evaluate_within(&Variables { map, outer: arguments.scope }, arguments.budget).map_err(located)? {
        Value::Unknown(unknown) => Ok(Value::Unknown(Unknown::all([&unknown]))),
        value => match value.scalar_text() {
            Some(text) => Ok(Value::String(text)),
            None => Err(Failure::new(format!("{path}: the result is a {}, not text", value.type_name()))),
        },
    }
}

/// Terraform's `%{ if … }` and its kin, which would otherwise end up in the text.
fn directive(text: &str) -> Option<&str> {
    text.match_indices("%{").find_map(|(at, _)| {
        if text[..at].ends_with('%') {
            return None;
        }
        let inside = text[at + 2..].trim_start_matches('~').trim_start();
        let word = inside.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        ["if", "else", "endif", "for", "endfor"].contains(&word).then_some(word)
    })
}

fn basename(arguments: &Arguments) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    Ok(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().into())
}

fn dirname(arguments: &Arguments) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    Ok(match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
    .into())
}
