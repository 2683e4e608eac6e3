//! `wildfire fmt`: a file of the project in its canonical form.
//!
//! Owns: indentation, spaces inside of `{…}` and `[…]`, the quotes of expressions, the order of keys inside of a resource, a
//! data source and a module call, blank lines. Comments, the order of everything else, and all texts and numbers stay as
//! they are written. What is said stays the same: the result is read again and compared.
//!
//! `tree` reads a file with its comments, and `write` writes it.

#[cfg(test)]
mod tests;
mod text;
mod tree;
mod write;

use std::sync::Arc;

use self::write::Place;
use crate::config::shapes::Shape;
use crate::config::{Node, NodeKind, read_document};
use crate::model::{Code, Diagnostic, Origin, Span};

/// The canonical form of a file; `shape` says what its keys are, if it is known.
///
/// # Errors
/// The file is no YAML, or has what the language does not: anchors, aliases, several documents.
pub fn format(file: &Arc<str>, text: &str, shape: Option<&'static Shape>) -> Result<String, Box<Diagnostic>> {
    let before = read_document(file, text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    // What has a tag, a directive or a key of several lines is rare, and stays as it is.
    let place = shape.map(Place::Map);
    let Some(tree) = tree::read(&text) else { return Ok(text) };
    let formatted = write::write(&tree, place);
    let after = read_document(file, &formatted);
    match after {
        Ok(after) if same(&before, &after, place) => Ok(formatted),
        _ => {
            let message = format!("{file} would say something else in its canonical form, and was left as it is");
            let diagnostic =
                Diagnostic::error(Code::Internal, message).at(Origin::at(Span::new(file.clone(), 1, 1, 1)));
            Err(Box::new(diagnostic.help("report it with the file")))
        }
    }
}

/// Whether two trees say the same; the keys of what `write` orders may have any order.
fn same(before: &Node, after: &Node, place: Option<Place>) -> bool {
    match (&before.kind, &after.kind) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Scalar(a), NodeKind::Scalar(b)) => a == b && a.scalar_text() == b.scalar_text(),
        (NodeKind::String(a), NodeKind::String(b)) => a == b,
        (NodeKind::Template(a), NodeKind::Template(b)) => a.source == b.source,
        (NodeKind::List(a), NodeKind::List(b)) => {
            let inner = write::element(place);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, inner))
        }
        (NodeKind::Map(a), NodeKind::Map(b)) => {
            let fixed = write::ordered(place).is_none();
            a.len() == b.len()
                && a.iter().enumerate().all(|(position, (key, value))| {
                    let other = match fixed {
                        true => b.get(position).filter(|(other, _)| other.name == key.name),
                        false => b.iter().find(|(other, _)| other.name == key.name),
                    };
                    other.is_some_and(|(_, other)| same(value, other, write::behind(place, &key.name)))
                })
        }
        _ => false,
    }
}
