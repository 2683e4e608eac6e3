//! What is being written at a place: a key, a value or an expression, and where in the file that is.
//!
//! While somebody writes, the file is seldom YAML. So this looks at lines and their indentation, and not at a tree.

use super::Position;
use crate::config::shapes::{Kind, Shape};
use crate::model::Field;

/// What is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// A key of the map at a path.
    Key { path: Vec<String>, prefix: String },
    /// The value at a path, which ends with its key.
    Value { path: Vec<String>, prefix: String },
    /// An expression; what stands between `${` and the place.
    Expression { prefix: String },
}

/// The step into an element of a list.
pub(super) const ELEMENT: &str = "[]";

/// What is written at a place of a text; none in a comment.
pub(super) fn at(text: &str, position: Position) -> Option<Writing> {
    let lines: Vec<&str> = text.lines().collect();
    let line: String = lines.get(position.line).copied().unwrap_or_default().chars().take(position.column).collect();
    if let Some(prefix) = expression(&lines, position.line, &line) {
        return Some(Writing::Expression { prefix });
    }
    if comment(&line) {
        return None;
    }
    let (mut column, content, dashes) = split(&line);
    let mut path = Vec::new();
    for dash in dashes.iter().rev() {
        path.push(ELEMENT.to_string());
        column = *dash;
    }
    // A line without anything in it belongs where its cursor stands.
    above(&lines[..position.line.min(lines.len())], column, &mut path);
    path.reverse();
    Some(match key(content) {
        Some((name, rest)) => {
            path.push(name.to_string());
            flow(rest, path)
        }
        None => flow(content, path),
    })
}

/// The text behind the last `${` that is not closed. An expression may have begun on a line above.
fn expression(lines: &[&str], at: usize, line: &str) -> Option<String> {
    let mut text = line.to_string();
    for above in lines[..at.min(lines.len())].iter().rev().take(20) {
        if text.contains("${") {
            break;
        }
        text = format!("{above}\n{text}");
    }
    let begin = text.match_indices("${").filter(|(at, _)| !text[..*at].ends_with('$')).last()?.0 + 2;
    let inside = &text[begin..];
    let mut open = 0_i32;
    let mut quote = None;
    for c in inside.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => open += 1,
            (None, '}') => open -= 1,
            _ => {}
        }
        if open < 0 {
            return None;
        }
    }
    Some(inside.to_string())
}

fn comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
        || line.match_indices(" #").any(|(at, _)| line[..at].matches('"').count().is_multiple_of(2))
}

/// The column of what stands on a line, that itself, and the columns of the dashes before it.
fn split(line: &str) -> (usize, &str, Vec<usize>) {
    let mut dashes = Vec::new();
    let mut rest = line.trim_start_matches(' ');
    let mut column = line.len() - rest.len();
    while let Some(behind) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
        dashes.push(column);
        let inner = behind.trim_start_matches(' ');
        column += rest.len() - inner.len();
        rest = inner;
    }
    (column, rest, dashes)
}

/// The key that a text begins with, and what is behind its colon.
fn key(content: &str) -> Option<(&str, &str)> {
    if content.starts_with(['{', '[']) {
        return None;
    }
    let (name, rest) = content.split_once(':')?;
    let ends = rest.is_empty() || rest.starts_with(' ');
    ends.then(|| (name.trim().trim_matches(['"', '\'']), rest))
}

/// The keys and dashes above a column, from the inside out.
fn above(lines: &[&str], mut column: usize, path: &mut Vec<String>) {
    for line in lines.iter().rev() {
        if column == 0 && !line.starts_with('-') {
            // Only a list at the edge can still be around.
            let (at, content, _) = split(line);
            if path.last().is_some_and(|last| last == ELEMENT)
                && at == 0
                && let Some((name, rest)) = key(content)
                && rest.trim().is_empty()
            {
                path.push(name.to_string());
                return;
            }
            if !line.trim().is_empty() && !line.trim_start().starts_with('#') && at == 0 {
                return;
            }
            continue;
        }
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let (at, content, dashes) = split(line);
        let under_list = path.last().is_some_and(|last| last == ELEMENT);
        // A list may stand as deep as its key.
        if let Some((name, rest)) = key(content)
            && (at < column || at == column && under_list && dashes.is_empty())
            && (rest.trim().is_empty() || rest.trim_start().starts_with('#') || at < column)
        {
            path.push(name.to_string());
            column = at;
        }
        for dash in dashes.iter().rev() {
            if *dash < column {
                path.push(ELEMENT.to_string());
                column = *dash;
            }
        }
    }
}

/// Goes on inside of `{…}` and `[…]` on the line.
fn flow(rest: &str, mut path: Vec<String>) -> Writing {
    enum Open {
        Map,
        List,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    // The value of a key is begun.
    let mut behind_key = true;
    for c in rest.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => {
                quote = None;
                word.push(c);
            }
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.push(c);
            }
            (None, '{') => {
                open.push(Open::Map);
                (word, behind_key) = (String::new(), false);
            }
            (None, '[') => {
                open.push(Open::List);
                path.push(ELEMENT.to_string());
                (word, behind_key) = (String::new(), true);
            }
            (None, '}' | ']') => {
                match open.pop() {
                    Some(Open::Map) if behind_key => drop(path.pop()),
                    Some(Open::List) => drop(path.pop()),
                    _ => {}
                }
                (word, behind_key) = (String::new(), true);
            }
            (None, ',') => {
                if let Some(Open::Map) = open.last() {
                    if behind_key {
                        path.pop();
                    }
                    behind_key = false;
                }
                word.clear();
            }
            (None, ':') if matches!(open.last(), Some(Open::Map)) && !behind_key => {
                path.push(word.trim().trim_matches(['"', '\'']).to_string());
                (word, behind_key) = (String::new(), true);
            }
            (None, c) => word.push(c),
        }
    }
    let prefix = word.trim_start().trim_start_matches(['"', '\'']).to_string();
    let value = match open.last() {
        Some(Open::Map) => behind_key,
        Some(Open::List) => true,
        // Without a bracket it is a value if there is a key on the line.
        None => rest.starts_with(' '),
    };
    if value { Writing::Value { path, prefix } } else { Writing::Key { path, prefix } }
}

/// What the shapes say of a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    Map(&'static Shape),
    Names,
    /// The inputs of a module call.
    Inputs,
    Value(Kind),
    Fields(&'static [Field]),
    Field(&'static Field),
}

/// What a path means. `fields` gives those of the resource or the data source whose properties stand at the path.
pub(super) fn meaning(
    shape: &'static Shape,
    path: &[String],
    fields: &dyn Fn(&[String]) -> Option<&'static [Field]>,
) -> Option<Meaning> {
    enum At {
        Meaning(Meaning),
        Names(&'static Shape),
        Items(&'static Shape),
        Blocks(&'static [Field]),
    }
    let mut here = At::Meaning(Meaning::Map(shape));
    for (position, step) in path.iter().enumerate() {
        here = match here {
            At::Meaning(Meaning::Map(shape)) => {
                let key = shape.key(step)?;
                match key.kind {
                    Kind::Table(inner) | Kind::TableOrEntries(inner) | Kind::TextOrTable(inner) => {
                        At::Meaning(Meaning::Map(inner))
                    }
                    Kind::Names => At::Meaning(Meaning::Value(Kind::Any)),
                    Kind::Named(inner) | Kind::NamedOr(inner, _) => At::Names(inner),
                    Kind::Entries(inner) => At::Items(inner),
                    Kind::Properties => At::Meaning(Meaning::Fields(fields(&path[..position])?)),
                    Kind::AnyMap if key.name == "inputs" && shape.key("source").is_some() => {
                        At::Meaning(Meaning::Inputs)
                    }
                    kind => At::Meaning(Meaning::Value(kind)),
                }
            }
            At::Names(inner) => At::Meaning(Meaning::Map(inner)),
            At::Items(inner) if step == ELEMENT => At::Meaning(Meaning::Map(inner)),
            At::Blocks(fields) if step == ELEMENT => At::Meaning(Meaning::Fields(fields)),
            At::Meaning(Meaning::Fields(fields)) if step == ELEMENT => At::Meaning(Meaning::Fields(fields)),
            At::Meaning(Meaning::Fields(fields)) => {
                let field = fields.iter().find(|field| field.name == step)?;
                match (field.ty.object(), field.ty.blocks()) {
                    (Some(inner), _) => At::Meaning(Meaning::Fields(inner)),
                    (_, Some(inner)) => At::Blocks(inner),
                    _ => At::Meaning(Meaning::Field(field)),
                }
            }
            At::Meaning(Meaning::Field(field)) if step == ELEMENT => At::Meaning(Meaning::Field(field)),
            At::Meaning(Meaning::Value(kind)) if step == ELEMENT => At::Meaning(Meaning::Value(kind)),
            _ => return None,
        };
    }
    match here {
        At::Meaning(meaning) => Some(meaning),
        At::Names(_) => Some(Meaning::Names),
        At::Items(_) | At::Blocks(_) => None,
    }
}
