//! The canonical form of a tree.

use super::text::{Comment, Gap};
use super::tree::{Entry, Flow, Item, Scalar, Tree, Value};
use crate::config::shapes::{self, Kind, Shape};

/// Spaces of a level.
const STEP: usize = 2;

pub(super) fn write(tree: &Tree, place: Option<Place>) -> String {
    let mut out = Writer(String::new());
    if tree.marker {
        out.0.push_str("---\n");
    }
    if !matches!(tree.root, Value::Nothing) {
        out.value(&tree.root, 0, place, false);
    }
    for (position, comment) in tree.end.iter().enumerate() {
        out.comment(comment, 0, position > 0 || !out.0.is_empty());
    }
    out.0
}

/// What the shapes say of a value.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Map(&'static Shape),
    /// Names, each with such a map.
    Names(&'static Shape),
    /// A list of such maps.
    Items(&'static Shape),
}

/// What is behind a key of a map.
pub(super) fn behind(place: Option<Place>, key: &str) -> Option<Place> {
    match place? {
        Place::Map(shape) => match shape.key(key)?.kind {
            Kind::Table(inner) | Kind::TableOrEntries(inner) | Kind::TextOrTable(inner) => Some(Place::Map(inner)),
            Kind::Named(inner) | Kind::NamedOr(inner, _) => Some(Place::Names(inner)),
            Kind::Entries(inner) => Some(Place::Items(inner)),
            _ => None,
        },
        Place::Names(shape) => Some(Place::Map(shape)),
        Place::Items(_) => None,
    }
}

/// An element of a list.
pub(super) fn element(place: Option<Place>) -> Option<Place> {
    match place {
        Some(Place::Items(shape)) => Some(Place::Map(shape)),
        _ => None,
    }
}

/// The shape of a map whose keys have an order of their own.
pub(super) fn ordered(place: Option<Place>) -> Option<&'static Shape> {
    match place? {
        Place::Map(shape) => {
            let all = [&shapes::RESOURCE, &shapes::DATA_SOURCE, &shapes::MODULE_CALL];
            all.into_iter().find(|known| std::ptr::eq::<Shape>(*known, shape))
        }
        _ => None,
    }
}

/// The entries as they are written, by their keys.
fn in_order<T>(entries: &[T], place: Option<Place>, key: impl Fn(&T) -> &str) -> Vec<&T> {
    let mut out: Vec<&T> = entries.iter().collect();
    if let Some(shape) = ordered(place) {
        out.sort_by_key(|entry| {
            let name = key(entry).trim_matches(['"', '\'']);
            shape.names().position(|known| known == name).unwrap_or(usize::MAX)
        });
    }
    out
}

struct Writer(String);

impl Writer {
    fn indent(&mut self, indent: usize) {
        self.0.extend(std::iter::repeat_n(' ', indent));
    }

    fn comment(&mut self, comment: &Comment, indent: usize, separate: bool) {
        if comment.blank && separate {
            self.0.push('\n');
        }
        self.indent(indent);
        self.0.push_str(&comment.text);
        self.0.push('\n');
    }

    /// Comments and a blank line before something; `first`: it is the first of its block.
    fn gap(&mut self, gap: &Gap, indent: usize, first: bool) {
        for (position, comment) in gap.comments.iter().enumerate() {
            self.comment(comment, indent, !(first && position == 0));
        }
        if gap.blank && !(first && gap.comments.is_empty()) {
            self.0.push('\n');
        }
    }

    /// A value that begins on a line of its own, or on one that is begun (`inline`).
    fn value(&mut self, value: &Value, indent: usize, place: Option<Place>, inline: bool) {
        match value {
            Value::Map(entries, end) => {
                let entries = in_order(entries, place, |entry: &Entry| &entry.key);
                for (position, entry) in entries.into_iter().enumerate() {
                    if !(inline && position == 0) {
                        self.gap(&entry.before, indent, position == 0);
                        self.indent(indent);
                    }
                    self.0.push_str(&entry.key);
                    self.0.push(':');
                    self.item(&entry.item, indent, behind(place, entry.key.trim_matches(['"', '\''])));
                }
                end.iter().for_each(|comment| self.comment(comment, indent, true));
            }
            Value::List(items, end) => {
                let inner = element(place);
                for (position, item) in items.iter().enumerate() {
                    if !(inline && position == 0) {
                        self.gap(&item.before, indent, position == 0);
                        self.indent(indent);
                    }
                    self.0.push('-');
                    self.element(item, indent, inner);
                }
                end.iter().for_each(|comment| self.comment(comment, indent, true));
            }
            Value::Flow(flow) => {
                self.flow(flow, place);
                self.0.push('\n');
            }
            other => {
                self.scalar(other, indent);
                self.0.push('\n');
            }
        }
    }

    /// What stands behind `key:`, whose column is `indent`.
    fn item(&mut self, item: &Item, indent: usize, place: Option<Place>) {
        match &item.value {
            Value::Map(entries, end) if !entries.is_empty() || !end.is_empty() => self.below(item, indent, place),
            Value::List(items, end) if !items.is_empty() || !end.is_empty() => self.below(item, indent, place),
            _ => self.beside(item, indent, place),
        }
    }

    fn below(&mut self, item: &Item, indent: usize, place: Option<Place>) {
        self.0.push_str(item.head.as_deref().unwrap_or_default());
        self.0.push('\n');
        self.value(&item.value, indent + STEP, place, false);
    }

    /// What stands behind `-`: a map or a list begins on the same line.
    fn element(&mut self, item: &Item, indent: usize, place: Option<Place>) {
        let first = match &item.value {
            Value::Map(entries, _) => {
                in_order(entries, place, |entry: &Entry| &entry.key).first().map(|entry| &entry.before)
            }
            Value::List(items, _) => items.first().map(|item| &item.before),
            _ => return self.beside(item, indent, place),
        };
        if item.head.is_some() || first.is_none_or(|gap| !gap.comments.is_empty()) {
            return self.below(item, indent, place);
        }
        self.0.push(' ');
        self.value(&item.value, indent + STEP, place, true);
    }

    fn beside(&mut self, item: &Item, indent: usize, place: Option<Place>) {
        self.0.push_str(item.head.as_deref().unwrap_or_default());
        if !matches!(item.value, Value::Nothing) {
            self.0.push(' ');
        }
        match &item.value {
            Value::Flow(flow) => self.flow(flow, place),
            other => self.scalar(other, indent),
        }
        self.0.push_str(item.behind.as_deref().unwrap_or_default());
        self.0.push('\n');
    }

    /// What is no map and no list; `indent` is the column of what it is in.
    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Scalar(scalar) => self.0.push_str(&quoted(scalar)),
            Value::Lines(lines) => self.lines(lines, indent),
            Value::Block(head, lines) => {
                self.0.push_str(head);
                for line in lines {
                    self.0.push('\n');
                    if !line.is_empty() {
                        self.indent(indent + STEP);
                        self.0.push_str(line);
                    }
                }
            }
            Value::Nothing | Value::Map(..) | Value::List(..) | Value::Flow(_) => {}
        }
    }

    fn lines(&mut self, lines: &[String], indent: usize) {
        for (position, line) in lines.iter().enumerate() {
            if position > 0 {
                self.0.push('\n');
                if !line.is_empty() {
                    self.indent(indent);
                }
            }
            self.0.push_str(line);
        }
    }

    fn flow(&mut self, flow: &Flow, place: Option<Place>) {
        match flow {
            Flow::Scalar(raw) => self.0.push_str(raw),
            Flow::List(items) => {
                let inner = element(place);
                self.0.push('[');
                for (position, item) in items.iter().enumerate() {
                    self.0.push_str(if position > 0 { ", " } else { "" });
                    self.flow(item, inner);
                }
                self.0.push(']');
            }
            Flow::Map(entries) => {
                self.0.push('{');
                let entries = in_order(entries, place, |(key, _)| key);
                for (position, (key, value)) in entries.into_iter().enumerate() {
                    self.0.push_str(if position > 0 { ", " } else { "" });
                    self.0.push_str(key);
                    self.0.push(':');
                    let nothing = matches!(value, Flow::Scalar(raw) if raw.is_empty());
                    self.0.push_str(if nothing { "" } else { " " });
                    self.flow(value, behind(place, key.trim_matches(['"', '\''])));
                }
                self.0.push('}');
            }
        }
    }
}

/// An expression that needs no quotes has none; everything else stays as it is written.
fn quoted(scalar: &Scalar) -> String {
    let Scalar { raw, value } = scalar;
    if value.contains("${") && raw.starts_with(['"', '\'']) && is_plain(value) { value.clone() } else { raw.clone() }
}

/// Whether a text with an expression can stand without quotes behind a key.
fn is_plain(text: &str) -> bool {
    let begin = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '/' | '_' | '.'));
    begin
        && !text.ends_with(|c: char| c.is_whitespace() || c == ':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(|c: char| {
            c.is_control() || matches!(c, '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        })
}
