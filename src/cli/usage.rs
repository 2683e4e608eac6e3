//! Wrong usage, as clap finds it: text as clap writes it, or JSON in the form of every other error.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use wildfire_engine::model::{Code, Diagnostic, Sources};

use super::screen::{Screen, safe};
use super::{Exit, Global, Output, commands};

/// Shows why `arguments` are no command, or the help or version that they ask for.
pub fn end(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let global = shown(arguments);
    let output = Output::new(&global);
    if error.kind() == ErrorKind::DisplayVersion && global.json {
        return commands::version::run(&output).unwrap_or_else(|failure| output.failure(&failure));
    }
    let text = error.render().ansi().to_string();
    if !error.use_stderr() {
        Screen::default().result(&safe(&text));
        return Exit::Ok;
    }
    match global.json {
        true => output.diagnostics([&diagnostic(error)], &Sources::default()),
        false => Screen::default().note(text.trim_end()),
    }
    // clap's own code for wrong usage is 2, which says "changes" here.
    Exit::Error
}

/// How to show it. What is wrong elsewhere on the line does not change that, so these are looked for by themselves.
fn shown(arguments: &[OsString]) -> Global {
    let flags = || arguments.iter().take_while(|argument| *argument != "--");
    let has = |flag: &str| flags().any(|argument| named(argument, flag));
    Global { json: has("--json"), no_color: has("--no-color"), ..Global::default() }
}

/// `--json`, and `--json=true`, which is wrong and still says what is wanted.
fn named(argument: &OsStr, flag: &str) -> bool {
    let rest = argument.to_str().and_then(|argument| argument.strip_prefix(flag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// The paragraphs of clap's message: what is wrong, tips, the usage, and where to read more.
fn diagnostic(error: &clap::Error) -> Diagnostic {
    let text = error.render().to_string();
    let usage = |paragraph: &str| paragraph.starts_with("Usage: ").then(|| line(paragraph));
    // Of a group of commands without one of them clap shows the help.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let mut diagnostic = Diagnostic::error(Code::Usage, "a command is missing");
        diagnostic.help = text.lines().find_map(usage);
        return diagnostic;
    }
    let mut paragraphs = text.split("\n\n");
    let message = line(paragraphs.next().unwrap_or_default());
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let mut diagnostic = Diagnostic::error(Code::Usage, message);
    for paragraph in paragraphs {
        let tips = paragraph.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
        diagnostic = tips.fold(diagnostic, |diagnostic, tip| diagnostic.note(tip));
        diagnostic.help = diagnostic.help.or_else(|| usage(paragraph));
    }
    diagnostic
}

fn line(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, command};

    /// The words of every command, groups of commands too.
    fn every_command() -> Vec<Vec<String>> {
        fn below(command: &clap::Command, words: &[String], all: &mut Vec<Vec<String>>) {
            for inner in command.get_subcommands() {
                let mut words = words.to_vec();
                words.push(inner.get_name().to_string());
                below(inner, &words, all);
                all.push(words);
            }
        }
        let mut all = Vec::new();
        below(&command(), &["wildfire".to_string()], &mut all);
        all
    }

    fn refused(words: &[String], more: &[&str]) -> Diagnostic {
        let words = words.iter().map(String::as_str).chain(more.iter().copied());
        let error = Cli::try_parse_from(words).err().expect("it is wrong");
        assert!(error.use_stderr(), "{error:?}");
        diagnostic(&error)
    }

    #[test]
    fn every_command_tells_wrong_usage_as_a_diagnostic() {
        let all = every_command();
        assert!(all.len() > 20, "{all:?}");
        for words in all {
            let told = refused(&words, &["--json", "--no-such-flag"]);
            assert_eq!(told.code, Code::Usage);
            assert_eq!(told.message, "unexpected argument '--no-such-flag' found", "{words:?}");
            let usage = format!("Usage: {}", words.join(" "));
            assert!(told.help.as_deref().is_some_and(|help| help.starts_with(&usage)), "{words:?}: {told:?}");
            let told = refused(&words, &["--account", "12"]);
            assert_eq!(
                told.message, "invalid value '12' for '--account <ID>': an account id has 12 digits",
                "{words:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        let told = refused(&words("wildfire plan"), &[]);
        assert_eq!(told.message, "the following required arguments were not provided: <STAGE>...");
        let told = refused(&words("wildfire plna test"), &[]);
        assert_eq!(told.message, "unrecognized subcommand 'plna'");
        assert!(told.notes.iter().any(|note| note.contains("'plan'")), "{told:?}");
        let told = refused(&words("wildfire graph test --format png"), &[]);
        assert_eq!(told.message, "invalid value 'png' for '--format <FORMAT>' [possible values: dot, mermaid]");
        for text in ["wildfire --json state", "wildfire state --json", "wildfire --json"] {
            let told = refused(&words(text), &[]);
            assert!(told.message.contains("command"), "{text}: {told:?}");
            assert!(told.help.is_some_and(|help| help.starts_with("Usage: wildfire")), "{text}");
        }
    }

    #[test]
    fn json_is_asked_for_anywhere_before_the_end_of_the_flags() {
        let asks = |words: &[&str]| shown(&words.iter().map(OsString::from).collect::<Vec<_>>()).json;
        assert!(asks(&["wildfire", "--json", "plna"]));
        assert!(asks(&["wildfire", "plan", "--no-such", "--json"]));
        assert!(asks(&["wildfire", "plan", "--json=true"]));
        assert!(!asks(&["wildfire", "plan", "--json-file", "x"]));
        assert!(!asks(&["wildfire", "plan", "--", "--json"]));
    }
}
