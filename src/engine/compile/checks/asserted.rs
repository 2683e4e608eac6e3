//! Conditions that the files state: `checks` of a stack, a module and a resource, `validation` of an input.
//!
//! A condition is asked as soon as what it needs is known: of inputs and values before anything is read, of attributes while
//! planning, and of what only AWS tells at the end of an apply. One that was answered is not asked again.

use std::sync::Arc;

use crate::compile::ids::{FrameId, InstanceId};
use crate::compile::sink::Sink;
use crate::compile::values::{Evaluator, Memo, View, provenance};
use crate::compile::{DesiredGraph, Known};
use crate::config::{CheckDecl, Node, NodeKind};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Severity, Value};

/// A condition at one place: its position in the definition of the frame, and the instance that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compile) struct Asked {
    frame: FrameId,
    check: usize,
    instance: Option<InstanceId>,
}

/// Every condition of a compiled stack, at every place.
pub(in crate::compile) fn every(evaluator: Evaluator<'_>) -> Vec<Asked> {
    let program = evaluator.program;
    let mut all = Vec::new();
    for (frame, here) in program.frames.iter().enumerate() {
        for (check, info) in program.definition(frame).checks.iter().enumerate() {
            match info.owner {
                None => all.push(Asked { frame, check, instance: None }),
                Some(resource) => all.extend(here.resources[resource].ids().into_iter().map(|id| Asked {
                    frame,
                    check,
                    instance: Some(id),
                })),
            }
        }
    }
    all
}

/// Asks, and tells what does not hold. Returns those whose answer is not known yet.
pub(in crate::compile) fn ask(evaluator: Evaluator<'_>, asked: &[Asked]) -> Vec<Asked> {
    let mut open = Vec::new();
    for one in asked {
        let program = evaluator.program;
        let info = &program.definition(one.frame).checks[one.check];
        let instance = one.instance.map(|id| &program.resources[id]);
        let each = instance.and_then(|instance| instance.each.as_deref());
        let view = View { evaluator, frame: one.frame, each, narrow: &[] };
        let found = view.plain(&info.decl.assert);
        if matches!(found, Value::Unknown(_)) {
            open.push(*one);
            continue;
        }
        let secret = |node: &Node| program.sensitive.places.contains(&node.span);
        let judged = secret(&info.decl.assert);
        let message = || match &info.decl.message {
            // That it would be shown was told.
            node if secret(node) => String::new(),
            // It may say for which instance, and so what the value is.
            node if judged => written(node),
            node => view.plain(node).scalar_text().map(|text| text.to_string()).unwrap_or_default(),
        };
        let via = program.frames[one.frame].via.clone();
        if let Some(mut fault) = told(&info.decl, &found, message, via) {
            fault.notes.extend(provenance::of_node(program, one.frame, &info.decl.assert));
            evaluator.sink.push(match (judged, instance) {
                (true, _) => fault.of_secret(),
                (false, Some(instance)) => fault.address(instance.address.clone()),
                (false, None) => fault,
            });
        }
    }
    open
}

/// The text of a message without expressions, and none of one that has some.
pub(in crate::compile) fn written(message: &Node) -> String {
    match &message.kind {
        NodeKind::String(text) => text.to_string(),
        _ => String::new(),
    }
}

/// What is to be told of a condition with the value `found`.
pub(in crate::compile) fn told(
    check: &CheckDecl,
    found: &Value,
    message: impl FnOnce() -> String,
    via: Option<Arc<Origin>>,
) -> Option<Diagnostic> {
    let fault = match found.bare() {
        Value::Bool(true) | Value::Unknown(_) => return None,
        Value::Bool(false) => {
            let text = message();
            // It has no text, or one that must not be shown.
            let text =
                if text.trim().is_empty() { "a condition does not hold".to_string() } else { text.trim().into() };
            match check.severity {
                Severity::Error => Diagnostic::error(Code::CheckFailed, text),
                Severity::Warning => Diagnostic::warning(Code::CheckFailed, text),
            }
        }
        other => {
            let found = match other.type_name() {
                "null" => "null".to_string(),
                "int" => "an int".to_string(),
                noun => format!("a {noun}"),
            };
            Diagnostic::error(Code::WrongType, format!("`assert` must be true or false, found {found}"))
        }
    };
    Some(fault.at(Origin::via(check.assert.span.clone(), via)))
}

impl DesiredGraph {
    /// What does not hold of the conditions that could not be answered before `known`. Those that still cannot are passed
    /// over.
    pub fn checks(&self, known: &dyn Known) -> Diagnostics {
        let (sink, memo) = (Sink::default(), Memo::default());
        ask(Evaluator { program: &self.program, known, memo: &memo, sink: &sink }, &self.open_checks);
        sink.into_diagnostics()
    }
}
