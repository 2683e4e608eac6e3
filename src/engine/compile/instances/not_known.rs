//! The error of a `for_each`, a `when` or a place that is not known while planning: what it waits for, as it is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expand::Expansion;
use crate::compile::declarations::templates;
use crate::compile::ids::{FrameId, Item};
use crate::compile::sink::{failed, is_failed};
use crate::compile::values::provenance;
use crate::config::Node;
use crate::expr::RefSegment;
use crate::model::{Address, Code, Diagnostic, Origin, PropertyPath, StackId, Unknown, Value};

impl Expansion<'_> {
    /// Tells that an expansion is not known, unless what it waits for is about to be read.
    pub(super) fn not_known(&self, key: &str, frame: FrameId, item: Item, node: &Node, unknown: Unknown) -> Unknown {
        if is_failed(&unknown) {
            return unknown;
        }
        let outside = |name: &str| is_foreign(name) || is_data(name);
        let readable = |name: &String| {
            let requested = self.pending.iter().any(|path| {
                name.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            requested || (self.offline && outside(name))
        };
        if unknown.waits_for.iter().all(readable) {
            return unknown;
        }
        let name = self.program.definition(frame).name(item);
        let origin = Origin::via(node.span.clone(), self.program.frames[frame].via.clone());
        let mut diagnostic = Diagnostic::error(
            Code::NotKnownBeforeApply,
            format!("`{key}` of `{name}` depends on what is known only after apply"),
        )
        .at(origin);
        diagnostic.notes = unknown.waits_for.iter().map(|name| self.waits_for(name, node)).collect();
        diagnostic.notes.extend(provenance::of_node(&self.program, frame, node));
        let foreign = unknown.waits_for.iter().all(|name| is_foreign(name));
        self.sink.push(diagnostic.help(match foreign {
            true => match unknown.waits_for.iter().find_map(|name| Unknown::stack_of(name)) {
                Some(stack) if stack.contains('/') => format!("apply {stack} first: `wildfire apply {stack}`"),
                Some(stack) => {
                    let stage = &self.program.stack.stage;
                    format!("apply {stage}/{stack} first: `wildfire apply {stage}/{stack}`")
                }
                None => "apply that stack first".to_string(),
            },
            false => {
                format!("which resources there are must follow from the files: let `{key}` use what is written in YAML")
            }
        }));
        failed()
    }

    /// What an unknown waits for, and where that is declared; of another stack the outputs, as `node` or what it uses writes
    /// them.
    fn waits_for(&self, name: &str, node: &Node) -> String {
        let owner = name.rsplit_once('.').and_then(|(path, _)| Address::in_stack(&self.program.stack, path).ok());
        let resource = owner.as_ref().and_then(|address| self.program.resource_at.get(address));
        let data = owner.as_ref().and_then(|address| self.program.data_at.get(address));
        let place = match (resource, data) {
            (Some(id), _) => {
                let instance = &self.program.resources[*id];
                Some(&self.program.definition(instance.frame).body.resources[instance.item].span)
            }
            (None, Some(id)) => {
                let instance = &self.program.data[*id];
                Some(&self.program.definition(instance.frame).body.data[instance.item].span)
            }
            (None, None) => None,
        };
        let outputs = self.through(name, node);
        match place {
            Some(place) => format!("it waits for `{name}`, declared at {place}"),
            None if outputs.is_empty() => format!("it waits for `{name}`"),
            None => {
                let known = Unknown::one(name).shown();
                format!("it waits for {} (known after apply: {known})", outputs.join(", "))
            }
        }
    }

    /// The outputs of another stack that wait for the attribute of its resource, as they are written here: those that `node`
    /// names, or else all.
    fn through(&self, name: &str, node: &Node) -> Vec<String> {
        let own = &self.program.stack.stage;
        let stack = match Unknown::stack_of(name).map(|stack| (stack, stack.split_once('/'))) {
            None => return Vec::new(),
            Some((_, Some((stage, stack)))) => StackId::new(stage, stack),
            Some((stack, None)) => StackId::new(Arc::clone(own), stack),
        };
        let Some(facts) = self.program.facts.outputs.get(&stack) else { return Vec::new() };
        let waits =
            |value: &Value| value.unknowns().iter().any(|unknown| unknown.waits_for.iter().any(|one| one == name));
        let written = |output: &String| match stack.stage == *own {
            true => format!("`stack.{}.outputs.{output}`", stack.stack),
            false => format!("`stages.{}.{}.outputs.{output}`", stack.stage, stack.stack),
        };
        let all: Vec<String> =
            facts.outputs.iter().filter(|(_, value)| waits(value)).map(|(output, _)| written(output)).collect();
        let named = named(node);
        let direct: Vec<String> = all.iter().filter(|output| named.contains(*output)).cloned().collect();
        if direct.is_empty() { all } else { direct }
    }
}

/// What the expressions of a node refer to, as far as outputs of stacks go: `stack.keys.outputs.id`, in backticks.
fn named(node: &Node) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    templates(node, None, &PropertyPath::default(), &mut |template, _, _| {
        for (reference, _) in template.references() {
            let fields = reference.path.iter().map_while(|segment| match segment {
                RefSegment::Field(name) => Some(name.as_str()),
                _ => None,
            });
            let fields: Vec<&str> = fields.collect();
            // An output of another stage has one name more before it; what follows is inside of its value.
            names.extend([4, 5].iter().filter_map(|count| Some(format!("`{}`", fields.get(..*count)?.join(".")))));
        }
    });
    names
}

/// Whether an unknown waits for another stack.
fn is_foreign(name: &str) -> bool {
    name.starts_with("stack.") || name.starts_with("stages.") || Unknown::stack_of(name).is_some()
}

fn is_data(name: &str) -> bool {
    name.starts_with("data.") || name.contains(".data.")
}
