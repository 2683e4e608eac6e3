//! `stage`: the values and tags of a stage, which may use its name, account and region.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::checks::asserted as checks;
use super::given;
use super::sink::Sink;
use super::values::scalar;
use crate::config::{Key, Node, NodeKind, Project, Stack};
use crate::expr::{LookupError, Part, RefSegment, Scope, Template, descend};
use crate::model::{Catalog, Code, Diagnostic, Diagnostics, Map, Origin, ReservedTags, Span, Ty, Value};

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
    let stage = evaluate(project, catalog, None, &sink);
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

/// `reads`: which values are asked for, by name; none for all. Of the others none is missing.
pub(super) fn evaluate(
    project: &Project,
    catalog: &dyn Catalog,
    reads: Option<&BTreeSet<String>>,
    sink: &Sink,
) -> StageValues {
    let stage = &project.stage;
    let mut known = Map::from([
        ("name".into(), Value::String(stage.name.clone())),
        ("account_id".into(), Value::from(stage.account_id.value.as_str())),
        ("region".into(), Value::from(stage.region.value.as_str())),
        ("state".into(), state(stage)),
        ("regions".into(), regions(stage)),
        ("accounts".into(), accounts(stage)),
    ]);
    let values = match &stage.values {
        Some(node) => {
            plain(node, &StageScope { stage: &Value::Map(known.clone()), stack: None, project, help: IN_VALUES }, sink)
        }
        None => Value::Map(Map::new()),
    };
    known.insert("values".into(), given::typed(project, values, reads, sink));
    let mut places = HashMap::new();
    let mut tags = Map::new();
    if let Some(Node { kind: NodeKind::Map(entries), .. }) = &stage.tags {
        let whole = Value::Map(known.clone());
        let scope = StageScope { stage: &whole, stack: None, project, help: IN_TAGS };
        let reserved = catalog.reserved_tags();
        add_tags(entries, &scope, reserved, sink, &mut tags, &mut places);
    }
    known.insert("tags".into(), Value::Map(tags.clone()));
    validate(project, &Value::Map(known.clone()), sink);
    StageValues { value: Value::Map(known), tags, places }
}

/// The conditions of the declared values.
fn validate(project: &Project, stage: &Value, sink: &Sink) {
    let scope = StageScope { stage, stack: None, project, help: IN_VALIDATION };
    for (name, input) in &project.value_types {
        for check in &input.validation {
            let found = plain(&check.assert, &scope, sink);
            let secret = given::names_secret(project, &check.message);
            if secret {
                let fault = Diagnostic::error(Code::InvalidValue, "the message of a check uses something sensitive");
                let fault = fault.at(Origin::at(check.message.span.clone()));
                sink.push(fault.help("messages are shown: say what is wrong without the value"));
            }
            let judged = given::names_secret(project, &check.assert);
            let message = || match &check.message {
                _ if secret => String::new(),
                node if judged => checks::written(node),
                node => plain(node, &scope, sink).scalar_text().unwrap_or_default().to_string(),
            };
            let fault = checks::told(check, &found, message, None);
            let fault = fault.map(|fault| if judged { fault.of_secret() } else { fault });
            let by = project.given.get(name).map(|given| format!("`stage.values.{name}` is set by {}", given.by));
            if let Some(mut fault) = fault {
                fault.notes.extend(by);
                sink.push(fault);
            }
        }
    }
}

/// Adds the tags of a stack to those of the stage; they go over them.
pub(super) fn add_stack_tags(
    project: &Project,
    catalog: &dyn Catalog,
    stack: &Stack,
    stage: &mut StageValues,
    sink: &Sink,
) {
    let whole = stage.value.clone();
    let scope = StageScope { stage: &whole, stack: Some(&stack.name), project, help: IN_TAGS_OF_A_STACK };
    add_tags(&stack.body.tags, &scope, catalog.reserved_tags(), sink, &mut stage.tags, &mut stage.places);
}

fn add_tags(
    entries: &[(Key, Node)],
    scope: &StageScope<'_>,
    reserved: &[ReservedTags],
    sink: &Sink,
    tags: &mut Map,
    places: &mut HashMap<String, Span>,
) {
    for (key, node) in entries {
        if let Some(fault) = super::values::tags::reserved(reserved, &key.name) {
            sink.push(fault.at(Origin::at(key.span.clone())));
            continue;
        }
        let value = plain(node, scope, sink);
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

const IN_VALIDATION: &str = "`validation` of a value of the stage may use `stage`";
const IN_VALUES: &str =
    "`values` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions` and `stage.accounts`";
const IN_TAGS: &str = "`tags` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions`, `stage.accounts` and \
     `stage.values`";

const IN_TAGS_OF_A_STACK: &str = "`tags` of a stack may use `stage` and `stack.name`";
const NO_FILES: &str = "stage.yaml reads no files";

struct StageScope<'a> {
    stage: &'a Value,
    /// The name of the stack, where it has a meaning.
    stack: Option<&'a Arc<str>>,
    project: &'a Project,
    help: &'static str,
}

impl Scope for StageScope<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        match path.first() {
            Some(RefSegment::Field(root)) if root == "stack" && self.stack.is_some() => {
                let name = self.stack.map_or(Value::Null, |name| Value::String(name.clone()));
                descend(&Value::from([("name", name)]), path, 1)
                    .map_err(|error| LookupError { help: Some(self.help.into()), ..error })
            }
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
        Err(NO_FILES.into())
    }

    fn bytes(&self, _: &str) -> Result<Option<Arc<[u8]>>, String> {
        Err(NO_FILES.into())
    }

    fn files(&self, _: &str, _: usize) -> Result<Arc<[String]>, String> {
        Err(NO_FILES.into())
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
    let place = |at| Origin::at(node.place(&scope.project.sources, &at));
    for part in &template.parts {
        let Part::Expr(expr) = part else { continue };
        let foreign = expr.references.iter().find(|reference| match reference.path.first() {
            Some(RefSegment::Field(root)) => root != "stage" && (root != "stack" || scope.stack.is_none()),
            _ => true,
        });
        if let (Some(reference), Some(RefSegment::Field(root))) = (foreign, foreign.and_then(|one| one.path.first())) {
            let at = expr.offset + reference.at.start..expr.offset + reference.at.end;
            let place_name = if scope.stack.is_some() { "the tags of a stack" } else { "stage.yaml" };
            let fault = Diagnostic::error(Code::UnknownReference, format!("`{root}` has no meaning in {place_name}"));
            sink.push(fault.at(place(at)).help(scope.help));
            return Value::Unknown(super::sink::failed());
        }
    }
    let secret = given::names_secret(scope.project, node);
    if secret && [IN_TAGS, IN_TAGS_OF_A_STACK].contains(&scope.help) {
        let fault = Diagnostic::error(Code::InvalidValue, "a tag uses something sensitive");
        sink.push(fault.at(Origin::at(node.span.clone())).help("tags are shown: use something that may be shown"));
        return Value::Unknown(super::sink::failed());
    }
    template.evaluate(scope).unwrap_or_else(|error| {
        if secret {
            let fault = Diagnostic::error(error.code, "the expression fails, and uses something sensitive");
            sink.push(fault.at(place(error.at)).note("why is not shown").of_secret());
            return Value::Unknown(super::sink::failed());
        }
        let mut fault = Diagnostic::error(error.code, error.message).at(place(error.at));
        fault.help = error.help;
        sink.push(fault);
        Value::Unknown(super::sink::failed())
    })
}
