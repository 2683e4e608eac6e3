//! Text from outside, made safe to show.
//!
//! Keys, values, ids, addresses, lock rows, names of files and AWS's messages may hold characters that move a cursor,
//! hide text, turn its direction, or end a line. On a screen, in a log or in a comment these fake what wildfire says.
//! Owns: which characters are hidden, and how each is written so that a reader sees it. Leaves out: quotes and markup,
//! which belong to the form that a view has.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// True for a character that must not reach a screen as it is: what is no text (controls, C1 included), what has no
/// width, what turns the direction of text, what ends a line, and spaces that look like the ordinary one.
///
/// The ranges are the properties `Cc`, `Zl`, `Zp`, `Zs` (without the space), `Bidi_Control` and
/// `Default_Ignorable_Code_Point` of Unicode 16 (<https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt>),
/// the anchors of interlinear annotations, and the blank Braille pattern.
pub fn is_hidden(c: char) -> bool {
    if (' '..='~').contains(&c) {
        return false;
    }
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{1680}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// `text` on one line, with nothing hidden in it: `\n`, `\t`, `\u{202e}` stand for what is not shown.
///
/// What CI systems take for a command wherever it stands in a line (`##[…]` of GitHub, `##vso[…]` of Azure DevOps) is
/// broken up. Made visible once more, the text stays as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (index, c) in text.char_indices() {
        match c {
            '#' if out.ends_with('#') && is_command(&text[index + 1..]) => out.push_str("\\u{23}"),
            c => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// What follows `##` in a command of a CI system: a word, and a bracket.
fn is_command(rest: &str) -> bool {
    rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
}

fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        c if is_hidden(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// `text` between double quotes, with nothing hidden in it; two texts that differ are never shown alike.
pub fn quoted(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c => push(&mut escaped, c),
        }
    }
    format!("\"{}\"", visible(&escaped))
}

/// Anything that has a text, made [`visible`].
pub struct Visible<T>(pub T);

impl<T: fmt::Display> fmt::Display for Visible<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&visible(&self.0.to_string()))
    }
}

/// JSON text with everything hidden as `\u` escapes: the same document, safe on a screen and in the log of a CI system.
/// Line breaks between its parts stay; inside of strings JSON has none.
pub fn json(text: &str) -> Cow<'_, str> {
    let hides = |c: char| is_hidden(c) && c != '\n';
    if !text.chars().any(hides) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (index, c) in text.char_indices() {
        // JSON itself has no `#`, so it is in a string.
        if hides(c) || (c == '#' && out.ends_with('#') && is_command(&text[index + 1..])) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_hidden_is_written_out() {
        for (text, shown) in [
            ("vpc-1", "vpc-1"),
            ("größe ✔ 数", "größe ✔ 数"),
            ("a\r\n\tb", "a\\r\\n\\tb"),
            ("\u{1b}[2J\u{9b}8m\u{7f}", "\\u{1b}[2J\\u{9b}8m\\u{7f}"),
            ("a\u{202e}b\u{2066}\u{200b}\u{feff}", "a\\u{202e}b\\u{2066}\\u{200b}\\u{feff}"),
            ("\u{2028}\u{2029}\u{85}\u{a0}", "\\u{2028}\\u{2029}\\u{85}\\u{a0}"),
            ("\u{e0041}\u{e0100}\u{fe0f}\u{ad}", "\\u{e0041}\\u{e0100}\\u{fe0f}\\u{ad}"),
            ("a ## b ##", "a ## b ##"),
            ("##[add-mask]x ##vso[task] ###[", "#\\u{23}[add-mask]x #\\u{23}vso[task] ##\\u{23}["),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
        assert_eq!(quoted("a\\\"\n"), r#""a\\\"\n""#);
        assert_eq!(format!("{:>4}|", Visible("\n")), "  \\n|");
    }

    #[test]
    fn json_stays_the_same_document() {
        let value = serde_json::json!({"\u{202e}k": ["\u{7f}\u{9b}\u{e0041}", "é", "\n", "##[error]##x"]});
        for text in [value.to_string(), format!("{value:#}")] {
            let shown = json(&text);
            assert!(!shown.chars().any(|c| is_hidden(c) && c != '\n') && !shown.contains("##["), "{shown:?}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert!(!shown.contains("##["));
            prop_assert_eq!(visible(&shown), shown.as_str());
            prop_assert!(!quoted(&text).chars().any(is_hidden));
        }

        #[test]
        fn quotes_keep_texts_apart(a in any::<String>(), b in any::<String>()) {
            prop_assert_eq!(a == b, quoted(&a) == quoted(&b));
        }
    }
}
