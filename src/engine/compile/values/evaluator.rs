//! Values that references lead to: attributes, arguments, inputs, outputs.
//!
//! Everything is computed when it is asked for, in the scope in which it was written, and once per evaluation.
//! Nothing here can go in a circle: what is part of a cycle has no instances.
//!
//! `evaluator`, `inputs`, `properties` and `checks::late_secrets` call each other: an input is evaluated where it is passed, and
//! its text may ask for properties of other resources. That is what evaluation on demand is, so these modules are one thing in
//! four files, and the circle stays.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::coerce::Written;
use super::scope::Beside;
use super::{blocks, inputs, properties, provenance};
use crate::compile::Known;
use crate::compile::checks::late_secrets;
use crate::compile::ids::{FrameId, InstanceId, Item};
use crate::compile::instances::{Each, Program};
use crate::compile::sink::{Sink, failed};
use crate::config::{Node, NodeKind};
use crate::expr::{LookupError, RefSegment, Template, descend};
use crate::model::{Code, Diagnostic, Origin, Span, Ty, Unknown, Value, secret_version};

/// Nothing is known of any resource: the view of a compilation.
pub(in crate::compile) struct Nothing;

impl Known for Nothing {
    fn attributes(&self, _: &crate::model::Address) -> Option<Arc<Value>> {
        None
    }
}

/// References may lead through this many others before a value is found. Each costs some kilobytes of stack, by how deep
/// the expressions are nested.
const DEPTH: usize = 100;
/// Bytes of stack: with fewer left, evaluation goes on in a piece of its own.
const RED_ZONE: usize = 512 << 10;
const STACK: usize = 4 << 20;

#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::compile) enum Slot {
    Property(InstanceId, Arc<str>),
    Argument(InstanceId, Arc<str>),
    Input(FrameId, usize),
    Local(FrameId, usize),
    Output(FrameId, usize),
    Each(FrameId, Item),
}

/// Values that were computed already.
#[derive(Default)]
pub(in crate::compile) struct Memo {
    pub values: RefCell<HashMap<Slot, Arc<Value>>>,
    depth: Cell<usize>,
    pub spent: Spent,
}

/// Bytes of the values that were made so far.
#[derive(Default)]
pub(in crate::compile) struct Spent {
    bytes: Cell<u64>,
    /// The most that came from one place.
    places: RefCell<HashMap<Span, u64>>,
    /// Too much was spent, and that was told.
    pub stopped: Cell<bool>,
}

/// Bytes from which on it is noted where they come from.
const LARGE: u64 = 4096;

impl Spent {
    /// Adds bytes; how many there are now.
    pub fn charge(&self, bytes: u64, place: &Span) -> u64 {
        if bytes >= LARGE {
            *self.places.borrow_mut().entry(place.clone()).or_default() += bytes;
        }
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        self.bytes.get()
    }

    /// Where most bytes come from.
    pub fn largest(&self) -> Option<(Span, u64)> {
        largest(&self.places.borrow())
    }
}

/// The place with the largest number; of equals the first in the files.
pub(in crate::compile) fn largest(places: &HashMap<Span, u64>) -> Option<(Span, u64)> {
    let most = places.iter().max_by(|(a, x), (b, y)| x.cmp(y).then_with(|| b.cmp(a)));
    most.map(|(place, count)| (place.clone(), *count))
}

/// Computes values of a program with what is known of its resources.
#[derive(Clone, Copy)]
pub(in crate::compile) struct Evaluator<'a> {
    pub program: &'a Program,
    pub known: &'a dyn Known,
    pub memo: &'a Memo,
    pub sink: &'a Sink,
}

/// A scope: a frame, and the `each` of the declaration.
#[derive(Clone, Copy)]
pub(in crate::compile) struct View<'a> {
    pub evaluator: Evaluator<'a>,
    pub frame: FrameId,
    pub each: Option<&'a Each>,
    /// Declarations of which only the instance with the key of `each` is needed.
    pub narrow: &'a [Item],
}

impl<'a> Evaluator<'a> {
    /// The scope of what has no `each`: outputs, `for_each` itself.
    pub fn view(self, frame: FrameId) -> View<'a> {
        View { evaluator: self, frame, each: None, narrow: &[] }
    }

    /// The scope of a declaration.
    pub fn view_of(self, frame: FrameId, item: Item, each: Option<&'a Each>) -> View<'a> {
        View { evaluator: self, frame, each, narrow: self.program.definition(frame).narrow(item) }
    }

    pub fn once(self, slot: Slot, compute: impl FnOnce() -> Value) -> Arc<Value> {
        if let Some(value) = self.memo.values.borrow().get(&slot) {
            return value.clone();
        }
        let value = Arc::new(compute());
        self.memo.values.borrow_mut().insert(slot, value.clone());
        value
    }

    /// The value of a module's input.
    pub fn input(self, frame: FrameId, index: usize) -> Arc<Value> {
        if let Some(value) = self.program.frames[frame].constants.get(index).and_then(Option::as_ref) {
            return value.clone();
        }
        self.once(Slot::Input(frame, index), || inputs::value(self, frame, index))
    }

    /// The value of a local of a frame.
    pub fn local(self, frame: FrameId, index: usize) -> Arc<Value> {
        if let Some(value) = self.program.frames[frame].local_constants.get(index).and_then(Option::as_ref) {
            return value.clone();
        }
        self.once(Slot::Local(frame, index), || match self.program.definition(frame).body.locals.get_index(index) {
            Some((_, local)) => self.view(frame).plain(&local.value),
            None => Value::Null,
        })
    }

    /// The value of an output of a frame.
    pub fn output(self, frame: FrameId, index: usize) -> Arc<Value> {
        self.once(Slot::Output(frame, index), || match self.program.definition(frame).body.outputs.get_index(index) {
            Some((_, output)) => self.view(frame).plain(&output.value),
            None => Value::Null,
        })
    }

    /// The value of an attribute of a resource, as far as the path goes.
    pub fn attribute(self, id: InstanceId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let instance = &self.program.resources[id];
        let name = match path.get(depth) {
            None | Some(RefSegment::Any) => return Ok(self.whole(id)),
            Some(RefSegment::Field(name)) => name,
            Some(RefSegment::Index(_)) => return Err(not_a_list(path, depth)),
        };
        let schema = self.program.definition(instance.frame).resources[instance.item].schema;
        let field = schema.and_then(|schema| schema.field(name));
        if let Some(all) = self.known.attributes(&instance.address) {
            return match (all.as_map().and_then(|all| all.get(name)), field) {
                (Some(value), Some(field)) => blocks::into_attribute(field, value, path, depth + 1),
                (Some(value), None) => descend(value, path, depth + 1),
                (None, _) if matches!(*all, Value::Unknown(_)) => Ok(all.as_ref().clone()),
                (None, Some(_)) => descend(&Value::Null, path, depth + 1),
                (None, None) => Err(no_attribute(instance.address.path(), name, depth)),
            };
        }
        if schema.is_some() && field.is_none() {
            return Err(no_attribute(instance.address.path(), name, depth));
        }
        let decl = &self.program.definition(instance.frame).body.resources[instance.item];
        let is_all_tags = schema.and_then(|schema| schema.tags).is_some_and(|rule| rule.all == name);
        if properties::written(decl.properties.as_ref(), name) || is_all_tags {
            let value = self.once(Slot::Property(id, name.as_str().into()), || {
                let value = properties::one(self, id, name);
                match field {
                    Some(field) => blocks::completed(&field.ty, value, &format!("{}.{name}", instance.address.path())),
                    None => value,
                }
            });
            if !value.is_null() {
                return descend(&value, path, depth + 1);
            }
        }
        match field.and_then(|field| field.default) {
            Some(default) => Ok(default.into()),
            None => {
                let text = field.is_none_or(|field| field.ty == Ty::String);
                let stand_in = text.then(|| self.known.stand_in(&instance.address, name)).flatten();
                let unknown = || Value::Unknown(Unknown::one(format!("{}.{name}", instance.address.path())));
                Ok(stand_in.unwrap_or_else(unknown))
            }
        }
    }

    /// All attributes of a resource.
    fn whole(self, id: InstanceId) -> Value {
        let instance = &self.program.resources[id];
        if let Some(all) = self.known.attributes(&instance.address) {
            return all.as_ref().clone();
        }
        let Some(schema) = self.program.definition(instance.frame).resources[instance.item].schema else {
            return Value::Unknown(Unknown::one(instance.address.path()));
        };
        let attribute = |name: &str| self.attribute(id, &[RefSegment::Field(name.into())], 0).unwrap_or_default();
        let fields = schema.fields.iter().map(|field| (field.name.to_string(), attribute(field.name)));
        Value::Map(fields.collect())
    }

    pub fn data(self, id: InstanceId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let instance = &self.program.data[id];
        let known = self.known.attributes(&instance.address);
        if let Some(read) = self.program.facts.data.get(&instance.address) {
            // What was read has versions of secrets; an apply knows what they say.
            let revealed = known.filter(|known| secret_version::first_version(read).is_some() && known.is_known());
            return descend(revealed.as_deref().unwrap_or(read), path, depth);
        }
        if let Some(result) = known {
            return descend(&result, path, depth);
        }
        let written = instance.address.path();
        match path.get(depth) {
            Some(RefSegment::Field(name)) => {
                let decl = &self.program.definition(instance.frame).body.data[instance.item];
                if properties::written(decl.properties.as_ref(), name) {
                    let value = self
                        .once(Slot::Argument(id, name.as_str().into()), || properties::one_argument(self, id, name));
                    if !value.is_null() {
                        return descend(&value, path, depth + 1);
                    }
                }
                let schema = self.program.definition(instance.frame).data[instance.item].schema;
                // Where a secret may go can be told before anybody has read which version of it there is.
                if self.program.offline && schema.is_some_and(|schema| schema.secret.contains(&name.as_str())) {
                    return Ok(secret_version::unread(written, name, "that is not known yet"));
                }
                Ok(Value::Unknown(Unknown::one(format!("{written}.{name}"))))
            }
            _ => Ok(Value::Unknown(Unknown::one(written))),
        }
    }
}

pub(in crate::compile) fn not_a_list(path: &[RefSegment], depth: usize) -> LookupError {
    let name = match depth.checked_sub(1).and_then(|at| path.get(at)) {
        Some(RefSegment::Field(name)) => name.as_str(),
        _ => "it",
    };
    LookupError { message: format!("`{name}` is not a list"), depth, help: None }
}

fn no_attribute(written: &str, name: &str, depth: usize) -> LookupError {
    LookupError { message: format!("`{written}` has no attribute `{name}`"), depth, help: None }
}

impl<'a> View<'a> {
    /// The value of a template; a failure is told at the place of `node` and gives an unknown.
    pub fn template(&self, template: &Template, node: &Node, via: Option<&Arc<Origin>>) -> Value {
        let memo = self.evaluator.memo;
        if self.evaluator.sink.is_broken(&node.span) {
            return Value::Unknown(failed());
        }
        let fail = |diagnostic: Diagnostic| {
            self.evaluator.sink.push(diagnostic);
            Value::Unknown(failed())
        };
        if memo.spent.stopped.get() {
            return Value::Unknown(failed());
        }
        if memo.depth.get() >= DEPTH {
            let message = format!("this value is reached through more than {DEPTH} other references");
            return fail(
                Diagnostic::error(Code::EvaluationFailed, message).at(Origin::via(node.span.clone(), via.cloned())),
            );
        }
        memo.depth.set(memo.depth.get() + 1);
        let scope = Beside { view: self, file: &node.span.file };
        let (result, cost) = stacker::maybe_grow(RED_ZONE, STACK, || template.evaluate_metered(&scope));
        memo.depth.set(memo.depth.get() - 1);
        let allowance = &self.evaluator.program.allowance;
        if !allowance.expression(cost, &node.span, via, memo, self.evaluator.sink) {
            return Value::Unknown(failed());
        }
        let result = match result {
            Ok(Value::Unknown(unknown)) => match late_secrets::made_by(template, unknown, self) {
                Ok(unknown) => Ok(Value::Unknown(unknown)),
                Err(refused) => {
                    let (message, help) = *refused;
                    let fault = Diagnostic::error(Code::InvalidExpression, message);
                    return fail(fault.at(Origin::via(node.span.clone(), via.cloned())).help(help));
                }
            },
            result => result,
        };
        result.unwrap_or_else(|error| {
            let place = node.place(self.evaluator.program.files.sources(), &error.at);
            let at = Origin::via(place, via.cloned());
            // The message of a failure repeats values.
            if self.evaluator.program.sensitive.places.contains(&node.span) {
                let message = "the expression fails, and uses something sensitive";
                return fail(Diagnostic::error(error.code, message).at(at).note("why is not shown").of_secret());
            }
            let mut diagnostic = Diagnostic::error(error.code, error.message).at(at);
            diagnostic.help = error.help;
            diagnostic.notes = provenance::of_template(self.evaluator.program, self.frame, template);
            fail(diagnostic)
        })
    }

    /// The value of a node as it is, without a type.
    pub fn plain(&self, node: &Node) -> Value {
        let via = self.evaluator.program.frames[self.frame].via.clone();
        self.plain_via(node, via.as_ref())
    }

    pub fn plain_via(&self, node: &Node, via: Option<&Arc<Origin>>) -> Value {
        match &node.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Scalar(value) => value.clone(),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Template(template) => self.template(template, node, via),
            NodeKind::List(items) => Value::List(items.iter().map(|item| self.plain_via(item, via)).collect()),
            NodeKind::Map(entries) => Value::Map(
                entries.iter().map(|(key, value)| (key.name.to_string(), self.plain_via(value, via))).collect(),
            ),
        }
    }
}

impl Written for View<'_> {
    fn template(&self, template: &Template, node: &Node, via: Option<&Arc<Origin>>) -> Value {
        View::template(self, template, node, via)
    }
}
