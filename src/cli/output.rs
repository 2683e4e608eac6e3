//! The terminal: standard output for results, standard error for everything else.

use std::io::{IsTerminal, Write};

use wildfire_engine::model::{Diagnostic, Severity, Sources, redactor};

use super::error;
use super::session::Failure;
use super::{Exit, Global};

/// Where a command writes.
pub struct Output {
    json: bool,
}

impl Output {
    pub fn new(global: &Global) -> Self {
        if global.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        Self { json: global.json }
    }

    /// True when results are to be JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// A result. A closed pipe (`wildfire plan | head`) is no error.
    pub fn print(&self, text: &str) {
        let text = redactor::filter(text);
        let mut stdout = anstream::stdout().lock();
        let _ = stdout.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _ = stdout.write_all(b"\n");
        }
        let _ = stdout.flush();
    }

    /// A result as JSON on one line.
    pub fn print_json(&self, value: &serde_json::Value) {
        self.print(&value.to_string());
    }

    /// Something to know while waiting; not part of the result.
    pub fn note(&self, text: &str) {
        let _ = writeln!(anstream::stderr().lock(), "{}", redactor::filter(text));
    }

    pub fn error(&self, text: &str) {
        let diagnostic = Diagnostic::error(wildfire_engine::model::Code::Usage, text);
        self.diagnostics([&diagnostic], &Sources::default());
    }

    /// Shows diagnostics: text on standard error, JSON on standard output.
    pub fn diagnostics<'a>(&self, all: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) {
        let all: Vec<&Diagnostic> = all.into_iter().collect();
        if all.is_empty() {
            return;
        }
        if self.json {
            let list: Vec<serde_json::Value> = all.iter().map(|diagnostic| error::to_json(diagnostic)).collect();
            self.print_json(&serde_json::json!({ "diagnostics": list }));
            return;
        }
        let mut stderr = anstream::stderr().lock();
        for diagnostic in &all {
            let _ = writeln!(stderr, "{}\n", redactor::filter(&error::render(diagnostic, sources)));
        }
        let errors = all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        if errors > 1 {
            let _ = writeln!(stderr, "{errors} errors");
        }
    }

    /// Shows why a command failed, and gives its exit code.
    pub fn failure(&self, failure: &Failure) -> Exit {
        self.diagnostics(failure.diagnostics.iter(), &failure.sources);
        failure.exit
    }

    /// True when somebody watches.
    pub fn is_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }
}
