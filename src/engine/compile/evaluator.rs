//! Values of expressions in their scopes: what `inputs.x`, `network.vpc_id` or `each.key` is.
//!
//! Everything is computed when it is asked for, in the scope in which it was written, and once per evaluation.
//! Nothing here can go in a circle: what is part of a cycle has no instances.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::program::{Each, FrameId, Instance, InstanceId, Instances, Item, Program};
use super::shape::Written;
use super::sink::{Sink, failed};
use super::{Known, inputs, properties};
use crate::config::{Node, NodeKind};
use crate::expr::{LookupError, RefSegment, Scope, Template, descend};
use crate::model::{Code, Diagnostic, Map, Origin, StackId, Unknown, Value};

/// Nothing is known of any resource: the view of a compilation.
pub(super) struct Nothing;

impl Known for Nothing {
    fn attributes(&self, _: &crate::model::Address) -> Option<Arc<Value>> {
        None
    }
}

/// References may lead through this many others before a value is found. Each costs a few kilobytes of stack.
const DEPTH: usize = 100;

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Property(InstanceId, Arc<str>),
    Argument(InstanceId, Arc<str>),
    Input(FrameId, usize),
    Output(FrameId, usize),
    Each(FrameId, Item),
}

/// Values that were computed already.
#[derive(Default)]
pub(super) struct Memo {
    pub values: RefCell<HashMap<Slot, Arc<Value>>>,
    depth: Cell<usize>,
}

/// What is asked of one instance: its id, the path, and where in the path the attribute begins.
type Attribute<'a> = dyn Fn(usize, &[RefSegment], usize) -> Result<Value, LookupError> + 'a;

/// Computes values of a program with what is known of its resources.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'a> {
    pub program: &'a Program,
    pub known: &'a dyn Known,
    pub memo: &'a Memo,
    pub sink: &'a Sink,
}

/// A scope: a frame, and the `each` of the declaration.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub evaluator: Evaluator<'a>,
    pub frame: FrameId,
    pub each: Option<&'a Each>,
}

impl<'a> Evaluator<'a> {
    pub fn view(self, frame: FrameId, each: Option<&'a Each>) -> View<'a> {
        View { evaluator: self, frame, each }
    }

    pub fn view_of(self, instance: &'a Instance) -> View<'a> {
        self.view(instance.frame, instance.each.as_deref())
    }

    fn once(self, slot: Slot, compute: impl FnOnce() -> Value) -> Arc<Value> {
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

    /// The value of an output of a frame.
    pub fn output(self, frame: FrameId, index: usize) -> Arc<Value> {
        self.once(Slot::Output(frame, index), || match self.program.definition(frame).body.outputs.get_index(index) {
            Some((_, output)) => self.view(frame, None).plain(&output.value),
            None => Value::Null,
        })
    }

    /// The value of an attribute of a resource, as far as the path goes.
    fn attribute(self, id: InstanceId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let instance = &self.program.resources[id];
        let name = match path.get(depth) {
            None | Some(RefSegment::Any) => return Ok(self.whole(id)),
            Some(RefSegment::Field(name)) => name,
            Some(RefSegment::Index(_)) => return Err(not_a_list(path, depth)),
        };
        let schema = self.program.definition(instance.frame).resources[instance.item].schema;
        let field = schema.and_then(|schema| schema.field(name));
        if let Some(all) = self.known.attributes(&instance.address) {
            return match all.as_map().and_then(|all| all.get(name)) {
                Some(value) => descend(value, path, depth + 1),
                None if matches!(*all, Value::Unknown(_)) => Ok(all.as_ref().clone()),
                None if field.is_some() => descend(&Value::Null, path, depth + 1),
                None => Err(no_attribute(instance.address.path(), name, depth)),
            };
        }
        if schema.is_some() && field.is_none() {
            return Err(no_attribute(instance.address.path(), name, depth));
        }
        let decl = &self.program.definition(instance.frame).body.resources[instance.item];
        if properties::written(decl.properties.as_ref(), name) || name == "tags_all" {
            let value = self.once(Slot::Property(id, name.as_str().into()), || properties::one(self, id, name));
            if !value.is_null() {
                return descend(&value, path, depth + 1);
            }
        }
        match field.and_then(|field| field.default) {
            Some(default) => Ok(default.into()),
            None => Ok(Value::Unknown(Unknown::one(format!("{}.{name}", instance.address.path())))),
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

    fn data(self, id: InstanceId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let instance = &self.program.data[id];
        if let Some(result) = self.program.facts.data.get(&instance.address) {
            return descend(result, path, depth);
        }
        if let Some(result) = self.known.attributes(&instance.address) {
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
                Ok(Value::Unknown(Unknown::one(format!("{written}.{name}"))))
            }
            _ => Ok(Value::Unknown(Unknown::one(written))),
        }
    }
}

fn not_a_list(path: &[RefSegment], depth: usize) -> LookupError {
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
        let fail = |diagnostic: Diagnostic| {
            self.evaluator.sink.push(diagnostic);
            Value::Unknown(failed())
        };
        if memo.depth.get() >= DEPTH {
            let message = format!("this value is reached through more than {DEPTH} other references");
            return fail(
                Diagnostic::error(Code::EvaluationFailed, message).at(Origin::via(node.span.clone(), via.cloned())),
            );
        }
        memo.depth.set(memo.depth.get() + 1);
        let result = template.evaluate(self);
        memo.depth.set(memo.depth.get() - 1);
        result.unwrap_or_else(|error| {
            let place = super::definition::place(node, error.at.clone());
            let mut diagnostic = Diagnostic::error(error.code, error.message).at(Origin::via(place, via.cloned()));
            diagnostic.help = error.help;
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
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::Int(value) => Value::Int(*value),
            NodeKind::Float(value) => Value::Float(*value),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Template(template) => self.template(template, node, via),
            NodeKind::List(items) => Value::List(items.iter().map(|item| self.plain_via(item, via)).collect()),
            NodeKind::Map(entries) => Value::Map(
                entries.iter().map(|(key, value)| (key.name.to_string(), self.plain_via(value, via))).collect(),
            ),
        }
    }

    fn each(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        let Some(each) = self.each else {
            return Err(LookupError { message: "`each` has no meaning here".into(), depth: 0, help: None });
        };
        let key = || Value::String(each.key.clone());
        match path.get(1) {
            Some(RefSegment::Field(name)) if name == "key" => descend(&key(), path, 2),
            Some(RefSegment::Field(name)) if name == "index" => descend(&Value::Int(each.index), path, 2),
            Some(RefSegment::Field(name)) if name == "value" => match &each.value {
                Some(value) => descend(value, path, 2),
                None => descend(&self.each_value(each), path, 2),
            },
            _ => Ok(Value::from([
                ("key", key()),
                ("value", each.value.clone().unwrap_or_else(|| self.each_value(each))),
                ("index", Value::Int(each.index)),
            ])),
        }
    }

    /// The value of an `each` that held unknowns when it was expanded.
    fn each_value(&self, each: &Each) -> Value {
        let (frame, item) = each.owner;
        let body = &self.evaluator.program.definition(frame).body;
        let for_each = match item {
            Item::Resource(index) => body.resources[index].for_each.as_ref(),
            Item::Data(index) => body.data[index].for_each.as_ref(),
            Item::Call(index) => body.modules[index].for_each.as_ref(),
            Item::Input(_) | Item::Output(_) => None,
        };
        let all = self.evaluator.once(Slot::Each(frame, item), || match for_each {
            Some(for_each) => self.evaluator.view(frame, None).plain(&for_each.0),
            None => Value::Null,
        });
        match all.as_ref() {
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            all => all.get(&each.key).cloned().unwrap_or_default(),
        }
    }

    fn foreign(&self, stack: StackId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let written = match stack.stage == self.evaluator.program.stack.stage {
            true => format!("stack.{}", stack.stack),
            false => format!("stages.{}.{}", stack.stage, stack.stack),
        };
        let (Some(RefSegment::Field(_)), Some(RefSegment::Field(output))) = (path.get(depth), path.get(depth + 1))
        else {
            return Err(LookupError { message: format!("`{written}` alone has no value"), depth, help: None });
        };
        let unknown = || Ok(Value::Unknown(Unknown::one(format!("{written}.outputs.{output}"))));
        let Some(facts) = self.evaluator.program.facts.outputs.get(&stack) else { return unknown() };
        match facts.outputs.get(output) {
            Some(value) => descend(value, path, depth + 2),
            // Declared beside us and not applied yet. Of another stage only its state is seen.
            None if stack.stage == self.evaluator.program.stack.stage => unknown(),
            None => Err(LookupError {
                message: format!("stack `{stack}` has no output `{output}`"),
                depth: depth + 1,
                help: crate::model::nearest(output, facts.outputs.keys().map(String::as_str))
                    .map(|near| format!("did you mean `{near}`?")),
            }),
        }
    }

    /// A declaration with instances: `attribute(id, depth)` gives what is asked of one of them.
    fn instances(
        &self,
        written: &str,
        instances: &Instances,
        path: &[RefSegment],
        depth: usize,
        attribute: &Attribute<'_>,
    ) -> Result<Value, LookupError> {
        match instances {
            Instances::Missing(unknown) => Ok(Value::Unknown(unknown.clone())),
            Instances::Single(Some(id)) => attribute(*id, path, depth),
            Instances::Single(None) => match path.get(depth) {
                None | Some(RefSegment::Any) => Ok(Value::Null),
                Some(_) => Err(LookupError {
                    message: format!("`{written}` does not exist here: its `when` is false"),
                    depth,
                    help: Some(format!("`{written}.?attribute.orValue(…)` gives a value for that case")),
                }),
            },
            Instances::Keyed(keyed) => match path.get(depth) {
                None => every(keyed, |id| attribute(id, &[], 0)),
                Some(RefSegment::Any) => match path.get(depth + 1) {
                    // Only the named attribute matters.
                    Some(RefSegment::Field(name)) => every(keyed, |id| {
                        let only = [RefSegment::Field(name.clone())];
                        Ok(Value::Map(Map::from([(name.clone(), attribute(id, &only, 0)?)])))
                    }),
                    _ => every(keyed, |id| attribute(id, &[], 0)),
                },
                Some(RefSegment::Field(key)) => match keyed.get(key.as_str()) {
                    Some(id) => attribute(*id, path, depth + 1),
                    None => Err(LookupError {
                        message: format!("`{written}` has no instance {key:?}"),
                        depth,
                        help: Some(match crate::model::nearest(key, keyed.keys().map(AsRef::as_ref)) {
                            Some(near) => format!("did you mean {near:?}?"),
                            None if keyed.is_empty() => "its `for_each` is empty".into(),
                            None => format!(
                                "it has `for_each`: write `{written}[\"key\"]`, or `values({written}).map(one, one.{key})`"
                            ),
                        }),
                    }),
                },
                Some(RefSegment::Index(_)) => Err(LookupError {
                    message: format!("`{written}` is a map from key to instance"),
                    depth,
                    help: Some(format!("write `{written}[\"key\"]`, or `values({written})[0]`")),
                }),
            },
        }
    }

    /// A module call's outputs.
    fn module(&self, frame: FrameId, path: &[RefSegment], depth: usize) -> Result<Value, LookupError> {
        let outputs = &self.evaluator.program.definition(frame).body.outputs;
        match path.get(depth) {
            Some(RefSegment::Field(name)) => match outputs.get_index_of(name.as_str()) {
                Some(index) => descend(&self.evaluator.output(frame, index), path, depth + 1),
                None => Err(LookupError {
                    message: format!("the module has no output `{name}`"),
                    depth,
                    help: crate::model::nearest(name, outputs.keys().map(AsRef::as_ref))
                        .map(|near| format!("did you mean `{near}`?")),
                }),
            },
            Some(RefSegment::Index(_)) => Err(not_a_list(path, depth)),
            None | Some(RefSegment::Any) => {
                let value = |index: usize| self.evaluator.output(frame, index).as_ref().clone();
                Ok(Value::Map(
                    outputs.keys().enumerate().map(|(index, name)| (name.to_string(), value(index))).collect(),
                ))
            }
        }
    }
}

fn every(
    keyed: &indexmap::IndexMap<Arc<str>, usize>,
    value: impl Fn(usize) -> Result<Value, LookupError>,
) -> Result<Value, LookupError> {
    let entries = keyed.iter().map(|(key, id)| Ok((key.to_string(), value(*id)?)));
    Ok(Value::Map(entries.collect::<Result<_, LookupError>>()?))
}

impl Scope for View<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        let unknown_name =
            |name: &str| LookupError { message: format!("there is no `{name}` here"), depth: 0, help: None };
        let Some(RefSegment::Field(root)) = path.first() else { return Err(unknown_name("")) };
        let program = self.evaluator.program;
        let frame = &program.frames[self.frame];
        let definition = program.definition(self.frame);
        match (root.as_str(), path.get(1), path.get(2)) {
            ("stage", ..) => descend(&program.stage, path, 1),
            ("stack", Some(RefSegment::Field(name)), _) if name == "name" => {
                Ok(Value::String(program.stack.stack.clone()))
            }
            ("stack", Some(RefSegment::Field(name)), _) => {
                self.foreign(StackId::new(program.stack.stage.clone(), name.as_str()), path, 2)
            }
            ("stages", Some(RefSegment::Field(stage)), Some(RefSegment::Field(stack))) => {
                self.foreign(StackId::new(stage.as_str(), stack.as_str()), path, 3)
            }
            ("each", ..) => self.each(path),
            ("inputs", Some(RefSegment::Field(name)), _) => match definition.inputs.get_index_of(name.as_str()) {
                Some(index) => descend(&self.evaluator.input(self.frame, index), path, 2),
                None => Err(LookupError { message: format!("there is no input `{name}`"), depth: 1, help: None }),
            },
            ("data", Some(RefSegment::Field(name)), _) => match definition.body.data.get_index_of(name.as_str()) {
                Some(index) => {
                    let attribute = |id, path: &[RefSegment], depth| self.evaluator.data(id, path, depth);
                    self.instances(&format!("data.{name}"), &frame.data[index], path, 2, &attribute)
                }
                None => Err(LookupError { message: format!("there is no data source `{name}`"), depth: 1, help: None }),
            },
            (name, ..) => {
                if let Some(index) = definition.body.resources.get_index_of(name) {
                    let attribute = |id, path: &[RefSegment], depth| self.evaluator.attribute(id, path, depth);
                    return self.instances(name, &frame.resources[index], path, 1, &attribute);
                }
                if let Some(index) = definition.body.modules.get_index_of(name) {
                    let attribute = |id, path: &[RefSegment], depth| self.module(id, path, depth);
                    return self.instances(name, &frame.calls[index], path, 1, &attribute);
                }
                Err(unknown_name(name))
            }
        }
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        let program = self.evaluator.program;
        program.files.text(&program.definition(self.frame).folder, path)
    }
}

impl Written for View<'_> {
    fn template(&self, template: &Template, node: &Node, via: Option<&Arc<Origin>>) -> Value {
        View::template(self, template, node, via)
    }
}
