//! Which bracket of a flow collection is never closed.
//!
//! The parser notices it at the next thing that does not fit, often lines later; whoever wrote the file wants to see
//! the bracket. Owns: a rough walk over the text that knows quotes, comments and expressions, and nothing else of YAML.

/// An opening bracket. Line and column count from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub bracket: char,
    pub line: u32,
    pub column: u32,
}

/// The innermost bracket that is open at a place, when nothing behind the place closes it either.
pub(super) fn unclosed(text: &str, line: usize, column: usize) -> Option<Open> {
    // With each whether it stands behind the place.
    let mut open: Vec<(Open, bool)> = Vec::new();
    let mut quote: Option<char> = None;
    for (row, text) in text.lines().enumerate() {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let behind = row + 1 > line || (row + 1 == line && at + 1 >= column);
            match quote {
                Some('"') if c == '\\' => at += 1,
                Some(end) if c == end => quote = None,
                Some(_) => {}
                None if begins(&chars[..at]) && matches!(c, '"' | '\'') => quote = Some(c),
                None if c == '#' && (at == 0 || chars[at - 1].is_whitespace()) => break,
                None if c == '$' && chars.get(at + 1) == Some(&'{') => at = expression_end(&chars, at + 2),
                None if matches!(c, '{' | '[') && (!open.is_empty() || begins(&chars[..at])) => {
                    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                    open.push((Open { bracket: c, line: number(row + 1), column: number(at + 1) }, behind));
                }
                None if matches!(c, '}' | ']') => {
                    let wanted = if c == '}' { '{' } else { '[' };
                    match open.last() {
                        Some((top, _)) if top.bracket == wanted => drop(open.pop()),
                        Some(_) if behind => return None,
                        // Another bracket is closed first, and the parser went on.
                        Some(_) => return open.pop().map(|(open, _)| open),
                        None => {}
                    }
                }
                None => {}
            }
            at += 1;
        }
    }
    open.into_iter().rev().find(|(_, behind)| !behind).map(|(open, _)| open)
}

/// Whether a value begins behind these characters.
fn begins(before: &[char]) -> bool {
    matches!(before.iter().rev().find(|c| !c.is_whitespace()), None | Some(':' | ',' | '[' | '{' | '-'))
}

/// The brace that closes an expression on its line, or the last character.
fn expression_end(chars: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in chars.iter().enumerate().skip(start) {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    chars.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, line: usize, column: usize) -> Option<(char, u32, u32)> {
        unclosed(text, line, column).map(|open| (open.bracket, open.line, open.column))
    }

    #[test]
    fn finds_what_is_never_closed() {
        assert_eq!(place("a: {b: 1\nc: 2\n", 2, 1), Some(('{', 1, 4)));
        assert_eq!(place("a: {b: [1, 2}\n", 1, 13), None, "the wrong bracket is told at its place");
        assert_eq!(place("a: {b: 1\n", 2, 1), Some(('{', 1, 4)));
        assert_eq!(place("a: {b: \"}\"\nc: {d: 1}\n", 2, 1), Some(('{', 1, 4)));
        assert_eq!(place("a: {b: \"${c({})}\"\n", 2, 1), Some(('{', 1, 4)));
    }

    #[test]
    fn what_is_closed_later_is_no_fault_of_the_bracket() {
        assert_eq!(place("a: {b: 1\n  c: 2}\n", 2, 3), None);
        assert_eq!(place("a: b{c\n# {\n", 1, 3), None);
    }
}
