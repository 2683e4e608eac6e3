//! State and live side by side, and plans as text.

use std::sync::Arc;

use super::catalog::CATALOG;
use super::project::{at, graph, stack};
use crate::compile::DesiredGraph;
use crate::model::{Answers, Diagnostics, PhysicalId, Placement, Value};
use crate::plan::{Action, Direction, Options, Plan, Reason, StepKind, plan, reads_needed};
use crate::read::{Live, LiveSet};
use crate::state::{Deposed, ResourceState, State};

/// What exists.
pub(in crate::plan) struct World {
    pub state: State,
    pub live: LiveSet,
    pub answers: Answers,
}

pub(in crate::plan) fn json(text: &str) -> Value {
    Value::from_json(serde_json::from_str(text).unwrap())
}

impl World {
    pub fn new() -> Self {
        let state = State::empty(stack(), "123456789012".into(), "eu-west-1".into(), "lineage".into());
        Self { state, live: LiveSet::default(), answers: Answers::default() }
    }

    /// A resource in state and at AWS, the same in both; its id is `<path>-id`.
    pub fn with(mut self, path: &str, type_name: &str, attributes: &str, dependencies: &[&str]) -> Self {
        let id = PhysicalId::from(format!("{path}-id"));
        let resource = ResourceState {
            type_name: type_name.into(),
            id: id.clone(),
            place: Placement::HOME,
            attributes: json(attributes),
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
            sensitive: Default::default(),
            prevent_destroy: false,
            create_before_destroy: false,
            unfinished: Vec::new(),
            unread: false,
            created_by: Some(crate::model::OpId::new("op")),
            failed: None,
        };
        self.state.resources.insert(path.to_string(), resource);
        self.see(type_name, id.as_str(), attributes)
    }

    pub fn see(self, type_name: &str, id: &str, attributes: &str) -> Self {
        self.answer(type_name, id, Live::Found(Arc::new(json(attributes))))
    }

    pub fn answer(mut self, type_name: &str, id: &str, live: Live) -> Self {
        self.live.0.insert(((Placement::HOME, type_name.into()), id.into()), live);
        self
    }

    /// A resource of state is somewhere else, in state and at AWS.
    pub fn in_region(mut self, path: &str, region: &str) -> Self {
        let place = Placement::new(None, Some(region), ("123456789012", "eu-west-1"));
        let resource = self.state.resources.get_mut(path).unwrap();
        let live = self.live.0.remove(&((Placement::HOME, resource.type_name.clone()), resource.id.clone())).unwrap();
        self.live.0.insert(((place.clone(), resource.type_name.clone()), resource.id.clone()), live);
        resource.place = place;
        self
    }

    pub fn change(mut self, path: &str, change: impl FnOnce(&mut ResourceState)) -> Self {
        change(self.state.resources.get_mut(path).unwrap());
        self
    }

    pub fn deposed(mut self, path: &str, type_name: &str, id: &str, dependencies: &[&str]) -> Self {
        let object = Deposed {
            key: "0badcafe".into(),
            type_name: type_name.into(),
            id: id.into(),
            place: Placement::HOME,
            attributes: json("{}"),
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
            created_by: None,
        };
        self.state.deposed.entry(path.into()).or_default().push(object);
        self.see(type_name, id, "{}")
    }

    /// Plans with what was asked to be read, and nothing else.
    pub fn try_plan(&self, graph: &DesiredGraph, options: &Options) -> Result<Plan, Diagnostics> {
        let asked = reads_needed(graph, &*CATALOG, &self.state, options);
        let answered = self.live.0.iter().filter(|((sort, id), _)| {
            asked.get(sort).is_some_and(|requests| requests.iter().any(|request| request.id == *id))
        });
        let live = LiveSet(answered.map(|(key, live)| (key.clone(), live.clone())).collect());
        let plan = plan(graph, &*CATALOG, &self.state, &live, &self.answers, options)?;
        check(&plan);
        Ok(plan)
    }

    pub fn plan(&self, text: &str) -> Plan {
        self.plan_with(text, &Options::default())
    }

    pub fn plan_with(&self, text: &str, options: &Options) -> Plan {
        self.try_plan(&graph(text), options).unwrap_or_else(|errors| panic!("{:?}", messages(&errors)))
    }

    /// The errors that stand in the way.
    pub fn refused(&self, text: &str, options: &Options) -> Vec<String> {
        messages(&self.try_plan(&graph(text), options).unwrap_err())
    }
}

fn messages(errors: &Diagnostics) -> Vec<String> {
    errors.iter().map(|error| format!("{}: {}", error.code.name(), error.message)).collect()
}

/// What holds for every plan.
fn check(plan: &Plan) {
    for (index, step) in plan.steps.iter().enumerate() {
        assert_eq!(step.id.0, index);
    }
    for edge in &plan.edges {
        assert!(edge.before < edge.after, "steps are numbered in an order in which they can be done");
    }
    assert!(plan.edges.is_sorted_by(|a, b| a < b));
    for change in &plan.resources {
        assert!(change.action != Action::NoOp || change.changes.is_empty());
        for step in &change.steps {
            assert_eq!(plan.steps[step.0].address, change.address);
        }
    }
    let secret = |value: &Value| value.to_string().contains("hunter");
    assert!(
        !plan.planned.values().any(|value| secret(value)) && !format!("{plan:?}").contains("hunter"),
        "a secret in a plan"
    );
}

/// One line a resource that something happens to.
pub(in crate::plan) fn actions(plan: &Plan) -> Vec<String> {
    let changed = plan.resources.iter().filter(|change| change.action != Action::NoOp || !change.steps.is_empty());
    changed
        .map(|change| {
            let action = match change.action {
                Action::NoOp => "no-op",
                Action::Create => "create",
                Action::Update => "update",
                Action::Replace(Direction::DeleteFirst) => "replace",
                Action::Replace(Direction::CreateFirst) => "replace create-first",
                Action::Delete => "delete",
                Action::Forget => "forget",
                Action::Import => "import",
            };
            let reasons: Vec<String> = change.reasons.iter().map(reason).collect();
            format!("{action} {}: {}", change.address.path(), reasons.join("; "))
        })
        .collect()
}

fn reason(reason: &Reason) -> String {
    fn list<T: ToString>(items: &[T]) -> String {
        items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
    match reason {
        Reason::NotInState => "not in state".into(),
        Reason::GoneAtAws { id } => format!("{id} is gone"),
        Reason::NotDeclared => "not declared".into(),
        Reason::InstanceGone => "instance gone".into(),
        Reason::DestroyMode => "destroy".into(),
        Reason::PlaceChanged { from, to } => format!("from {from} to {to}"),
        Reason::ForcesReplacement { path } => format!("{path} forces"),
        Reason::Changed { paths } => format!("{} changed", list(paths)),
        Reason::NeverReady { status } => format!("never ready: {status}"),
        Reason::Requested => "requested".into(),
        Reason::TriggeredBy { address, .. } => format!("triggered by {}", address.path()),
        Reason::ParentReplaced { address } => format!("{} is replaced", address.path()),
        Reason::Unfinished { calls } => format!("unfinished {}", list(calls)),
        Reason::ImportEntry => "import entry".into(),
        Reason::RemovedEntry => "removed entry".into(),
        Reason::MovedFrom { address } => format!("moved from {}", address.path()),
        Reason::Deposed { key } => format!("deposed {key}"),
        Reason::Restored => "restored".into(),
        Reason::SettingsOnly { paths } => format!("only settings {}", list(paths)),
    }
}

/// One line a step, with the numbers of those it waits for.
pub(in crate::plan) fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| {
            let kind = match &step.kind {
                StepKind::Create { depose: Some(_), .. } => "create deposing".to_string(),
                StepKind::Create { depose: None, .. } => "create".to_string(),
                StepKind::Update { call, .. } => call.to_string(),
                StepKind::Delete { deposed: Some(_), .. } => "delete deposed".to_string(),
                StepKind::Delete { deposed: None, .. } => "delete".to_string(),
                StepKind::Forget { .. } => "forget".to_string(),
                StepKind::Import { .. } => "import".to_string(),
                StepKind::Move { from } => format!("move {} to", from.path()),
                StepKind::Restore { .. } => "restore".to_string(),
                StepKind::Record => "record".to_string(),
                StepKind::Read => "read".to_string(),
            };
            let waits: Vec<String> =
                plan.edges.iter().filter(|edge| edge.after == step.id).map(|edge| edge.before.to_string()).collect();
            format!("{} {kind} {} <- [{}]", step.id, step.address.path(), waits.join(" "))
        })
        .collect()
}

pub(in crate::plan) fn target(path: &str) -> Vec<crate::plan::Target> {
    vec![crate::plan::Target(at(path))]
}
