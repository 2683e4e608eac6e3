//! The names of an expression: from the first segment of a path to the declaration, its instances, and what is asked.

use std::sync::Arc;

use indexmap::IndexMap;

use super::evaluator::{Slot, View, not_a_list};
use crate::compile::declarations::not_stored;
use crate::compile::ids::{FrameId, Item};
use crate::compile::instances::{Each, Instances};
use crate::expr::{Digest, LookupError, RefSegment, Scope, descend};
use crate::model::{Map, StackId, Unknown, Value, nearest};

/// What is asked of one instance: its id, the path, and where in the path the attribute begins.
type Attribute<'a> = dyn Fn(usize, &[RefSegment], usize) -> Result<Value, LookupError> + 'a;

impl View<'_> {
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
            Item::Input(_) | Item::Local(_) | Item::Output(_) => None,
        };
        let all = self.evaluator.once(Slot::Each(frame, item), || match for_each {
            Some(for_each) => self.evaluator.view(frame).plain(&for_each.0),
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
        if let Some(value) = self.evaluator.known.output(&stack, output) {
            return descend(&value, path, depth + 2);
        }
        let unknown = || Ok(Value::Unknown(Unknown::one(format!("{written}.outputs.{output}"))));
        let own_stage = stack.stage == self.evaluator.program.stack.stage;
        let complete = self.evaluator.program.facts.complete;
        let Some(facts) = self.evaluator.program.facts.outputs.get(&stack) else {
            return if complete { Err(self.told_once(never_applied(&stack, depth + 1))) } else { unknown() };
        };
        if facts.sensitive.contains(output.as_str()) && !facts.outputs.contains_key(output) {
            let (message, help) = not_stored(&written, output);
            return Err(LookupError { message, depth: depth + 1, help: Some(help) });
        }
        match facts.outputs.get(output) {
            Some(value) => descend(value, path, depth + 2),
            // Declared beside us and not applied yet. Of another stage only its state is seen.
            None if own_stage && !complete => unknown(),
            None => {
                let near = nearest(output, facts.outputs.keys().map(String::as_str)).filter(|_| !own_stage);
                Err(self.told_once(LookupError {
                    message: format!("the state of `{stack}` has no output `{output}`"),
                    depth: depth + 1,
                    help: Some(match near {
                        Some(near) => format!("did you mean `{near}`? If it is new, apply {stack} first"),
                        None => format!("apply {stack} first: `wildfire apply {stack}`"),
                    }),
                }))
            }
        }
    }

    fn told_once(&self, error: LookupError) -> LookupError {
        self.evaluator.sink.tell_once(&error.message);
        error
    }

    /// A declaration with instances: `attribute(id, depth)` gives what is asked of one of them.
    fn instances(
        &self,
        item: Item,
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
                None | Some(RefSegment::Any) => {
                    let value = |id: usize| match path.get(depth + 1) {
                        // Only the named attribute matters.
                        Some(RefSegment::Field(name)) => {
                            let only = [RefSegment::Field(name.clone())];
                            Ok(Value::Map(Map::from([(name.clone(), attribute(id, &only, 0)?)])))
                        }
                        _ => attribute(id, &[], 0),
                    };
                    // A key that is not there is told with all that are.
                    let one = self.each.filter(|_| self.narrow.contains(&item)).map(|each| &each.key);
                    match one.and_then(|key| Some((key, keyed.get(key)?))) {
                        Some((key, id)) => Ok(Value::Map(Map::from([(key.to_string(), value(*id)?)]))),
                        None => every(keyed, value),
                    }
                }
                Some(RefSegment::Field(key)) => match keyed.get(key.as_str()) {
                    Some(id) => attribute(*id, path, depth + 1),
                    None => Err(LookupError {
                        message: format!("`{written}` has no instance {key:?}"),
                        depth,
                        help: Some(match nearest(key, keyed.keys().map(AsRef::as_ref)) {
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
                    help: nearest(name, outputs.keys().map(AsRef::as_ref))
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

fn never_applied(stack: &StackId, depth: usize) -> LookupError {
    LookupError {
        message: format!("`{stack}` was never applied, so it has no outputs"),
        depth,
        help: Some(format!("apply {stack} first: `wildfire apply {stack}`")),
    }
}

fn every(
    keyed: &IndexMap<Arc<str>, usize>,
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
            ("locals", Some(RefSegment::Field(name)), _) => match definition.body.locals.get_index_of(name.as_str()) {
                Some(index) => descend(&self.evaluator.local(self.frame, index), path, 2),
                None => Err(LookupError { message: format!("there is no local `{name}` here"), depth: 1, help: None }),
            },
            ("data", Some(RefSegment::Field(name)), _) => match definition.body.data.get_index_of(name.as_str()) {
                Some(index) => {
                    let attribute = |id, path: &[RefSegment], depth| self.evaluator.data(id, path, depth);
                    self.instances(Item::Data(index), &format!("data.{name}"), &frame.data[index], path, 2, &attribute)
                }
                None => Err(LookupError { message: format!("there is no data source `{name}`"), depth: 1, help: None }),
            },
            (name, ..) => {
                if let Some(index) = definition.body.resources.get_index_of(name) {
                    let attribute = |id, path: &[RefSegment], depth| self.evaluator.attribute(id, path, depth);
                    return self.instances(Item::Resource(index), name, &frame.resources[index], path, 1, &attribute);
                }
                if let Some(index) = definition.body.modules.get_index_of(name) {
                    let attribute = |id, path: &[RefSegment], depth| self.module(id, path, depth);
                    return self.instances(Item::Call(index), name, &frame.calls[index], path, 1, &attribute);
                }
                Err(unknown_name(name))
            }
        }
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        let program = self.evaluator.program;
        program.files.text(&program.definition(self.frame).folder, path)
    }

    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String> {
        let program = self.evaluator.program;
        program.files.content(&program.definition(self.frame).folder, path)
    }

    fn digest(&self, path: &str, way: Digest) -> Result<Option<Arc<str>>, String> {
        let program = self.evaluator.program;
        program.files.digest(&program.definition(self.frame).folder, path, way)
    }

    fn files(&self, folder: &str, levels: usize) -> Result<Arc<[String]>, String> {
        let program = self.evaluator.program;
        program.files.below(&program.definition(self.frame).folder, folder, levels)
    }
}

/// The scope of an expression in a file: paths are relative to it, as a stack may have files in two folders.
pub(super) struct Beside<'v> {
    pub view: &'v View<'v>,
    pub file: &'v str,
}

impl Beside<'_> {
    fn folder(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Scope for Beside<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        self.view.lookup(path)
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        self.view.evaluator.program.files.text(self.folder(), path)
    }

    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String> {
        self.view.evaluator.program.files.content(self.folder(), path)
    }

    fn digest(&self, path: &str, way: Digest) -> Result<Option<Arc<str>>, String> {
        self.view.evaluator.program.files.digest(self.folder(), path, way)
    }

    fn files(&self, folder: &str, levels: usize) -> Result<Arc<[String]>, String> {
        self.view.evaluator.program.files.below(self.folder(), folder, levels)
    }
}
