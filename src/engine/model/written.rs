//! Numbers and bools that remember how they were written.
//!
//! YAML reads `1.30`, `01234` and `1e3` as numbers, and whoever wrote them may have meant the text: a version, a postal
//! code, an account id. Which of the two is right is known only where the value meets a type. Until then the value keeps
//! its text. Owns: the pair of value and text. Leaves out: which types take which of them.

use std::sync::Arc;

use super::Value;

/// A bool or a number, and its text where that is not the one that the value would be written with.
#[derive(Clone, Debug)]
pub struct Written {
    value: Value,
    text: Arc<str>,
}

impl Written {
    /// The bool, int or float.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// As it stands in the file.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What to write in its place where a number is wanted, when others may read another number: a leading zero means
    /// octal to YAML 1.1 and to shells, and nobody counts in `0x` or `0o`.
    pub fn ambiguous(&self) -> Option<String> {
        let (sign, digits) = match self.text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", self.text.strip_prefix('+').unwrap_or(&self.text)),
        };
        let value = &self.value;
        match digits.strip_prefix('0')?.chars().next()? {
            'x' | 'o' => Some(format!("write {value}")),
            '0'..='9' => match i64::from_str_radix(digits, 8) {
                // Below 8 both are the same number.
                Ok(octal) if Some(octal) == value.as_int().map(i64::wrapping_abs) => None,
                Ok(octal) => Some(format!("write {value}, or {sign}{octal} if an octal number is meant")),
                Err(_) => Some(format!("write {value}, without zeros before it")),
            },
            _ => None,
        }
    }

    /// True when the text is a number in JSON: the value says all that the text says.
    fn is_json(&self) -> bool {
        match &self.value {
            Value::Int(_) | Value::Float(_) => serde_json::from_str::<serde_json::Number>(&self.text).is_ok(),
            // JSON has its own words for bools.
            _ => true,
        }
    }
}

impl Value {
    /// The bool or number that is written as `text`.
    pub fn written(value: Value, text: &str) -> Value {
        match value.scalar_text() {
            Some(own) if own.as_ref() != text => Value::Written(Arc::new(Written { value, text: text.into() })),
            _ => value,
        }
    }

    /// Without the text of a number or bool. Other values are themselves.
    pub fn bare(&self) -> &Value {
        match self {
            Value::Written(written) => &written.value,
            other => other,
        }
    }

    /// A scalar as text: a number as it was written, or else with the fewest digits. `None` for null, lists, maps and
    /// unknowns.
    pub fn scalar_text(&self) -> Option<Arc<str>> {
        match self {
            Value::String(text) => Some(text.clone()),
            Value::Written(written) => Some(written.text.clone()),
            Value::Bool(value) => Some(value.to_string().into()),
            Value::Int(value) => Some(value.to_string().into()),
            Value::Float(value) => Some(value.to_string().into()),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unknown(_) => None,
        }
    }

    /// As a JSON document has it: a number that JSON can write is a number, any other (`01234`, `0x1F`) is its text.
    #[must_use]
    pub fn in_document(self) -> Value {
        self.resolved(&|written| match written.is_json() {
            true => written.value.clone(),
            false => Value::String(written.text.clone()),
        })
    }

    /// Every number as its text where that is not the one that the number would be written with; bools are bools.
    #[must_use]
    pub fn in_texts(self) -> Value {
        self.resolved(&|written| match &written.value {
            bool @ Value::Bool(_) => bool.clone(),
            _ => Value::String(written.text.clone()),
        })
    }

    fn resolved(self, choose: &dyn Fn(&Written) -> Value) -> Value {
        match self {
            Value::Written(written) => choose(&written),
            Value::List(items) => Value::List(items.into_iter().map(|item| item.resolved(choose)).collect()),
            Value::Map(map) => Value::Map(map.into_iter().map(|(key, item)| (key, item.resolved(choose))).collect()),
            other => other,
        }
    }
}

/// By value: the text of a number makes it no other number.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self.bare(), other.bare()) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Int(one), Value::Int(other)) => one == other,
            (Value::Float(one), Value::Float(other)) => one == other,
            (Value::String(one), Value::String(other)) => one == other,
            (Value::List(one), Value::List(other)) => one == other,
            (Value::Map(one), Value::Map(other)) => one == other,
            (Value::Unknown(one), Value::Unknown(other)) => one == other,
            _ => false,
        }
    }
}
