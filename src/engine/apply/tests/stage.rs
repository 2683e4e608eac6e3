//! A stage in memory: YAML, a world, a state; and runs of the whole engine over them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::{ApplyOptions, Event, Outcome, RecoveryMode, Report, StepResult, apply};
use crate::apply::{Journal, LedgerJournal};
use crate::compile::Facts;
use crate::config::{MemoryFiles, Project};
use crate::journal::Ledger;
use crate::model::{Diagnostic, Diagnostics, Fence, StackId, Value};
use crate::pipeline::{CompileSession, PlanInputs, Prepared, prepare};
use crate::plan::{Mode, Options, Plan, StepId};
use crate::simulation::{Connection, Faults, Process, SimCatalog, SimCloud, SimJournal, World, violations};
use crate::state::{Ids, LockTable, LockTimes, MemoryLock, MemoryStore, ObjectStore, Owner, Place, State, acquire};

/// Ids in the order in which they are asked for.
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

pub struct Stage {
    pub world: Arc<Mutex<World>>,
    pub state: Arc<Mutex<State>>,
    pub yaml: String,
    ids: Arc<Counted>,
    /// Where the state is kept; none: in memory only, without a lock.
    kept: Option<Kept>,
}

#[derive(Default)]
struct Kept {
    store: Arc<MemoryStore>,
    table: Arc<MemoryLock>,
}

/// One run of the engine.
pub struct Attempt {
    pub plan: Plan,
    pub report: Report,
    pub calls: Vec<String>,
    /// Steps that said they wait, and for what.
    pub waited: Vec<(StepId, String)>,
}

/// The inputs of a run.
pub struct Run {
    pub faults: Faults,
    pub crash: Arc<Process>,
    pub cancel: CancellationToken,
    pub fence: Fence,
    pub options: Options,
    /// [`RecoveryMode::Look`]: the plan is made as for `plan`, and applied as if it had been saved.
    pub mode: RecoveryMode,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            faults: Faults::none(),
            crash: Arc::new(Process::undisturbed()),
            cancel: CancellationToken::new(),
            fence: Fence::none(),
            options: Options::default(),
            mode: RecoveryMode::Finish,
        }
    }
}

impl Run {
    pub fn destroy() -> Self {
        Self { options: Options { mode: Mode::Destroy, ..Options::default() }, ..Self::default() }
    }

    pub fn with(faults: Faults) -> Self {
        Self { faults, ..Self::default() }
    }

    pub fn crashing(self, at: u64) -> Self {
        Self { crash: Arc::new(Process::crashing_at(at)), ..self }
    }
}

impl Stage {
    pub fn new(yaml: &str) -> Self {
        let stack = StackId::new("test", "main");
        let state = State::empty(stack, "123456789012".into(), "eu-west-1".into(), "lineage".into());
        Self {
            world: Arc::default(),
            state: Arc::new(Mutex::new(state)),
            yaml: yaml.into(),
            ids: Arc::default(),
            kept: None,
        }
    }

    /// A stage whose state is in a store, under a lock, behind the ledger.
    pub fn kept(yaml: &str) -> Self {
        Self { kept: Some(Kept::default()), ..Self::new(yaml) }
    }

    /// The same world with another configuration.
    pub fn rewrite(&mut self, from: &str, to: &str) {
        assert!(self.yaml.contains(from), "{from:?} is not in the YAML");
        self.yaml = self.yaml.replace(from, to);
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("not poisoned")
    }

    pub fn state(&self) -> State {
        self.state.lock().expect("not poisoned").clone()
    }

    pub fn project(&self) -> Project {
        let head = "account_id: \"123456789012\"\nregion: eu-west-1\ntags: {team: platform}\n\
                    regions: {edge: us-east-1, dr: eu-central-1}\n\
                    accounts: {dns: {account_id: \"999999999999\"}}\n";
        let files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", head)])
            .with("stages/test/main/main.yaml", self.yaml.as_str());
        let project = files.load("test").unwrap_or_else(|problems| panic!("{problems:?}"));
        assert!(!project.diagnostics.has_errors(), "{:?}", project.diagnostics);
        project
    }

    /// Plans with the state that a recovery would make, and changes nothing.
    pub async fn plan(&self, options: Options) -> Plan {
        let cloud = SimCloud::new(self.world.clone(), Faults::none(), Arc::new(Process::undisturbed()));
        let halt = CancellationToken::new();
        self.prepare(&cloud, self.state(), &options, RecoveryMode::Look, &halt)
            .await
            .unwrap_or_else(|problems| panic!("{problems:?}"))
            .plan
    }

    async fn prepare(
        &self,
        cloud: &SimCloud,
        state: State,
        options: &Options,
        mode: RecoveryMode,
        halt: &CancellationToken,
    ) -> Result<Prepared, Diagnostics> {
        let project = self.project();
        let mut compiling = CompileSession::new(&project, "main", &SimCatalog, Facts::default());
        let graph = compiling.compile(Some(cloud)).await?.graph;
        let inputs = PlanInputs { state, catalog: &SimCatalog, cloud, options, mode, now: self.ids.now(), halt };
        prepare(&mut compiling, graph, inputs, |_, _| {}).await
    }

    /// One run, from recovery to the end. `None` when it crashed.
    pub async fn run(&self, run: Run) -> Option<Result<Attempt, Diagnostics>> {
        let crash = run.crash.clone();
        let result = tokio::select! {
            biased;
            () = crash.happened() => None,
            result = self.alive(run) => Some(result),
        };
        if let Some(kept) = &self.kept {
            let reading = crate::journal::read(&self.place(kept.store.clone()), &*kept.table).await;
            *self.state.lock().expect("not poisoned") = reading.expect("the state can be read").state;
        }
        result
    }

    fn place(&self, store: Arc<dyn ObjectStore>) -> Place {
        let state = self.state();
        Place { store, stack: state.stack, account: state.account, region: state.region }
    }

    async fn alive(&self, mut run: Run) -> Result<Attempt, Diagnostics> {
        let Some(kept) = &self.kept else {
            let journal = SimJournal::new(self.state.clone(), run.crash.clone());
            return self.drive(run, &journal).await;
        };
        let table: Arc<dyn LockTable> = Arc::new(Connection::new(kept.table.clone(), run.crash.clone()));
        let place = self.place(Arc::new(Connection::new(kept.store.clone(), run.crash.clone())));
        let owner = Owner {
            who: "sim".into(),
            why: "apply".into(),
            account: place.account.clone(),
            state: place.store.location(),
        };
        let times = LockTimes { wait: Some(Duration::from_secs(120)), ..LockTimes::default() };
        let lock = place.keys().lock();
        let guard = acquire(table, &lock, &owner, times, self.ids.clone(), &CancellationToken::new(), &mut |_| {})
            .await
            .map_err(Diagnostic::from)?;
        let ledger = Ledger::open(place, guard.lease(), self.ids.clone()).await.map_err(Diagnostic::from)?;
        let journal = LedgerJournal::new(ledger.clone()).await.map_err(Diagnostic::from)?;
        let lease = guard.lease();
        run.fence = Fence::new(move || lease.is_valid());
        let result = self.drive(run, &journal).await;
        ledger.publish().await.map_err(Diagnostic::from)?;
        ledger.close().await.map_err(Diagnostic::from)?;
        guard.release().await.map_err(Diagnostic::from)?;
        result
    }

    async fn drive(&self, run: Run, journal: &dyn Journal) -> Result<Attempt, Diagnostics> {
        let cloud = Arc::new(SimCloud::new(self.world.clone(), run.faults, run.crash));
        let Prepared { plan, graph, recovery, .. } =
            self.prepare(&cloud, journal.state(), &run.options, run.mode, &run.cancel).await?;
        if !recovery.is_empty() {
            journal.commit(recovery).await.expect("legal entries");
        }
        let (events, mut heard) = mpsc::unbounded_channel();
        let options =
            ApplyOptions { cancel: run.cancel, fence: run.fence, ids: self.ids.clone(), ..ApplyOptions::default() };
        let report = apply(&plan, &graph, &SimCatalog, cloud.clone(), journal, options, events).await;
        let mut waited = Vec::new();
        while let Ok(event) = heard.try_recv() {
            if let Event::Waiting { step, status } = event {
                waited.push((step, status));
            }
        }
        Ok(Attempt { plan, report, calls: cloud.calls(), waited })
    }

    /// Runs that has to end well.
    pub async fn complete(&self, run: Run) -> Attempt {
        let attempt = self.run(run).await.expect("no crash").unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(attempt.report.outcome, Outcome::Complete, "{:#?}", failures(&attempt.report));
        self.check();
        attempt
    }

    /// Runs until one ends well, as a user would. Every run sees other faults.
    pub async fn converge(&self, faults: impl Fn(u64) -> Faults, options: &Options) -> u64 {
        let mut told = Vec::new();
        for attempt in 0..20 {
            let run = Run { options: options.clone(), ..Run::with(faults(attempt)) };
            match self.run(run).await.expect("no crash") {
                Ok(attempt) if attempt.report.outcome == Outcome::Complete => return attempt.calls.len() as u64,
                Ok(attempt) => told.push(format!("{:?}", failures(&attempt.report))),
                Err(problems) => told.push(format!("{problems:?}")),
            }
            self.check();
        }
        panic!("20 runs and no end: {told:#?}");
    }

    /// Nothing is orphaned, nothing is there twice, no secret is written.
    pub fn check(&self) {
        let state = self.state();
        let wrong = violations(&mut self.world(), &state);
        assert!(wrong.is_empty(), "{wrong:#?}\n{state:#?}");
        let text = serde_json::to_string(&state).expect("state is JSON");
        assert!(!text.contains(SECRET), "a secret is in state: {text}");
    }

    /// What exists, apart from names that differ from run to run.
    pub fn essence(&self) -> Vec<(String, Value)> {
        self.world().essence()
    }

    /// A second plan has nothing to do.
    pub async fn settled(&self) {
        let plan = self.plan(Options::default()).await;
        assert!(
            plan.is_empty(),
            "{:#?}\n{:#?}",
            plan.steps,
            plan.resources.iter().map(|r| &r.changes).collect::<Vec<_>>()
        );
        assert!(self.state().pending.is_empty());
    }
}

pub const SECRET: &str = "hunter2";

/// What failed, for messages.
pub fn failures(report: &Report) -> Vec<String> {
    let steps = report.steps.iter().filter(|(_, result, _)| *result != StepResult::Done);
    steps
        .map(|(id, result, _)| format!("{id}: {result:?}"))
        .chain(report.diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}")))
        .collect()
}
