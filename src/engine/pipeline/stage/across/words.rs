//! Entries and commands, as a message prints them to be copied.

use crate::model::{Address, PhysicalId};
use crate::plan::entry;

/// `{from: jobs, destroy: false}`
pub(super) fn removed(from: &Address) -> String {
    format!("{{from: {}, destroy: false}}", entry(from))
}

/// `{to: jobs, id: vpc-1}`
pub(super) fn import(to: &Address, id: &PhysicalId) -> String {
    format!("{{to: {}, id: {}}}", entry(to), text(id.as_str()))
}

/// A text in YAML's braces: as it is where it can be nothing else, and in quotes.
fn text(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(plain)
        && !text.ends_with(':')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    match is_plain {
        true => text.to_string(),
        // An expression would be evaluated.
        false => format!("'{}'", text.replace('\'', "''").replace("${", "$${")),
    }
}

/// A word of a shell's command line.
pub(super) fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '=' | '+');
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// `a and b`, `a, b and c`
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    match items.pop() {
        None => String::new(),
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_pasted() {
        assert_eq!(text("https://sqs.eu-west-1.amazonaws.com/1/jobs"), "https://sqs.eu-west-1.amazonaws.com/1/jobs");
        for (id, quoted) in [
            ("0123", "'0123'"),
            ("a b", "'a b'"),
            ("o'k", "'o''k'"),
            ("True", "'True'"),
            ("a${b}", "'a$${b}'"),
            ("", "''"),
        ] {
            assert_eq!(text(id), quoted);
        }
        assert_eq!(shell("net[\"a\"]"), "'net[\"a\"]'");
        assert_eq!(shell("o'k"), r"'o'\''k'");
        assert_eq!(list(["a".to_string(), "b".into(), "c".into()]), "a, b and c");
    }
}
