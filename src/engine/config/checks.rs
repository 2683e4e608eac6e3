//! Conditions: `checks` of a stack, a module and a resource, and `validation` of an input.

use super::table::{Table, error, wrong_type};
use super::{CheckDecl, Node, NodeKind, shapes};
use crate::model::{Code, Diagnostics, Severity};

/// Where conditions stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// A list, at a stack, a module or a resource.
    Body,
    /// One, or a list.
    Input,
}

pub(super) fn read(node: Option<Node>, place: Place, out: &mut Diagnostics) -> Vec<CheckDecl> {
    let Some(node) = node else { return Vec::new() };
    match node.kind {
        NodeKind::List(items) => items.into_iter().filter_map(|item| check(item, out)).collect(),
        NodeKind::Map(_) if place == Place::Input => check(node, out).into_iter().collect(),
        _ => {
            out.push(wrong_type(&node, "a list of checks").help("write `- {assert: …, message: …}`"));
            Vec::new()
        }
    }
}

fn check(node: Node, out: &mut Diagnostics) -> Option<CheckDecl> {
    let span = node.span.clone();
    let hint = |key: &str| match key {
        "condition" | "expression" => Some("did you mean `assert`?".to_string()),
        "error_message" => Some("did you mean `message`?".to_string()),
        _ => None,
    };
    let mut table = Table::read_with(node, &shapes::CHECK, out, hint)?;
    let assert = table.require("assert", out).filter(|node| is_expression(node, out));
    let message = table.require("message", out).filter(|node| is_text(node, out));
    let severity = severity(&mut table, out);
    Some(CheckDecl { assert: assert?, message: message?, severity, span })
}

fn is_expression(node: &Node, out: &mut Diagnostics) -> bool {
    let fits = matches!(node.kind, NodeKind::Template(_));
    if !fits {
        out.push(wrong_type(node, "an expression").help("write `${…}`: what it gives is true or false"));
    }
    fits
}

fn is_text(node: &Node, out: &mut Diagnostics) -> bool {
    let fits = matches!(node.kind, NodeKind::Template(_) | NodeKind::String(_));
    if !fits {
        out.push(wrong_type(node, "a string"));
    }
    fits
}

fn severity(table: &mut Table, out: &mut Diagnostics) -> Severity {
    let Some(text) = table.text("severity", out) else { return Severity::Error };
    match text.value.as_ref() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        other => {
            let fault = error(Code::InvalidValue, &text.span, format!("there is no severity `{other}`"));
            out.push(fault.help("it is `error`, which stops a plan, or `warning`"));
            Severity::Error
        }
    }
}
