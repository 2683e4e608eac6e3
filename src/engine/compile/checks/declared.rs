//! `moved`, `removed`, `import` and `lifecycle`: entries that name addresses.

use std::collections::BTreeSet;

use crate::compile::declarations::{Read, Target};
use crate::compile::ids::{FrameId, Item};
use crate::compile::instances::{Instance, Instances, Program, pick};
use crate::compile::sink::{Sink, is_failed};
use crate::compile::types::DesiredLifecycle;
use crate::compile::values::{Evaluator, View, provenance};
use crate::compile::{Import, Moved, Removed};
use crate::config::{Body, ImportDecl, Node};
use crate::model::{Address, Code, Diagnostic, Origin, PhysicalId, Segment, Value, nearest};

/// How far an address is declared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declared {
    No,
    /// The resource or module is, but not this instance of it.
    Otherwise,
    Yes,
}

fn declared(program: &Program, address: &Address) -> Declared {
    if address.stack != program.stack {
        return Declared::No;
    }
    let segments = address.segments();
    let mut frame: FrameId = 0;
    for (position, segment) in segments.iter().enumerate() {
        let last = position + 1 == segments.len();
        let body = &program.definition(frame).body;
        let here = &program.frames[frame];
        let name = segment.name.as_str();
        if last && let Some(index) = body.resources.get_index_of(name) {
            return instance(&here.resources[index], segment);
        }
        let Some(index) = body.modules.get_index_of(name) else { return Declared::No };
        if last {
            return instance(&here.calls[index], segment);
        }
        frame = match &here.calls[index] {
            Instances::Keyed(map) => match segment.key.as_ref().and_then(|key| map.get(key.as_str())) {
                Some(frame) => *frame,
                None => return Declared::Otherwise,
            },
            Instances::Single(Some(frame)) if segment.key.is_none() => *frame,
            _ => return Declared::Otherwise,
        };
    }
    Declared::No
}

fn instance(instances: &Instances, segment: &Segment) -> Declared {
    let there = match (instances, &segment.key) {
        (Instances::Keyed(map), Some(key)) => map.contains_key(key.as_str()),
        (Instances::Single(one), None) => one.is_some(),
        _ => false,
    };
    if there { Declared::Yes } else { Declared::Otherwise }
}

fn error(code: Code, message: String, origin: &Origin) -> Diagnostic {
    Diagnostic::error(code, message).at(origin.clone())
}

pub(in crate::compile) fn moved(program: &Program, body: &Body, sink: &Sink) -> Vec<Moved> {
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    let leaving: BTreeSet<&Address> = body.moved.iter().map(|decl| &decl.from.value).collect();
    let removed: BTreeSet<&Address> = body.removed.iter().map(|decl| &decl.from.value).collect();
    let mut out = Vec::new();
    for decl in &body.moved {
        let (from, to) = (&decl.from.value, &decl.to.value);
        let origin = Origin::at(decl.from.span.clone());
        if from == to {
            sink.push(error(Code::InvalidValue, format!("`{}` is moved to itself", from.path()), &origin));
        } else if !seen.insert(from) {
            sink.push(error(Code::InvalidValue, format!("`{}` is moved twice", from.path()), &origin));
        } else if declared(program, from) == Declared::Yes {
            let fault =
                error(Code::DuplicateAddress, format!("`{}` is moved away and still declared", from.path()), &origin);
            sink.push(fault.help("give the declaration its new name, or take the `moved` entry out"));
        } else {
            let onward = leaving.contains(to) || removed.contains(to);
            if declared(program, to) == Declared::No && !onward {
                let message = format!("`{}` is moved to `{}`, which is not declared", from.path(), to.path());
                let mut warning =
                    Diagnostic::warning(Code::UnknownAddress, message).at(Origin::at(decl.to.span.clone()));
                warning.help = Some(match near(program, to) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "the resource will be deleted".into(),
                });
                sink.push(warning);
            }
            out.push(Moved { from: from.clone(), to: to.clone(), origin });
        }
    }
    out
}

pub(in crate::compile) fn removed(program: &Program, body: &Body, sink: &Sink) -> Vec<Removed> {
    let mut out = Vec::new();
    for decl in &body.removed {
        let from = &decl.from.value;
        let origin = Origin::at(decl.from.span.clone());
        let keyed = from.segments().last().is_some_and(|segment| segment.key.is_some());
        match declared(program, from) {
            Declared::Yes => {}
            // Without a key all instances are meant.
            Declared::Otherwise if !keyed && at_all(program, from) => {}
            _ => {
                out.push(Removed { from: from.clone(), destroy: decl.destroy, origin });
                continue;
            }
        }
        let fault =
            error(Code::DuplicateAddress, format!("`{}` is in `removed` and still declared", from.path()), &origin);
        sink.push(fault.help("take the declaration out, or the `removed` entry"));
    }
    out
}

/// Whether a declaration of that name is in the files.
fn at_all(program: &Program, address: &Address) -> bool {
    declared(program, address) != Declared::No
}

pub(in crate::compile) fn imports(evaluator: Evaluator<'_>, body: &Body) -> Vec<Import> {
    let program = evaluator.program;
    let mut out = Vec::new();
    for decl in &body.imports {
        let to = &decl.to.value;
        let origin = Origin::at(decl.to.span.clone());
        if !program.resource_at.contains_key(to) {
            // What waits for a data source may be there after it was read.
            if missing(program, to) {
                continue;
            }
            let mut fault =
                error(Code::UnknownAddress, format!("`{}` is to be imported and not declared", to.path()), &origin);
            fault.help = near(program, to).map(|name| format!("did you mean `{name}`?"));
            evaluator.sink.push(fault);
            continue;
        }
        let Some(id) = import_id(evaluator, decl) else { continue };
        out.push(Import { to: to.clone(), id, origin, written: true });
    }
    out
}

/// The id of an import, as far as it is known. `None`: what is wrong with it was told.
pub(in crate::compile) fn import_id(evaluator: Evaluator<'_>, decl: &ImportDecl) -> Option<Option<PhysicalId>> {
    match evaluator.view(0).plain(&decl.id) {
        Value::String(id) if !id.is_empty() => Some(Some(PhysicalId(id))),
        number @ (Value::Int(_) | Value::Written(_)) if number.as_bool().is_none() => {
            Some(number.scalar_text().map(PhysicalId))
        }
        Value::Unknown(unknown) => (!is_failed(&unknown)).then_some(None),
        other => {
            let message = format!("an import id must be a string, found {}", other.type_name());
            evaluator.sink.push(error(Code::WrongType, message, &Origin::at(decl.id.span.clone())));
            None
        }
    }
}

/// Whether the resource is declared and its expansion is not known yet.
fn missing(program: &Program, address: &Address) -> bool {
    let segments = address.segments();
    let Some((last, calls)) = segments.split_last() else { return false };
    let mut frame = 0;
    for call in calls {
        let Some(index) = program.definition(frame).body.modules.get_index_of(call.name.as_str()) else { return false };
        frame = match &program.frames[frame].calls[index] {
            Instances::Missing(_) => return true,
            Instances::Single(Some(frame)) => *frame,
            Instances::Keyed(map) => match call.key.as_ref().and_then(|key| map.get(key.as_str())) {
                Some(frame) => *frame,
                None => return false,
            },
            Instances::Single(None) => return false,
        };
    }
    match program.definition(frame).body.resources.get_index_of(last.name.as_str()) {
        Some(index) => matches!(program.frames[frame].resources[index], Instances::Missing(_)),
        None => false,
    }
}

fn near<'a>(program: &'a Program, address: &Address) -> Option<&'a str> {
    nearest(address.path(), program.resources.iter().map(|instance| instance.address.path()))
}

/// `lifecycle` of an instance.
/// `lifecycle` of every instance, by its id. What cannot be decided before an apply is told.
pub(in crate::compile) fn lifecycles(evaluator: Evaluator<'_>) -> Vec<DesiredLifecycle> {
    evaluator.program.resources.iter().map(|instance| lifecycle(evaluator, instance)).collect()
}

fn lifecycle(evaluator: Evaluator<'_>, instance: &Instance) -> DesiredLifecycle {
    let program = evaluator.program;
    let definition = program.definition(instance.frame);
    let decl = &definition.body.resources[instance.item].lifecycle;
    let frame = &program.frames[instance.frame];
    let key = instance.each.as_ref().map(|each| each.key.as_ref());
    let mut triggers = Vec::new();
    for target in &definition.resources[instance.item].triggers {
        let Target::Resource { index, key: wanted, read, .. } = target else { continue };
        let attribute = match read {
            Read::Attribute(name) => Some(name.to_string()),
            Read::Whole | Read::Keys => None,
        };
        for id in pick(&frame.resources[*index], wanted, key) {
            triggers.push((program.resources[id].address.clone(), attribute.clone()));
        }
    }
    let decide = |name: &str, node: &Option<Node>| decision(evaluator, instance, name, node.as_ref()?);
    DesiredLifecycle {
        prevent_destroy: decide("prevent_destroy", &decl.prevent_destroy),
        create_before_destroy: decide("create_before_destroy", &decl.create_before_destroy).unwrap_or(false),
        ignore_changes: decl.ignore_changes.iter().map(|name| name.value.to_string()).collect(),
        replace_triggered_by: triggers,
    }
}

/// A bool of `lifecycle`; what is none, or known only after apply, is told.
fn decision(evaluator: Evaluator<'_>, instance: &Instance, name: &str, node: &Node) -> Option<bool> {
    let view = View { evaluator, frame: instance.frame, each: instance.each.as_deref(), narrow: &[] };
    let found = view.plain(node);
    let fault = match found.bare() {
        Value::Bool(value) => return Some(*value),
        Value::Null => return None,
        Value::Unknown(unknown) if is_failed(unknown) => return None,
        Value::Unknown(unknown) => {
            let outside = |name: &String| {
                ["data.", "stack.", "stages."].iter().any(|root| name.starts_with(root)) || name.contains(".data.")
            };
            if evaluator.program.offline && unknown.waits_for.iter().all(outside) {
                return None;
            }
            let message =
                format!("`{name}` depends on what is known only after apply: {}", unknown.waits_for.join(", "));
            Diagnostic::error(Code::NotKnownBeforeApply, message).help("let it use inputs and values of the stage")
        }
        other => {
            let message = format!("`{name}` must be true or false, found a {}", other.type_name());
            Diagnostic::error(Code::WrongType, message)
        }
    };
    let via = evaluator.program.frames[instance.frame].via.clone();
    let mut fault = fault.at(Origin::via(node.span.clone(), via)).address(instance.address.clone());
    fault.notes.extend(provenance::of_node(evaluator.program, instance.frame, node));
    evaluator.sink.push(fault);
    None
}

/// The instances of a frame and of the frames inside, in the order of the files: resources, then data sources.
pub(in crate::compile) fn in_file_order(program: &Program) -> (Vec<usize>, Vec<usize>) {
    fn walk(program: &Program, frame: FrameId, resources: &mut Vec<usize>, data: &mut Vec<usize>) {
        let here = &program.frames[frame];
        for item in &program.definition(frame).order {
            match item {
                Item::Resource(index) => resources.extend(here.resources[*index].ids()),
                Item::Data(index) => data.extend(here.data[*index].ids()),
                Item::Call(index) => {
                    here.calls[*index].ids().into_iter().for_each(|child| walk(program, child, resources, data));
                }
                Item::Input(_) | Item::Local(_) | Item::Output(_) => {}
            }
        }
    }
    let (mut resources, mut data) = (Vec::new(), Vec::new());
    if !program.frames.is_empty() {
        walk(program, 0, &mut resources, &mut data);
    }
    (resources, data)
}
