//! Names, members and optionals: what may have no value.

use super::super::descend::{Missing, step};
use super::super::program::{Kind, Node, Path};
use super::super::{EvalError, RefSegment};
use super::Evaluator;
use crate::model::{Code, Value};

impl Evaluator<'_> {
    /// The value of a node that may have none. Null is none: Terraform's null and CEL's optional are one thing here.
    pub(super) fn optional(&mut self, node: &Node) -> Result<Option<Value>, EvalError> {
        let before = self.budget.held();
        let found = self.found(node)?;
        if let Some(value) = &found {
            self.budget.hold(before, value).map_err(|failure| self.failed(node, failure))?;
        }
        Ok(found)
    }

    fn found(&mut self, node: &Node) -> Result<Option<Value>, EvalError> {
        match &node.kind {
            Kind::Path(path) => self.path(node, path),
            Kind::Field { of, name, optional } => self.member(node, of, RefSegment::Field(name.to_string()), *optional),
            Kind::Index { of, index, optional } => match self.node(index)?.bare().clone() {
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
    pub(super) fn borrowed(&self, node: &Node) -> Option<Result<&Value, EvalError>> {
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

    pub(super) fn has_path(&mut self, node: &Node, path: &Path) -> Result<Value, EvalError> {
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

    pub(super) fn has(&mut self, node: &Node, of: &Node, name: &str) -> Result<Value, EvalError> {
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
