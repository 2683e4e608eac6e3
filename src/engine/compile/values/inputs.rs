//! Inputs of modules: computed in the scope of the caller, checked against their declaration.

use std::sync::Arc;

use super::evaluator::Evaluator;
use super::provenance;
use crate::compile::ids::{FrameId, Item};
use crate::compile::instances::Program;
use crate::compile::sink::failed;
use crate::config::{Conform, Input, Node, NodeKind};
use crate::model::{Code, Diagnostic, Origin, PropertyPath, Span, Value, redactor};

/// The value of an input in a frame. What is wrong is told at the place of the value in the call.
pub(in crate::compile) fn value(evaluator: Evaluator<'_>, frame: FrameId, index: usize) -> Value {
    let program = evaluator.program;
    let here = &program.frames[frame];
    let (Some((name, input)), Some((caller, call))) = (program.definition(frame).inputs.get_index(index), here.caller)
    else {
        return Value::Unknown(failed());
    };
    let decl = &program.definition(caller).body.modules[call];
    let Some((_, node)) = decl.inputs.get(name) else {
        // A missing input was told where the call is.
        return input.default.clone().unwrap_or_else(|| Value::Unknown(failed()));
    };
    let view = evaluator.view_of(caller, Item::Call(call), here.each.as_deref());
    let value = view.plain(node);
    let outer = program.frames[caller].via.clone();
    let hidden = !program.sensitive(frame, Item::Input(index)).is_empty();
    // What follows from a secret is learned when it is sent: see `properties::resource`.
    if hidden {
        let learn = if reads_secret(program, node) { redactor::learn_for_logs } else { redactor::learn };
        learn(&value);
    }
    let conform = Conform { what: "the input", hidden };
    match conform.declared(&PropertyPath::default(), name, input, value) {
        Ok(value) => value,
        Err(misfit) => {
            let place = node.at(&misfit.path).unwrap_or_else(|| node.span.clone());
            let mut fault = Diagnostic::error(Code::InvalidInput, misfit.message);
            fault.help = misfit.help;
            fault.of_secret = hidden;
            let mut fault = told(fault, &place, outer, name, input);
            fault.notes.extend(provenance::of_node(program, caller, node));
            evaluator.sink.push(fault);
            Value::Unknown(failed())
        }
    }
}

/// Whether an expression in a value reads something sensitive.
fn reads_secret(program: &Program, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Template(_) => program.sensitive.places.contains(&node.span),
        NodeKind::List(items) => items.iter().any(|item| reads_secret(program, item)),
        NodeKind::Map(entries) => entries.iter().any(|(_, item)| reads_secret(program, item)),
        _ => false,
    }
}

fn told(fault: Diagnostic, place: &Span, outer: Option<Arc<Origin>>, name: &str, input: &Input) -> Diagnostic {
    let mut fault = fault.at(Origin::via(place.clone(), outer));
    if let Some(description) = &input.description {
        fault = fault.note(format!("`{name}`: {description}"));
    }
    fault.note(format!("it is declared at {}", input.span))
}
