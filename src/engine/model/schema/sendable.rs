//! What can be sent of a value: numbers that fit, texts that the service takes.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;

use super::{Field, Ty};
use crate::model::{PropertyPath, Value};

impl Field {
    /// What AWS takes instead, where it cannot be sent the value (a number or a text). Whatever passes fits the member of
    /// the request, so that nothing has to be left out of it.
    pub fn refuses(&self, value: &Value) -> Option<String> {
        match value {
            Value::Int(number) => {
                let (least, most) = self.range.unwrap_or((i32::MIN.into(), i32::MAX.into()));
                (!(least..=most).contains(number)).then(|| format!("AWS allows {least} to {most}"))
            }
            Value::String(text) => {
                if let Some(expected) = self.forms.iter().find_map(|form| form.refuses(text)) {
                    return Some(format!("AWS takes {expected}"));
                }
                self.refuses_text(text)
            }
            _ => None,
        }
    }

    fn refuses_text(&self, text: &str) -> Option<String> {
        if let Some((least, most)) = self.length {
            let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            if !(least..=most).contains(&characters) {
                return Some(format!("AWS takes {least} to {most} characters, and these are {characters}"));
            }
        }
        let pattern = self.pattern?;
        (!matches(pattern, text)).then(|| format!("AWS takes what matches `{pattern}`"))
    }
}

/// Whether the whole of a text matches. A pattern is compiled once; a test over all types says that each can be.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern).or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok());
    regex.as_ref().is_none_or(|regex| regex.is_match(text))
}

/// The first property of a type or block that cannot be sent as it is, and what AWS takes instead: see [`Field::refuses`].
pub fn refused(fields: &[Field], value: &Value) -> Option<(PropertyPath, String)> {
    let inside = |field: &Field, path: PropertyPath| refused_in(field, value.get(field.name)?, path);
    let mut properties = fields.iter().filter(|field| field.is_property() && !field.json);
    properties.find_map(|field| inside(field, PropertyPath::from(field.name)))
}

fn refused_in(field: &Field, value: &Value, path: PropertyPath) -> Option<(PropertyPath, String)> {
    match (value, field.block()) {
        (Value::List(items), _) => {
            items.iter().enumerate().find_map(|(index, item)| refused_in(field, item, path.index(index)))
        }
        (Value::Map(_), Some(fields)) if !matches!(field.ty, Ty::Map(_)) => {
            let (inner, why) = refused(fields, value)?;
            Some((PropertyPath(path.0.into_iter().chain(inner.0).collect()), why))
        }
        (Value::Map(_), _) => None,
        (scalar, _) => Some((path, field.refuses(scalar)?)),
    }
}
