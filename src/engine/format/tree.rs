//! A file as a tree that knows its comments.
//!
//! The parser says what is what and where; comments and the text of scalars are taken from the file itself.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::text::{Comment, Gap, Text};

/// Levels of lists and maps; what is deeper was refused before.
const MAX_DEPTH: usize = 80;

#[derive(Debug)]
pub(super) struct Tree {
    /// The file begins with `---`.
    pub marker: bool,
    pub root: Value,
    /// Comments behind everything.
    pub end: Vec<Comment>,
}

#[derive(Debug)]
pub(super) enum Value {
    /// Nothing is written.
    Nothing,
    Scalar(Scalar),
    Map(Vec<Entry>, Vec<Comment>),
    List(Vec<Item>, Vec<Comment>),
    /// `{…}` and `[…]` on one line.
    Flow(Flow),
    /// What goes over several lines and is no block: only its indentation changes.
    Lines(Vec<String>),
    /// `|` and `>`: what stands behind the key, and the lines without their indentation.
    Block(String, Vec<String>),
}

#[derive(Debug)]
pub(super) struct Scalar {
    /// As it is written, with its quotes.
    pub raw: String,
    /// What it says.
    pub value: String,
}

#[derive(Debug)]
pub(super) enum Flow {
    Scalar(String),
    Map(Vec<(String, Flow)>),
    List(Vec<Flow>),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub before: Gap,
    pub key: String,
    pub item: Item,
}

/// A value behind `key:` or `-`.
#[derive(Debug)]
pub(super) struct Item {
    /// Of an element of a list; that of a key is with its entry.
    pub before: Gap,
    /// The comment on the line of the key or the dash, when the value begins below.
    pub head: Option<String>,
    pub value: Value,
    /// The comment behind the value.
    pub behind: Option<String>,
}

/// The tree; `None` for what is left as it is.
pub(super) fn read(text: &str) -> Option<Tree> {
    let events: Vec<(Event<'_>, Span)> = Parser::new_from_str(text).collect::<Result<_, _>>().ok()?;
    let mut reader = Reader { text: Text::new(text), events: events.into_iter().peekable(), cursor: 0, depth: 0 };
    reader.document()
}

struct Reader<'a> {
    text: Text,
    events: std::iter::Peekable<std::vec::IntoIter<(Event<'a>, Span)>>,
    /// What is before it is in the tree.
    cursor: usize,
    depth: usize,
}

impl Reader<'_> {
    fn offset(&self, marker: saphyr_parser::Marker) -> usize {
        self.text.offset(marker.line(), marker.col())
    }

    fn document(&mut self) -> Option<Tree> {
        let mut marker = false;
        loop {
            match &self.events.peek()?.0 {
                Event::StreamStart => {}
                Event::DocumentStart(explicit) => {
                    marker = *explicit;
                    self.events.next();
                    break;
                }
                // Nothing but comments.
                Event::StreamEnd => break,
                _ => return None,
            }
            self.events.next();
        }
        if marker {
            let mut at = self.cursor;
            // A comment or a directive before the marker is left as it is.
            let gap = self.text.gap(&mut at, 0);
            if !gap.comments.is_empty() || self.text.slice(at, at + 3) != "---" {
                return None;
            }
            self.cursor = at + 3;
            if self.text.end_of_line(self.cursor) != self.text.skip_blanks(self.cursor) {
                return None;
            }
        }
        let root = match self.events.peek().map(|(event, _)| event) {
            None | Some(Event::StreamEnd | Event::DocumentEnd) => Value::Nothing,
            Some(Event::Scalar(text, ScalarStyle::Plain, ..)) if text.is_empty() || text.as_ref() == "~" => {
                self.events.next();
                Value::Nothing
            }
            Some(Event::MappingStart(..) | Event::SequenceStart(..)) => self.value(0)?,
            _ => return None,
        };
        let end = self.text.gap(&mut self.cursor, 0).comments;
        let rest = self.text.slice(self.cursor, self.text.chars.len());
        rest.trim().is_empty().then_some(Tree { marker, root, end })
    }

    /// A value; `parent` is the column of the map or list that it is in.
    fn value(&mut self, parent: usize) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let (event, span) = self.events.next()?;
        let start = self.offset(span.start);
        let value = match event {
            Event::Scalar(_, _, _, Some(_)) | Event::Alias(_) => None,
            Event::Scalar(_, _, anchor, _) if anchor > 0 => None,
            Event::MappingStart(anchor, tag) | Event::SequenceStart(anchor, tag) if anchor > 0 || tag.is_some() => None,
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => self.block(parent),
            Event::Scalar(value, style, ..) => self.scalar(&value, style, start, self.offset(span.end), parent),
            Event::MappingStart(..) if self.text.at(start) == Some('{') => self.flow_value(true, start, parent),
            Event::SequenceStart(..) if self.text.at(start) == Some('[') => self.flow_value(false, start, parent),
            Event::MappingStart(..) => self.map(),
            Event::SequenceStart(..) => self.list(),
            _ => None,
        };
        self.depth -= 1;
        value
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, start: usize, end: usize, parent: usize) -> Option<Value> {
        if style == ScalarStyle::Plain && start == end {
            return Some(Value::Nothing);
        }
        let end = self.text.end_of_scalar(start, end);
        let raw = self.text.slice(start, end);
        self.cursor = end;
        Some(match raw.contains('\n') {
            true => Value::Lines(relative(&raw, parent)),
            false => Value::Scalar(Scalar { raw, value: value.to_string() }),
        })
    }

    /// `|` and `>`. The parser names the place of the content; the head is looked for here.
    fn block(&mut self, parent: usize) -> Option<Value> {
        let begin = self.text.skip_blanks(self.cursor);
        if !matches!(self.text.at(begin), Some('|' | '>')) {
            return None;
        }
        let end = self.text.end_of_line(begin);
        let head = self.text.slice(begin, end).trim_end().to_string();
        let signs: String = head.chars().take_while(|c| !c.is_whitespace()).collect();
        let explicit = signs.chars().find_map(|c| c.to_digit(10)).map(|digit| digit as usize);
        let mut lines = Vec::new();
        let mut indent = explicit.map(|digit| parent + digit);
        let mut at = end;
        // The end of the last line that is taken.
        let mut last = end;
        while at < self.text.chars.len() {
            let line_begin = at + 1;
            let line_end = self.text.end_of_line(line_begin);
            let line = self.text.slice(line_begin, line_end);
            let spaces = line.chars().take_while(|c| *c == ' ').count();
            let blank = line.chars().all(|c| c == ' ');
            if !blank {
                let indent = *indent.get_or_insert(spaces);
                if spaces < indent || (explicit.is_none() && spaces <= parent) {
                    break;
                }
            }
            let content = indent.map_or(String::new(), |indent| line.chars().skip(indent).collect());
            lines.push(content);
            at = line_end;
            if !blank {
                last = at;
            }
            if line_end >= self.text.chars.len() {
                break;
            }
        }
        // Blank lines at the end are content of `+` only.
        if !signs.contains('+') {
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
            self.cursor = last;
        } else {
            self.cursor = at.min(self.text.chars.len());
            // The end of the file is no line.
            if self.cursor >= self.text.chars.len() && lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
        }
        // Where the content is indented by two, so says the sign.
        let comment = head[signs.len()..].trim_start();
        let signs: String = signs.chars().map(|c| if c.is_ascii_digit() { '2' } else { c }).collect();
        let head = if comment.is_empty() { signs } else { format!("{signs} {comment}") };
        Some(Value::Block(head, lines))
    }

    fn map(&mut self) -> Option<Value> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut column = 0;
        loop {
            if matches!(self.events.peek()?.0, Event::MappingEnd) {
                self.events.next();
                let end = self.text.gap(&mut self.cursor, column.max(1)).comments;
                return Some(Value::Map(entries, end));
            }
            let mut before = self.text.gap(&mut self.cursor, 0);
            let (event, span) = self.events.next()?;
            let start = self.offset(span.start);
            let end = self.text.end_of_scalar(start, self.offset(span.end));
            let Event::Scalar(_, style, 0, None) = event else { return None };
            let key = self.text.slice(start, end);
            // `? key`, a key of several lines, or none.
            let plain = matches!(style, ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            if self.cursor != start || !plain || key.is_empty() || key.contains('\n') {
                return None;
            }
            column = self.text.column(start);
            self.cursor = self.text.skip_blanks(end);
            if self.text.at(self.cursor) != Some(':') {
                return None;
            }
            self.cursor += 1;
            let item = self.item(column, &mut before)?;
            entries.push(Entry { before, key, item });
        }
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        let mut column = 0;
        loop {
            if matches!(self.events.peek()?.0, Event::SequenceEnd) {
                self.events.next();
                let end = self.text.gap(&mut self.cursor, column.max(1)).comments;
                return Some(Value::List(items, end));
            }
            let mut before = self.text.gap(&mut self.cursor, 0);
            if self.text.at(self.cursor) != Some('-') {
                return None;
            }
            column = self.text.column(self.cursor);
            self.cursor += 1;
            let mut item = self.item(column, &mut before)?;
            item.before = before;
            items.push(item);
        }
    }

    /// What stands behind `key:` or `-`, whose column is given. Comments between both go before the key.
    fn item(&mut self, column: usize, before: &mut Gap) -> Option<Item> {
        let mut head = self.text.trailing(&mut self.cursor);
        let (event, span) = self.events.peek()?;
        let marker = span.start;
        let (map, list) = (matches!(event, Event::MappingStart(..)), matches!(event, Event::SequenceStart(..)));
        let nothing = matches!(event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty());
        let block = matches!(event, Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..));
        let first = self.text.at(self.offset(marker));
        let nested = map && first != Some('{') || list && first != Some('[');
        if !nested && !nothing && !block {
            let between = self.text.gap(&mut self.cursor, 0);
            before
                .comments
                .extend(head.take().map(|text| Comment { text: text.trim_start().to_string(), blank: false }));
            before.comments.extend(between.comments);
        }
        let value = self.value(column)?;
        let one_line = !matches!(value, Value::Map(..) | Value::List(..) | Value::Block(..) | Value::Nothing);
        let behind = if one_line { self.text.trailing(&mut self.cursor) } else { None };
        Some(Item { before: Gap::default(), head, value, behind })
    }

    fn flow_value(&mut self, map: bool, start: usize, parent: usize) -> Option<Value> {
        let (flow, end) = self.flow(map)?;
        self.cursor = end;
        let raw = self.text.slice(start, end);
        Some(match raw.contains('\n') {
            true => Value::Lines(relative(&raw, parent)),
            false => Value::Flow(flow),
        })
    }

    /// The rest of `{…}` or `[…]`, and where it ends.
    fn flow(&mut self, map: bool) -> Option<(Flow, usize)> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut entries = Vec::new();
        let mut items = Vec::new();
        loop {
            if let (Event::MappingEnd | Event::SequenceEnd, span) = self.events.peek()? {
                // The parser's end of a bracket is behind the space and the comment that follow it.
                let marker = span.start;
                let end = self.offset(marker) + 1;
                self.events.next();
                self.depth -= 1;
                return Some((if map { Flow::Map(entries) } else { Flow::List(items) }, end));
            }
            if map {
                let Flow::Scalar(key) = self.flow_item()? else { return None };
                if key.is_empty() {
                    return None;
                }
                entries.push((key, self.flow_item()?));
            } else {
                items.push(self.flow_item()?);
            }
        }
    }

    fn flow_item(&mut self) -> Option<Flow> {
        let (event, span) = self.events.next()?;
        let start = self.offset(span.start);
        let end = self.text.end_of_scalar(start, self.offset(span.end));
        match event {
            Event::Scalar(_, _, 0, None) => Some(Flow::Scalar(self.text.slice(start, end))),
            // `[a: b]` is a map without braces.
            Event::MappingStart(0, None) if self.text.at(start) == Some('{') => Some(self.flow(true)?.0),
            Event::SequenceStart(0, None) if self.text.at(start) == Some('[') => Some(self.flow(false)?.0),
            _ => None,
        }
    }
}

/// Lines whose indentation counts from the column of what they are in.
fn relative(raw: &str, parent: usize) -> Vec<String> {
    let one = |(position, line): (usize, &str)| {
        let line = match line.trim_end() {
            // An escaped space.
            trimmed if trimmed.ends_with('\\') => line,
            trimmed => trimmed,
        };
        match position {
            0 => line.to_string(),
            _ => {
                let spaces = line.chars().take_while(|c| *c == ' ').count();
                line.chars().skip(spaces.min(parent)).collect()
            }
        }
    };
    raw.split('\n').enumerate().map(one).collect()
}
