//! From a character of a scalar's value back to its place in the file.
//!
//! The value of a YAML scalar is not the text of the file: quotes, escapes, indentation and folded lines are gone.

use std::ops::Range;

use super::{Node, NodeKind};
use crate::model::{PropertyPath, Sources, Span, Step};

impl Node {
    /// The place of the characters `at` of this node's template, within the file. For diagnostics: it walks the file.
    pub fn place(&self, sources: &Sources, at: &Range<usize>) -> Span {
        match (&self.kind, sources.text(&self.span.file)) {
            (NodeKind::Template(template), Some(text)) => place(text, &self.span, &template.source, at),
            _ => self.span.clone(),
        }
    }

    /// Where a path is written below this node: its key, or as much of it as is there and no expression.
    pub fn at(&self, path: &PropertyPath) -> Option<Span> {
        let mut here = self;
        let mut found = None;
        for step in &path.0 {
            let next = match (&here.kind, step) {
                (NodeKind::Map(entries), Step::Key(name)) => {
                    entries.iter().find(|(key, _)| key.name == *name).map(|(key, node)| (key.span.clone(), node))
                }
                (NodeKind::List(items), Step::Index(index)) => items.get(*index).map(|node| (node.span.clone(), node)),
                _ => None,
            };
            let Some((span, node)) = next else { break };
            (found, here) = (Some(span), node);
        }
        found
    }

    /// As [`Node::place`], without the text of the file and cheap: exact for a scalar of one line without escapes,
    /// which is almost every one; else the place of the whole scalar.
    pub fn quick_place(&self, at: &Range<usize>) -> Span {
        let NodeKind::Template(template) = &self.kind else { return self.span.clone() };
        let length = template.source.chars().count();
        // Escapes and folded lines make the text in the file longer than the value and its quotes.
        let quotes = match (self.span.length as usize).checked_sub(length) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return self.span.clone(),
        };
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let column = self.span.column.saturating_add(number(at.start + quotes));
        Span::new(self.span.file.clone(), self.span.line, column, number(at.len()))
    }
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// The place of the characters `at` of `value`, which stands at `span` of a file with this text.
pub(super) fn place(text: &str, span: &Span, value: &str, at: &Range<usize>) -> Span {
    let lines: Vec<&str> = text.lines().collect();
    let style = style(&lines, span);
    let found = match style {
        Style::Literal => literal(span, value, at.start),
        _ => walk(&lines, span, style, at.start),
    };
    let Some((line, column)) = found else { return span.clone() };
    // An expression over several lines is marked on its first.
    let room = lines.get(line as usize - 1).map_or(1, |text| text.chars().count() as u32 + 1).saturating_sub(column);
    let end = match style {
        Style::Literal => literal(span, value, at.end.saturating_sub(1)),
        _ => walk(&lines, span, style, at.end.saturating_sub(1)),
    };
    let length = match end {
        Some((end_line, end_column)) if end_line == line && end_column >= column => end_column - column + 1,
        _ => room,
    };
    Span::new(span.file.clone(), line, column, length.min(room.max(1)))
}

fn style(lines: &[&str], span: &Span) -> Style {
    let line = lines.get(span.line as usize - 1).copied().unwrap_or_default();
    let before: String = line.chars().take(span.column as usize - 1).collect();
    if before.trim().is_empty() {
        // The header of a block stands on the nearest line above that is not blank.
        let above = lines.iter().take(span.line as usize - 1).rev().find(|line| !line.trim().is_empty());
        let above = above.map_or("", |line| line.split(" #").next().unwrap_or(line).trim_end());
        let header = above.trim_end_matches(|c: char| c == '+' || c == '-' || c.is_ascii_digit());
        let stands_alone = |rest: &str| rest.is_empty() || rest.ends_with([' ', '\t']);
        if header.strip_suffix('|').is_some_and(stands_alone) {
            return Style::Literal;
        }
        if header.strip_suffix('>').is_some_and(stands_alone) {
            return Style::Folded;
        }
    }
    match line.chars().nth(span.column as usize - 1) {
        Some('\'') => Style::Single,
        Some('"') => Style::Double,
        _ => Style::Plain,
    }
}

/// In a literal block, lines are lines; blank ones before the first text are in the value but not in the span.
fn literal(span: &Span, value: &str, offset: usize) -> Option<(u32, u32)> {
    let blank = value.chars().take_while(|c| *c == '\n').count();
    let (mut line, mut column) = (0_usize, 0_u32);
    for c in value.chars().take(offset) {
        (line, column) = if c == '\n' { (line + 1, 0) } else { (line, column + 1) };
    }
    Some((span.line + u32::try_from(line.checked_sub(blank)?).ok()?, span.column + column))
}

/// Walks the text of the file and counts the characters that it has in the value.
fn walk(lines: &[&str], span: &Span, style: Style, offset: usize) -> Option<(u32, u32)> {
    let mut count = 0;
    let mut blank = 0;
    for (index, line) in lines.iter().enumerate().skip(span.line as usize - 1) {
        let first = index == span.line as usize - 1;
        let chars: Vec<char> = line.chars().collect();
        let mut at =
            if first { span.column as usize - 1 } else { chars.iter().take_while(|c| c.is_whitespace()).count() };
        if first && matches!(style, Style::Single | Style::Double) {
            at += 1;
        }
        if !first && at >= chars.len() {
            blank += 1;
            continue;
        }
        if !first {
            // A line break is one space, or as many breaks as there are blank lines.
            count += blank.max(1);
            blank = 0;
        }
        let end = chars.len() - chars.iter().rev().take_while(|c| c.is_whitespace()).count();
        let mut continued = false;
        while at < end {
            let width = match (style, chars[at], chars.get(at + 1)) {
                (Style::Single, '\'', Some('\'')) => 2,
                (Style::Double, '\\', None) => {
                    continued = true;
                    break;
                }
                (Style::Double, '\\', Some('x')) => 4,
                (Style::Double, '\\', Some('u')) => 6,
                (Style::Double, '\\', Some('U')) => 10,
                (Style::Double, '\\', Some(_)) => 2,
                _ => 1,
            };
            if count == offset {
                return Some((u32::try_from(index).ok()? + 1, u32::try_from(at).ok()? + 1));
            }
            count += 1;
            at += width;
        }
        if continued {
            // The break is escaped: it is no character of the value.
            count = count.checked_sub(1)?;
        }
        if count > offset {
            return None;
        }
    }
    None
}
