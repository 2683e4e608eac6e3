//! `stages/values.yaml`: values for all stages, that those of a stage are laid over.

use super::stage::UNREADABLE;
use super::table::{error, wrong_type};
use super::{Key, Node, NodeKind};
use crate::model::{Code, Diagnostics};

/// The file, from the root of the project.
pub const FILE: &str = "stages/values.yaml";

/// The values of `stages/values.yaml`; none when it says nothing.
pub(super) fn shared(node: Node, out: &mut Diagnostics) -> Option<Node> {
    match node.kind {
        NodeKind::Map(_) => Some(node),
        NodeKind::Null => None,
        _ => {
            out.push(wrong_type(&node, "a map of values"));
            None
        }
    }
}

/// The values of a stage: its own over those of all stages, map by map.
pub(super) fn laid_over(shared: Option<Node>, own: Option<Node>, out: &mut Diagnostics) -> Option<Node> {
    let (shared, own) = match (shared, own) {
        (Some(shared), Some(own)) => (shared, own),
        (one, other) => return one.or(other),
    };
    // What could not be read was told.
    if matches!(&own.kind, NodeKind::Template(template) if *template.source != *UNREADABLE) {
        let message = format!("`values` is laid over those of {FILE}, and is no map");
        out.push(error(Code::WrongType, &own.span, message).help("write its names out, each with an expression"));
    }
    Some(merged(shared, own))
}

fn merged(shared: Node, own: Node) -> Node {
    match (shared.kind, own.kind) {
        (NodeKind::Map(shared), NodeKind::Map(own_entries)) => {
            Node { kind: NodeKind::Map(entries(shared, own_entries)), span: own.span }
        }
        (_, kind) => Node { kind, span: own.span },
    }
}

/// In the order of the shared ones; what only the stage has follows.
fn entries(shared: Vec<(Key, Node)>, mut own: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
    let mut out = Vec::with_capacity(shared.len() + own.len());
    for (key, node) in shared {
        match own.iter().position(|(other, _)| other.name == key.name) {
            Some(index) => {
                let (key, over) = own.remove(index);
                out.push((key, merged(node, over)));
            }
            None => out.push((key, node)),
        }
    }
    out.extend(own);
    out
}
