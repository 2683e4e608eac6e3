//! What a YAML error means for whoever wrote the file.
//!
//! Most of them come from an expression without quotes: `: `, ` #`, `{`, `[` and `,` belong to YAML.

use saphyr_parser::ScanError;

use super::brackets;
use crate::model::{Code, Diagnostic, Origin, Span};

/// The error of the parser, at its place and with its cause when we can tell it.
pub(super) fn explain(file: &std::sync::Arc<str>, text: &str, error: &ScanError) -> Diagnostic {
    let lines: Vec<&str> = text.lines().collect();
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    let line_number = u32::try_from(error.marker().line()).unwrap_or(1).clamp(1, last);
    let line = lines.get(line_number as usize - 1).copied().unwrap_or_default();
    let width = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
    let column = u32::try_from(error.marker().col() + 1).unwrap_or(1).clamp(1, width.max(1));
    if let Some(found) = unquoted(line) {
        let span = Span::new(file.clone(), line_number, found.column, found.length);
        return Diagnostic::error(Code::InvalidYaml, format!("an expression with {} needs quotes", found.cause))
            .at(Origin::at(span))
            .note(format!("YAML reads {} as its own before wildfire sees the expression", found.cause))
            .help(format!("write {}", found.quoted));
    }
    let span = Span::new(file.clone(), line_number, column, 1);
    if error.info().contains("recursion limit") {
        return Diagnostic::error(Code::InputTooDeep, "the file is nested too deeply").at(Origin::at(span));
    }
    if let Some(diagnostic) = tab(file, line, line_number, column) {
        return diagnostic;
    }
    let at = |line: u32, column: u32| Origin::at(Span::new(file.clone(), line, column, 1));
    if error.info().contains("quoted scalar") && !error.info().contains("trailing") {
        return Diagnostic::error(Code::InvalidYaml, "a string is opened here and not closed")
            .at(Origin::at(span))
            .help("put the same quote at its end; a string of several lines is written behind `|`");
    }
    if let Some(open) = brackets::unclosed(text, error.marker().line(), error.marker().col() + 1) {
        let close = if open.bracket == '{' { '}' } else { ']' };
        return Diagnostic::error(Code::InvalidYaml, format!("`{}` is opened here and not closed", open.bracket))
            .at(at(open.line, open.column))
            .help(format!("put a `{close}` at the end"));
    }
    let diagnostic = Diagnostic::error(Code::InvalidYaml, format!("this is not YAML: {}", plain(error.info())));
    let diagnostic = diagnostic.at(Origin::at(span));
    if line.contains("\"${") && line.matches('"').count() > 2 {
        return diagnostic.help("inside of double quotes, write strings of the expression with single quotes");
    }
    match error.info() {
        info if info.contains("mapping values are not allowed") => {
            diagnostic.help(second_colon(&lines, line_number as usize - 1, column as usize))
        }
        info if info.contains("unexpected character") => diagnostic.help("a text that begins so needs quotes"),
        info if info.contains("did not find expected key") || info.contains("<document start>") => {
            diagnostic.help("the indentation of this line fits no line above it")
        }
        info if info.contains("flow") && line_number > 1 && line.chars().take(column as usize).all(blank) => {
            diagnostic.help("is there a comma missing at the end of the line above?")
        }
        _ => diagnostic,
    }
}

fn blank(c: char) -> bool {
    c == ' '
}

/// A tab where YAML takes spaces only: in the indentation, or behind a `:`.
fn tab(file: &std::sync::Arc<str>, line: &str, number: u32, column: u32) -> Option<Diagnostic> {
    let begin = line.chars().take_while(|c| c.is_whitespace()).position(|c| c == '\t');
    let before = (column as usize).checked_sub(2).filter(|index| line.chars().nth(*index) == Some('\t'));
    let here = (column as usize).checked_sub(1).filter(|index| line.chars().nth(*index) == Some('\t'));
    let (position, message) = match (begin, before.or(here)) {
        (Some(position), _) => (position, "this is a tab, and YAML indents with spaces"),
        (None, Some(position)) => (position, "this is a tab, and YAML takes a space here"),
        (None, None) => return None,
    };
    let column = u32::try_from(position + 1).unwrap_or(u32::MAX);
    let origin = Origin::at(Span::new(file.clone(), number, column, 1));
    Some(Diagnostic::error(Code::InvalidYaml, message).at(origin).help("set the editor to spaces for YAML files"))
}

/// Why a `: ` is one too many: it belongs to a text, or the line above goes on where it should not.
fn second_colon(lines: &[&str], index: usize, column: usize) -> String {
    let line = lines.get(index).copied().unwrap_or_default();
    // Another one before it: this one is part of a value.
    if line.chars().take(column.saturating_sub(1)).collect::<String>().contains(": ") {
        return "a text with `: ` in it needs quotes".into();
    }
    let above = lines[..index.min(lines.len())].iter().rposition(|line| !line.trim().is_empty());
    let indent = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    match above.and_then(|above| Some((above + 1, *lines.get(above)?))) {
        Some((number, above)) if !above.contains(": ") => {
            format!("line {number} has no `: `: behind the colon of a key there is a space")
        }
        Some((number, above)) if indent(line) > indent(above) => {
            format!("this line is indented deeper than line {number}, which has a value already")
        }
        _ => "a text with `: ` in it needs quotes".into(),
    }
}

/// The parser's words, as a sentence of ours.
fn plain(info: &str) -> String {
    info.replace('`', "'").replace("while parsing ", "in ").replace("while scanning ", "in ")
}

/// An expression that YAML takes apart.
pub(super) struct Unquoted {
    pub column: u32,
    pub length: u32,
    /// Characters of the line, from 0, that make the whole value.
    pub value: std::ops::Range<usize>,
    pub cause: &'static str,
    pub quoted: String,
}

/// The first expression in a line that is not in quotes and has something in it that YAML reads as its own.
pub(super) fn unquoted(line: &str) -> Option<Unquoted> {
    let chars: Vec<char> = line.chars().collect();
    let mut quote: Option<char> = None;
    let mut flow = 0_usize;
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        match quote {
            Some(open) if c == open => quote = None,
            Some('"') if c == '\\' => at += 1,
            Some(_) => {}
            None => match c {
                // A quote opens a string only where a value begins.
                '"' | '\'' if begins_value(&chars[..at]) => quote = Some(c),
                '#' if at == 0 || chars[at - 1].is_whitespace() => return None,
                '[' | '{' if c == '[' || at == 0 || chars[at - 1] != '$' => flow += 1,
                ']' | '}' => flow = flow.saturating_sub(1),
                '$' if chars.get(at + 1) == Some(&'{') => {
                    let end = closing(&chars, at + 2);
                    if let Some(found) = cause(&chars, at, end, flow > 0) {
                        return Some(found);
                    }
                    at = end;
                }
                _ => {}
            },
        }
        at += 1;
    }
    None
}

fn begins_value(before: &[char]) -> bool {
    matches!(before.iter().rev().find(|c| !c.is_whitespace()), None | Some(':' | ',' | '[' | '{' | '-'))
}

/// The index of the brace that closes an expression, or of the line's last character.
fn closing(chars: &[char], start: usize) -> usize {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, c) in chars.iter().enumerate().skip(start) {
        match (quote, c) {
            (Some(open_quote), c) if c == open_quote => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => open += 1,
            (None, '}') if open == 0 => return at,
            (None, '}') => open -= 1,
            _ => {}
        }
    }
    chars.len().saturating_sub(1)
}

fn cause(chars: &[char], start: usize, end: usize, in_flow: bool) -> Option<Unquoted> {
    let inside = &chars[start..=end.min(chars.len() - 1)];
    let has = |pair: [char; 2]| inside.windows(2).any(|window| window == pair);
    let cause = if in_flow {
        "braces inside of `[…]` or `{…}`"
    } else if has([':', ' ']) {
        "`: `"
    } else if has([' ', '#']) {
        "` #`"
    } else {
        return None;
    };
    // The whole value, when the expression is a part of one: back to its begin, on to its end.
    let value_start = if in_flow { start } else { value_start(chars, start) };
    let value_end = if in_flow { end + 1 } else { chars.len() };
    let text: String = chars[value_start..value_end.min(chars.len())].iter().collect();
    let text = text.trim_end();
    let quoted = match text.contains('"') {
        false => format!("\"{text}\""),
        true => format!("'{}'", text.replace('\'', "''")),
    };
    Some(Unquoted {
        column: u32::try_from(start).ok()? + 1,
        length: u32::try_from(inside.len()).ok()?,
        value: value_start..value_start + text.chars().count(),
        cause,
        quoted,
    })
}

/// Where the value that an expression is part of begins: behind `key: ` or `- `.
fn value_start(chars: &[char], expression: usize) -> usize {
    let mut start = 0;
    for at in 0..expression {
        let spaced = chars.get(at + 1).is_some_and(|c| c.is_whitespace());
        let dash = chars[at] == '-' && chars[..at].iter().all(|c| c.is_whitespace() || *c == '-');
        if spaced && (chars[at] == ':' || dash) {
            start = at + 1;
        }
    }
    while chars.get(start).is_some_and(|c| c.is_whitespace()) && start < expression {
        start += 1;
    }
    start
}
