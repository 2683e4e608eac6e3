//! What a test expects, held against a plan, against what an apply made, or against errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cloud::Memory;
use super::play::{ROUNDS, inside};
use super::stand::{CALL, Loaded};
use crate::compile::{DesiredGraph, Known};
use crate::config::{Expectation, ExpectedError, NodeKind};
use crate::expr::{LookupError, RefSegment, Scope, Template, descend};
use crate::model::redactor::HIDDEN;
use crate::model::{
    Address, Code, Diagnostic, Diagnostics, Map, Origin, SecretPaths, Segment, Severity, Sources, Value, nearest,
    secret,
};
use crate::plan::{Action, Plan};
use crate::state::State;

/// What the expressions of a test see.
pub(super) struct Seen {
    all: Value,
    /// The same without what is sensitive: what of it is shown.
    shown: Value,
}

/// The names that an expression begins with.
const ROOTS: [&str; 4] = ["resources", "plan", "outputs", "stage"];

impl Scope for Seen {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        match path.first() {
            Some(RefSegment::Field(root)) if self.all.get(root).is_none() => {
                let help = match nearest(root, ROOTS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "a test sees `resources`, `plan`, `outputs` and `stage`".to_string(),
                };
                Err(LookupError { message: format!("there is no `{root}` here"), depth: 0, help: Some(help) })
            }
            _ => descend(&self.all, path, 0),
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

const NO_FILES: &str = "an expectation reads no files";

/// Attributes by address.
struct Attributes(BTreeMap<String, Arc<Value>>);

impl Known for Attributes {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address.path()).cloned()
    }
}

impl Seen {
    pub fn planned(plan: &Plan, graph: &DesiredGraph, loaded: &Loaded) -> Result<Self, Diagnostics> {
        let planned = plan.planned.iter().map(|(path, value)| (path.clone(), Arc::clone(value)));
        Self::new(plan, graph, loaded, Attributes(planned.collect()))
    }

    pub fn applied(
        plan: &Plan,
        graph: &DesiredGraph,
        loaded: &Loaded,
        state: &State,
        cloud: &Memory,
    ) -> Result<Self, Diagnostics> {
        let mut known: BTreeMap<String, Arc<Value>> = BTreeMap::new();
        for (path, planned) in &plan.planned {
            // Of what a type does not show, the plan says what was sent.
            let mut all = planned.as_map().cloned().unwrap_or_default();
            if let Some(resource) = state.resources.get(path) {
                all.extend(cloud.object(&resource.type_name, resource.id.as_str()).unwrap_or_default());
            }
            known.insert(path.clone(), Arc::new(Value::Map(all)));
        }
        let mut known = Attributes(known);
        read_data(graph, cloud, &mut known)?;
        Self::new(plan, graph, loaded, known)
    }

    fn new(plan: &Plan, graph: &DesiredGraph, loaded: &Loaded, known: Attributes) -> Result<Self, Diagnostics> {
        let (mut resources, mut shown_resources) = (Map::new(), Map::new());
        for (address, desired) in &graph.resources {
            let Some(value) = known.0.get(address.path()) else { continue };
            let segments = inside(address, loaded);
            let secrets = SecretPaths::new(&graph.sensitive(address));
            put(&mut shown_resources, &segments, secret::hide(&desired.schema.fields, &secrets, value));
            put(&mut resources, &segments, value.as_ref().clone());
        }
        let (outputs, secret_outputs) = match loaded.prefix {
            Some(_) => (graph.evaluate_unshown(CALL, &known)?, graph.sensitive_outputs(CALL)),
            None => {
                let outputs = graph.outputs(&known)?;
                let secret = outputs.iter().filter(|(_, output)| output.sensitive).map(|(name, _)| name.clone());
                let secret = secret.collect();
                (Value::Map(outputs.into_iter().map(|(name, output)| (name, output.value)).collect()), secret)
            }
        };
        let shown_outputs = without(&outputs, secret_outputs.iter().map(String::as_str));
        let stage = graph.evaluate_unshown("stage", &known)?;
        let mut shown_stage = stage.clone();
        if let Some(values) = shown_stage.as_map_mut().and_then(|stage| stage.get_mut("values")) {
            *values = without(values, graph.sensitive_values());
        }
        let plan = actions(plan, loaded);
        let tree = |resources: Map, outputs: Value, stage: Value| {
            let resources = Value::Map(resources);
            Value::from([("resources", resources), ("plan", plan.clone()), ("outputs", outputs), ("stage", stage)])
        };
        Ok(Self { all: tree(resources, outputs, stage), shown: tree(shown_resources, shown_outputs, shown_stage) })
    }

    /// What a reference is, as far as it may be shown; and whether there is more to it.
    fn shown(&self, path: &[RefSegment]) -> Option<(Value, bool)> {
        let value = descend(&self.all, path, 0).ok()?;
        match descend(&self.shown, path, 0) {
            Ok(shown) => {
                let hides = shown != value;
                Some((shown, hides))
            }
            // It is within what is hidden.
            Err(_) => Some((HIDDEN.into(), true)),
        }
    }

    fn hides(&self, template: &Template) -> bool {
        template.references().any(|(reference, _)| self.shown(&reference.path).is_some_and(|(_, hides)| hides))
    }
}

/// A map in which the entries of these names are hidden.
fn without<'a>(map: &Value, names: impl Iterator<Item = &'a str>) -> Value {
    let mut shown = map.clone();
    for name in names {
        if let Some(value) = shown.as_map_mut().and_then(|map| map.get_mut(name)) {
            *value = HIDDEN.into();
        }
    }
    shown
}

/// Data sources that were read during the apply, each after those that it depends on.
fn read_data(graph: &DesiredGraph, cloud: &Memory, known: &mut Attributes) -> Result<(), Diagnostics> {
    for _ in 0..ROUNDS {
        let mut learned = false;
        for (address, (schema, _)) in &graph.data {
            let there = known.0.get(address.path()).is_some_and(|value| value.is_known());
            if there {
                continue;
            }
            let arguments = graph.evaluate_data(address, known)?;
            if let Some(answer) = cloud.answer(address.path(), schema.name, &arguments).filter(|_| arguments.is_known())
            {
                known.0.insert(address.path().to_string(), Arc::new(answer));
                learned = true;
            }
        }
        if !learned {
            break;
        }
    }
    Ok(())
}

/// Puts a value at `network.private["a"]`.
fn put(into: &mut Map, segments: &[Segment], value: Value) {
    let mut steps: Vec<String> = Vec::new();
    for segment in segments {
        steps.push(segment.name.clone());
        steps.extend(segment.key.clone());
    }
    let Some(last) = steps.pop() else { return };
    let mut here = into;
    for step in steps {
        let inner = here.entry(step).or_insert_with(|| Value::Map(Map::new()));
        match inner {
            Value::Map(map) => here = map,
            // A name stands for a resource or for a module.
            _ => return,
        }
    }
    here.insert(last, value);
}

/// `plan`: `actions` as `resources` is, and the paths by action.
fn actions(plan: &Plan, loaded: &Loaded) -> Value {
    let mut tree = Map::new();
    let names = ["create", "update", "replace", "delete", "none"];
    let mut lists: BTreeMap<&str, Vec<Value>> = names.into_iter().map(|name| (name, Vec::new())).collect();
    for change in &plan.resources {
        let name = match change.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace(_) => "replace",
            Action::Delete => "delete",
            Action::NoOp | Action::Forget | Action::Import => "none",
        };
        let segments = inside(&change.address, loaded);
        let path = Address::new(change.address.stack.clone(), &segments);
        lists.entry(name).or_default().push(path.path().into());
        put(&mut tree, &segments, name.into());
    }
    let mut out = Map::from([("actions".to_string(), Value::Map(tree))]);
    out.extend(lists.into_iter().map(|(name, paths)| (name.to_string(), Value::List(paths))));
    Value::Map(out)
}

/// The expectations that do not hold.
pub(super) fn all(expectations: &[Expectation], seen: &Seen, sources: &Sources) -> Diagnostics {
    let mut problems = Diagnostics::default();
    for expectation in expectations {
        problems.extend(one(expectation, seen, sources));
    }
    problems
}

fn one(expectation: &Expectation, seen: &Seen, sources: &Sources) -> Option<Diagnostic> {
    let node = &expectation.assert;
    let place = || Origin::at(node.span.clone());
    let template = match &node.kind {
        NodeKind::Template(template) => template,
        NodeKind::Scalar(scalar) if scalar.as_bool() == Some(true) => return None,
        _ => return Some(failed(expectation, place())),
    };
    match template.evaluate(seen) {
        Ok(value) if value.as_bool() == Some(true) => None,
        Ok(value) if value.as_bool() == Some(false) => {
            let mut diagnostic = failed(expectation, place());
            for note in values(template, seen) {
                diagnostic = diagnostic.note(note);
            }
            Some(diagnostic)
        }
        Ok(Value::Unknown(unknown)) => {
            let message = format!("the expectation is not known before the apply: it waits for {}", unknown.shown());
            let diagnostic = Diagnostic::error(Code::NotKnownBeforeApply, message).at(place());
            Some(diagnostic.help("put it under `apply`"))
        }
        Ok(other) => {
            let message = format!("an expectation is true or false, found {}", other.type_name());
            Some(Diagnostic::error(Code::WrongType, message).at(place()))
        }
        Err(error) if seen.hides(template) => {
            let message = "the expectation fails, and uses something sensitive";
            Some(Diagnostic::error(error.code, message).at(place()))
        }
        Err(error) => {
            let mut diagnostic =
                Diagnostic::error(error.code, error.message).at(Origin::at(node.place(sources, &error.at)));
            diagnostic.help = error.help;
            Some(diagnostic)
        }
    }
}

fn failed(expectation: &Expectation, origin: Origin) -> Diagnostic {
    let message = expectation.message.clone().unwrap_or_else(|| "the expectation does not hold".to_string());
    Diagnostic::error(Code::TestFailed, message).at(origin)
}

/// Characters of a value that are shown.
const SHOWN: usize = 200;

/// What the references of an expression are: `resources.vpc.cidr_block is "10.0.0.0/16"`.
fn values(template: &Template, seen: &Seen) -> Vec<String> {
    let mut out = Vec::new();
    for expr in template.expressions() {
        for reference in expr.references.iter() {
            let written: String = expr.source.chars().skip(reference.at.start).take(reference.at.len()).collect();
            let Some((value, _)) = seen.shown(&reference.path) else { continue };
            let text = match value {
                Value::Unknown(unknown) => format!("(known after apply: {})", unknown.shown()),
                value => value.to_string(),
            };
            let text = match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            };
            let note = format!("`{written}` is {text}");
            if !out.contains(&note) {
                out.push(note);
            }
        }
    }
    out
}

/// The expected errors that there are none of: everything went well.
pub(super) fn none_of(expected: &[ExpectedError]) -> Diagnostics {
    let mut problems = Diagnostics::default();
    for one in expected {
        problems.push(missing(one));
    }
    problems
}

fn missing(one: &ExpectedError) -> Diagnostic {
    let what = match (&one.code, &one.message) {
        (Some(code), Some(message)) => format!("the error {code} with {message:?}"),
        (Some(code), None) => format!("the error {code}"),
        (None, message) => format!("an error with {:?}", message.as_deref().unwrap_or_default()),
    };
    Diagnostic::error(Code::TestFailed, format!("{what} is expected, and there is none"))
        .at(Origin::at(one.span.clone()))
}

/// Expected errors that there are not, and errors that nobody expects.
pub(super) fn errors(expected: &[ExpectedError], found: Diagnostics) -> Diagnostics {
    let is = |one: &ExpectedError, error: &Diagnostic| {
        one.code.as_ref().is_none_or(|code| *code == error.code.name())
            && one.message.as_ref().is_none_or(|part| error.message.contains(part.as_str()))
    };
    let found: Vec<Diagnostic> = found.into_iter().filter(|one| one.severity == Severity::Error).collect();
    let mut problems = Diagnostics::default();
    for one in expected.iter().filter(|one| !found.iter().any(|error| is(one, error))) {
        problems.push(missing(one));
    }
    problems.extend(found.into_iter().filter(|error| !expected.iter().any(|one| is(one, error))));
    problems
}
