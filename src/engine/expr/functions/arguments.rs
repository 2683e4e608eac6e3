//! Arguments of a function call, read as the type that the function wants.
//!
//! Conversions are Terraform's: a number where text is wanted is written out, and text that is a number is one.

use std::borrow::Cow;

use super::super::Scope;
use super::super::budget::Budget;
use super::{Failure, Function};
use crate::model::{Map, Unknown, Value};

pub(in crate::expr) struct Arguments<'a> {
    values: Vec<Value>,
    pub scope: &'a dyn Scope,
    pub budget: &'a Budget,
}

impl<'a> Arguments<'a> {
    pub(in crate::expr) fn new(values: Vec<Value>, scope: &'a dyn Scope, budget: &'a Budget) -> Self {
        Self { values, scope, budget }
    }

    pub(in crate::expr) fn run(&mut self, function: &Function) -> Result<Value, Failure> {
        if function.strict && !self.values.iter().all(Value::is_known) {
            return Ok(Value::Unknown(Unknown::all(self.values.iter().flat_map(Value::unknowns))));
        }
        (function.run)(self)
    }

    pub fn all(&self) -> &[Value] {
        &self.values
    }

    pub fn count(&self) -> usize {
        self.values.len()
    }

    pub fn has(&self, position: usize) -> bool {
        position < self.values.len()
    }

    /// The argument; null when there is none.
    pub fn value(&self, position: usize) -> &Value {
        const NULL: &Value = &Value::Null;
        self.values.get(position).unwrap_or(NULL)
    }

    fn wrong(&self, position: usize, wanted: &str) -> Failure {
        let found = self.value(position).type_name();
        if self.values.len() == 1 {
            return Failure::new(format!("takes {wanted}, found {found}"));
        }
        Failure::new(format!("argument {} must be {wanted}, found {found}", position + 1))
    }

    pub fn text(&self, position: usize) -> Result<Cow<'_, str>, Failure> {
        match self.value(position) {
            Value::String(text) => Ok(Cow::Borrowed(text)),
            other => other
                .scalar_text()
                .map(|text| Cow::Owned(text.to_string()))
                .ok_or_else(|| self.wrong(position, "a string")),
        }
    }

    pub fn int(&self, position: usize) -> Result<i64, Failure> {
        let value = self.value(position);
        let number = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_int(),
        };
        number.ok_or_else(|| self.wrong(position, "an int"))
    }

    /// A number that counts something.
    pub fn size(&self, position: usize) -> Result<usize, Failure> {
        let number = self.int(position)?;
        usize::try_from(number).map_err(|_| Failure::new(format!("argument {} is negative: {number}", position + 1)))
    }

    pub fn float(&self, position: usize) -> Result<f64, Failure> {
        match number(self.value(position)) {
            Some(Value::Int(value)) => Ok(value as f64),
            Some(Value::Float(value)) => Ok(value),
            _ => Err(self.wrong(position, "a number")),
        }
    }

    /// An int or a float.
    pub fn number(&self, position: usize) -> Result<Value, Failure> {
        number(self.value(position)).ok_or_else(|| self.wrong(position, "a number"))
    }

    pub fn list(&self, position: usize) -> Result<&[Value], Failure> {
        self.value(position).as_list().ok_or_else(|| self.wrong(position, "a list"))
    }

    pub fn map(&self, position: usize) -> Result<&Map, Failure> {
        self.value(position).as_map().ok_or_else(|| self.wrong(position, "a map"))
    }

    /// The arguments from `position` on; a single list there stands for its elements, as Terraform's `f(list...)`.
    pub fn rest(&self, position: usize) -> &[Value] {
        match self.values.get(position..) {
            Some([Value::List(items)]) => items,
            Some(rest) => rest,
            None => &[],
        }
    }

    /// A list of strings; other scalars are written out.
    pub fn texts(&self, position: usize) -> Result<Vec<String>, Failure> {
        let items = self.list(position)?;
        let text = |(index, item): (usize, &Value)| {
            item.scalar_text().map(|text| text.to_string()).ok_or_else(|| {
                let at = position + 1;
                Failure::new(format!("element {index} of argument {at} must be a string, found {}", item.type_name()))
            })
        };
        items.iter().enumerate().map(text).collect()
    }

    /// The unknown that the whole argument is, or that it has inside.
    pub fn unknown(&self, position: usize) -> Option<Value> {
        let unknowns = self.value(position).unknowns();
        if unknowns.is_empty() { None } else { Some(Value::Unknown(Unknown::all(unknowns))) }
    }

    /// The argument, when it is unknown as a whole.
    pub fn whole_unknown(&self, position: usize) -> Option<Value> {
        match self.value(position) {
            unknown @ Value::Unknown(_) => Some(unknown.clone()),
            _ => None,
        }
    }
}

/// A number, or text that is one.
pub(super) fn number(value: &Value) -> Option<Value> {
    match value.bare() {
        number @ (Value::Int(_) | Value::Float(_)) => Some(number.clone()),
        Value::String(text) => {
            let text = text.trim();
            if let Ok(int) = text.parse::<i64>() {
                return Some(Value::Int(int));
            }
            // `inf` and `nan` parse as floats and are no numbers of the language.
            text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::Float)
        }
        _ => None,
    }
}
