//! Operators on known values, as CEL defines them.

use std::cmp::Ordering;

use super::syntax::{Arithmetic, Order};
use crate::model::Value;
use crate::model::visible::quoted;

/// Why an operation has no result.
#[derive(Debug)]
pub(super) struct Failure {
    pub message: String,
    pub help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A text in quotes for a message: with nothing hidden in it, and of a long one the beginning.
pub(super) fn brief(text: &str) -> String {
    /// As many characters tell a reader which text is meant.
    const SHOWN: usize = 120;
    match text.char_indices().nth(SHOWN) {
        None => quoted(text),
        Some((end, _)) => format!("{}… ({} characters)", quoted(&text[..end]), text.chars().count()),
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

pub(super) fn arithmetic(operator: Arithmetic, left: &Value, right: &Value) -> Result<Value, Failure> {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    let sign = match operator {
        Add => "+",
        Subtract => "-",
        Multiply => "*",
        Divide => "/",
        Remainder => "%",
    };
    match (left.bare(), right.bare()) {
        (Value::Int(left), Value::Int(right)) => {
            if *right == 0 && matches!(operator, Divide | Remainder) {
                return Err(Failure::new(format!("{left} {sign} 0 is a division by zero")));
            }
            let result = match operator {
                Add => left.checked_add(*right),
                Subtract => left.checked_sub(*right),
                Multiply => left.checked_mul(*right),
                Divide => left.checked_div(*right),
                Remainder => left.checked_rem(*right),
            };
            result.map(Value::Int).ok_or_else(|| Failure::new(format!("{left} {sign} {right} is beyond 64 bits")))
        }
        (Value::Float(left), Value::Float(right)) => {
            let result = match operator {
                Add => left + right,
                Subtract => left - right,
                Multiply => left * right,
                Divide => left / right,
                Remainder => return Err(mismatch(sign, "number", "number").help("`%` takes ints")),
            };
            finite(result, || format!("{left} {sign} {right}"))
        }
        (Value::String(left), Value::String(right)) if operator == Add => Ok(Value::from(format!("{left}{right}"))),
        (Value::List(left), Value::List(right)) if operator == Add => {
            Ok(Value::List(left.iter().chain(right).cloned().collect()))
        }
        (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => {
            let failure = mismatch(sign, left.type_name(), right.type_name());
            Err(failure.help("convert the int with `double(…)`, or the number with `int(…)`"))
        }
        (Value::String(_), Value::Int(_) | Value::Float(_) | Value::Bool(_))
        | (Value::Int(_) | Value::Float(_) | Value::Bool(_), Value::String(_))
            if operator == Add =>
        {
            let failure = mismatch(sign, left.type_name(), right.type_name());
            Err(failure.help("convert with `string(…)`, or write it inside of the string: \"text-${…}\""))
        }
        (Value::Map(_), Value::Map(_)) if operator == Add => {
            Err(mismatch(sign, "map", "map").help("maps are joined with `merge(…)`"))
        }
        _ => Err(mismatch(sign, left.type_name(), right.type_name())),
    }
}

/// Infinities and NaN are no values of the language: JSON and AWS have no way to write them.
pub(super) fn finite(value: f64, what: impl FnOnce() -> String) -> Result<Value, Failure> {
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(Failure::new(format!("{} has no value", what()))) }
}

fn mismatch(sign: &str, left: &str, right: &str) -> Failure {
    Failure::new(format!("`{sign}` does not take {left} and {right}"))
}

pub(super) fn negate(value: Value) -> Result<Value, Failure> {
    match value.bare() {
        Value::Unknown(unknown) => Ok(Value::Unknown(unknown.clone())),
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(|| "the negation is beyond 64 bits".into()),
        Value::Float(value) => Ok(Value::Float(-value)),
        other => Err(Failure::new(format!("`-` takes a number, found {}", other.type_name()))),
    }
}

pub(super) fn compare(order: Order, left: &Value, right: &Value) -> Result<Value, Failure> {
    let ordering = match (left.bare(), right.bare()) {
        (Value::String(left), Value::String(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => numeric(left, right).ok_or_else(|| {
            let failure = Failure::new(format!("{} and {} have no order", left.type_name(), right.type_name()));
            match (left, right) {
                (Value::String(_), _) | (_, Value::String(_)) => failure.help("convert with `int(…)` or `string(…)`"),
                _ => failure,
            }
        })?,
    };
    Ok(Value::Bool(match order {
        Order::Less => ordering.is_lt(),
        Order::LessOrEqual => ordering.is_le(),
        Order::Greater => ordering.is_gt(),
        Order::GreaterOrEqual => ordering.is_ge(),
    }))
}

/// The order of two numbers by value; `None` when either is none.
pub(super) fn numeric(left: &Value, right: &Value) -> Option<Ordering> {
    match (left.bare(), right.bare()) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Float(right)) => int_and_float(*left, *right),
        (Value::Float(left), Value::Int(right)) => int_and_float(*right, *left).map(Ordering::reverse),
        _ => None,
    }
}

/// Exact: an int beyond 2^53 is not rounded to compare it.
fn int_and_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // 2^63 as a float is exact, and every int is below it.
    if float >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if float < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc();
    Some(int.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)))
}

/// [`equal`] for values of which parts may be unknown; `None` where these decide. What is known to differ differs: a list
/// is no null, whatever its elements are.
pub(super) fn equal_as_known(left: &Value, right: &Value) -> Option<bool> {
    /// False as soon as one is false, and unknown when any other is.
    fn every(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
        let mut result = Some(true);
        for part in parts {
            match part {
                Some(false) => return Some(false),
                Some(true) => {}
                None => result = None,
            }
        }
        result
    }
    match (left, right) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::List(left), Value::List(right)) if left.len() == right.len() => {
            every(left.iter().zip(right).map(|(left, right)| equal_as_known(left, right)))
        }
        (Value::Map(left), Value::Map(right)) if left.len() == right.len() => every(
            left.iter().map(|(key, left)| right.get(key).map_or(Some(false), |right| equal_as_known(left, right))),
        ),
        _ => Some(equal(left, right)),
    }
}

/// Equality by value: `1 == 1.0`, and values of different types differ.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left.bare(), right.bare()) {
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| equal(left, right)))
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            numeric(left, right) == Some(Ordering::Equal)
        }
        _ => left == right,
    }
}

/// Text that two values share exactly when they are [`equal`], for sets that hash.
pub(super) fn identity(value: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value.bare() {
            // A float that an int equals is that int.
            Value::Float(float) if int_and_float(*float as i64, *float) == Some(Ordering::Equal) => {
                out.push_str(&(*float as i64).to_string());
            }
            Value::List(items) => {
                out.push('[');
                for item in items {
                    write(item, out);
                    out.push(',');
                }
                out.push(']');
            }
            Value::Map(map) => {
                let mut keys: Vec<&String> = map.keys().collect();
                keys.sort_unstable();
                out.push('{');
                for key in keys {
                    out.push_str(&format!("{key:?}:"));
                    map.get(key).into_iter().for_each(|value| write(value, out));
                    out.push(',');
                }
                out.push('}');
            }
            other => out.push_str(&other.to_json().to_string()),
        }
    }
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// `item in collection`
pub(super) fn contains(item: &Value, collection: &Value) -> Result<Value, Failure> {
    match (item, collection) {
        (_, Value::List(items)) => Ok(Value::Bool(items.iter().any(|other| equal(item, other)))),
        (Value::String(key), Value::Map(map)) => Ok(Value::Bool(map.contains_key(key.as_ref()))),
        (_, Value::Map(_)) => Ok(Value::Bool(false)),
        (Value::String(_), Value::String(_)) => {
            Err(Failure::new("`in` takes a list or a map, found string").help("write `text.contains(part)`"))
        }
        (_, other) => Err(Failure::new(format!("`in` takes a list or a map, found {}", other.type_name()))),
    }
}
