//! The lines of `wildfire console`: typed at a terminal, with editing, history and completion, or piped.

mod history;
mod names;

use std::io::{BufRead, IsTerminal, Write};

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use wildfire_engine::model::redactor;

use super::prompt;
use history::History;
pub use names::Names;

const PROMPT: &str = "> ";

/// Where lines come from.
pub enum Lines<'a> {
    Typed(Box<Editor<Names<'a>, MemHistory>>, History),
    /// Not from a terminal, or what is printed does not go to one: nothing is drawn.
    Plain,
}

impl<'a> Lines<'a> {
    pub fn new(names: Names<'a>) -> Self {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return Self::Plain;
        }
        let config = Config::builder().completion_type(CompletionType::List).build();
        let history = MemHistory::with_config(&config);
        let Ok(mut editor) = Editor::with_history(config, history) else { return Self::Plain };
        editor.set_helper(Some(names));
        let history = History::of_user();
        for line in history.lines() {
            // In memory nothing fails.
            let _ = editor.add_history_entry(line);
        }
        // A signal ends the process while keys are read one by one.
        prompt::remember();
        Self::Typed(Box::new(editor), history)
    }

    /// The next line; `None` at the end.
    pub fn next(&mut self) -> Option<String> {
        let Self::Typed(editor, _) = self else { return plain() };
        loop {
            match editor.readline(PROMPT) {
                Ok(line) => return Some(line),
                // Ctrl-C takes back what is typed; a window of another size is drawn again.
                Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {}
                Err(_) => return None,
            }
        }
    }

    /// Remembers a line that was evaluated, so that a secret that it holds and evaluation met is known by now.
    pub fn keep(&mut self, line: &str) {
        let Self::Typed(editor, history) = self else { return };
        if line.starts_with(char::is_whitespace) || redactor::filter(line) != line {
            return;
        }
        if editor.add_history_entry(line).unwrap_or(false) {
            history.add(line);
        }
    }
}

fn plain() -> Option<String> {
    if std::io::stdin().is_terminal() {
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "{PROMPT}").and_then(|()| stderr.flush());
    }
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line),
    }
}

impl Completer for Names<'_> {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.at_end_of(line.get(..at).unwrap_or(line)))
    }
}

impl Hinter for Names<'_> {
    type Hint = String;
}

impl Highlighter for Names<'_> {}
impl Validator for Names<'_> {}
impl Helper for Names<'_> {}
