//! The terminal: standard output for results, standard error for everything else.
//!
//! Everything that is printed passes the `screen`, so that no text can do more to a terminal than be read.

use std::io::IsTerminal;

use wildfire_engine::model::{Diagnostic, Severity, Sources, redactor, visible};

use super::error;
use super::screen::{Drawing, Screen, Waiting, safe};
use super::session::Failure;
use super::{Exit, Global};

/// Where a command writes.
#[derive(Clone)]
pub struct Output {
    json: bool,
    screen: Screen,
}

impl Output {
    pub fn new(global: &Global) -> Self {
        if global.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        Self { json: global.json, screen: Screen::default() }
    }

    /// True when results are to be JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// A result for people.
    pub fn print(&self, text: &str) {
        self.screen.result(&safe(&redactor::filter(text)));
    }

    /// A result as JSON on one line. The data is exact; what is hidden in it is written as escapes.
    pub fn print_json(&self, value: &serde_json::Value) {
        self.screen.result(&visible::json(&redactor::filter(&value.to_string())));
    }

    /// A result as JSON on several lines.
    pub fn print_document(&self, value: &serde_json::Value) {
        self.screen.result(&visible::json(&redactor::filter(&format!("{value:#}"))));
    }

    /// A result for a program, as it is; at a terminal as text for people.
    pub fn print_raw(&self, text: &str) {
        match std::io::stdout().is_terminal() {
            true => self.print(text),
            false => self.screen.result(&redactor::filter(text)),
        }
    }

    /// Something to know while waiting; not part of the result. One line, whatever is in it.
    pub fn note(&self, text: &str) {
        self.screen.note(&text.replace('\n', "\\n"));
    }

    /// Says what is waited for, until the guard goes.
    #[must_use]
    pub fn waiting(&self, what: &str) -> Waiting {
        Waiting::new(self.screen.clone(), self.is_terminal() && !self.json, what)
    }

    /// Bars below the text, where somebody sees them.
    pub fn draw(&self) -> Option<Drawing> {
        (self.is_terminal() && !self.json).then(|| self.screen.draw())
    }

    /// Takes away what is drawn, before the process ends where it stands.
    pub fn clear(&self) {
        self.screen.clear();
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
        for diagnostic in &all {
            self.screen.note(&format!("{}\n", error::render(diagnostic, sources)));
        }
        let errors = all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        if errors > 1 {
            self.note(&format!("{errors} errors"));
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
