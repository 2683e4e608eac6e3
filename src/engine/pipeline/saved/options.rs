//! The options that a plan was made with, held against those of the command that applies it.

use std::collections::BTreeSet;

use super::SavedPlan;
use crate::model::{Code, Diagnostic, StackId};
use crate::plan::{Mode, Options, Target};

impl SavedPlan {
    /// Refuses a plan whose options are not those of the command line: what destroys or replaces is said by whoever applies,
    /// too, and not only by whoever made the file. `given` has the options of the command line for each stack.
    ///
    /// # Errors
    /// Which option is missing, or too much.
    pub fn check_options(&self, given: &dyn Fn(&StackId) -> Options) -> Result<(), Box<Diagnostic>> {
        for stack in &self.stacks {
            let (saved, given) = (words(&stack.options), words(&given(&stack.id())));
            let difference = match (saved.difference(&given).next(), given.difference(&saved).next()) {
                (Some(missing), _) => format!("the saved plan was made with {missing}, and this command was not"),
                (None, Some(extra)) => format!("the saved plan was made without {extra}, and this command was not"),
                (None, None) => continue,
            };
            let diagnostic = Diagnostic::error(Code::Usage, difference)
                .note("Nothing was changed.")
                .help("repeat the options of `wildfire plan`, or plan again with others");
            return Err(Box::new(diagnostic));
        }
        Ok(())
    }
}

/// The options as they are written.
fn words(options: &Options) -> BTreeSet<String> {
    let mode = match options.mode {
        Mode::Normal => None,
        Mode::Destroy => Some("--destroy".to_string()),
        Mode::RefreshOnly => Some("--refresh-only".to_string()),
    };
    let flags = |name: &'static str, all: &[Target]| -> Vec<String> {
        all.iter().map(|target| format!("{name} {}", target.0)).collect()
    };
    let all = [
        flags("--target", &options.targets),
        flags("--exclude", &options.excludes),
        flags("--replace", &options.replace),
    ];
    mode.into_iter().chain(all.into_iter().flatten()).collect()
}
