//! `moved`, `removed` and `import` of a stack.

use super::shapes::{self, Shape};
use super::table::{Table, error, text, wrong_type};
use super::{ImportDecl, MovedDecl, Node, NodeKind, RemovedDecl, Spanned};
use crate::model::{Address, Code, Diagnostics, StackId};

/// The entries of a list of maps.
fn entries(
    node: Option<Node>,
    shape: &'static Shape,
    out: &mut Diagnostics,
    mut read: impl FnMut(Table, &mut Diagnostics) -> Option<()>,
) {
    match node {
        None => {}
        Some(Node { kind: NodeKind::List(items), .. }) => {
            for item in items {
                if let Some(table) = Table::read(item, shape, out) {
                    read(table, out);
                }
            }
        }
        Some(node) => out.push(wrong_type(&node, "a list of maps")),
    }
}

fn address(table: &mut Table, key: &str, stack: &StackId, out: &mut Diagnostics) -> Option<Spanned<Address>> {
    let node = table.require(key, out)?;
    let text = text(node, out)?;
    match Address::in_stack(stack, &text.value) {
        Ok(value) => Some(Spanned { value, span: text.span }),
        Err(failure) => {
            let message = format!("{:?} is not an address: {}", text.value, failure.reason);
            let help = "write the name within the stack, such as `logs`, `network.vpc` or `private[\"a\"]`";
            out.push(error(Code::InvalidValue, &text.span, message).help(help));
            None
        }
    }
}

pub(super) fn moved(node: Option<Node>, stack: &StackId, into: &mut Vec<MovedDecl>, out: &mut Diagnostics) {
    entries(node, &shapes::MOVED, out, |mut table, out| {
        let from = address(&mut table, "from", stack, out);
        let to = address(&mut table, "to", stack, out);
        into.push(MovedDecl { from: from?, to: to? });
        Some(())
    });
}

pub(super) fn removed(node: Option<Node>, stack: &StackId, into: &mut Vec<RemovedDecl>, out: &mut Diagnostics) {
    entries(node, &shapes::REMOVED, out, |mut table, out| {
        let from = address(&mut table, "from", stack, out);
        // Without a word the resource is destroyed, as when its declaration is deleted.
        let destroy = table.flag("destroy", out).unwrap_or(true);
        into.push(RemovedDecl { from: from?, destroy });
        Some(())
    });
}

pub(super) fn imports(node: Option<Node>, stack: &StackId, into: &mut Vec<ImportDecl>, out: &mut Diagnostics) {
    entries(node, &shapes::IMPORT, out, |mut table, out| {
        let to = address(&mut table, "to", stack, out);
        let id = table.require("id", out)?;
        if !matches!(id.kind, NodeKind::String(_) | NodeKind::Template(_)) {
            out.push(wrong_type(&id, "a string"));
            return None;
        }
        into.push(ImportDecl { to: to?, id });
        Some(())
    });
}
