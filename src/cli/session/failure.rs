//! Why a command did not succeed, and with which exit code it ends.

use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Sources};

use crate::cli::Exit;

/// Why a command did not succeed.
#[derive(Debug)]
pub struct Failure {
    pub diagnostics: Diagnostics,
    pub exit: Exit,
    pub sources: Sources,
}

impl Failure {
    /// With the files, so that the places can be shown.
    #[must_use]
    pub fn with(mut self, sources: &Sources) -> Self {
        self.sources = sources.clone();
        self
    }

    /// With a note on what has this code.
    #[must_use]
    pub fn note(mut self, code: Code, note: impl Fn() -> String) -> Self {
        let mut all = Diagnostics::default();
        all.extend(std::mem::take(&mut self.diagnostics).into_iter().map(|diagnostic| match diagnostic.code == code {
            true => diagnostic.note(note()),
            false => diagnostic,
        }));
        self.diagnostics = all;
        self
    }
}

impl From<Diagnostics> for Failure {
    fn from(mut diagnostics: Diagnostics) -> Self {
        diagnostics.sort();
        let code = |wanted: Code| diagnostics.iter().any(|diagnostic| diagnostic.code == wanted);
        let exit = if code(Code::LockHeld) {
            Exit::LockTimeout
        } else if code(Code::StalePlan) || code(Code::PlanExceeded) {
            Exit::StalePlan
        } else if code(Code::PreventDestroy) || code(Code::TooManyDestroyed) {
            Exit::Denied
        } else if code(Code::Interrupted) {
            Exit::Interrupted
        } else {
            Exit::Error
        };
        Self { diagnostics, exit, sources: Sources::default() }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics::from(diagnostic).into()
    }
}
