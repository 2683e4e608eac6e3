//! Bash, which splits words at colons and equals signs, hands them over with their quotes, and takes back only what follows
//! the last split.
//!
//! Addresses have colons, quotes and brackets. So the script hands over the line as it is typed; here it is taken apart as
//! Bash does it, and candidates are quoted as far as the word already is.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap_complete::env::EnvCompleter;

/// What Bash will replace of the word.
const REPLACED: &str = "_WILDFIRE_WORD";

pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        asked: &str,
        name: &str,
        bin: &str,
        completer: &str,
        script: &mut dyn Write,
    ) -> io::Result<()> {
        // Without readarray, which the Bash of macOS has not.
        writeln!(
            script,
            r#"_{name}_complete() {{
    COMPREPLY=()
    local candidate
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <({asked}=bash {REPLACED}="$2" {completer} -- "${{COMP_LINE:0:COMP_POINT}}" 2>/dev/null)
    if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -o bashdefault -o default -F _{name}_complete {bin}"#
        )
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(current) = words.last().map(|word| word.to_string_lossy().into_owned()) else { return Ok(()) };
        let open = std::env::args().next_back().and_then(|line| Line::new(&line).quote);
        let replaced = std::env::var(REPLACED).unwrap_or_default();
        let kept = kept(&current, &replaced);
        let index = words.len() - 1;
        for candidate in clap_complete::engine::complete(command, words, index, folder)? {
            let value = candidate.get_value().to_string_lossy();
            writeln!(out, "{}", quoted(value.strip_prefix(kept).unwrap_or(&value), open))?;
        }
        Ok(())
    }
}

/// The words of the line that the script hands over in one piece.
pub fn words(arguments: &[OsString]) -> Vec<OsString> {
    let line = arguments.first().map(|line| line.to_string_lossy().into_owned()).unwrap_or_default();
    Line::new(&line).words.into_iter().map(OsString::from).collect()
}

/// The part of the word before what Bash will replace.
fn kept<'a>(current: &'a str, replaced: &str) -> &'a str {
    let replaced = Line::new(replaced).words.pop().unwrap_or_default();
    current.strip_suffix(replaced.as_str()).unwrap_or_default()
}

/// A line up to the cursor.
struct Line {
    /// Without quotes. The last is the one that is completed; it may be empty.
    words: Vec<String>,
    /// The quote that is open at the cursor.
    quote: Option<char>,
}

impl Line {
    fn new(text: &str) -> Self {
        let mut words = vec![String::new()];
        let mut quote = None;
        // Whether the last word has begun, as `''` has.
        let mut begun = false;
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c.is_whitespace() && quote.is_none() {
                if begun {
                    words.push(String::new());
                    begun = false;
                }
                continue;
            }
            begun = true;
            // There is always a last word: none is taken away.
            let Some(word) = words.last_mut() else { break };
            match (quote, c) {
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, '\\') => word.extend(rest.next()),
                (Some('"'), '\\') if rest.peek().is_some_and(|next| "\"\\$`".contains(*next)) => {
                    word.extend(rest.next());
                }
                (_, c) => word.push(c),
            }
        }
        Self { words, quote }
    }
}

/// `text` as it is written after a quote that is open, or outside of quotes.
fn quoted(text: &str, open: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let escaped = match open {
            Some('\'') if c == '\'' => {
                out.push_str("'\\''");
                continue;
            }
            Some('\'') => false,
            Some(_) => "\"\\$`".contains(c),
            None => !c.is_alphanumeric() && !"-_./:=@,+%".contains(c),
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> (Vec<String>, Option<char>) {
        let Line { words, quote } = Line::new(text);
        (words, quote)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_is_taken_apart_as_bash_does_it() {
        assert_eq!(line("wildfire plan te"), (words(&["wildfire", "plan", "te"]), None));
        assert_eq!(line("wildfire  plan "), (words(&["wildfire", "plan", ""]), None));
        assert_eq!(line("x --target='private[\"a"), (words(&["x", "--target=private[\"a"]), Some('\'')));
        assert_eq!(line("x main:private\\[\\\"a"), (words(&["x", "main:private[\"a"]), None));
        assert_eq!(line(r#"x "a\"b\c"#), (words(&["x", r#"a"b\c"#]), Some('"')));
        assert_eq!(line("x '' y"), (words(&["x", "", "y"]), None));
        assert_eq!(line("x \\"), (words(&["x", ""]), None));
        assert_eq!(line(""), (words(&[""]), None));
    }

    #[test]
    fn what_is_inserted_is_read_as_it_is_meant() {
        let address = "it's.private[\"$a`\\\"]";
        for (before, open) in [("", None), ("'", Some('\'')), ("\"", Some('"'))] {
            let inserted = format!("x {before}{}", quoted(address, open));
            assert_eq!(line(&inserted).0, words(&["x", address]), "{inserted}");
        }
        assert_eq!(quoted("main:network.vpc", None), "main:network.vpc");
        assert_eq!(quoted("private[\"a\"]", None), "private\\[\\\"a\\\"\\]");
        assert_eq!(quoted("private[\"a\"]", Some('\'')), "private[\"a\"]");
    }

    #[test]
    fn only_what_follows_the_last_split_is_replaced() {
        assert_eq!(kept("main:net", "net"), "main:");
        assert_eq!(kept("--target=main:net", "net"), "--target=main:");
        assert_eq!(kept("private[\"a", "private\\[\\\"a"), "");
        assert_eq!(kept("net", "net"), "");
        assert_eq!(kept("net", "other"), "");
    }
}
