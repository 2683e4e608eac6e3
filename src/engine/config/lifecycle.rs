//! `lifecycle` and `timeouts` of a resource.

use super::table::{Table, error, text, wrong_type};
use super::{Key, Lifecycle, Node, NodeKind, Spanned, Timeouts};
use crate::model::{Code, Diagnostics};

const KEYS: [&str; 4] = ["prevent_destroy", "create_before_destroy", "ignore_changes", "replace_triggered_by"];

pub(super) fn lifecycle(entry: Option<(Key, Node)>, out: &mut Diagnostics) -> Lifecycle {
    let Some((key, node)) = entry else { return Lifecycle::default() };
    let hint = |key: &str| match key {
        "precondition" | "postcondition" => {
            Some("conditions on values stand at the inputs of a module: `pattern`, `enum`, `minimum`, …".to_string())
        }
        _ => None,
    };
    let Some(mut table) = Table::read_with(node, "`lifecycle`", &KEYS, out, hint) else { return Lifecycle::default() };
    Lifecycle {
        prevent_destroy: table.flag("prevent_destroy", out),
        create_before_destroy: table.flag("create_before_destroy", out).unwrap_or(false),
        ignore_changes: ignore_changes(table.node("ignore_changes"), out),
        replace_triggered_by: table.texts("replace_triggered_by", out),
        span: Some(key.span),
    }
}

fn ignore_changes(node: Option<Node>, out: &mut Diagnostics) -> Vec<Spanned<std::sync::Arc<str>>> {
    match node {
        None => Vec::new(),
        Some(Node { kind: NodeKind::String(value), span }) if value.as_ref() == "all" => vec![Spanned { value, span }],
        Some(Node { kind: NodeKind::List(items), .. }) => {
            items.into_iter().filter_map(|item| text(item, out)).collect()
        }
        Some(node) => {
            out.push(wrong_type(&node, "a list of properties, or `all`"));
            Vec::new()
        }
    }
}

pub(super) fn timeouts(node: Option<Node>, out: &mut Diagnostics) -> Timeouts {
    let Some(node) = node else { return Timeouts::default() };
    let hint = |key: &str| (key == "read").then(|| "reads have a limit of their own".to_string());
    let Some(mut table) = Table::read_with(node, "`timeouts`", &["create", "update", "delete"], out, hint) else {
        return Timeouts::default();
    };
    let mut positive = |name: &str, out: &mut Diagnostics| {
        let span = table.span.clone();
        let found = table.duration(name, out)?;
        if found.is_zero() {
            out.push(error(Code::InvalidValue, &span, format!("`{name}` of `timeouts` is zero")));
            return None;
        }
        Some(found)
    };
    Timeouts { create: positive("create", out), update: positive("update", out), delete: positive("delete", out) }
}
