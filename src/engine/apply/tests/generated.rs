//! Generated values, which are in state and nowhere else: made once, kept, and never made twice.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::{ApplyOptions, Outcome, RecoveryMode, apply};
use crate::apply::Journal;
use crate::clouds::{Catalogs, Clouds};
use crate::compile::Facts;
use crate::config::MemoryFiles;
use crate::local::{CATALOG, Local};
use crate::model::{StackId, Value};
use crate::pipeline::{CompileSession, PlanInputs, Prepared, prepare};
use crate::plan::{Action, Options, Plan};
use crate::simulation::{Process, SimJournal};
use crate::state::State;

const YAML: &str = "
resources:
  suffix: {type: random_id, properties: {byte_length: 4, keepers: {image: v1}}}
  name: {type: random_pet, properties: {prefix: '${suffix.hex}'}}
  since: {type: time_static, properties: {}}
  release: {type: terraform_data, properties: {input: {name: '${name.id}', size: 2}}}
";

fn empty() -> Arc<Mutex<State>> {
    let stack = StackId::new("test", "main");
    Arc::new(Mutex::new(State::empty(stack, "123456789012".into(), "eu-west-1".into(), "lineage".into())))
}

fn state(state: &Arc<Mutex<State>>) -> State {
    state.lock().expect("not poisoned").clone()
}

fn attribute(state: &State, path: &str, name: &str) -> Value {
    state.resources[path].attributes.get(name).cloned().unwrap_or_default()
}

/// One run; `None` when it crashed.
async fn run(yaml: &str, state: &Arc<Mutex<State>>, process: Process) -> Option<Plan> {
    let process = Arc::new(process);
    let crash = process.clone();
    tokio::select! {
        biased;
        () = crash.happened() => None,
        plan = alive(yaml, state, process) => Some(plan),
    }
}

async fn alive(yaml: &str, state: &Arc<Mutex<State>>, process: Arc<Process>) -> Plan {
    let head = "account_id: \"123456789012\"\nregion: eu-west-1\n";
    let files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", head)]);
    let project = files.with("stages/test/main/main.yaml", yaml).load("test").unwrap();
    let catalogs = Catalogs::new([Arc::new(*CATALOG) as Arc<_>]);
    let cloud = Arc::new(Clouds::new(catalogs.clone(), vec![Arc::new(Local::default())]));
    let journal = SimJournal::new(state.clone(), process);
    let halt = CancellationToken::new();
    let mut compiling = CompileSession::new(&project, "main", &catalogs, Facts::default());
    let graph = compiling.compile(Some(&*cloud)).await.unwrap().graph;
    let inputs = PlanInputs {
        state: journal.state(),
        catalog: &catalogs,
        cloud: &*cloud,
        options: &Options::default(),
        mode: RecoveryMode::Finish,
        now: "2026-01-01T00:00:00Z".into(),
        halt: &halt,
    };
    let Prepared { plan, graph, recovery, .. } = prepare(&mut compiling, graph, inputs, |_, _| {}).await.unwrap();
    if !recovery.is_empty() {
        journal.commit(recovery).await.expect("legal entries");
    }
    let (events, _heard) = mpsc::unbounded_channel();
    let report = apply(&plan, &graph, &catalogs, cloud, &journal, ApplyOptions::default(), events).await;
    assert_eq!(report.outcome, Outcome::Complete, "{report:?}");
    plan
}

async fn complete(yaml: &str, state: &Arc<Mutex<State>>) -> Plan {
    run(yaml, state, Process::undisturbed()).await.expect("no crash")
}

#[tokio::test(start_paused = true)]
async fn a_value_is_made_once_and_stays() {
    let kept = empty();
    complete(YAML, &kept).await;
    let made = state(&kept);
    let name = attribute(&made, "name", "id");
    let prefix = attribute(&made, "suffix", "hex");
    assert!(name.as_str().unwrap().starts_with(&format!("{}-", prefix.as_str().unwrap())), "{name}");
    assert_eq!(attribute(&made, "release", "output").get("name"), Some(&name));
    let again = complete(YAML, &kept).await;
    assert!(again.is_empty(), "{:#?}", again.resources);
    assert_eq!(state(&kept).resources, made.resources);
}

#[tokio::test(start_paused = true)]
async fn keepers_make_a_new_one_and_an_input_does_not() {
    let kept = empty();
    complete(YAML, &kept).await;
    let made = state(&kept);
    let plan = complete(&YAML.replace("size: 2", "size: 3"), &kept).await;
    let actions: Vec<_> = plan.resources.iter().map(|change| change.action).collect();
    assert_eq!(actions.iter().filter(|action| **action == Action::Update).count(), 1, "{actions:?}");
    assert_eq!(attribute(&state(&kept), "release", "output").get("size"), Some(&Value::from(3)));
    assert_eq!(attribute(&state(&kept), "name", "id"), attribute(&made, "name", "id"));
    complete(&YAML.replace("image: v1", "image: v2"), &kept).await;
    assert_ne!(attribute(&state(&kept), "suffix", "hex"), attribute(&made, "suffix", "hex"));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_exists_already_is_imported() {
    let kept = empty();
    complete(YAML, &kept).await;
    let made = state(&kept);
    let ids = made.resources.iter().filter(|(path, _)| *path != "release");
    let entries: Vec<String> =
        ids.clone().map(|(path, resource)| format!("  - {{to: {path}, id: '{}'}}\n", resource.id)).collect();
    let other = empty();
    let plan = complete(&format!("{YAML}import:\n{}", entries.concat()), &other).await;
    let actions: Vec<_> = plan.resources.iter().map(|change| change.action).collect();
    assert_eq!(actions.iter().filter(|action| **action == Action::Import).count(), 3, "{actions:?}");
    for (path, resource) in ids {
        assert_eq!(state(&other).resources[path].attributes, resource.attributes, "{path}");
    }
    assert!(complete(YAML, &other).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_killed_makes_no_second_value() {
    let mut crashes = 0;
    for at in 0..60 {
        let kept = empty();
        if run(YAML, &kept, Process::crashing_at(at)).await.is_some() {
            break;
        }
        crashes += 1;
        let announced = state(&kept);
        complete(YAML, &kept).await;
        let done = state(&kept);
        for pending in announced.pending.values() {
            let id = &done.resources[&pending.path].id;
            assert!(id.as_str().ends_with(pending.operation.as_str()), "{at}: {id} is not of {}", pending.operation);
        }
        let again = complete(YAML, &kept).await;
        assert!(again.is_empty(), "{at}: {:#?}", again.resources);
    }
    assert!(crashes > 4, "{crashes}");
}
