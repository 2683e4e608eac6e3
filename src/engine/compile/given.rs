//! Values of the stage with a type: those of its files checked, and those that were set from outside put in.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sink::{Sink, failed};
use crate::config::{Conform, Given, Input, Node, NodeKind, Project};
use crate::expr::RefSegment;
use crate::model::{Code, Diagnostic, Origin, PropertyPath, Value, redactor};

/// A value that was set from outside, for who shows or saves a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenValue {
    pub name: String,
    /// Who set it: "`--value image`".
    pub by: String,
    /// None: it is sensitive.
    pub value: Option<Value>,
}

/// `values` of the stage, with every declared value in its type. One that is not set is told where it is among `reads`.
pub(super) fn typed(project: &Project, values: Value, reads: Option<&BTreeSet<String>>, sink: &Sink) -> Value {
    if project.value_types.is_empty() {
        return values;
    }
    let Value::Map(mut map) = values else { return values };
    for (name, input) in &project.value_types {
        let value = match (project.given.get(name), map.get(name.as_ref())) {
            (Some(Given { value, .. }), _) => value.clone().unwrap_or_else(|| Value::Unknown(failed())),
            (None, Some(value)) => written(project, name, input, value.clone(), sink),
            (None, None) => match &input.default {
                Some(default) => default.clone(),
                None => {
                    if reads.is_none_or(|reads| reads.contains(name.as_ref())) {
                        sink.push(missing(project, name, input));
                    }
                    Value::Unknown(failed())
                }
            },
        };
        if input.sensitive {
            redactor::learn(&value);
        }
        map.insert(name.to_string(), value);
    }
    Value::Map(map)
}

/// A value that the stage's files write.
fn written(project: &Project, name: &str, input: &Input, value: Value, sink: &Sink) -> Value {
    let conform = Conform { what: "the value", hidden: input.sensitive };
    let misfit = match conform.declared(&PropertyPath::default(), name, input, value) {
        Ok(value) => return value,
        Err(misfit) => misfit,
    };
    let mut path = PropertyPath::from(name);
    path.0.extend(misfit.path.0);
    let place = project.stage.values.as_ref().and_then(|node| node.at(&path));
    let mut fault = Diagnostic::error(Code::InvalidInput, misfit.message);
    fault.help = misfit.help;
    fault.of_secret = input.sensitive;
    let fault = fault.at(Origin::at(place.unwrap_or_else(|| input.span.clone())));
    sink.push(described(fault, name, input).note(format!("it is declared at {}", input.span)));
    Value::Unknown(failed())
}

fn missing(project: &Project, name: &str, input: &Input) -> Diagnostic {
    let message = format!("the value `{name}` of the stage `{}` is not set", project.stage.name);
    let fault = Diagnostic::error(Code::MissingInput, message).at(Origin::at(input.span.clone()));
    described(fault, name, input).help(format!(
        "set it with `--value {name}=…`, in a file for `--values-file`, with the variable WILDFIRE_VALUE_{name}, or under \
         `values` of stage.yaml"
    ))
}

fn described(fault: Diagnostic, name: &str, input: &Input) -> Diagnostic {
    match &input.description {
        Some(description) => fault.note(format!("`{name}`: {description}")),
        None => fault,
    }
}

/// Whether a reference reads a value of the stage that is declared to be sensitive.
pub(super) fn is_secret(project: &Project, path: &[RefSegment]) -> bool {
    let secret = |input: &Input| input.sensitive;
    match path {
        [RefSegment::Field(stage), rest @ ..] if stage == "stage" => match rest {
            [] | [RefSegment::Any, ..] => project.value_types.values().any(secret),
            [RefSegment::Field(values), rest @ ..] if values == "values" => match rest.first() {
                Some(RefSegment::Field(name)) => project.value_types.get(name.as_str()).is_some_and(secret),
                _ => project.value_types.values().any(secret),
            },
            _ => false,
        },
        _ => false,
    }
}

/// Whether an expression, or text with expressions, reads such a value.
pub(super) fn names_secret(project: &Project, node: &Node) -> bool {
    let NodeKind::Template(template) = &node.kind else { return false };
    template.references().any(|(reference, _)| is_secret(project, &reference.path))
}

/// The values that are declared to be sensitive.
pub(super) fn secrets(project: &Project) -> BTreeSet<Arc<str>> {
    let secret = project.value_types.iter().filter(|(_, input)| input.sensitive);
    secret.map(|(name, _)| name.clone()).collect()
}

/// What was set from outside of what a stack uses; `used`: the names, none for all.
pub(super) fn shown(project: &Project, used: Option<&BTreeSet<String>>) -> Vec<GivenValue> {
    let given = project.given.iter().filter(|(name, _)| used.is_none_or(|used| used.contains(name.as_ref())));
    let shown = given.filter_map(|(name, given)| {
        let sensitive = project.value_types.get(name).is_some_and(|input| input.sensitive);
        let value = Some(given.value.clone()?).filter(|_| !sensitive);
        Some(GivenValue { name: name.to_string(), by: given.by.to_string(), value })
    });
    shown.collect()
}
