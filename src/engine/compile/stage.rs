//! `stage`: the values and tags of a stage, which may use its name, account and region.

use std::collections::HashMap;
use std::sync::Arc;

use super::sink::Sink;
use super::values::scalar;
use crate::config::{Node, NodeKind, Project};
use crate::expr::{LookupError, Part, RefSegment, Scope, Template, descend};
use crate::model::{Catalog, Code, Diagnostic, Diagnostics, Map, Origin, Sources, Span, Ty, Value};

/// `stage`, evaluated.
pub(super) struct StageValues {
    /// The map that `stage` is in expressions.
    pub value: Value,
    pub tags: Map,
    /// The place of each tag.
    pub places: HashMap<String, Span>,
}

/// The value of `stage`: `name`, `account_id`, `region`, `state`, `regions`, `accounts`, `values`, `tags`.
///
/// # Errors
/// Expressions in `values` or `tags` that fail.
pub fn stage_values(project: &Project, catalog: &dyn Catalog) -> Result<Value, Diagnostics> {
    let sink = Sink::default();
    let stage = evaluate(project, catalog, &sink);
    if sink.has_errors() { Err(sink.into_diagnostics()) } else { Ok(stage.value) }
}

/// `stage.state`: the bucket and the table, for the stack that makes them.
fn state(stage: &crate::config::Stage) -> Value {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    match &stage.state {
        Some(state) => Value::from([
            ("bucket", Value::from(state.bucket.value.as_str())),
            ("lock_table", Value::from(state.lock_table.value.as_str())),
            ("kms_key", text(state.kms_key.as_deref())),
        ]),
        None => Value::Null,
    }
}

/// `stage.regions`: AWS's names, by those of the stage.
fn regions(stage: &crate::config::Stage) -> Value {
    let named = stage.regions.iter().map(|(name, region)| (name.to_string(), Value::from(region.value.as_str())));
    Value::Map(named.collect())
}

/// `stage.accounts.<name>.account_id`
fn accounts(stage: &crate::config::Stage) -> Value {
    let number = |account: &crate::config::Account| {
        Value::from([("account_id", Value::from(account.account_id.value.as_str()))])
    };
    Value::Map(stage.accounts.iter().map(|(name, account)| (name.to_string(), number(account))).collect())
}

pub(super) fn evaluate(project: &Project, catalog: &dyn Catalog, sink: &Sink) -> StageValues {
    let (stage, sources) = (&project.stage, &project.sources);
    let mut known = Map::from([
        ("name".into(), Value::String(stage.name.clone())),
        ("account_id".into(), Value::from(stage.account_id.value.as_str())),
        ("region".into(), Value::from(stage.region.value.as_str())),
        ("state".into(), state(stage)),
        ("regions".into(), regions(stage)),
        ("accounts".into(), accounts(stage)),
    ]);
    let values = match &stage.values {
        Some(node) => plain(node, &StageScope { stage: &Value::Map(known.clone()), sources, help: IN_VALUES }, sink),
        None => Value::Map(Map::new()),
    };
    known.insert("values".into(), values);
    let mut places = HashMap::new();
    let mut tags = Map::new();
    if let Some(node) = &stage.tags {
        let whole = Value::Map(known.clone());
        let scope = StageScope { stage: &whole, sources, help: IN_TAGS };
        let entries: &[_] = match &node.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        };
        for (key, node) in entries {
            if let Some(fault) = super::values::tags::reserved(catalog.reserved_tags(), &key.name) {
                sink.push(fault.at(Origin::at(key.span.clone())));
                continue;
            }
            let value = plain(node, &scope, sink);
            match scalar(&value, &Ty::String) {
                Some(value) => {
                    places.insert(key.name.to_string(), node.span.clone());
                    tags.insert(key.name.to_string(), value);
                }
                None if matches!(value, Value::Null | Value::Unknown(_)) => {}
                None => {
                    let message = format!("the tag `{}` must be a string, found a {}", key.name, value.type_name());
                    sink.push(Diagnostic::error(Code::WrongType, message).at(Origin::at(node.span.clone())));
                }
            }
        }
    }
    known.insert("tags".into(), Value::Map(tags.clone()));
    StageValues { value: Value::Map(known), tags, places }
}

const IN_VALUES: &str =
    "`values` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions` and `stage.accounts`";
const IN_TAGS: &str = "`tags` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions`, `stage.accounts` and \
     `stage.values`";

struct StageScope<'a> {
    stage: &'a Value,
    sources: &'a Sources,
    help: &'static str,
}

impl Scope for StageScope<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        match path.first() {
            Some(RefSegment::Field(root)) if root == "stage" => {
                descend(self.stage, path, 1).map_err(|error| LookupError { help: Some(self.help.into()), ..error })
            }
            _ => Err(LookupError {
                message: "this has no meaning in stage.yaml".into(),
                depth: 0,
                help: Some(self.help.into()),
            }),
        }
    }

    fn file(&self, _: &str) -> Result<Arc<str>, String> {
        Err("stage.yaml reads no files".into())
    }
}

fn plain(node: &Node, scope: &StageScope<'_>, sink: &Sink) -> Value {
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Scalar(value) => value.clone(),
        NodeKind::String(text) => Value::String(text.clone()),
        NodeKind::Template(template) => template_value(template, node, scope, sink),
        NodeKind::List(items) => Value::List(items.iter().map(|item| plain(item, scope, sink)).collect()),
        NodeKind::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.name.to_string(), plain(value, scope, sink))).collect())
        }
    }
}

fn template_value(template: &Template, node: &Node, scope: &StageScope<'_>, sink: &Sink) -> Value {
    let place = |at| Origin::at(node.place(scope.sources, &at));
    for part in &template.parts {
        let Part::Expr(expr) = part else { continue };
        let foreign = expr.references.iter().find(|reference| match reference.path.first() {
            Some(RefSegment::Field(root)) => root != "stage",
            _ => true,
        });
        if let (Some(reference), Some(RefSegment::Field(root))) = (foreign, foreign.and_then(|one| one.path.first())) {
            let at = expr.offset + reference.at.start..expr.offset + reference.at.end;
            let fault = Diagnostic::error(Code::UnknownReference, format!("`{root}` has no meaning in stage.yaml"));
            sink.push(fault.at(place(at)).help(scope.help));
            return Value::Unknown(super::sink::failed());
        }
    }
    template.evaluate(scope).unwrap_or_else(|error| {
        let mut fault = Diagnostic::error(error.code, error.message).at(place(error.at));
        fault.help = error.help;
        sink.push(fault);
        Value::Unknown(super::sink::failed())
    })
}
