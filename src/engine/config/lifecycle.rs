//! `lifecycle` and `timeouts` of a resource.

use super::table::{Table, error, text, wrong_type};
use super::{Key, Lifecycle, Node, NodeKind, Spanned, Timeouts, shapes};
use crate::model::{Code, Diagnostics};

pub(super) fn lifecycle(entry: Option<(Key, Node)>, out: &mut Diagnostics) -> Lifecycle {
    let Some((key, node)) = entry else { return Lifecycle::default() };
    let hint = |key: &str| match key {
        "precondition" | "postcondition" => {
            Some("write `checks: [{assert: …, message: …}]` beside `properties`".to_string())
        }
        _ => None,
    };
    let Some(mut table) = Table::read_with(node, &shapes::LIFECYCLE, out, hint) else { return Lifecycle::default() };
    Lifecycle {
        prevent_destroy: decision(&mut table, "prevent_destroy", out),
        create_before_destroy: decision(&mut table, "create_before_destroy", out),
        ignore_changes: ignore_changes(table.node("ignore_changes"), out),
        replace_triggered_by: table.texts("replace_triggered_by", out),
        span: Some(key.span),
    }
}

/// True, false or an expression over what is known while planning.
fn decision(table: &mut Table, name: &str, out: &mut Diagnostics) -> Option<Node> {
    let node = table.node(name)?;
    match &node.kind {
        NodeKind::Template(_) => Some(node),
        NodeKind::Scalar(scalar) if scalar.as_bool().is_some() => Some(node),
        _ => {
            let fault = wrong_type(&node, "true, false or an expression");
            out.push(match &node.kind {
                NodeKind::String(text) if matches!(text.as_ref(), "yes" | "no" | "on" | "off") => {
                    fault.help("YAML 1.2 has `true` and `false` only")
                }
                _ => fault.help("an expression is written `${…}`"),
            });
            None
        }
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
    let Some(mut table) = Table::read_with(node, &shapes::TIMEOUTS, out, hint) else {
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
