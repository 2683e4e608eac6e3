//! The line that is completed, and what of it decides on candidates: the folder, and the stages that it names.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::ArgMatches;

use super::bash;
use crate::cli::{Global, Target, command};

/// The words of the line, with a name of nothing for the one that is completed.
static LINE: OnceLock<Vec<OsString>> = OnceLock::new();

/// What stands for the word that is completed; no stage is called so.
const CURRENT: &str = "_";

/// The words of the line that a shell asks about. They are kept for [`Chosen`], as an engine that asks for candidates
/// tells nothing but the word.
pub fn note(shell: &str, words: Vec<OsString>) -> Vec<OsString> {
    let words = if shell == "bash" { bash::words(&words) } else { words };
    // The other shells stop at the cursor.
    let index = std::env::var("_CLAP_COMPLETE_INDEX").ok().filter(|_| shell != "bash");
    let index = index.and_then(|index| index.parse().ok()).unwrap_or(words.len().saturating_sub(1));
    let mut line = words.clone();
    if let Some(current) = line.get_mut(index) {
        *current = CURRENT.into();
    }
    // Asked once in a process.
    let _ = LINE.set(line);
    words
}

/// What the rest of the line says.
#[derive(Default)]
pub struct Chosen {
    pub global: Global,
    pub targets: Vec<Target>,
}

impl Chosen {
    pub fn of_the_line() -> Self {
        LINE.get().map(|line| Self::of(line)).unwrap_or_default()
    }

    fn of(line: &[OsString]) -> Self {
        let mut chosen = Self::default();
        // The line is not finished: what is there already counts.
        let Ok(matches) = command().ignore_errors(true).try_get_matches_from(line) else { return chosen };
        let mut level = Some(&matches);
        while let Some(matches) = level {
            let path = |id: &str| one::<PathBuf>(matches, id);
            chosen.global.directory = path("directory").or(chosen.global.directory);
            chosen.global.stage_file = path("stage_file").or(chosen.global.stage_file);
            for id in ["targets", "target"] {
                chosen.targets.extend(matches.try_get_many(id).ok().flatten().into_iter().flatten().cloned());
            }
            level = matches.subcommand().map(|(_, inner)| inner);
        }
        chosen.targets.retain(|target| target.stage != CURRENT);
        chosen
    }
}

/// What stands after `help` on the line.
pub fn help_words() -> Vec<String> {
    let Some(Ok(matches)) = LINE.get().map(|line| command().ignore_errors(true).try_get_matches_from(line)) else {
        return Vec::new();
    };
    let words = matches.subcommand().and_then(|(_, inner)| inner.try_get_many::<String>("words").ok().flatten());
    words.into_iter().flatten().filter(|word| *word != CURRENT).cloned().collect()
}

fn one<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Option<T> {
    matches.try_get_one(id).ok().flatten().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_finished_says_what_it_can() {
        let chosen = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let chosen = Chosen::of(&words);
            let targets: Vec<String> = chosen.targets.iter().map(ToString::to_string).collect();
            (targets, chosen.global.directory)
        };
        let here = |targets: &[&str]| (targets.iter().map(ToString::to_string).collect::<Vec<_>>(), None);
        assert_eq!(chosen("wildfire plan test --target _"), here(&["test"]));
        assert_eq!(chosen("wildfire plan --target _ stages/test/main/"), here(&["test/main"]));
        assert_eq!(chosen("wildfire apply shared test --yes --replace _"), here(&["shared", "test"]));
        assert_eq!(chosen("wildfire state mv test/main a _"), here(&["test/main"]));
        assert_eq!(chosen("wildfire plan _"), here(&[]));
        assert_eq!(chosen("wildfire plan test --no-such-flag _"), here(&["test"]));
        let (targets, directory) = chosen("wildfire -C sub destroy test --target a --exclude _");
        assert_eq!((targets, directory), (vec!["test".to_string()], Some(PathBuf::from("sub"))));
    }
}
