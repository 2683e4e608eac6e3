//! Completion of command lines: what a shell asks while somebody types.
//!
//! A shell runs the binary with `COMPLETE` set to its name and the line after `--`; clap's engine says which argument is
//! meant, and `values` what it may be. Owns: that answer, and the scripts that make a shell ask. It reads files only, never
//! AWS, and prints nothing but candidates: whoever types is not told what is wrong with a file.

mod bash;
mod line;
mod values;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use wildfire_engine::model::visible::is_hidden;

use super::{Exit, command};
pub use values::{addresses, commands, outputs, stacks, targets, types};

/// Set by a shell that asks, to its name.
const ASKED: &str = "COMPLETE";

const SHELLS: Shells<'static> = Shells(&[&bash::Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// Answers a shell that asks for completions. `None`: no shell asks.
pub fn answer() -> Option<Exit> {
    // Something else may call its variable so.
    let asked = std::env::var_os(ASKED)?;
    let shell = SHELLS.completer(Path::new(&asked).file_stem()?.to_str()?)?;
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != "--" {
        return None;
    }
    // A mistake of ours would be in the way of whoever types.
    std::panic::set_hook(Box::new(|_| {}));
    let answered = catch_unwind(AssertUnwindSafe(|| candidates(shell, arguments.collect())));
    // What the engine makes nothing of has no candidates, and a shell that is gone needs none.
    Some(if answered.is_ok() { Exit::Ok } else { Exit::Error })
}

fn candidates(shell: &dyn EnvCompleter, words: Vec<OsString>) -> io::Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let words = line::note(shell.name(), words);
    let mut found = Vec::new();
    shell.write_complete(&mut command(), words, std::env::current_dir().ok().as_deref(), &mut found)?;
    let found = String::from_utf8_lossy(&found);
    // Each ends its line: what reads lines leaves out a last one that does not.
    let lines = found.lines().filter(|line| harmless(shell.name(), line)).map(|line| format!("{line}\n"));
    io::stdout().write_all(lines.collect::<String>().as_bytes())
}

/// Names of files, keys and stages may come from somebody whom nobody has reviewed, and shells show and insert them. Bash
/// gets them quoted, zsh, fish and Elvish quote what they insert, PowerShell does not.
fn harmless(shell: &str, line: &str) -> bool {
    let (value, help) = line.split_once('\t').unwrap_or((line, ""));
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:=,+[]".contains(c);
    !value.chars().chain(help.chars()).any(is_hidden) && (shell != "powershell" || value.chars().all(plain))
}

/// The script that makes a shell ask for completions.
///
/// # Errors
/// Never, as it is written to memory.
pub fn script(shell: clap_complete::Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    if let Some(shell) = SHELLS.completer(&shell.to_string()) {
        shell.write_registration(ASKED, "wildfire", "wildfire", "wildfire", &mut script)?;
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn what_a_shell_would_obey_is_no_candidate() {
        for shell in SHELLS.names() {
            assert!(harmless(shell, "test/main\tthe main stack"), "{shell}");
            for line in ["a\u{1b}[2Jb", "a\u{202e}b", "a\tb\u{7}", "a\rb"] {
                assert!(!harmless(shell, line), "{shell}: {line:?}");
            }
        }
        assert!(harmless("fish", "private[\"$(id)\"]") && !harmless("powershell", "private[\"$(id)\"]"));
    }

    #[test]
    fn every_shell_has_a_script_that_asks() {
        for shell in clap_complete::Shell::value_variants() {
            let script = String::from_utf8(script(*shell).expect("it is written")).expect("text");
            assert!(script.contains(ASKED) && script.contains("wildfire"), "{shell}: {script}");
        }
    }
}
