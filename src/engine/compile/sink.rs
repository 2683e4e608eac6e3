//! Where diagnostics of one compilation or evaluation go.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use crate::expr::INVALID;
use crate::model::{Code, Diagnostic, Diagnostics, Span, Unknown};

/// Collects diagnostics; what was told of a definition is not told again of each of its instances.
#[derive(Default)]
pub(super) struct Sink {
    diagnostics: RefCell<Diagnostics>,
    /// How many came, those that are not told included.
    came: Cell<usize>,
    told: RefCell<HashSet<(Span, Code, String)>>,
    /// Messages that are told at their first place only, and whether that is done.
    once: RefCell<HashMap<String, bool>>,
    /// Values with a reference that means nothing: to compute them would tell it again in other words.
    broken: RefCell<HashSet<Span>>,
}

impl Sink {
    /// A fault of a definition, found without evaluating it.
    pub fn push_static(&self, diagnostic: Diagnostic) {
        if let Some(origin) = &diagnostic.origin {
            let key = (origin.span.clone(), diagnostic.code, diagnostic.message.clone());
            self.told.borrow_mut().insert(key);
        }
        self.keep(diagnostic);
    }

    fn keep(&self, diagnostic: Diagnostic) {
        self.came.set(self.came.get() + 1);
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Marks the value at a place as one that cannot be computed; why was told.
    pub fn mark_broken(&self, place: &Span) {
        self.broken.borrow_mut().insert(place.clone());
    }

    pub fn is_broken(&self, place: &Span) -> bool {
        let broken = self.broken.borrow();
        !broken.is_empty() && broken.contains(place)
    }

    /// From here on a message is told once, wherever else it holds: a stack without outputs is one mistake, and not one for
    /// every reference to it.
    pub fn tell_once(&self, message: &str) {
        self.once.borrow_mut().entry(message.to_string()).or_default();
    }

    /// A fault of an instance.
    pub fn push(&self, diagnostic: Diagnostic) {
        if let Some(told) = self.once.borrow_mut().get_mut(&diagnostic.message)
            && std::mem::replace(told, true)
        {
            return;
        }
        let told = self.told.borrow();
        let again = diagnostic.origin.as_ref().is_some_and(|origin| {
            !told.is_empty() && told.contains(&(origin.span.clone(), diagnostic.code, diagnostic.message.clone()))
        });
        if !again {
            self.keep(diagnostic);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.borrow().has_errors()
    }

    /// Whether something was wrong between two moments shows in this number.
    pub fn came(&self) -> usize {
        self.came.get()
    }

    pub fn into_diagnostics(self) -> Diagnostics {
        let mut diagnostics = self.diagnostics.into_inner();
        diagnostics.sort();
        diagnostics
    }
}

/// What stands for a value whose computation failed: the failure was told, so nobody tells it again.
const FAILED: &str = "\u{0}failed";

pub(super) fn failed() -> Unknown {
    Unknown::one(FAILED)
}

pub(super) fn is_failed(unknown: &Unknown) -> bool {
    unknown.waits_for.iter().any(|name| name == FAILED || name == INVALID)
}
