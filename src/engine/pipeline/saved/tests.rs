//! Saved plans against the simulated cloud: what is applied, and each way in which a plan stops to fit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::FutureExt;
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::apply::{ApplyOptions, Journal, Outcome, RecoveryMode, apply};
use crate::compile::Facts;
use crate::config::{LoadOptions, MemoryFiles, Outside, Project, load_with};
use crate::journal::{self, Entry};
use crate::model::{Code, Diagnostic, StackId, Value};
use crate::pipeline::{CompileSession, Holder, PlanInputs, Writing, prepare};
use crate::plan::Mode;
use crate::simulation::{Faults, Process, SimCatalog, SimCloud, World};
use crate::state::{
    Context, LockTable, LockTimes, MemoryLock, MemoryStore, Owner, Place, SealError, Sealed, Sealer, State,
};

mod stages;
mod values;

const YAML: &str = "\
resources:
  net:
    type: aws_vpc
    properties: {cidr_block: 10.0.0.0/16}
  db:
    type: aws_db_instance
    properties: {identifier: orders, subnet_ids: [], instance_class: small, password: hunter2}
  files:
    type: aws_s3_bucket
    properties: {bucket: acme-data}
outputs:
  net: {value: \"${net.id}\"}
";

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn ulid(&self) -> String {
        format!("{:026}", self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn uuid(&self) -> String {
        self.ulid()
    }

    fn now(&self) -> String {
        "2026-01-01T00:00:00Z".into()
    }
}

const STAGE: &str = "\
account_id: \"123456789012\"
region: eu-west-1
value_types: {secret: {type: string, sensitive: true, default: none}, unused: {type: string, sensitive: true, default: none}}
";

struct Stage {
    outside: Vec<(String, String)>,
    world: Arc<Mutex<World>>,
    store: Arc<MemoryStore>,
    table: Arc<MemoryLock>,
    ids: Arc<Counted>,
    yaml: String,
}

impl Stage {
    fn new() -> Self {
        Self {
            outside: Vec::new(),
            world: Arc::default(),
            store: Arc::default(),
            table: Arc::default(),
            ids: Arc::default(),
            yaml: YAML.into(),
        }
    }

    /// A stage that was applied.
    async fn applied() -> Self {
        let stage = Self::new();
        let file = stage.plan(&Options::default()).await;
        stage.apply(&file).await.expect("it fits");
        stage
    }

    fn rewrite(&mut self, from: &str, to: &str) {
        assert!(self.yaml.contains(from), "{from:?} is not in the YAML");
        self.yaml = self.yaml.replace(from, to);
    }

    fn project(&self) -> Project {
        let files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", STAGE)])
            .with("stages/test/main/main.yaml", self.yaml.as_str());
        let outside = Outside { arguments: self.outside.clone(), ..Outside::default() };
        let options = LoadOptions { outside, ..LoadOptions::default() };
        let project = load_with(&files, std::path::PathBuf::new(), "test", &options);
        let project = project.unwrap_or_else(|problems| panic!("{problems:?}"));
        assert!(!project.diagnostics.has_errors(), "{:?}", project.diagnostics);
        project
    }

    fn place(&self) -> Place {
        let stack = StackId::new("test", "main");
        Place { store: self.store.clone(), stack, account: "123456789012".into(), region: "eu-west-1".into() }
    }

    fn cloud(&self) -> SimCloud {
        SimCloud::new(self.world.clone(), Faults::none(), Arc::new(Process::undisturbed()))
    }

    async fn reading(&self) -> Reading {
        journal::read(&self.place(), &*self.table).await.expect("the state can be read")
    }

    async fn prepared(&self, state: State, options: &Options, mode: RecoveryMode) -> Prepared {
        let (project, cloud) = (self.project(), self.cloud());
        let mut compiling = CompileSession::new(&project, "main", &SimCatalog, Facts::default());
        let graph = compiling.compile(Some(&cloud)).await.unwrap_or_else(|problems| panic!("{problems:?}")).graph;
        let halt = CancellationToken::new();
        let inputs =
            PlanInputs { state, catalog: &SimCatalog, cloud: &cloud, options, mode, now: self.ids.now(), halt: &halt };
        let prepared = prepare(&mut compiling, graph, inputs, |_, _| {}).await;
        prepared.unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    async fn saved(&self, options: &Options) -> SavedPlan {
        let reading = self.reading().await;
        let prepared = self.prepared(reading.state.clone(), options, RecoveryMode::Look).await;
        let mut plan = SavedPlan::new(author(), &*self.ids);
        plan.add(&Basis::new(&reading), options, &prepared, &SimCatalog).expect("it is whole");
        plan
    }

    async fn plan(&self, options: &Options) -> Vec<u8> {
        PlanFile::write(&self.saved(options).await, &Sealers::new()).await.expect("it is JSON")
    }

    /// As the command does it; the error is what is told.
    async fn apply(&self, file: &[u8]) -> Result<Outcome, Vec<String>> {
        let told = |diagnostic: Diagnostic| {
            let code = diagnostic.code.name();
            [format!("{code}: {}", diagnostic.message)].into_iter().chain(diagnostic.notes).collect::<Vec<_>>()
        };
        let boxed = |diagnostic: Box<Diagnostic>| told(*diagnostic);
        let plan = PlanFile::read("p", file).map_err(told)?.open("p", &Sealers::new()).await.map_err(told)?;
        plan.check_place(&author()).map_err(boxed)?;
        let [stack] = plan.stacks.as_slice() else { panic!("one stack") };
        let before = self.reading().await.lock;
        let account = plan.stages[0].account.clone();
        let owner = Owner { who: "ci@runner".into(), why: "apply test/main".into(), account, state: "memory".into() };
        let holder = Holder { owner, times: LockTimes::default(), halt: CancellationToken::new() };
        let table: Arc<dyn LockTable> = self.table.clone();
        let writing = Writing::open(self.place(), table, &holder, self.ids.clone(), &mut |_| {}).await.expect("free");
        let checked = async {
            plan.check_state(stack, &writing.state(), writing.epoch(), before.as_ref())?;
            let prepared = self.prepared(writing.state(), &stack.options, RecoveryMode::Finish).await;
            plan.check_plan(stack, &prepared, &SimCatalog, &writing.state().digest_key)?;
            Ok(prepared)
        };
        let outcome = match checked.await {
            Ok(prepared) => {
                let used = Entry::PlanUsed { plan: plan.used("ci@runner", &*self.ids) };
                writing.write(vec![used]).await.expect("legal");
                Ok(self.carry_out(&prepared, writing.journal()).await)
            }
            Err(diagnostic) => Err(boxed(diagnostic)),
        };
        writing.close(false).await.expect("closed");
        outcome
    }

    async fn carry_out(&self, prepared: &Prepared, journal: &dyn Journal) -> Outcome {
        let (events, _heard) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { ids: self.ids.clone(), ..ApplyOptions::default() };
        let cloud = Arc::new(self.cloud());
        apply(&prepared.plan, &prepared.graph, &SimCatalog, cloud, journal, options, events).await.outcome
    }

    fn names(&self) -> Vec<String> {
        let existing = self.world.lock().expect("not poisoned").existing();
        let mut names: Vec<String> = existing.into_iter().map(|object| object.address.unwrap_or(object.id)).collect();
        names.sort();
        names
    }

    fn existing(&self) -> usize {
        self.world.lock().expect("not poisoned").existing().len()
    }

    async fn id(&self, path: &str) -> String {
        self.reading().await.state.resources[path].id.to_string()
    }
}

fn author() -> Author {
    Author {
        wildfire: "0.1.0".into(),
        who: "alice@desk".into(),
        targets: vec!["test/main".into()],
        stages: vec![place("test", "123456789012", "eu-west-1")],
    }
}

fn place(name: &str, account: &str, region: &str) -> SavedStage {
    SavedStage { name: name.into(), account: account.into(), region: region.into() }
}

#[tokio::test(start_paused = true)]
async fn what_was_saved_is_applied_and_only_once() {
    let stage = Stage::new();
    let file = stage.plan(&Options::default()).await;
    assert_eq!(stage.existing(), 0);
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
    assert_eq!(stage.names(), ["db", "files", "net"]);
    let told = stage.apply(&file).await.unwrap_err();
    assert_eq!(
        told[0],
        "stale-plan: the saved plan of test/main was applied already, by ci@runner at 2026-01-01T00:00:00Z"
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_changes_is_used_up_as_well() {
    let stage = Stage::applied().await;
    let file = stage.plan(&Options::default()).await;
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
    assert!(stage.apply(&file).await.unwrap_err()[0].contains("was applied already"));
}

#[tokio::test(start_paused = true)]
async fn the_flags_of_the_plan_are_those_of_the_apply() {
    let stage = Stage::applied().await;
    let file = stage.plan(&Options { mode: Mode::Destroy, ..Options::default() }).await;
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
    assert_eq!(stage.existing(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_state_that_was_empty_and_is_not_any_more() {
    let stage = Stage::new();
    let (file, other) = (stage.plan(&Options::default()).await, stage.plan(&Options::default()).await);
    stage.apply(&other).await.expect("it fits");
    let told = stage.apply(&file).await.unwrap_err();
    assert_eq!(told[0], "stale-plan: the saved plan of test/main no longer fits");
    assert!(told[2].starts_with("the state of test/main was empty then, and is at serial "), "{told:?}");
    assert_eq!(told[3], "ci@runner took the lock last, at 2026-01-01T00:00:00Z, for: apply test/main");
}

#[tokio::test(start_paused = true)]
async fn a_state_that_has_moved() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    let serial = stage.reading().await.state.serial;
    let other = stage.plan(&Options::default()).await;
    stage.apply(&other).await.expect("it fits");
    let told = stage.apply(&file).await.unwrap_err();
    assert!(
        told[2].starts_with(&format!("the state of test/main was at serial {serial} then, and is at ")),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_state_that_began_anew_and_a_row_that_was_put_back() {
    let stage = Stage::applied().await;
    let plan = stage.saved(&Options::default()).await;
    let (reading, stack) = (stage.reading().await, &plan.stacks[0]);
    let epoch = reading.lock.as_ref().map_or(0, |row| row.epoch);
    plan.check_state(stack, &reading.state, epoch, None).expect("it fits");
    let other = State { lineage: "another".into(), ..reading.state.clone() };
    let told = plan.check_state(stack, &other, epoch, None).unwrap_err();
    assert!(told.notes[1].contains("its lineage is another"), "{told:?}");
    let told = plan.check_state(stack, &reading.state, epoch - 1, None).unwrap_err();
    assert!(told.notes[1].contains("the lock row of test/main was at epoch"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn an_apply_that_was_begun_and_refused_does_not_use_the_plan_up() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    stage.rewrite("large", "huge");
    stage.apply(&file).await.unwrap_err();
    stage.rewrite("huge", "large");
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
}

#[tokio::test(start_paused = true)]
async fn a_property_that_was_changed_at_aws() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    let id = stage.id("db").await;
    stage.world.lock().unwrap().tamper("aws_db_instance", &id, "instance_class", Value::from("tiny"));
    let told = stage.apply(&file).await.unwrap_err();
    assert!(
        told.contains(&"`instance_class` of test/main:db was \"small\" at AWS then, and is \"tiny\" now".to_string()),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_happens_to_others_does_not_matter() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    let id = stage.id("net").await;
    stage.world.lock().unwrap().tamper("aws_vpc", &id, "status", Value::from("odd"));
    assert_eq!(stage.apply(&file).await, Ok(Outcome::Complete));
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_gone_and_one_that_needs_something_now() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    let (db, bucket) = (stage.id("db").await, stage.id("files").await);
    stage.world.lock().unwrap().steal("aws_db_instance", &db);
    stage.world.lock().unwrap().steal("aws_s3_bucket", &bucket);
    let told = stage.apply(&file).await.unwrap_err();
    assert!(told.contains(&"test/main:db was to be updated, and would be created now".to_string()), "{told:?}");
    assert!(told.contains(&"test/main:files was to be left alone, and would be created now".to_string()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_has_changed() {
    let mut stage = Stage::applied().await;
    stage.rewrite("small", "large");
    let file = stage.plan(&Options::default()).await;
    stage.yaml.push_str("# a remark\n");
    let told = stage.apply(&file).await.unwrap_err();
    assert_eq!(told[2], "stages/test/main/main.yaml has changed");
    assert_eq!(told.len(), 3, "{told:?}");
    stage.rewrite("large", "huge");
    let told = stage.apply(&file).await.unwrap_err();
    assert_eq!(
        told[3], "`instance_class` of test/main:db was to become \"large\", and would become \"huge\" now",
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_has_changed_is_not_told() {
    let mut stage = Stage::applied().await;
    stage.rewrite("hunter2", "hunter3");
    let file = stage.plan(&Options::default()).await;
    assert!(!String::from_utf8_lossy(&file).contains("hunter"));
    stage.rewrite("hunter3", "hunter4");
    let told = stage.apply(&file).await.unwrap_err();
    assert!(!told.concat().contains("hunter"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn another_version_account_or_region() {
    let plan = Stage::new().saved(&Options::default()).await;
    let stages = vec![place("test", "210987654321", "us-east-1")];
    let here = Author { wildfire: "0.2.0".into(), stages, ..author() };
    let told = plan.check_place(&here).unwrap_err();
    assert_eq!(told.code, Code::StalePlan);
    assert_eq!(
        told.notes[1..],
        [
            "it was made by wildfire 0.1.0, and this is 0.2.0",
            "it was made for account 123456789012, and this is 210987654321",
            "it was made for region eu-west-1, and this is us-east-1",
        ]
    );
}

#[test]
fn what_a_plan_was_made_with_is_said_again() {
    let replace = Options { replace: vec![crate::plan::Target("test/main:db".parse().unwrap())], ..Options::default() };
    let destroy = Options { mode: Mode::Destroy, ..Options::default() };
    let file = |options: &Options| {
        let mut plan = SavedPlan::new(author(), &Counted::default());
        plan.stacks.push(SavedStack { options: options.clone(), ..stack() });
        plan
    };
    let refused = |saved: &Options, given: &Options| {
        let stack = StackId::new("test", "main");
        file(saved).check_options(&|id| if *id == stack { given.clone() } else { Options::default() }).unwrap_err()
    };
    for options in [&replace, &destroy, &Options::default()] {
        assert!(file(options).check_options(&|_| options.clone()).is_ok());
    }
    let plain = Options::default();
    assert_eq!(refused(&destroy, &plain).message, "the saved plan was made with --destroy, and this command was not");
    assert_eq!(
        refused(&replace, &plain).message,
        "the saved plan was made with --replace test/main:db, and this command was not"
    );
    assert_eq!(
        refused(&plain, &destroy).message,
        "the saved plan was made without --destroy, and this command was not"
    );
}

/// Encrypts nothing, and checks the context.
struct Label;

#[async_trait]
impl Sealer for Label {
    async fn seal(&self, plain: &[u8], context: &Context) -> Result<Sealed, SealError> {
        let data = String::from_utf8(plain.iter().map(|byte| byte ^ 1).collect()).expect("ASCII");
        Ok(Sealed { key: format!("{context:?}"), nonce: String::new(), data })
    }

    async fn open(&self, sealed: &Sealed, context: &Context) -> Result<Vec<u8>, SealError> {
        match sealed.key == format!("{context:?}") {
            true => Ok(sealed.data.bytes().map(|byte| byte ^ 1).collect()),
            false => Err(SealError::Broken("another context".into())),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_encrypted_plan_says_where_it_belongs_and_nothing_else() {
    let plan = Stage::applied().await.saved(&Options::default()).await;
    let (none, label) = (Sealers::new(), Sealers::from([("test", &Label as &dyn Sealer)]));
    let file = PlanFile::write(&plan, &label).await.unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("cidr_block"));
    let read = PlanFile::read("p", &file).unwrap();
    assert_eq!((read.targets(), read.is_sealed()), (&["test/main".to_string()][..], true));
    assert_eq!(read.clone().open("p", &label).await.unwrap(), plan);
    assert_eq!(read.open("p", &none).await.unwrap_err().code, Code::StalePlan);
    let plain = PlanFile::read("p", &PlanFile::write(&plan, &none).await.unwrap()).unwrap();
    assert_eq!(plain.open("p", &label).await.unwrap_err().code, Code::StalePlan);
}

#[test]
fn other_files_are_no_plans() {
    let (state, _) = crate::state::frame::wrap(crate::state::frame::Format::Snapshot, b"{}");
    for bytes in [&b""[..], b"\n", b"{}\n{}", &[0, 255, 10], &state] {
        assert_eq!(PlanFile::read("p", bytes).unwrap_err().code, Code::InvalidPlan);
    }
}

fn stack() -> SavedStack {
    SavedStack {
        stage: "test".into(),
        name: "main".into(),
        turn: 0,
        lineage: "l".into(),
        serial: 7,
        epoch: 3,
        options: Options::default(),
        pinned_by: None,
        ingredients: Ingredients::default(),
        plan: serde_json::json!({"resources": {}}),
    }
}

fn sample() -> Vec<u8> {
    let plan = SavedPlan { stacks: vec![stack()], ..SavedPlan::new(author(), &Counted::default()) };
    PlanFile::write(&plan, &Sealers::new()).now_or_never().expect("without a sealer nothing is waited for").unwrap()
}

proptest! {
    #[test]
    fn no_cut_or_altered_byte_passes(at in any::<prop::sample::Index>(), flip in 1u8..) {
        let file = sample();
        prop_assert!(PlanFile::read("p", &file).is_ok());
        let at = at.index(file.len());
        prop_assert!(PlanFile::read("p", &file[..at]).is_err());
        let mut altered = file.clone();
        altered[at] ^= flip;
        prop_assert!(PlanFile::read("p", &altered).is_err());
    }

    #[test]
    fn content_of_any_kind_is_read_without_a_panic(content in "\\PC{0,200}") {
        let (file, _) = crate::state::frame::wrap(crate::state::frame::Format::Plan, content.as_bytes());
        let _ = PlanFile::read("p", &file);
    }
}
