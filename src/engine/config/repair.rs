//! Reading on behind a mistake, so that the others of a file are told with it.
//!
//! A YAML parser ends at the first mistake. Most of them are of one kind: an expression without quotes. Its place and its
//! end are known, so its characters are taken out, and the rest of the file is read as if nothing had happened. Of any
//! other mistake the lines are left out, up to the next that is not deeper; what is told of the rest is its mistakes, and
//! the file counts as one that cannot be read. Owns: what is left out and read again. Leaves out: what a mistake is.

use std::borrow::Cow;
use std::sync::Arc;

use super::document::{self, Broken, Templates};
use super::{Node, yaml_error};
use crate::model::{Diagnostic, Diagnostics};

/// Mistakes of the YAML of one file that are told.
const MOST: usize = 20;
/// Times that a file is read.
const READINGS: usize = 40;
/// Bytes that are read in all of them.
const BYTES: usize = 4 << 20;

/// Parses a file. `None` when it is no YAML that can be used; a file without a document is null.
pub(super) fn parse(
    file: &Arc<str>,
    text: &str,
    templates: &mut Templates,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    // A character that the file does not have marks what was taken out.
    let mark = ('\u{e000}'..'\u{e100}').find(|mark| !text.contains(*mark));
    let mut draft = Draft { text: Cow::Borrowed(text), mark, left_out: None };
    let mut told = 0;
    let mut whole = true;
    for reading in 1.. {
        let mut found = Diagnostics::default();
        let broken = match document::read(file, &draft.text, mark, templates, &mut found) {
            Ok(node) => {
                diagnostics.extend(found);
                return Some(node).filter(|_| whole);
            }
            Err(broken) => broken,
        };
        if !draft.is_same_mistake(&broken.diagnostic) {
            told += 1;
            diagnostics.push(broken.diagnostic.clone());
        }
        let enough = told >= MOST || reading >= READINGS || reading * text.len() > BYTES;
        if enough || !draft.mend(&broken, &mut whole) {
            diagnostics.extend(found);
            return None;
        }
    }
    None
}

struct Draft<'t> {
    text: Cow<'t, str>,
    mark: Option<char>,
    /// The last lines that were left out: from and to before, from 0.
    left_out: Option<(usize, usize)>,
}

impl Draft<'_> {
    /// Whether a mistake comes of lines that were left out: they were its begin.
    fn is_same_mistake(&self, diagnostic: &Diagnostic) -> bool {
        let (Some((from, to)), Some(line)) = (self.left_out, line_of(diagnostic)) else { return false };
        let next = self.text.lines().enumerate().skip(to).find(|(_, line)| !line.trim().is_empty());
        (from..=next.map_or(to, |(number, _)| number)).contains(&line)
    }

    /// Takes the mistake out of the text; false when that cannot be done.
    fn mend(&mut self, broken: &Broken, whole: &mut bool) -> bool {
        let Some(number) = line_of(&broken.diagnostic) else { return false };
        if broken.of_parser && self.take_expression_out(number) {
            return true;
        }
        *whole = false;
        self.leave_out(number)
    }

    fn take_expression_out(&mut self, number: usize) -> bool {
        let (Some(mark), Some(line)) = (self.mark, self.text.lines().nth(number)) else { return false };
        let Some(found) = yaml_error::unquoted(line) else { return false };
        let chars = line.chars().enumerate();
        let mended: String = chars.map(|(at, c)| if found.value.contains(&at) { mark } else { c }).collect();
        self.replace(number..number + 1, &mended);
        true
    }

    /// Leaves out a line and those that belong to it; false when there is nothing left to leave out.
    fn leave_out(&mut self, number: usize) -> bool {
        let lines: Vec<&str> = self.text.lines().collect();
        let Some(first) = lines.get(number).filter(|line| !line.trim().is_empty()) else { return false };
        let indent = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
        let deeper = |line: &&&str| line.trim().is_empty() || indent(line) > indent(first);
        let end = number + 1 + lines[number + 1..].iter().take_while(deeper).count();
        self.replace(number..end, "");
        self.left_out = Some((number, end));
        true
    }

    /// Puts `by` in the place of the first of some lines, and nothing in that of the others.
    fn replace(&mut self, lines: std::ops::Range<usize>, by: &str) {
        let mut out = String::with_capacity(self.text.len());
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            if !lines.contains(&number) {
                out.push_str(line);
                continue;
            }
            if number == lines.start {
                out.push_str(by);
            }
            out.extend(line.ends_with('\n').then_some('\n'));
        }
        self.text = Cow::Owned(out);
    }
}

/// The line of a mistake, from 0.
fn line_of(diagnostic: &Diagnostic) -> Option<usize> {
    let line = diagnostic.origin.as_ref()?.span.line;
    usize::try_from(line).ok()?.checked_sub(1)
}
