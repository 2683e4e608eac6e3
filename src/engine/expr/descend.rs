//! Steps into a value: what `.name`, `["key"]` and `[0]` mean.

use super::{LookupError, RefSegment};
use crate::model::{Value, nearest};

/// Names that a message lists at most.
const LISTED: usize = 12;

/// Walks `value`, which stands at `path[..depth]`, along the rest of `path`, up to the first [`RefSegment::Any`].
/// For scopes: a name of theirs is at the beginning of a path, and what is below is this.
///
/// # Errors
/// A segment that is not there, with the nearest name; the depth is that of the segment at fault.
pub fn descend(value: &Value, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
    let mut here = value;
    for (position, segment) in path.iter().enumerate().skip(depth) {
        if matches!(segment, RefSegment::Any) {
            break;
        }
        match step(here, segment) {
            Ok(next) => here = next,
            Err(Missing { message, help }) => {
                let parent = render(&path[..position]);
                return Err(LookupError { message: format!("`{parent}` {message}"), depth: position, help });
            }
        }
        if matches!(here, Value::Unknown(_)) {
            break;
        }
    }
    Ok(here.clone())
}

/// Why a step fails, as the rest of a sentence that begins with the name of the value.
pub(super) struct Missing {
    pub message: String,
    pub help: Option<String>,
}

/// One step. An unknown leads to itself.
pub(super) fn step<'a>(value: &'a Value, segment: &RefSegment) -> Result<&'a Value, Missing> {
    let missing = |message: String, help: Option<String>| Err(Missing { message, help });
    match (value, segment) {
        (Value::Unknown(_), _) => Ok(value),
        (Value::Map(map), RefSegment::Field(name)) => match map.get(name) {
            Some(found) => Ok(found),
            None => {
                let help = match nearest(name, map.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if map.is_empty() => "it is empty".to_string(),
                    None => format!("it has {}", list(map.keys().map(String::as_str))),
                };
                missing(format!("has no `{name}`"), Some(help))
            }
        },
        (Value::List(items), RefSegment::Index(index)) => {
            match usize::try_from(*index).ok().and_then(|index| items.get(index)) {
                Some(found) => Ok(found),
                None => missing(
                    format!("has no element {index}: it has {} {}", items.len(), plural(items.len(), "element")),
                    (*index < 0).then(|| "`element(list, -1)` counts from the end".to_string()),
                ),
            }
        }
        (Value::Map(_), RefSegment::Index(index)) => missing(
            format!("is a map, and the keys of a map are strings: there is no {index}"),
            Some(format!("write [\"{index}\"], or `values(…)[{index}]`")),
        ),
        (Value::List(_), RefSegment::Field(name)) => missing(
            format!("is a list: it has no `{name}`"),
            Some(format!("one element is `[0].{name}`, of every element it is `.map(item, item.{name})`")),
        ),
        (Value::Null, RefSegment::Field(name)) => missing(
            format!("is null: it has no `{name}`"),
            Some(format!("`.?{name}` accepts that, and `.?{name}.orValue(…)` gives another value")),
        ),
        (other, RefSegment::Field(name)) => missing(format!("is a {}: it has no `{name}`", other.type_name()), None),
        (other, _) => missing(format!("is a {}: it has no elements", other.type_name()), None),
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

/// `a`, `b` and `c`, at most [`LISTED`] of them.
pub(super) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let mut out: Vec<String> = names.take(LISTED).map(|name| format!("`{name}`")).collect();
    if count > LISTED {
        out.push(format!("{} more", count - LISTED));
    }
    match out.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => out.concat(),
    }
}

/// A path as it is written.
fn render(path: &[RefSegment]) -> String {
    let mut out = String::new();
    for segment in path {
        match segment {
            RefSegment::Field(name) if is_name(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            RefSegment::Field(name) => out.push_str(&format!("[{}]", serde_json::Value::from(name.as_str()))),
            RefSegment::Index(index) => out.push_str(&format!("[{index}]")),
            RefSegment::Any => out.push_str("[…]"),
        }
    }
    out
}

fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
