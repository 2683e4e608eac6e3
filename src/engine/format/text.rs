//! The characters of a file, by lines and columns.

/// A file as characters. Places are those of the parser: lines from 1, columns from 0.
pub(super) struct Text {
    pub chars: Vec<char>,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A comment on a line of its own.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub text: String,
    /// A blank line stands before it.
    pub blank: bool,
}

/// What stands between two things: comments, and whether a blank line is before the next thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Gap {
    pub comments: Vec<Comment>,
    pub blank: bool,
}

impl Text {
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut lines = vec![0];
        lines.extend(chars.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(at, _)| at + 1));
        Self { chars, lines }
    }

    pub fn offset(&self, line: usize, column: usize) -> usize {
        let begin = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.chars.len());
        (begin + column).min(self.chars.len())
    }

    pub fn at(&self, offset: usize) -> Option<char> {
        self.chars.get(offset).copied()
    }

    pub fn slice(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to.max(from)).unwrap_or_default().iter().collect()
    }

    /// Behind a scalar that begins at `start`, of which the parser says that it ends at `end`. Of one in quotes that is
    /// behind the space and the comment that follow it.
    pub fn end_of_scalar(&self, start: usize, end: usize) -> usize {
        let Some(quote @ ('"' | '\'')) = self.at(start) else { return end };
        let mut at = start + 1;
        while let Some(c) = self.at(at) {
            at += 1;
            match c {
                '\\' if quote == '"' => at += 1,
                c if c != quote => {}
                // A quote that is written twice.
                '\'' if self.at(at) == Some('\'') => at += 1,
                _ => return at,
            }
        }
        end
    }

    /// The end of the line that a place is in, before its line break.
    pub fn end_of_line(&self, offset: usize) -> usize {
        (offset..self.chars.len()).find(|at| self.chars[*at] == '\n').unwrap_or(self.chars.len())
    }

    /// The column of a place.
    pub fn column(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|begin| *begin <= offset);
        offset - self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0)
    }

    /// Behind spaces and tabs.
    pub fn skip_blanks(&self, mut offset: usize) -> usize {
        while matches!(self.at(offset), Some(' ' | '\t')) {
            offset += 1;
        }
        offset
    }

    /// The comment behind something on the same line, with the space before it; moves behind it.
    pub fn trailing(&self, offset: &mut usize) -> Option<String> {
        let at = self.skip_blanks(*offset);
        if self.at(at) != Some('#') || at == *offset {
            return None;
        }
        let end = self.end_of_line(at);
        let spaces = " ".repeat(at - *offset);
        *offset = end;
        Some(format!("{spaces}{}", self.slice(at, end).trim_end()))
    }

    /// The comments and blank lines up to the next thing; moves there. Of comments only those that stand at `least` or
    /// further to the right are taken; the first that does not ends it.
    pub fn gap(&self, offset: &mut usize, least: usize) -> Gap {
        let mut out = Gap::default();
        // Where nothing but the end of a line is left of what was before.
        let mut here = *offset;
        let mut breaks = usize::from(here == 0);
        loop {
            match self.at(here) {
                Some('\n') => breaks += 1,
                Some(' ' | '\t') => {}
                Some('#') if self.column(here) >= least => {
                    let end = self.end_of_line(here);
                    out.comments
                        .push(Comment { text: self.slice(here, end).trim_end().to_string(), blank: breaks > 1 });
                    breaks = 0;
                    here = end;
                    *offset = here;
                    continue;
                }
                Some('#') | None => return out,
                Some(_) => {
                    // At the start of a file nothing is above it.
                    out.blank = breaks > 1 && !(*offset == 0 && out.comments.is_empty());
                    if least == 0 {
                        *offset = here;
                    }
                    return out;
                }
            }
            here += 1;
        }
    }
}
