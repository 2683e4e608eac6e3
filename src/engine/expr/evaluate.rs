//! The value of an expression.
//!
//! Unknowns are sound here by construction: an operation that looks at a value it does not know gives an unknown that
//! waits for the same things, and only what the value cannot change (`false && x`, the branch not taken, the other
//! elements of a list) stays known. Names are looked up when, and only when, evaluation comes to them.

use std::sync::Arc;

use super::descend::{Missing, step};
use super::functions::Arguments;
use super::lexer::invalid;
use super::program::{Kind, Node, Path};
use super::{EvalError, RefSegment, Scope, fold, functions, operators};
use crate::model::{Code, Map, Unknown, Value};

pub(super) fn evaluate(node: &Node, source: &str, scope: &dyn Scope) -> Result<Value, EvalError> {
    Evaluator { source, scope, locals: Vec::new(), steps: 0, made: 0 }.node(node)
}

pub(super) struct Evaluator<'a> {
    source: &'a str,
    scope: &'a dyn Scope,
    /// The variables of the macros around, outermost first.
    pub(super) locals: Vec<Value>,
    steps: u32,
    /// Bytes of the values that functions and operators made.
    made: usize,
}

/// A test: its result, or what it waits for.
pub(super) type Tested = Result<bool, Unknown>;

impl Evaluator<'_> {
    /// The value of a node; an optional without a value is null.
    pub(super) fn node(&mut self, node: &Node) -> Result<Value, EvalError> {
        if let Some(value) = self.borrowed(node) {
            return value.cloned();
        }
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
                self.operate(node, sides, |left, right| Ok(Value::Bool(operators::equal(left, right) != *negated)))
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

    /// The value of a node that may have none. Null is none: Terraform's null and CEL's optional are one thing here.
    fn optional(&mut self, node: &Node) -> Result<Option<Value>, EvalError> {
        match &node.kind {
            Kind::Path(path) => self.path(node, path),
            Kind::Field { of, name, optional } => self.member(node, of, RefSegment::Field(name.to_string()), *optional),
            Kind::Index { of, index, optional } => match self.node(index)? {
                Value::Unknown(unknown) => Ok(Some(Value::Unknown(unknown))),
                Value::String(key) => self.member(node, of, RefSegment::Field(key.to_string()), *optional),
                Value::Int(position) => self.member(node, of, RefSegment::Index(position), *optional),
                other => Err(self.fail(index, format!("an index is a string or an int, found {}", other.type_name()))),
            },
            Kind::OptionalNone => Ok(None),
            Kind::OptionalOf(inner) => self.node(inner).map(Some),
            Kind::Or(parts) => match self.optional(&parts[0])? {
                Some(value) => Ok(Some(value)),
                None => self.optional(&parts[1]),
            },
            _ => self.node(node).map(|value| if value.is_null() { None } else { Some(value) }),
        }
    }

    /// A macro's variable, or a constant path below one, without a copy of the whole.
    fn borrowed(&self, node: &Node) -> Option<Result<&Value, EvalError>> {
        match &node.kind {
            Kind::Local(position) => self.locals.get(*position).map(Ok),
            Kind::Field { of, name, optional: false } if !of.is_optional() => {
                let inner = match self.borrowed(of)? {
                    Ok(inner) => inner,
                    Err(error) => return Some(Err(error)),
                };
                let found = step(inner, &RefSegment::Field(name.to_string()));
                Some(found.map_err(|missing| self.missing(node, of, missing)))
            }
            _ => None,
        }
    }

    fn member(
        &mut self,
        node: &Node,
        of: &Node,
        segment: RefSegment,
        optional: bool,
    ) -> Result<Option<Value>, EvalError> {
        let lenient = optional || of.is_optional();
        let parent = if lenient { self.optional(of)? } else { Some(self.node(of)?) };
        let Some(parent) = parent else { return Ok(None) };
        match step(&parent, &segment) {
            Ok(found) => Ok(Some(found.clone()).filter(|found| !lenient || !found.is_null())),
            Err(_) if lenient => Ok(None),
            Err(missing) => Err(self.missing(node, of, missing)),
        }
    }

    fn missing(&self, node: &Node, of: &Node, missing: Missing) -> EvalError {
        let error = self.fail(node, format!("`{}` {}", self.text(of), missing.message));
        EvalError { help: missing.help, ..error }
    }

    fn path(&self, node: &Node, path: &Path) -> Result<Option<Value>, EvalError> {
        let mut merged: Option<Value> = None;
        let whole: [Vec<RefSegment>; 1] = [Vec::new()];
        let needs = if path.needs.is_empty() { &whole[..] } else { &path.needs[..] };
        for need in needs {
            let wanted: Vec<RefSegment>;
            let full = if need.is_empty() {
                &path.segments
            } else {
                wanted = path.segments.iter().chain(need).cloned().collect();
                &wanted
            };
            match self.scope.lookup(full) {
                Ok(value) => {
                    merged = Some(match merged {
                        Some(before) => merge(before, value),
                        None => value,
                    })
                }
                Err(error) if path.optional_from.is_some_and(|from| error.depth >= from) => return Ok(None),
                Err(error) => {
                    let at = path.places.get(error.depth).unwrap_or(&node.at).clone();
                    return Err(EvalError {
                        code: Code::EvaluationFailed,
                        message: error.message,
                        at,
                        help: error.help,
                    });
                }
            }
        }
        Ok(merged.filter(|value| !value.is_null()))
    }

    fn has_path(&mut self, node: &Node, path: &Path) -> Result<Value, EvalError> {
        match self.scope.lookup(&path.segments) {
            Ok(Value::Unknown(unknown)) => {
                // The last segment may exist and be unknown, or something before it may be unknown.
                let parent = path.segments.len() - 1;
                match self.scope.lookup(&path.segments[..parent]) {
                    Ok(Value::Map(map)) => Ok(Value::Bool(match &path.segments[parent] {
                        RefSegment::Field(name) => map.contains_key(name),
                        _ => false,
                    })),
                    _ => Ok(Value::Unknown(unknown)),
                }
            }
            Ok(_) => Ok(Value::Bool(true)),
            Err(error) if error.depth + 1 >= path.segments.len() => Ok(Value::Bool(false)),
            Err(error) if path.optional_from.is_some_and(|from| error.depth >= from) => Ok(Value::Bool(false)),
            Err(error) => {
                let at = path.places.get(error.depth).unwrap_or(&node.at).clone();
                Err(EvalError { code: Code::EvaluationFailed, message: error.message, at, help: error.help })
            }
        }
    }

    fn has(&mut self, node: &Node, of: &Node, name: &str) -> Result<Value, EvalError> {
        match self.optional(of)? {
            Some(Value::Unknown(unknown)) => Ok(Value::Unknown(unknown)),
            Some(Value::Map(map)) => Ok(Value::Bool(map.contains_key(name))),
            None => Ok(Value::Bool(false)),
            Some(other) => {
                let message = format!("`{}` is a {}, and has no members", self.text(of), other.type_name());
                Err(self.fail(node, message))
            }
        }
    }

    fn call(
        &mut self,
        node: &Node,
        function: &'static super::Function,
        arguments: &[Node],
    ) -> Result<Value, EvalError> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.node(argument)?);
        }
        let mut arguments = Arguments::new(values, self.scope);
        let made = arguments.run(function).map_err(|failure| {
            let error = self.fail(node, format!("{}: {}", function.name, failure.message));
            EvalError { help: failure.help, ..error }
        })?;
        self.count_size(node, made)
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
        let made = run(&left, &right).map_err(|failure| self.failed(node, failure))?;
        self.count_size(node, made)
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
    pub(super) fn test(&mut self, node: &Node) -> Result<Tested, EvalError> {
        match self.node(node)? {
            Value::Bool(value) => Ok(Ok(value)),
            Value::Unknown(unknown) => Ok(Err(unknown)),
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
    pub(super) fn key(&self, node: &Node, key: Value) -> Result<String, EvalError> {
        match key {
            Value::String(key) => Ok(key.to_string()),
            Value::Int(key) => Ok(key.to_string()),
            Value::Bool(key) => Ok(key.to_string()),
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

    pub(super) fn count_step(&mut self, node: &Node) -> Result<(), EvalError> {
        self.steps += 1;
        if self.steps > fold::MAX_STEPS {
            return Err(self.fail(node, format!("the expression takes more than {} steps", fold::MAX_STEPS)));
        }
        Ok(())
    }

    /// A value that was made, unless all that were made are too much: a nest of doublings must end.
    fn count_size(&mut self, node: &Node, value: Value) -> Result<Value, EvalError> {
        self.made = self.made.saturating_add(match &value {
            Value::String(text) => text.len(),
            Value::List(items) => items.len().saturating_mul(size_of::<Value>()),
            _ => 0,
        });
        if self.made > functions::MAX_SIZE {
            return Err(self.fail(node, "the expression makes more than 32 MiB of values"));
        }
        Ok(value)
    }

    pub(super) fn fail(&self, node: &Node, message: impl Into<String>) -> EvalError {
        EvalError { code: Code::EvaluationFailed, ..invalid(node.at.clone(), message) }
    }

    /// The text of a node, as it is written.
    pub(super) fn text(&self, node: &Node) -> Arc<str> {
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

/// Two answers to the same lookup, each of which has only some leaves.
fn merge(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Map(mut left), Value::Map(right)) => {
            for (key, value) in right {
                let merged = match left.get_mut(&key) {
                    Some(before) => merge(std::mem::take(before), value),
                    None => value,
                };
                left.insert(key, merged);
            }
            Value::Map(left)
        }
        (Value::List(left), Value::List(right)) if left.len() == right.len() => {
            Value::List(left.into_iter().zip(right).map(|(left, right)| merge(left, right)).collect())
        }
        (Value::Null, right) => right,
        (left, _) => left,
    }
}
