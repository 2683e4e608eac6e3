//! What the files of a project cost: steps and bytes of expressions, and instances, held against the limits of the run.
//!
//! Owns: where it is charged, and what is told when it is too much. From then on nothing is evaluated, so that the end
//! comes at once. Leaves out: the limits themselves (`config`), and those of a single expression (`expr`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::sink::Sink;
use super::values::Memo;
use crate::config::Spending;
use crate::expr::Cost;
use crate::model::{Code, Diagnostic, Origin, Span, StackId};

/// What a compiled stack may spend.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    spending: Arc<Spending>,
    /// The plan is made: to stop half way through an apply would be worse than what it still costs.
    lifted: AtomicBool,
}

impl Allowance {
    pub fn new(spending: &Arc<Spending>) -> Self {
        Self { spending: Arc::clone(spending), lifted: AtomicBool::new(false) }
    }

    pub fn lift(&self) {
        self.lifted.store(true, Ordering::Relaxed);
    }

    /// Charges for an expression; false when it is too much, which was told.
    pub fn expression(&self, cost: Cost, place: &Span, via: Option<&Arc<Origin>>, memo: &Memo, sink: &Sink) -> bool {
        if self.lifted.load(Ordering::Relaxed) {
            return true;
        }
        if !self.spending.step(cost.steps, place) {
            let limit = self.spending.limits().steps;
            let fault = fault(format!("the expressions take more than {limit} steps"), place, via, "steps", limit);
            let most = self.spending.most_steps().map(|(place, steps)| format!("most are taken at {place}: {steps}"));
            return self.stop(with_note(fault, most), memo, sink);
        }
        self.bytes(cost.bytes, place, via, memo, sink)
    }

    /// Charges for values that are kept; false when they are too many, which was told.
    pub fn bytes(&self, bytes: u64, place: &Span, via: Option<&Arc<Origin>>, memo: &Memo, sink: &Sink) -> bool {
        let all = memo.spent.charge(bytes, place);
        let limit = self.spending.limits().bytes;
        if all <= limit || self.lifted.load(Ordering::Relaxed) {
            return true;
        }
        let fault = fault(format!("the stack makes more than {limit} bytes of values"), place, via, "bytes", limit);
        let most = memo.spent.largest().map(|(place, bytes)| format!("most are made at {place}: {bytes}"));
        self.stop(with_note(fault, most), memo, sink)
    }

    /// Charges for instances that a declaration is about to have, `before` of the stack being there; false when they are too
    /// many, which was told.
    pub fn instances(&self, request: &Request<'_>, memo: &Memo, sink: &Sink) -> bool {
        let &Request { stack, before, more, place, via, most } = request;
        if self.spending.instances(stack, before.saturating_add(more)) {
            return true;
        }
        let limit = self.spending.limits().instances;
        let message = format!(
            "with {more} more here there are more than {limit} instances of resources, data sources and modules"
        );
        let most =
            most().filter(|(_, count)| *count > more).map(|(place, count)| format!("most come from {place}: {count}"));
        self.stop(with_note(fault(message, place, via, "instances", limit), most), memo, sink)
    }

    fn stop(&self, fault: Diagnostic, memo: &Memo, sink: &Sink) -> bool {
        if !memo.spent.stopped.replace(true) {
            sink.push(fault);
        }
        false
    }
}

/// Instances that are asked for.
pub(super) struct Request<'a> {
    pub stack: &'a StackId,
    pub before: u64,
    pub more: u64,
    pub place: &'a Span,
    pub via: Option<&'a Arc<Origin>>,
    /// Where the stack has most of them.
    pub most: &'a dyn Fn() -> Option<(Span, u64)>,
}

fn fault(message: String, place: &Span, via: Option<&Arc<Origin>>, name: &str, limit: u64) -> Diagnostic {
    Diagnostic::error(Code::EvaluationFailed, message)
        .at(Origin::via(place.clone(), via.cloned()))
        .help(format!("if that is meant, allow more on the command line: `--limit {name}={}`", limit.saturating_mul(2)))
}

fn with_note(fault: Diagnostic, note: Option<String>) -> Diagnostic {
    match note {
        Some(note) => fault.note(note),
        None => fault,
    }
}
