//! `wildfire.yaml` and `stage.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::table::{Table, error, wrong_type};
use super::{AssumeRole, Credentials, Input, Node, NodeKind, Spanned, Stage, StateConfig, inputs, placement, shapes};
use crate::expr::Template;
use crate::model::{Code, Diagnostics, Span, is_account_id};

/// What `wildfire.yaml` says.
pub(super) struct Head {
    pub name: String,
    pub required_version: Option<Spanned<String>>,
    pub value_types: IndexMap<Arc<str>, Input>,
}

impl Head {
    pub fn unread() -> Self {
        Self { name: String::new(), required_version: None, value_types: IndexMap::new() }
    }
}

pub(super) fn head(node: Node, out: &mut Diagnostics) -> Head {
    let Some(mut table) = Table::read(node, &shapes::PROJECT, out) else {
        return Head::unread();
    };
    let name = table.require_text("name", out).map_or_else(String::new, |name| name.value.to_string());
    let required_version = table.text("required_version", out).map(owned);
    let value_types = inputs::read(table.node("value_types"), "`value_types`", out);
    Head { name, required_version, value_types }
}

fn owned(text: Spanned<Arc<str>>) -> Spanned<String> {
    Spanned { value: text.value.to_string(), span: text.span }
}

/// `stage.yaml`, without the stacks. What is missing is empty, and reported.
pub(super) fn stage(name: &str, file: &Arc<str>, node: Node, out: &mut Diagnostics) -> Stage {
    let whole = Span::new(file.clone(), 1, 1, 1);
    let absent = || Spanned { value: String::new(), span: whole.clone() };
    let mut stage = Stage {
        name: name.into(),
        file: file.clone(),
        account_id: absent(),
        region: absent(),
        credentials: Credentials::default(),
        regions: IndexMap::new(),
        accounts: IndexMap::new(),
        state: None,
        tags: None,
        values: None,
        shared: IndexMap::new(),
        value_types: IndexMap::new(),
        stacks: BTreeMap::new(),
    };
    let hint = |key: &str| {
        let stack_key = matches!(
            key,
            "resources" | "modules" | "locals" | "checks" | "outputs" | "data" | "moved" | "removed" | "import"
        );
        match key {
            "inputs" | "variables" => Some("values that may be set from outside stand under `value_types`".to_string()),
            _ => stack_key.then(|| "it stands in a stack: a folder beside stage.yaml, such as main/".to_string()),
        }
    };
    let Some(table) = Table::read_with(node, &shapes::STAGE, out, hint) else { return stage };
    let mut table = table.at(&whole);
    if let Some(node) = table.require("account_id", out) {
        stage.account_id = account_id(node, out);
    }
    if let Some(region) = table.require_text("region", out) {
        stage.region = self::region(region, out);
    }
    if let Some(node) = table.node("credentials") {
        stage.credentials = credentials(node, out);
    }
    placement::of_stage(&mut table, &mut stage, out);
    stage.state = table.node("state").and_then(|node| state(node, out));
    stage.tags = map_or_expression(table.node("tags"), out);
    stage.values = map_or_expression(table.node("values"), out);
    stage.shared = shared(table.node("stacks"), out);
    stage.value_types = inputs::read(table.node("value_types"), "`value_types`", out);
    stage
}

/// `stacks: {main: {source: shop}}`
fn shared(node: Option<Node>, out: &mut Diagnostics) -> IndexMap<Arc<str>, Spanned<Arc<str>>> {
    let mut found = IndexMap::new();
    let Some(table) = node.and_then(|node| Table::open(node, "`stacks`", out)) else { return found };
    for (key, node) in table.into_entries() {
        let Some(table) = Table::read(node, &shapes::SHARED_STACK, out) else { continue };
        if let Some(source) = table.at(&key.span).require_text("source", out) {
            found.insert(key.name, source);
        }
    }
    found
}

fn map_or_expression(node: Option<Node>, out: &mut Diagnostics) -> Option<Node> {
    let node = node?;
    match node.kind {
        NodeKind::Map(_) | NodeKind::Template(_) => Some(node),
        _ => {
            out.push(wrong_type(&node, "a map"));
            Some(unreadable(node.span))
        }
    }
}

/// No expression reads so.
pub(super) const UNREADABLE: &str = "${…}";

/// A value that passes every check, in place of one that could not be read.
pub(super) fn unreadable(span: Span) -> Node {
    Node { kind: NodeKind::Template(Arc::new(Template::invalid(UNREADABLE))), span }
}

pub(super) fn account_id(node: Node, out: &mut Diagnostics) -> Spanned<String> {
    let text = match &node.kind {
        NodeKind::String(text) => text.to_string(),
        NodeKind::Scalar(scalar) if scalar.as_bool().is_none() => {
            scalar.scalar_text().map_or_else(String::new, |text| text.to_string())
        }
        _ => {
            out.push(wrong_type(&node, "a string of 12 digits"));
            String::new()
        }
    };
    if !is_account_id(&text) && !text.is_empty() {
        let message = format!("an account id has 12 digits, found {:?} with {}", text, text.chars().count());
        let diagnostic = error(Code::InvalidValue, &node.span, message);
        out.push(match node.kind {
            _ if text.contains('-') => diagnostic.help("write it without dashes"),
            _ => diagnostic,
        });
    }
    Spanned { value: text, span: node.span }
}

pub(super) fn region(text: Spanned<Arc<str>>, out: &mut Diagnostics) -> Spanned<String> {
    let name = text.value.as_ref();
    let parts: Vec<&str> = name.split('-').collect();
    let shaped = parts.len() >= 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        && parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if !shaped {
        let diagnostic = error(Code::InvalidValue, &text.span, format!("{name:?} is not a region such as eu-west-1"));
        let without_zone = name.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let is_zone = name.len() == without_zone.len() + 1 && without_zone.ends_with(|c: char| c.is_ascii_digit());
        out.push(if is_zone { diagnostic.help(format!("it is a zone of {without_zone}")) } else { diagnostic });
    }
    owned(text)
}

pub(super) fn credentials(node: Node, out: &mut Diagnostics) -> Credentials {
    let hint = |key: &str| {
        let secret = matches!(key, "access_key" | "secret_key" | "access_key_id" | "secret_access_key" | "token");
        secret.then(|| "keys have no place in a file: use a profile, a role or the environment".to_string())
    };
    let Some(mut table) = Table::read_with(node, &shapes::CREDENTIALS, out, hint) else {
        return Credentials::default();
    };
    let profile = table.string("profile", out);
    let assume_role = table.node("assume_role").and_then(|node| {
        let mut table = Table::read(node, &shapes::ASSUME_ROLE, out)?;
        Some(AssumeRole {
            role_arn: table.require_text("role_arn", out)?.value.to_string(),
            external_id: table.string("external_id", out),
            mfa_serial: table.string("mfa_serial", out),
            session_name: table.string("session_name", out),
            duration: table.duration("duration", out),
        })
    });
    Credentials { profile, assume_role }
}

fn state(node: Node, out: &mut Diagnostics) -> Option<StateConfig> {
    let mut table = Table::read(node, &shapes::STATE, out)?;
    let bucket = table.require_text("bucket", out);
    let lock_table = table.require_text("lock_table", out);
    Some(StateConfig {
        bucket: owned(bucket?),
        lock_table: owned(lock_table?),
        kms_key: table.string("kms_key", out),
        region: table.text("region", out).map(|text| region(text, out)),
    })
}
