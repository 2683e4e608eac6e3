//! YAML documents as values, and the types of YAML's plain scalars.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::Failure;
use crate::model::{Map, Value};

/// As for the files of a project.
const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 64;

/// What a scalar without quotes is, by the core schema of YAML 1.2: `no` is a string. Numbers and bools keep their text.
pub(crate) fn plain_scalar(text: &str) -> Value {
    Value::written(by_core_schema(text), text)
}

fn by_core_schema(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let based = |prefix: &str, base: u32| {
        let digits = text.strip_prefix(prefix)?;
        // from_str_radix would take a sign here.
        digits.chars().all(|c| c.is_digit(base)).then(|| i64::from_str_radix(digits, base).ok())?
    };
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        if let Ok(value) = text.parse::<i64>() {
            return Value::Int(value);
        }
        return text.parse::<f64>().map_or_else(|_| text.into(), Value::Float);
    }
    if let Some(value) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Value::Int(value);
    }
    // A float needs a digit, so that `.` and `e5` stay strings, and `inf` and `nan` too: nothing can hold them.
    let float = digits.contains(|c: char| c.is_ascii_digit())
        && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'));
    match text.parse::<f64>() {
        Ok(value) if float && value.is_finite() => Value::Float(value),
        _ => text.into(),
    }
}

enum Open {
    List(Vec<Value>),
    /// A map, and the key that waits for its value.
    Map(Map, Option<String>),
}

pub(super) fn decode(text: &str) -> Result<Value, Failure> {
    if text.len() > MAX_BYTES {
        return Err("the document is larger than 1 MiB".into());
    }
    let mut open: Vec<Open> = Vec::new();
    let mut document: Option<Value> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let mark = error.marker();
            Failure::new(format!("not YAML: line {}, column {}: {}", mark.line(), mark.col() + 1, error.info()))
        })?;
        let finished = match event {
            Event::Alias(_) => return Err("an alias is not supported".into()),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                return Err(Failure::new(format!("nested more than {MAX_DEPTH} deep")));
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::Scalar(text, ScalarStyle::Plain, _, None) => plain_scalar(&text),
            Event::Scalar(text, ..) => Value::from(text.as_ref()),
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Value::List(items),
                Some(Open::Map(map, _)) => Value::Map(map),
                None => continue,
            },
            Event::DocumentStart(_) if document.is_some() => return Err("there is more than one document".into()),
            _ => continue,
        };
        match open.last_mut() {
            Some(Open::List(items)) => items.push(finished),
            Some(Open::Map(map, key)) => match key.take() {
                Some(key) => {
                    map.insert(key, finished);
                }
                None => {
                    let line = span.start.line();
                    let name = finished
                        .scalar_text()
                        .ok_or_else(|| Failure::new(format!("line {line}: a key must be a string")))?;
                    if map.contains_key(name.as_ref()) {
                        return Err(Failure::new(format!("line {line}: the key {name:?} is there twice")));
                    }
                    *key = Some(name.to_string());
                }
            },
            None => document = Some(finished),
        }
    }
    Ok(document.unwrap_or_default())
}
