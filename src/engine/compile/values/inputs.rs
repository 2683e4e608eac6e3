//! Inputs of modules: computed in the scope of the caller, checked against their declaration.

use std::sync::Arc;

use super::evaluator::Evaluator;
use super::provenance;
use super::scalar::scalar;
use crate::compile::ids::{FrameId, Item};
use crate::compile::sink::failed;
use crate::config::{Input, InputType};
use crate::model::{Code, Diagnostic, Origin, Span, Ty, Value, redactor};

/// The value of an input in a frame. What is wrong is told at the place of the value in the call.
pub(in crate::compile) fn value(evaluator: Evaluator<'_>, frame: FrameId, index: usize) -> Value {
    let program = evaluator.program;
    let here = &program.frames[frame];
    let (Some((name, input)), Some((caller, call))) = (program.definition(frame).inputs.get_index(index), here.caller)
    else {
        return Value::Unknown(failed());
    };
    let decl = &program.definition(caller).body.modules[call];
    let Some((_, node)) = decl.inputs.get(name) else {
        // A missing input was told where the call is.
        return input.default.clone().unwrap_or_else(|| Value::Unknown(failed()));
    };
    let view = evaluator.view_of(caller, Item::Call(call), here.each.as_deref());
    let value = view.plain(node);
    let outer = program.frames[caller].via.clone();
    let hidden = !program.sensitive(frame, Item::Input(index)).is_empty();
    if hidden {
        redactor::learn(&value);
    }
    match checked(name, input, value, hidden) {
        Ok(value) => value,
        Err(fault) => {
            let mut fault = told(*fault, &node.span, outer, name, input);
            fault.notes.extend(provenance::of_node(program, caller, node));
            evaluator.sink.push(fault);
            Value::Unknown(failed())
        }
    }
}

fn told(fault: Diagnostic, place: &Span, outer: Option<Arc<Origin>>, name: &str, input: &Input) -> Diagnostic {
    let mut fault = fault.at(Origin::via(place.clone(), outer));
    if let Some(description) = &input.description {
        fault = fault.note(format!("`{name}`: {description}"));
    }
    fault.note(format!("it is declared at {}", input.span))
}

/// The value as the declaration wants it, or what is wrong with it.
fn checked(name: &str, input: &Input, value: Value, hidden: bool) -> Result<Value, Box<Diagnostic>> {
    let fault = |message: String| Err(Box::new(Diagnostic::error(Code::InvalidInput, message)));
    if value.is_null() {
        return match &input.default {
            Some(default) if !input.nullable => Ok(default.clone()),
            _ if input.nullable => Ok(Value::Null),
            _ => fault(format!("the input `{name}` must not be null")),
        };
    }
    if matches!(value, Value::Unknown(_)) {
        return Ok(value);
    }
    let converted = match input.ty {
        InputType::Any => Some(value.clone()),
        InputType::String => scalar(&value, &Ty::String),
        InputType::Int => scalar(&value, &Ty::Int),
        InputType::Bool => scalar(&value, &Ty::Bool),
        InputType::Number => match &value {
            Value::Int(_) | Value::Float(_) => Some(value.clone()),
            Value::Written(written) if matches!(written.value(), Value::Int(_)) => scalar(&value, &Ty::Int),
            _ => scalar(&value, &Ty::Int).or_else(|| scalar(&value, &Ty::Float)),
        },
        InputType::List => Some(value.clone()).filter(|value| matches!(value, Value::List(_))),
        InputType::Map => Some(value.clone()).filter(|value| matches!(value, Value::Map(_))),
    };
    let Some(value) = converted else {
        if let Value::Written(written) = &value
            && let Some(help) = written.ambiguous().filter(|_| !hidden)
        {
            let message = format!("the input `{name}`: the number {} can be read in two ways", written.text());
            return Err(Box::new(Diagnostic::error(Code::InvalidInput, message).help(help)));
        }
        return fault(format!("the input `{name}` must be {}, found {}", wanted(input.ty), article(value.type_name())));
    };
    // A secret must not be shown by what is wrong with it.
    let shown = if hidden { "its value".to_string() } else { value.to_string() };
    if let (Some(pattern), Some(text)) = (&input.pattern, value.as_str())
        && !pattern.is_match(text)
    {
        return fault(format!("the input `{name}` must match `{}`; {shown} does not", pattern.as_str()));
    }
    if !input.one_of.is_empty() && value.is_known() && !input.one_of.contains(&value) {
        let allowed: Vec<String> = input.one_of.iter().map(ToString::to_string).collect();
        return fault(format!("the input `{name}` must be one of {}; {shown} is not", allowed.join(", ")));
    }
    let number = match value.bare() {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    };
    if let Some(number) = number {
        if let Some(minimum) = input.minimum.filter(|minimum| number < *minimum) {
            return fault(format!("the input `{name}` must be at least {minimum}; {shown} is not"));
        }
        if let Some(maximum) = input.maximum.filter(|maximum| number > *maximum) {
            return fault(format!("the input `{name}` must be at most {maximum}; {shown} is not"));
        }
    }
    let length = match &value {
        Value::String(text) => Some((text.chars().count(), "characters")),
        Value::List(items) => Some((items.len(), "elements")),
        Value::Map(map) => Some((map.len(), "entries")),
        _ => None,
    };
    if let Some((length, what)) = length {
        if let Some(minimum) = input.min_length.filter(|minimum| length < *minimum) {
            return fault(format!("the input `{name}` must have at least {minimum} {what}; it has {length}"));
        }
        if let Some(maximum) = input.max_length.filter(|maximum| length > *maximum) {
            return fault(format!("the input `{name}` must have at most {maximum} {what}; it has {length}"));
        }
    }
    Ok(value)
}

fn wanted(ty: InputType) -> &'static str {
    match ty {
        InputType::String => "a string",
        InputType::Int => "an int",
        InputType::Number => "a number",
        InputType::Bool => "true or false",
        InputType::List => "a list",
        InputType::Map => "a map",
        InputType::Any => "any value",
    }
}

fn article(noun: &str) -> String {
    if noun == "int" { "an int".into() } else { format!("a {noun}") }
}
