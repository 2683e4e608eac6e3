//! Stages of several stacks against the simulated cloud: planned as one, applied one after the other, and held to what
//! was shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::apply::{ApplyOptions, Journal, Outcome, RecoveryMode, apply};
use crate::compile::StackFacts;
use crate::config::{MemoryFiles, Project};
use crate::model::{Code, Diagnostics, Map, StackId, Unknown, Value};
use crate::plan::{Action, Mode, Plan};
use crate::simulation::{Faults, Process, SimCatalog, SimCloud, SimJournal, World};
use crate::state::State;

mod across;
mod named;
mod saved;

use named::NamedTypes;

const KEYS: &str = "\
resources:
  net: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
outputs: {id: \"${net.id}\", range: \"${net.cidr_block}\"}
";

const DATA: &str = "\
resources:
  db:
    type: aws_db_instance
    properties: {identifier: orders, engine: \"${stack.keys.outputs.id}\", instance_class: small}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: a, records: [\"${stack.keys.outputs.id}\", \"${stack.keys.outputs.range}\"]}
  jobs: {type: aws_sqs_queue, properties: {name: jobs}}
outputs: {of: \"${stack.keys.outputs.id}\"}
";

fn id(stack: &str) -> StackId {
    StackId::new("test", stack)
}

/// A stage in memory.
struct Test {
    world: Arc<Mutex<World>>,
    states: BTreeMap<StackId, State>,
    files: MemoryFiles,
}

impl Test {
    fn new(stacks: &[(&str, &str)]) -> Self {
        let head = "account_id: \"123456789012\"\nregion: eu-west-1\n";
        let mut files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", head)]);
        let mut states = BTreeMap::new();
        for (stack, yaml) in stacks {
            files = files.with(format!("stages/test/{stack}/a.yaml"), *yaml);
            let state = State::empty(id(stack), "123456789012".into(), "eu-west-1".into(), "lineage".into());
            states.insert(id(stack), state);
        }
        Self { world: Arc::default(), states, files }
    }

    fn write(&mut self, stack: &str, yaml: &str) {
        self.files = self.files.clone().with(format!("stages/test/{stack}/a.yaml"), yaml);
    }

    fn project(&self) -> Project {
        self.files.load("test").unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    fn cloud(&self) -> SimCloud {
        SimCloud::new(self.world.clone(), Faults::none(), Arc::new(Process::undisturbed()))
    }

    async fn with_stage<T>(
        &self,
        flags: &Flags,
        outside: BTreeMap<StackId, StackFacts>,
        stacks: &[&str],
        work: impl AsyncFnOnce(&Stage<'_>, Terms<'_>) -> T,
    ) -> T {
        let (project, cloud, halt) = (self.project(), self.cloud(), CancellationToken::new());
        let member = |stack: &&str| Member { id: id(stack), project: &project, cloud: &cloud, imports: Vec::new() };
        let stage = Stage::new(stacks.iter().map(member).collect(), flags.mode).expect("no cycle");
        let stage = stage.with_outside(outside);
        let mode = RecoveryMode::Finish;
        let now = "2026-01-01T00:00:00Z";
        let terms = Terms { catalog: &NamedTypes, flags, mode, now, halt: &halt, beside: self };
        work(&stage, terms).await
    }

    async fn plan_of(&self, flags: &Flags, stacks: &[&str]) -> Result<StagePlan, Diagnostics> {
        self.with_stage(flags, BTreeMap::new(), stacks, async |stage, terms| {
            stage.plan(&self.states, terms, &mut |_, _| {}).await
        })
        .await
    }

    async fn plan(&self) -> StagePlan {
        self.plan_of(&Flags::default(), &["data", "keys"]).await.unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    async fn refused(&self, flags: &Flags, stacks: &[&str]) -> Vec<String> {
        match self.plan_of(flags, stacks).await {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .iter()
                .map(|one| format!("{}: {} ({})", one.code.name(), one.message, one.help.as_deref().unwrap_or("")))
                .collect(),
        }
    }

    /// Plans, and applies each stack after it was planned again, as the command does. `between` plays what happens after
    /// the first stack is applied.
    async fn apply(&mut self, flags: &Flags, between: impl Fn(&mut World)) -> Result<Vec<String>, Diagnostics> {
        self.apply_to(flags, &["data", "keys"], between).await
    }

    async fn apply_to(
        &mut self,
        flags: &Flags,
        stacks: &[&str],
        between: impl Fn(&mut World),
    ) -> Result<Vec<String>, Diagnostics> {
        let mut states = self.states.clone();
        let done = self
            .with_stage(flags, BTreeMap::new(), stacks, async |stage, terms| {
                let planned = stage.plan(&states, terms, &mut |_, _| {}).await?;
                let mut done = Vec::new();
                for (index, shown) in planned.stacks.iter().enumerate() {
                    if index == 1 {
                        between(&mut self.world.lock().unwrap());
                    }
                    let again = stage.again(shown, &states, terms, &mut |_, _| {}).await?;
                    let prepared = again.as_ref().unwrap_or(&shown.prepared);
                    let state = Arc::new(Mutex::new(states[shown.id()].clone()));
                    let journal = SimJournal::new(state, Arc::new(Process::undisturbed()));
                    let mut plan = prepared.plan.clone();
                    plan.serial = journal.state().serial;
                    let (events, _heard) = tokio::sync::mpsc::unbounded_channel();
                    let cloud = Arc::new(self.cloud());
                    let options = ApplyOptions::default();
                    let report = apply(&plan, &prepared.graph, &SimCatalog, cloud, &journal, options, events).await;
                    assert_eq!(report.outcome, Outcome::Complete, "{:?} {:?}", report.steps, report.diagnostics);
                    states.insert(shown.id().clone(), journal.state());
                    done.extend(actions(&plan));
                }
                Ok::<_, Diagnostics>(done)
            })
            .await;
        self.states = states;
        done
    }
}

#[async_trait(?Send)]
impl Beside for Test {
    async fn states(&self, stacks: BTreeSet<StackId>) -> BTreeMap<StackId, State> {
        stacks.into_iter().filter_map(|id| Some((id.clone(), self.states.get(&id)?.clone()))).collect()
    }
}

/// One line for each resource that something happens to.
fn actions(plan: &Plan) -> Vec<String> {
    let acts = plan.resources.iter().filter(|change| change.action != Action::NoOp);
    acts.map(|change| format!("{:?} {}:{}", change.action, plan.stack.stack, change.address.path())).collect()
}

fn all_actions(planned: &StagePlan) -> Vec<String> {
    planned.stacks.iter().flat_map(|stack| actions(&stack.prepared.plan)).collect()
}

async fn applied() -> Test {
    let mut test = Test::new(&[("keys", KEYS), ("data", DATA)]);
    let done = test.apply(&Flags::default(), |_| {}).await.expect("a plan");
    assert_eq!(done, ["Create keys:net", "Create data:db", "Create data:record", "Create data:jobs"]);
    assert!(all_actions(&test.plan().await).is_empty());
    test
}

#[tokio::test(start_paused = true)]
async fn a_later_stack_is_planned_with_what_an_earlier_one_will_put_out() {
    let mut test = applied().await;
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.1.0.0/16"));
    let planned = test.plan().await;
    assert_eq!(
        all_actions(&planned),
        ["Replace(DeleteFirst) keys:net", "Replace(DeleteFirst) data:db", "Update data:record"]
    );
    let data = &planned.stacks[1].prepared.plan;
    let record = data.resources.iter().find(|change| change.address.path() == "record").unwrap();
    let records = record.after.get("records").and_then(Value::as_list).unwrap();
    let Value::Unknown(unknown) = &records[0] else { panic!("{records:?}") };
    assert_eq!((unknown.shown().as_str(), &records[1]), ("keys.net.id", &Value::from("10.1.0.0/16")));
    assert!(matches!(data.outputs[0].after, Some(Value::Unknown(_))), "{:?}", data.outputs);
    let done = test.apply(&Flags::default(), |_| {}).await.expect("within what was shown");
    assert_eq!(done, all_actions(&planned));
    assert!(all_actions(&test.plan().await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_shown_does_not_happen() {
    let mut test = applied().await;
    test.write("keys", &KEYS.replace("10.0.0.0/16", "10.1.0.0/16"));
    let before = test.states[&id("data")].clone();
    let queue = before.resources["jobs"].id.to_string();
    let meddle = |world: &mut World| world.tamper("aws_sqs_queue", &queue, "delay_seconds", Value::Int(7));
    let told = test.apply(&Flags::default(), meddle).await.unwrap_err();
    let told: Vec<_> = told.iter().collect();
    assert_eq!(told[0].code, Code::PlanExceeded);
    assert_eq!(
        told[0].notes[0],
        format!("test/data:jobs: shown: left alone; now: updated in place ({queue})"),
        "{told:?}"
    );
    assert_eq!(test.states[&id("data")], before, "the stack before it is applied, and this one is not");
}

/// AWS accepts another class than it goes on to show, so an output is neither what it was nor what was foreseen.
#[tokio::test(start_paused = true)]
async fn an_output_that_turns_out_otherwise_than_foreseen_stops_what_uses_it() {
    let keys = "\
resources:
  db: {type: aws_db_instance, properties: {identifier: orders, engine: mysql, instance_class: small}}
outputs: {class: \"${db.instance_class}\"}
";
    let data = "\
resources:
  files: {type: aws_s3_bucket, properties: {bucket: files, tags: {class: \"${stack.keys.outputs.class}\"}}}
";
    let mut test = Test::new(&[("keys", keys), ("data", data)]);
    test.apply(&Flags::default(), |_| {}).await.expect("a plan");
    let before = test.states[&id("data")].clone();
    test.write("keys", &keys.replace("small", "large"));
    let hour = std::time::Duration::from_secs(3600);
    test.world.lock().unwrap().brief = Some(("aws_db_instance", "instance_class", "medium".into(), hour));
    let told = test.apply(&Flags::default(), |_| {}).await.unwrap_err();
    let told: Vec<_> = told.iter().collect();
    assert_eq!(told[0].code, Code::PlanExceeded);
    assert_eq!(
        told[0].notes[0], r#"tags_all of test/data:files: shown: {"class": "large"}; now: {"class": "medium"}"#,
        "{told:?}"
    );
    assert_eq!(test.states[&id("data")], before, "the stack that uses it is left alone");
    assert_eq!(test.states[&id("keys")].outputs["class"].value, Value::from("medium"));
}

#[tokio::test(start_paused = true)]
async fn an_output_that_nobody_has_made_is_an_error_while_planning() {
    let mut test = Test::new(&[("keys", KEYS), ("data", DATA)]);
    let never = "evaluation-failed: the state of `test/keys` has no output";
    let refused = test.refused(&Flags::default(), &["data"]).await;
    assert!(refused.iter().all(|text| text.starts_with(never)) && !refused.is_empty(), "{refused:?}");
    assert!(refused[0].ends_with("(apply test/keys first: `wildfire apply test/keys`)"), "{refused:?}");
    test.states.get_mut(&id("keys")).unwrap().lineage.clear();
    let refused = test.refused(&Flags::default(), &["data"]).await;
    assert!(refused[0].contains("`test/keys` was never applied, so it has no outputs"), "{refused:?}");
    // A destroy must not fail for it.
    let destroy = Flags { mode: Mode::Destroy, ..Flags::default() };
    assert!(test.refused(&destroy, &["data"]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_address_is_looked_for_in_all_stacks() {
    let test = Test::new(&[("keys", KEYS), ("data", DATA)]);
    let both = ["data", "keys"];
    let named = |text: &str| -> Vec<Named> { vec![text.parse().unwrap()] };
    for text in ["jobs", "data:jobs", "test/data:jobs"] {
        let flags = Flags { targets: named(text), ..Flags::default() };
        let planned = test.plan_of(&flags, &both).await.unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(all_actions(&planned), ["Create data:jobs"], "{text}");
        assert_eq!(planned.stacks.len(), 1, "the other stack is left out");
    }
    let flags = Flags { excludes: named("jobs"), ..Flags::default() };
    let planned = test.plan_of(&flags, &both).await.unwrap();
    assert_eq!(all_actions(&planned), ["Create keys:net", "Create data:db", "Create data:record"]);
    let nowhere = |flags: Flags| async move { test_refused(flags).await };
    let told = "unknown-address: there is no resource job in configuration or state of test/keys, test/data \
                (did you mean `jobs`?)";
    assert_eq!(nowhere(Flags { targets: named("job"), ..Flags::default() }).await, [told]);
    assert_eq!(nowhere(Flags { replace: named("job"), ..Flags::default() }).await, [told]);
    let other = nowhere(Flags { excludes: named("keys:jobs"), ..Flags::default() }).await;
    assert!(other[0].starts_with("unknown-address: there is no resource keys:jobs"), "{other:?}");
}

async fn test_refused(flags: Flags) -> Vec<String> {
    Test::new(&[("keys", KEYS), ("data", DATA)]).refused(&flags, &["data", "keys"]).await
}

#[test]
fn addresses_say_which_stack_they_are_of() {
    let at = |text: &str, stack: &str| {
        let named: Named = text.parse().unwrap();
        named.at(&id(stack)).map(|target| target.0.to_string())
    };
    assert_eq!(at("a[\"x:y\"].b", "keys").as_deref(), Some("test/keys:a[\"x:y\"].b"));
    assert_eq!(at("keys:a", "keys").as_deref(), Some("test/keys:a"));
    assert_eq!(at("keys:a", "data"), None);
    assert_eq!(at("other/keys:a", "keys"), None);
    for wrong in ["", ":a", "/keys:a", "keys:", "a b", "a/b"] {
        assert!(wrong.parse::<Named>().is_err(), "{wrong:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_use_is_destroyed_last() {
    let mut test = applied().await;
    let destroy = Flags { mode: Mode::Destroy, ..Flags::default() };
    let done = test.apply(&destroy, |_| {}).await.expect("a plan");
    assert_eq!(done, ["Delete data:db", "Delete data:record", "Delete data:jobs", "Delete keys:net"]);
    let after = |mode: Mode, stack: &'static str| async move {
        let test = Test::new(&[("keys", KEYS), ("data", DATA)]);
        let flags = Flags { mode, ..Flags::default() };
        test.with_stage(&flags, BTreeMap::new(), &["data", "keys"], async |stage, _| {
            stage.after(&id(stack), mode).cloned().collect::<Vec<_>>()
        })
        .await
    };
    assert_eq!(after(Mode::Normal, "data").await, [id("keys")]);
    assert_eq!(after(Mode::Destroy, "keys").await, [id("data")]);
    assert!(after(Mode::Normal, "keys").await.is_empty() && after(Mode::Destroy, "data").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_converges_when_something_is_gone() {
    let mut test = applied().await;
    let net = test.states[&id("keys")].resources["net"].id.to_string();
    test.world.lock().unwrap().steal("aws_vpc", &net);
    let refresh = Flags { mode: Mode::RefreshOnly, ..Flags::default() };
    let done = test.apply(&refresh, |_| {}).await.expect("a plan");
    assert_eq!(done, ["Forget keys:net"]);
    let outputs = &test.states[&id("keys")].outputs;
    assert_eq!((&outputs["id"].value, &outputs["range"].value), (&Value::Null, &Value::Null));
    let again = test.plan_of(&refresh, &["data", "keys"]).await.unwrap_or_else(|problems| panic!("{problems:?}"));
    for stack in &again.stacks {
        assert!(stack.prepared.plan.is_empty(), "{:?} {:?}", stack.id(), stack.prepared.plan.outputs);
    }
    // The next apply makes it again, and what uses it follows.
    let next = all_actions(&test.plan().await);
    assert_eq!(next, ["Create keys:net", "Replace(DeleteFirst) data:db", "Update data:record"]);
}

const INPUTS: &str = "\
resources:
  db:
    type: aws_db_instance
    properties:
      identifier: orders
      engine: \"${stack.keys.outputs.a}\"
      instance_class: \"${stack.keys.outputs.b}\"
      deletion_protection: false
  files:
    type: aws_s3_bucket
    properties: {bucket: \"logs-${stack.keys.outputs.b}\", tags: {v: \"${stack.keys.outputs.c}\"}}
  jobs: {type: aws_sqs_queue, properties: {name: jobs, delay_seconds: \"${size(stack.keys.outputs.c)}\"}}
  role:
    type: aws_iam_role
    properties: {name: runner, assume_role_policy: {Version: \"${stack.keys.outputs.a}\"}}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: a, records: [\"${jobs.id}\", \"${stack.keys.outputs.c}\"]}
outputs: {all: \"${stack.keys.outputs.a}-${files.id}\"}
";

/// Outputs of a stack outside of the command: known, or known later.
fn given(values: [Option<u8>; 3]) -> BTreeMap<StackId, StackFacts> {
    let value = |name: &str, value: Option<u8>| match value {
        Some(number) => Value::from("v".repeat(number.into())),
        None => Value::Unknown(Unknown::one(format!("test/keys:{name}.id"))),
    };
    let names = ["a", "b", "c"];
    let outputs: Map = names.iter().zip(values).map(|(name, number)| (name.to_string(), value(name, number))).collect();
    BTreeMap::from([(id("keys"), StackFacts { outputs, ..StackFacts::default() })])
}

/// The plan of a stack that was applied with the inputs `before`, with the inputs `now`.
async fn plan_with(test: &Test, now: [Option<u8>; 3]) -> Plan {
    let flags = Flags::default();
    test.with_stage(&flags, given(now), &["data"], async |stage, terms| {
        let mut planned = stage.plan(&test.states, terms, &mut |_, _| {}).await.unwrap_or_else(|p| panic!("{p:?}"));
        planned.stacks.remove(0).prepared.plan
    })
    .await
}

async fn applied_with(before: [u8; 3]) -> Test {
    let mut test = Test::new(&[("keys", "resources: {}\noutputs: {a: x, b: x, c: x}\n"), ("data", INPUTS)]);
    test.states.remove(&id("keys"));
    let flags = Flags::default();
    let state = test
        .with_stage(&flags, given(before.map(Some)), &["data"], async |stage, terms| {
            let planned = stage.plan(&test.states, terms, &mut |_, _| {}).await.unwrap_or_else(|p| panic!("{p:?}"));
            let prepared = &planned.stacks[0].prepared;
            let state = Arc::new(Mutex::new(test.states[&id("data")].clone()));
            let journal = SimJournal::new(state, Arc::new(Process::undisturbed()));
            let (events, _heard) = tokio::sync::mpsc::unbounded_channel();
            let cloud = Arc::new(test.cloud());
            let options = ApplyOptions::default();
            let report = apply(&prepared.plan, &prepared.graph, &SimCatalog, cloud, &journal, options, events).await;
            assert_eq!(report.outcome, Outcome::Complete);
            journal.state()
        })
        .await;
    test.states.insert(id("data"), state);
    test
}

/// Runs on a clock that stands still.
fn run<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().expect("a runtime").block_on(work)
}

fn inputs() -> impl Strategy<Value = [u8; 3]> {
    [1u8..4, 1u8..4, 1u8..4]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A plan with unknowns is the upper bound of every plan with values in their place: what the whole promise rests on.
    #[test]
    fn whatever_an_unknown_turns_out_to_be_was_shown(before in inputs(), now in inputs(), hidden in any::<[bool; 3]>()) {
        let found = run(async {
            let test = applied_with(before).await;
            let mut shown = now.map(Some);
            shown.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden).for_each(|(value, _)| *value = None);
            let shown = plan_with(&test, shown).await;
            let now = plan_with(&test, now.map(Some)).await;
            // Nothing of a plan is beyond itself.
            (excess(&shown, &shown, &SimCatalog), excess(&shown, &now, &SimCatalog))
        });
        prop_assert_eq!(found, (Vec::new(), Vec::new()));
    }

    /// A value that is neither what is there nor what was shown is beyond what was shown.
    #[test]
    fn another_value_was_not_shown(before in inputs(), shown in inputs(), now in inputs()) {
        let more = run(async {
            let test = applied_with(before).await;
            excess(&plan_with(&test, shown.map(Some)).await, &plan_with(&test, now.map(Some)).await, &SimCatalog)
        });
        let other = (0..3).any(|index| now[index] != shown[index] && now[index] != before[index]);
        if now == shown {
            prop_assert_eq!(more, Vec::new());
        } else if other {
            prop_assert!(!more.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_more_is_found() {
    let test = applied_with([1, 1, 1]).await;
    let shown = plan_with(&test, [Some(1), Some(1), None]).await;
    let told = |now: &Plan| excess(&shown, now, &SimCatalog);
    let change = |plan: &mut Plan, path: &str, edit: &dyn Fn(&mut crate::plan::ResourceChange)| {
        plan.resources.iter_mut().filter(|change| change.address.path() == path).for_each(edit);
    };
    let edited = |path: &str, edit: &dyn Fn(&mut crate::plan::ResourceChange)| {
        let mut now = shown.clone();
        change(&mut now, path, edit);
        told(&now)
    };
    assert!(told(&shown).is_empty());
    // A resource that was left alone; a stronger action; another object; another value.
    assert_eq!(edited("db", &|db| db.action = Action::Delete)[0].shown, "left alone");
    assert!(edited("jobs", &|jobs| jobs.action = Action::Delete)[0].now.starts_with("destroyed"));
    assert!(!edited("jobs", &|jobs| jobs.id = Some("queue-other".into())).is_empty());
    let known = |value: &'static str| {
        edited("record", &|record| {
            let Value::Map(after) = Arc::make_mut(&mut record.after) else { panic!("a map") };
            let Some(Value::List(records)) = after.get_mut("records") else { panic!("a list") };
            records[0] = Value::from(value);
        })
    };
    assert_eq!(known("other")[0].what, "records of test/data:record");
    // A call, and an output.
    let mut now = shown.clone();
    let step = now.resources.iter().find(|one| one.address.path() == "record").unwrap().steps[0];
    now.steps[step.0].calls = &["sim:DeleteEverything"];
    assert_eq!(told(&now)[0].now, "sim:DeleteEverything");
    let mut now = shown.clone();
    let output =
        crate::plan::OutputChange { name: "new".into(), before: None, after: Some(Value::from("x")), sensitive: false };
    now.outputs.push(output);
    assert_eq!(told(&now)[0].what, "the output new of test/data");
}
