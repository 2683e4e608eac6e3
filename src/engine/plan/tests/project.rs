//! A stack from JSON text. What planning needs is the graph; how YAML becomes one is not its concern.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use super::catalog::CATALOG;
use crate::compile::{DesiredGraph, Facts, compile};
use crate::config::{
    Body, Credentials, DataDecl, ForEach, ImportDecl, Key, Lifecycle, MovedDecl, Node, NodeKind, OutputDecl, PlaceDecl,
    Project, RemovedDecl, ResourceDecl, Spanned, Stack, Stage, Timeouts,
};
use crate::expr::Template;
use crate::model::{Address, Diagnostics, Map, Sources, Span, StackId, Value};

pub(in crate::plan) fn stack() -> StackId {
    StackId::new("test", "main")
}

pub(in crate::plan) fn at(path: &str) -> Address {
    Address::in_stack(&stack(), path).unwrap()
}

/// `{"resources": {"a": {"type": …, "properties": {…}, "prevent_destroy": true}}, "outputs": {"x": …}, …}`
pub(in crate::plan) fn graph_with(text: &str, facts: &Facts) -> DesiredGraph {
    let document = Value::from_json(serde_json::from_str(text).unwrap());
    let body = body(&document);
    let folder: Arc<str> = "stages/test/main".into();
    let main = Stack { name: "main".into(), folder, shared: None, body };
    let project = Project {
        root: PathBuf::new(),
        name: "p".into(),
        required_version: None,
        stage: Stage {
            name: "test".into(),
            file: "stages/test/stage.yaml".into(),
            account_id: spanned("123456789012".to_string()),
            region: spanned("eu-west-1".to_string()),
            credentials: Credentials::default(),
            regions: regions(&document),
            accounts: IndexMap::new(),
            state: None,
            tags: None,
            values: None,
            shared: IndexMap::new(),
            value_types: IndexMap::new(),
            stacks: BTreeMap::from([("main".into(), main)]),
        },
        value_types: IndexMap::new(),
        given: IndexMap::new(),
        stage_names: vec!["test".into()],
        other_stages: BTreeMap::new(),
        modules: BTreeMap::new(),
        remotes: BTreeMap::new(),
        sources: Sources::default(),
        diagnostics: Diagnostics::default(),
        spending: Arc::default(),
    };
    let compiled = compile(&project, "main", &*CATALOG, facts);
    let errors: Vec<String> = compiled.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
    assert!(!compiled.diagnostics.has_errors(), "{errors:?}");
    compiled.graph
}

pub(in crate::plan) fn graph(text: &str) -> DesiredGraph {
    graph_with(text, &Facts::default())
}

fn span() -> Span {
    Span::new("stages/test/main/main.yaml", 1, 1, 1)
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: span() }
}

fn node(value: &Value) -> Node {
    let kind = match value {
        Value::Null | Value::Unknown(_) => NodeKind::Null,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Written(_) => NodeKind::Scalar(value.clone()),
        Value::String(s) if s.contains("${") => NodeKind::Template(Arc::new(Template::parse(s).unwrap())),
        Value::String(s) => NodeKind::String(s.clone()),
        Value::List(items) => NodeKind::List(items.iter().map(node).collect()),
        Value::Map(map) => NodeKind::Map(
            map.iter().map(|(name, value)| (Key { name: name.as_str().into(), span: span() }, node(value))).collect(),
        ),
    };
    Node { kind, span: span() }
}

fn entries(document: &Value, name: &str) -> Map {
    document.get(name).and_then(Value::as_map).cloned().unwrap_or_default()
}

fn items(document: &Value, name: &str) -> Vec<Value> {
    document.get(name).and_then(Value::as_list).map(<[Value]>::to_vec).unwrap_or_default()
}

fn names(document: &Value, name: &str) -> Vec<Spanned<Arc<str>>> {
    items(document, name).iter().filter_map(|item| Some(spanned(item.as_str()?.into()))).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// `"regions": {"edge": "us-east-1"}`
fn regions(document: &Value) -> IndexMap<Arc<str>, Spanned<String>> {
    let named = entries(document, "regions");
    named.iter().map(|(name, region)| (name.as_str().into(), spanned(region.as_str().unwrap().into()))).collect()
}

fn place(value: &Value) -> PlaceDecl {
    PlaceDecl { region: value.get("region").map(node), account: value.get("account").map(node) }
}

fn body(document: &Value) -> Body {
    let resource = |value: &Value| ResourceDecl {
        broken: false,
        type_name: spanned(text(value, "type").into()),
        for_each: value.get("for_each").map(|each| ForEach(node(each))),
        when: None,
        place: place(value),
        properties: value.get("properties").map(node),
        depends_on: names(value, "depends_on"),
        lifecycle: Lifecycle {
            prevent_destroy: value.get("prevent_destroy").map(node),
            create_before_destroy: value.get("create_before_destroy").map(node),
            ignore_changes: names(value, "ignore_changes"),
            replace_triggered_by: names(value, "replace_triggered_by"),
            span: None,
        },
        timeouts: Timeouts::default(),
        checks: Vec::new(),
        span: span(),
    };
    let data = |value: &Value| DataDecl {
        type_name: spanned(text(value, "type").into()),
        for_each: None,
        when: None,
        place: place(value),
        properties: value.get("properties").map(node),
        depends_on: Vec::new(),
        span: span(),
    };
    let output = |value: &Value| OutputDecl {
        value: node(value.get("value").unwrap()),
        description: None,
        sensitive: flag(value, "sensitive"),
        span: span(),
    };
    fn all<T>(map: Map, build: impl Fn(&Value) -> T) -> IndexMap<Arc<str>, T> {
        map.iter().map(|(name, value)| (Arc::from(name.as_str()), build(value))).collect()
    }
    Body {
        resources: all(entries(document, "resources"), resource),
        data: all(entries(document, "data"), data),
        outputs: all(entries(document, "outputs"), output),
        moved: items(document, "moved")
            .iter()
            .map(|item| MovedDecl { from: spanned(at(text(item, "from"))), to: spanned(at(text(item, "to"))) })
            .collect(),
        removed: items(document, "removed")
            .iter()
            .map(|item| RemovedDecl { from: spanned(at(text(item, "from"))), destroy: flag(item, "destroy") })
            .collect(),
        imports: items(document, "import")
            .iter()
            .map(|item| ImportDecl { to: spanned(at(text(item, "to"))), id: node(item.get("id").unwrap()) })
            .collect(),
        ..Body::default()
    }
}
