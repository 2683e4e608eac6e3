//! The files of `tests/` beside a module or a stack: what is given, what is mocked, and what is expected.

use std::sync::Arc;

use super::document::Templates;
use super::shapes::{self, Shape};
use super::table::{Table, error, wrong_type};
use super::{Key, Node, NodeKind, Spanned, body, document, repair};
use crate::model::{Code, Diagnostics, Sources, Span};

/// One test.
#[derive(Clone, Debug)]
pub struct TestCase {
    pub name: Arc<str>,
    pub span: Span,
    /// The stage that a module is tested in, as far as the test says.
    pub stage: TestStage,
    pub given: TestGiven,
    /// What was applied before.
    pub before: Option<TestGiven>,
    /// What data sources answer, by their paths.
    pub data: Vec<(Key, Node)>,
    /// What AWS sets, by the paths of the resources.
    pub attributes: Vec<(Key, Node)>,
    /// Outputs of other stacks, by their names.
    pub outputs: Vec<(Key, Node)>,
    pub plan: Vec<Expectation>,
    pub apply: Vec<Expectation>,
    /// Not empty: the errors that there are, and no others.
    pub errors: Vec<ExpectedError>,
}

#[derive(Clone, Debug, Default)]
pub struct TestStage {
    pub name: Option<String>,
    pub account_id: Option<String>,
    pub region: Option<String>,
}

/// Inputs of a module, and values of the stage.
#[derive(Clone, Debug, Default)]
pub struct TestGiven {
    pub inputs: Option<Node>,
    pub values: Option<Node>,
}

#[derive(Clone, Debug)]
pub struct Expectation {
    /// A template that is one expression, or a bool.
    pub assert: Node,
    pub message: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ExpectedError {
    pub code: Option<String>,
    /// A part of the message.
    pub message: Option<String>,
    pub span: Span,
}

/// Reads a file of tests; what is wrong with it is reported.
pub fn read_tests(file: &Arc<str>, bytes: Vec<u8>, sources: &mut Sources, out: &mut Diagnostics) -> Vec<TestCase> {
    let text = match document::text(file, bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            out.push(*diagnostic);
            return Vec::new();
        }
    };
    sources.insert(file.clone(), text.clone());
    let Some(node) = repair::parse(file, &text, &mut Templates::new(), out) else { return Vec::new() };
    let Some(mut table) = Table::read(node, &shapes::TESTS, out) else { return Vec::new() };
    let Some(tests) = table.require("tests", out).and_then(|node| Table::open(node, "`tests`", out)) else {
        return Vec::new();
    };
    let mut cases = Vec::new();
    for (key, node) in tests.into_entries() {
        if body::valid_name(&key, false, out) {
            cases.extend(test(&key, node, out));
        }
    }
    cases
}

fn test(key: &Key, node: Node, out: &mut Diagnostics) -> Option<TestCase> {
    let mut table = Table::read(node, &shapes::TEST, out)?.at(&key.span);
    let stage = table.node("stage").and_then(|node| Table::read(node, &shapes::TEST_STAGE, out));
    let stage = stage.map_or_else(TestStage::default, |mut stage| TestStage {
        name: stage.string("name", out),
        account_id: stage.string("account_id", out),
        region: stage.string("region", out),
    });
    let given = given(&mut table, out);
    let before = table.node("before").and_then(|node| Table::read(node, &shapes::TEST_BEFORE, out));
    let before = before.map(|mut table| self::given(&mut table, out));
    let case = TestCase {
        name: key.name.clone(),
        span: key.span.clone(),
        stage,
        given,
        before,
        data: maps(table.node("data"), "`data`", out),
        attributes: maps(table.node("attributes"), "`attributes`", out),
        outputs: maps(table.node("outputs"), "`outputs`", out),
        plan: expectations(table.node("plan"), out),
        apply: expectations(table.node("apply"), out),
        errors: errors(table.node("errors"), out),
    };
    let expects = !case.plan.is_empty() || !case.apply.is_empty();
    if !expects && case.errors.is_empty() {
        let message = format!("the test `{}` expects nothing", key.name);
        out.push(error(Code::MissingKey, &key.span, message).help("write `plan`, `apply` or `errors`"));
    } else if expects && !case.errors.is_empty() {
        let message = format!("the test `{}` expects errors, and so neither a plan nor an apply", key.name);
        out.push(error(Code::InvalidValue, &key.span, message).help("make two tests of it"));
    }
    Some(case)
}

fn given(table: &mut Table, out: &mut Diagnostics) -> TestGiven {
    let mut map = |name: &str, out: &mut Diagnostics| {
        let node = table.node(name)?;
        if matches!(node.kind, NodeKind::Map(_)) {
            return Some(node);
        }
        out.push(wrong_type(&node, "a map"));
        None
    };
    TestGiven { inputs: map("inputs", out), values: map("values", out) }
}

/// A map of maps.
fn maps(node: Option<Node>, what: &'static str, out: &mut Diagnostics) -> Vec<(Key, Node)> {
    let Some(table) = node.and_then(|node| Table::open(node, what, out)) else { return Vec::new() };
    let mut kept = Vec::new();
    for (key, node) in table.into_entries() {
        match node.kind {
            NodeKind::Map(_) => kept.push((key, node)),
            _ => out.push(wrong_type(&node, "a map")),
        }
    }
    kept
}

fn entries(node: Option<Node>, shape: &'static Shape, out: &mut Diagnostics) -> Vec<Table> {
    match node {
        None => Vec::new(),
        Some(Node { kind: NodeKind::List(items), .. }) => {
            items.into_iter().filter_map(|item| Table::read(item, shape, out)).collect()
        }
        Some(node) => {
            out.push(wrong_type(&node, "a list of maps"));
            Vec::new()
        }
    }
}

fn expectations(node: Option<Node>, out: &mut Diagnostics) -> Vec<Expectation> {
    let mut kept = Vec::new();
    for mut table in entries(node, &shapes::EXPECTATION, out) {
        let Some(assert) = table.require("assert", out) else { continue };
        let message = table.string("message", out);
        match &assert.kind {
            NodeKind::Template(_) => kept.push(Expectation { assert, message }),
            NodeKind::Scalar(scalar) if scalar.as_bool().is_some() => kept.push(Expectation { assert, message }),
            _ => out.push(wrong_type(&assert, "an expression").help("an expression is written `${…}`")),
        }
    }
    kept
}

fn errors(node: Option<Node>, out: &mut Diagnostics) -> Vec<ExpectedError> {
    let mut kept = Vec::new();
    for mut table in entries(node, &shapes::EXPECTED_ERROR, out) {
        let span = table.span.clone();
        let code = table.text("code", out).map(|Spanned { value, .. }| value.to_string());
        let message = table.string("message", out);
        if code.is_none() && message.is_none() {
            out.push(error(Code::MissingKey, &span, "an expected error needs `code` or `message`"));
            continue;
        }
        kept.push(ExpectedError { code, message, span });
    }
    kept
}
