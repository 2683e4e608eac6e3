//! `wildfire help`

use wildfire_engine::model::{Code, Diagnostic, nearest};

use crate::cli::{Exit, Failure, Output, command, complete};

/// Show the help of a command
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  wildfire help\n  wildfire help plan\n  wildfire help state rm")]
pub struct Args {
    /// A command, and the command within it; none: what there is
    #[arg(value_name = "COMMAND", add = complete::commands())]
    words: Vec<String>,
}

pub fn run(args: &Args, output: &Output) -> Result<Exit, Failure> {
    let text = help(&args.words)?;
    match output.json() {
        true => output.print_json(&serde_json::json!({ "help": text.to_string() })),
        false => output.print(&text.ansi().to_string()),
    }
    Ok(Exit::Ok)
}

/// What `--help` shows of a command.
///
/// # Errors
/// There is no such command.
fn help(words: &[String]) -> Result<clap::builder::StyledStr, Failure> {
    let root = command();
    let mut here = &root;
    let mut path = String::from("wildfire");
    for word in words {
        let names: Vec<String> = here.get_subcommands().map(|inner| inner.get_name().to_string()).collect();
        let Some(inner) = here.find_subcommand(word) else {
            let message = format!("there is no command `{path} {word}`");
            let help = match nearest(word, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{path} {near}`?"),
                None if names.is_empty() => {
                    format!("`wildfire help {}` shows that command", &path["wildfire ".len()..])
                }
                None => format!("there are {}", names.join(", ")),
            };
            return Err(Diagnostic::error(Code::Usage, message).help(help).into());
        };
        path = format!("{path} {word}");
        here = inner;
    }
    // Which form of the help `--help` shows, clap knows.
    let line = ["wildfire"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let shown = command().try_get_matches_from(line).err();
    Ok(shown.map(|shown| shown.render()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn every_command_has_help() {
        for text in ["", "plan", "state", "state rm", "explain", "help", "version"] {
            let shown = help(&words(text)).expect("there is such a command").to_string();
            let usage = format!("Usage: wildfire {text}");
            assert!(shown.contains(usage.trim_end()) && shown.contains("--no-color"), "{text}: {shown}");
        }
    }

    /// A paragraph is one line of the source: a break in it stays where it is, and what follows is broken once more.
    #[test]
    fn trailing_help_is_wrapped_once() {
        fn below(command: &clap::Command, check: &dyn Fn(&str, &str)) {
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            check(command.get_name(), &text);
            command.get_subcommands().for_each(|inner| below(inner, check));
        }
        below(&command(), &|name, text| {
            let mut before = "";
            for line in text.lines() {
                let example = line.starts_with(' ');
                assert!(!example || line.len() < 80, "{name}: an example is broken at 80 columns: {line}");
                let goes_on = !example && !line.is_empty() && !before.is_empty() && !before.starts_with(' ');
                assert!(!goes_on, "{name}: a paragraph has a line break: {line}");
                before = line;
            }
        });
    }

    #[test]
    fn paragraphs_fill_the_width_that_there_is() {
        let shown = |width| {
            let mut root = command().term_width(width);
            root.build();
            let unlock = root.find_subcommand_mut("unlock").expect("there is one");
            let text = unlock.render_long_help().to_string();
            text[text.find("A run that").expect("it is at the end")..].trim_end().to_string()
        };
        assert_eq!(
            shown(72),
            "A run that was killed stops renewing its lock; the next run takes it\nover after half a minute. A run that is \
             alive cannot be robbed of its\nlock: stop it, or wait."
        );
        assert_eq!(
            shown(100),
            "A run that was killed stops renewing its lock; the next run takes it over after half a minute. A run\nthat is \
             alive cannot be robbed of its lock: stop it, or wait."
        );
    }

    #[test]
    fn what_is_no_command_is_told() {
        let told = |text: &str| {
            let failure = help(&words(text)).expect_err("there is none");
            let diagnostic = failure.diagnostics.iter().next().expect("it says why");
            (diagnostic.message.clone(), diagnostic.help.clone().unwrap_or_default())
        };
        assert_eq!(
            told("plna"),
            ("there is no command `wildfire plna`".into(), "did you mean `wildfire plan`?".into())
        );
        assert_eq!(told("state shwo").1, "did you mean `wildfire state show`?");
        assert_eq!(told("plan test").1, "`wildfire help plan` shows that command");
        assert!(told("state zzz").1.starts_with("there are list, show"));
    }
}
