//! YAML documents as values, and the types of YAML's plain scalars.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Failure, fits};
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

/// A value as a YAML document: keys sorted, strings in quotes, as Terraform's `yamlencode` writes it.
pub(super) fn encode(value: &Value) -> Result<String, Failure> {
    let mut out = String::new();
    write(value, 0, false, &mut out)?;
    Ok(out)
}

/// Writes a value that stands behind `key:` or `-`, and the end of its line. `inline`: the first entry of a block goes
/// into the line that is begun.
fn write(value: &Value, indent: usize, inline: bool, out: &mut String) -> Result<(), Failure> {
    match value {
        Value::Map(map) if !map.is_empty() => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            for (position, (key, value)) in entries.into_iter().enumerate() {
                if !(inline && position == 0) {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(&quoted(key));
                out.push(':');
                match value {
                    Value::Map(inner) if !inner.is_empty() => {
                        out.push('\n');
                        write(value, indent + 2, false, out)?;
                    }
                    // A list stands as deep as its key.
                    Value::List(items) if !items.is_empty() => {
                        out.push('\n');
                        write(value, indent, false, out)?;
                    }
                    other => {
                        out.push(' ');
                        write(other, indent + 2, false, out)?;
                    }
                }
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (position, item) in items.iter().enumerate() {
                if !(inline && position == 0) {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str("- ");
                write(item, indent + 2, true, out)?;
            }
        }
        other => {
            out.push_str(&scalar(other, indent));
            out.push('\n');
        }
    }
    fits(1, out.len())
}

fn scalar(value: &Value, indent: usize) -> String {
    match value {
        Value::List(_) => "[]".to_string(),
        Value::Map(_) => "{}".to_string(),
        Value::Null | Value::Unknown(_) => "null".to_string(),
        Value::String(text) => match literal(text, indent) {
            Some(block) => block,
            None => quoted(text),
        },
        // Go writes 3.0 as 3.
        Value::Float(float) => value.as_int().map_or_else(|| float.to_string(), |int| int.to_string()),
        Value::Written(_) => match value.clone().in_document() {
            Value::String(text) => quoted(&text),
            other => scalar(&other, indent),
        },
        other => other.to_string(),
    }
}

/// Several lines as a block, where a block can hold them.
fn literal(text: &str, indent: usize) -> Option<String> {
    let plain = |c: char| {
        c == '\n' || c == '\t' || (!c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
    };
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let fits = text.contains('\n')
        && text.chars().all(plain)
        && !text.starts_with([' ', '\n', '\t'])
        && lines.split('\n').all(|line| !line.ends_with([' ', '\t']) && !line.starts_with('\t'));
    if !fits || lines.ends_with('\n') {
        return None;
    }
    let mut out = String::from(if text.ends_with('\n') { "|" } else { "|-" });
    for line in lines.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent.max(2)));
            out.push_str(line);
        }
    }
    Some(out)
}

/// A string in double quotes; what YAML escapes as JSON does, and what JSON leaves and YAML does not take.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in serde_json::Value::from(text).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
