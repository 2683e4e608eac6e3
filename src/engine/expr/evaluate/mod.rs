//! The value of an expression.
//!
//! Unknowns are sound here by construction: an operation that looks at a value it does not know gives an unknown that
//! waits for the same things, and only what the value cannot change (`false && x`, the branch not taken, the other
//! elements of a list) stays known. Names are looked up when, and only when, evaluation comes to them.
//!
//! [`names`] holds what may have no value: references, members, optionals. [`fold`] holds the macros, [`attempt`] what
//! catches errors.

mod attempt;
mod fold;
mod names;

use std::sync::Arc;

use indexmap::IndexSet;

use super::budget::Budget;
use super::functions::Arguments;
use super::lexer::invalid;
use super::program::{Kind, Node};
use super::{EvalError, Scope, operators};
use crate::model::{Code, Map, Unknown, Value};

pub(super) fn evaluate(node: &Node, source: &str, scope: &dyn Scope, budget: &Budget) -> Result<Value, EvalError> {
    Evaluator { source, scope, budget, locals: Vec::new(), attempts: Vec::new() }.node(node)
}

struct Evaluator<'a> {
    source: &'a str,
    scope: &'a dyn Scope,
    budget: &'a Budget,
    /// The variables of the macros around, outermost first.
    locals: Vec<Value>,
    /// The attempts around, outermost first, with the unknowns that each has met so far.
    attempts: Vec<IndexSet<Unknown>>,
}

/// A test: its result, or what it waits for.
type Tested = Result<bool, Unknown>;

impl Evaluator<'_> {
    /// The value of a node; an optional without a value is null.
    fn node(&mut self, node: &Node) -> Result<Value, EvalError> {
        let before = self.budget.held();
        let made = match self.borrowed(node) {
            Some(value) => value.cloned(),
            None => self.computed(node),
        };
        let value = made.inspect_err(|_| self.budget.release(before))?;
        // What the value was made of is gone by now.
        self.budget.hold(before, &value).map_err(|failure| self.failed(node, failure))?;
        if let Some(met) = self.attempts.last_mut() {
            met.extend(value.unknowns().into_iter().cloned());
        }
        Ok(value)
    }

    fn computed(&mut self, node: &Node) -> Result<Value, EvalError> {
        match &node.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::HasPath(path) => self.has_path(node, path),
            Kind::Has { of, name } => self.has(node, of, name),
            Kind::Call { function, arguments } => self.call(node, function, arguments),
            Kind::Not(inner) => self.not(inner),
            Kind::Negate(inner) => self.negate(node, inner),
            Kind::Arithmetic(operator, sides) => {
                self.operate(node, sides, |left, right| operators::arithmetic(*operator, left, right))
            }
            Kind::Compare(order, sides) => {
                self.operate(node, sides, |left, right| operators::compare(*order, left, right))
            }
            Kind::Equal { sides, negated } => {
                let (left, right) = (self.node(&sides[0])?, self.node(&sides[1])?);
                Ok(match operators::equal_as_known(&left, &right) {
                    Some(equal) => Value::Bool(equal != *negated),
                    None => unknown_in([&left, &right]).unwrap_or_default(),
                })
            }
            Kind::In(sides) => self.contains(node, sides),
            Kind::All(parts) => self.logical(parts, false),
            Kind::Any(parts) => self.logical(parts, true),
            Kind::Conditional(parts) => self.conditional(parts),
            Kind::List(items) => self.list(items),
            Kind::Map(entries) => self.map(entries),
            Kind::Fold(inner) => fold::fold(self, node, inner),
            Kind::OrValue(parts) => self.or_value(parts),
            Kind::HasValue(of) => Ok(match self.optional(of)? {
                Some(Value::Unknown(unknown)) => Value::Unknown(unknown),
                found => Value::Bool(found.is_some()),
            }),
            Kind::ValueOf(of) => match self.optional(of)? {
                Some(value) => Ok(value),
                None => Err(self.fail(node, format!("`{}` has no value", self.text(of)))),
            },
            Kind::Path(_)
            | Kind::Local(_)
            | Kind::Field { .. }
            | Kind::Index { .. }
            | Kind::OptionalNone
            | Kind::OptionalOf(_)
            | Kind::Or(_) => Ok(self.optional(node)?.unwrap_or_default()),
        }
    }

    fn call(
        &mut self,
        node: &Node,
        function: &'static super::Function,
        arguments: &[Node],
    ) -> Result<Value, EvalError> {
        if function.attempts {
            return self.attempt(node, function, arguments);
        }
        let before = self.budget.held();
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.node(argument)?);
        }
        let bytes = self.budget.held().saturating_sub(before);
        self.budget.read(bytes).map_err(|failure| self.failed(node, failure))?;
        let mut arguments = Arguments::new(values, self.scope, self.budget);
        arguments.run(function).map_err(|failure| {
            let error = self.fail(node, format!("{}: {}", function.name, failure.message));
            EvalError { help: failure.help, ..error }
        })
    }

    /// A strict operation on two values: unknown when either is, also in part.
    fn operate(
        &mut self,
        node: &Node,
        sides: &[Node; 2],
        run: impl Fn(&Value, &Value) -> Result<Value, operators::Failure>,
    ) -> Result<Value, EvalError> {
        let left = self.node(&sides[0])?;
        let right = self.node(&sides[1])?;
        if let Some(unknown) = unknown_in([&left, &right]) {
            return Ok(unknown);
        }
        run(&left, &right).map_err(|failure| self.failed(node, failure))
    }

    fn failed(&self, node: &Node, failure: operators::Failure) -> EvalError {
        EvalError { help: failure.help, ..self.fail(node, failure.message) }
    }

    fn contains(&mut self, node: &Node, sides: &[Node; 2]) -> Result<Value, EvalError> {
        let item = self.node(&sides[0])?;
        let collection = self.node(&sides[1])?;
        // The keys of a map are known, whatever its values are.
        if let (Value::String(key), Value::Map(map)) = (&item, &collection) {
            return Ok(Value::Bool(map.contains_key(key.as_ref())));
        }
        // One element that is the same decides, whatever the others are.
        if let Value::List(items) = &collection
            && items.iter().any(|other| operators::equal_as_known(&item, other) == Some(true))
        {
            return Ok(Value::Bool(true));
        }
        if let Some(unknown) = unknown_in([&item, &collection]) {
            return Ok(unknown);
        }
        operators::contains(&item, &collection).map_err(|failure| self.failed(node, failure))
    }

    fn not(&mut self, inner: &Node) -> Result<Value, EvalError> {
        Ok(match self.test(inner)? {
            Ok(value) => Value::Bool(!value),
            Err(unknown) => Value::Unknown(unknown),
        })
    }

    fn negate(&mut self, node: &Node, inner: &Node) -> Result<Value, EvalError> {
        let value = self.node(inner)?;
        operators::negate(value).map_err(|failure| self.failed(node, failure))
    }

    /// A value that must be a bool.
    fn test(&mut self, node: &Node) -> Result<Tested, EvalError> {
        let found = self.node(node)?;
        match found.bare() {
            Value::Bool(value) => Ok(Ok(*value)),
            Value::Unknown(unknown) => Ok(Err(unknown.clone())),
            other => {
                let message = format!("`{}` must be a bool, found {}", self.text(node), other.type_name());
                Err(self.fail(node, message))
            }
        }
    }

    /// `&&` (`decisive` is false) and `||` (true). One decisive part decides, whatever the others are: as CEL has it,
    /// also when another part fails.
    fn logical(&mut self, parts: &[Node], decisive: bool) -> Result<Value, EvalError> {
        let mut unknown = Vec::new();
        let mut error = None;
        for part in parts {
            match self.test(part) {
                Ok(Ok(value)) if value == decisive => return Ok(Value::Bool(decisive)),
                Ok(Ok(_)) => {}
                Ok(Err(waits)) => unknown.push(waits),
                Err(failed) => error = error.or(Some(failed)),
            }
        }
        match error {
            _ if !unknown.is_empty() => Ok(Value::Unknown(Unknown::all(&unknown))),
            Some(error) => Err(error),
            None => Ok(Value::Bool(!decisive)),
        }
    }

    fn conditional(&mut self, parts: &[Node; 3]) -> Result<Value, EvalError> {
        let [condition, then, otherwise] = parts;
        match self.test(condition)? {
            Ok(true) => self.node(then),
            Ok(false) => self.node(otherwise),
            Err(unknown) => Ok(Value::Unknown(unknown)),
        }
    }

    fn list(&mut self, items: &[(Node, bool)]) -> Result<Value, EvalError> {
        let mut out = Vec::with_capacity(items.len());
        for (item, optional) in items {
            if !optional {
                out.push(self.node(item)?);
                continue;
            }
            match self.optional(item)? {
                // Whether there is an element at all is not known, nor then how long the list is.
                Some(Value::Unknown(unknown)) => return Ok(Value::Unknown(unknown)),
                found => out.extend(found),
            }
        }
        Ok(Value::List(out))
    }

    fn map(&mut self, entries: &[(Node, Node, bool)]) -> Result<Value, EvalError> {
        let mut out = Map::with_capacity(entries.len());
        for (key_node, value_node, optional) in entries {
            let key = self.node(key_node)?;
            if let Value::Unknown(unknown) = key {
                return Ok(Value::Unknown(unknown));
            }
            let key = self.key(key_node, key)?;
            let value = match optional {
                true => match self.optional(value_node)? {
                    Some(Value::Unknown(unknown)) => return Ok(Value::Unknown(unknown)),
                    Some(value) => value,
                    None => continue,
                },
                false => self.node(value_node)?,
            };
            if out.contains_key(&key) {
                return Err(self.fail(key_node, format!("the key {key:?} is there twice")));
            }
            out.insert(key, value);
        }
        Ok(Value::Map(out))
    }

    /// The key of a map that an expression makes.
    fn key(&self, node: &Node, key: Value) -> Result<String, EvalError> {
        match key {
            Value::String(key) => Ok(key.to_string()),
            Value::Int(key) => Ok(key.to_string()),
            Value::Bool(key) => Ok(key.to_string()),
            Value::Written(key) if !matches!(key.value(), Value::Float(_)) => Ok(key.text().to_string()),
            other => {
                let error = self.fail(node, format!("the key of a map must be a string, found {}", other.type_name()));
                Err(error.with_help("a name without quotes is a reference: write `{\"name\": …}`"))
            }
        }
    }

    fn or_value(&mut self, parts: &[Node; 2]) -> Result<Value, EvalError> {
        match self.optional(&parts[0])? {
            Some(value) => Ok(value),
            None => self.node(&parts[1]),
        }
    }

    fn fail(&self, node: &Node, message: impl Into<String>) -> EvalError {
        EvalError { code: Code::EvaluationFailed, ..invalid(node.at.clone(), message) }
    }

    /// The text of a node, as it is written.
    fn text(&self, node: &Node) -> Arc<str> {
        // A macro may fail at every element and still have a value.
        self.budget.note(node.at.end);
        let text: String = self.source.chars().skip(node.at.start).take(node.at.len()).collect();
        text.into()
    }
}

/// What the values wait for, when any is unknown anywhere inside.
fn unknown_in<const N: usize>(values: [&Value; N]) -> Option<Value> {
    if values.iter().all(|value| value.is_known()) {
        return None;
    }
    Some(Value::Unknown(Unknown::all(values.iter().flat_map(|value| value.unknowns()))))
}
