//! Templates: in a file, or in a value.

use super::super::EvalError;
use super::super::directives::{Document, Variables};
use super::arguments::Arguments;
use super::{Failure, Function};
use crate::model::{Map, Unknown, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "templatefile(path, variables)",
            "templatefile",
            1,
            Some(2),
            templatefile,
            "The text of a file with its `${…}`, loops and conditions computed from a map of variables.",
        )
        .keeps_unknowns(),
        Function::new(
            "templatestring(text, variables)",
            "templatestring",
            1,
            Some(2),
            templatestring,
            "As templatefile, of a text instead of a file.",
        )
        .keeps_unknowns(),
    ]
}

fn templatefile(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let path = arguments.text(0)?;
    let text = arguments.scope.file(&path).map_err(Failure::new)?;
    render(arguments, "templatefile", &text, &|line, column| format!("{path}:{line}:{column}"), &path)
}

fn templatestring(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let text = arguments.text(0)?;
    let place = |line, column| format!("line {line}, column {column} of the template");
    render(arguments, "templatestring", &text, &place, "the template")
}

/// `place` writes a line and a column of the template.
fn render(
    arguments: &Arguments,
    function: &str,
    text: &str,
    place: &dyn Fn(usize, usize) -> String,
    name: &str,
) -> Result<Value, Failure> {
    let map = if arguments.has(1) { arguments.map(1)?.clone() } else { Map::new() };
    arguments.budget.read(text.len())?;
    let located = |error: EvalError| {
        let (mut line, mut column) = (1, 1);
        for c in text.chars().take(error.at.start) {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        Failure { message: format!("{}: {}", place(line, column), error.message), help: error.help }
    };
    let document = Document::parse(text).map_err(|error| {
        let failure = located(error);
        let help = failure.help.clone();
        failure.help(help.unwrap_or_else(|| "`$${` writes a literal `${`, as a shell script needs".into()))
    })?;
    // A template that includes itself would never end.
    let Some(_inside) = arguments.budget.template() else {
        return Err(Failure::new(format!("a template cannot call `{function}`")));
    };
    let variables = Variables::new(map, arguments.scope);
    match document.evaluate(&variables, arguments.budget).map_err(located)? {
        Value::Unknown(unknown) => Ok(Value::Unknown(Unknown::all([&unknown]))),
        value => match value.scalar_text() {
            Some(text) => Ok(Value::String(text)),
            None => Err(Failure::new(format!("{name}: the result is a {}, not text", value.type_name()))),
        },
    }
}
