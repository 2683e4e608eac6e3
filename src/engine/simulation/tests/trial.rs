//! One seed: several processes of the whole engine over one stage, whatever happens to them, and then one more that is
//! left alone.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::remote::{RemoteCloud, RemoteStore, RemoteTable, Written};
use super::sabotage::{Careless, Sabotage};
use super::stages::stack;
use super::wire::{Weather, Wire};
use crate::apply::{ApplyOptions, Event, Journal, Outcome, RecoveryMode, StepResult, apply};
use crate::config::{MemoryFiles, Project};
use crate::model::{Cloud, Diagnostics, Fence, StackId, Value};
use crate::pipeline::{CompileSession, Holder, PlanInputs, Prepared, Writing, prepare};
use crate::plan::{Mode, Options};
use crate::simulation::{Faults, Process, Random, SimCatalog, SimCloud, World, violations};
use crate::state::{Ids, LockTimes, MemoryLock, MemoryStore, Owner, Place, State};

const ACCOUNT: &str = "123456789012";
const SECRET: &str = "hunter2";

/// What a seed came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tale {
    /// What is wrong; empty when all is well.
    pub wrong: Vec<String>,
    /// What happened, for whoever looks into a seed.
    pub log: Vec<String>,
}

/// Ids of one process, and its clock, which is wrong by up to ten minutes.
struct Own {
    process: u64,
    count: AtomicU64,
    start: Instant,
    skew: i64,
}

impl Ids for Own {
    fn ulid(&self) -> String {
        format!("{:06}{:020}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }

    fn uuid(&self) -> String {
        self.ulid()
    }

    fn now(&self) -> String {
        let epoch = 1_700_000_000 + self.skew + self.start.elapsed().as_secs() as i64;
        jiff::Timestamp::from_second(epoch).map(|at| at.to_string()).unwrap_or_default()
    }

    fn wall(&self) -> SystemTime {
        let epoch = 1_700_000_000 + self.skew;
        SystemTime::UNIX_EPOCH + Duration::from_secs(epoch.unsigned_abs()) + self.start.elapsed()
    }
}

/// What one process is to do, and what happens to it.
struct Part {
    number: u64,
    yaml: String,
    mode: Mode,
    wire: Arc<Wire>,
    /// For how long the cloud may show what was before.
    lag: Duration,
    starts: Instant,
    interrupted: Option<Instant>,
    skew: i64,
}

struct Trial {
    world: Arc<Mutex<World>>,
    store: Arc<MemoryStore>,
    table: Arc<MemoryLock>,
    written: Arc<Mutex<Written>>,
    fences: RefCell<Vec<(u64, Fence)>>,
    sabotage: Sabotage,
    start: Instant,
    tale: RefCell<Tale>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Plays a seed to its end, on a clock of its own.
pub fn play(seed: u64, sabotage: Sabotage) -> Tale {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without any I/O can be built");
    runtime.block_on(async {
        let trial = Trial {
            world: Arc::default(),
            store: Arc::default(),
            table: Arc::default(),
            written: Arc::default(),
            fences: RefCell::default(),
            sabotage,
            start: Instant::now(),
            tale: RefCell::default(),
        };
        trial.run(seed).await;
        trial.tale.into_inner()
    })
}

impl Trial {
    async fn run(&self, seed: u64) {
        let mut random = Random::new(seed);
        let (first, second) = (stack(&mut random), stack(&mut random));
        let parts: Vec<Part> =
            (0..1 + random.draw() % 4).map(|number| self.part(number, &first, &second, &mut random)).collect();
        join_all(parts.iter().map(|part| self.live(part))).await;
        // By now every lease has run out, and every late request has landed or was refused.
        sleep(Duration::from_secs(1200)).await;
        self.note("left alone from here on");
        let mut last = self.quiet(90, &second);
        if !self.body(&last, &CancellationToken::new()).await {
            self.wrong("the undisturbed run did not end well");
        }
        last.number = 91;
        self.judge(&last, &second).await;
    }

    fn part(&self, number: u64, first: &str, second: &str, random: &mut Random) -> Part {
        let mut below = |limit: u64| random.draw() % limit;
        let seconds = Duration::from_secs;
        let starts = self.start + seconds(below(if number == 0 { 5 } else { 400 }));
        let bad = below(4);
        let weather = Weather {
            latency: Duration::from_millis([20, 200, 2_000][below(3) as usize]),
            throttled: [0.0, 0.02, 0.1, 0.05][bad as usize],
            lost: [0.0, 0.02, 0.05, 0.1][bad as usize],
            swallowed: [0.0, 0.01, 0.05, 0.05][bad as usize],
            late: [0.0, 0.01, 0.03, 0.05][bad as usize],
            late_by: seconds([1, 8, 100, 280][below(4) as usize]),
        };
        let mut wire = Wire::new(below(u64::MAX), weather);
        let moment = |below: &mut dyn FnMut(u64) -> u64| {
            let span = [2_000, 20_000, 200_000][below(3) as usize];
            starts + Duration::from_millis(below(span))
        };
        if below(2) == 0 {
            wire.dies = Some(moment(&mut below));
        }
        for _ in 0..below(3) {
            let from = moment(&mut below);
            let longest = [10, 40, 120, 700][below(4) as usize];
            wire.paused.push((from, from + seconds(below(longest) + 1)));
        }
        if below(4) == 0 {
            let from = moment(&mut below);
            wire.cut.push((from, from + seconds(below(90) + 1)));
        }
        if below(8) == 0 {
            wire.expires = Some(moment(&mut below));
        }
        Part {
            number,
            yaml: if below(2) == 0 { first.into() } else { second.into() },
            mode: match below(12) {
                0 => Mode::Destroy,
                1 => Mode::RefreshOnly,
                _ => Mode::Normal,
            },
            wire: Arc::new(wire),
            lag: seconds([0, 4, 9, 120][below(4) as usize]),
            starts,
            interrupted: (below(5) == 0).then(|| moment(&mut below)),
            skew: below(1200) as i64 - 600,
        }
    }

    /// A process that nothing happens to.
    fn quiet(&self, number: u64, yaml: &str) -> Part {
        let weather = Weather { latency: Duration::from_millis(20), ..Weather::default() };
        Part {
            number,
            yaml: yaml.into(),
            mode: Mode::Normal,
            wire: Arc::new(Wire::new(number, weather)),
            lag: Duration::ZERO,
            starts: Instant::now(),
            interrupted: None,
            skew: 0,
        }
    }

    /// A process from its start to its end, or to its death.
    async fn live(&self, part: &Part) {
        sleep_until(part.starts).await;
        let cancel = CancellationToken::new();
        let interrupt = async {
            if let Some(at) = part.interrupted {
                sleep_until(at).await;
                cancel.cancel();
            }
            std::future::pending::<()>().await;
        };
        let death = async {
            match part.wire.dies {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = death => self.note(&format!("{} dies", part.number)),
            () = interrupt => {}
            _ = self.body(part, &cancel) => {}
        }
    }

    fn place(&self, part: &Part) -> Place {
        let store = RemoteStore {
            wire: part.wire.clone(),
            inner: self.store.clone(),
            written: self.written.clone(),
            sabotage: self.sabotage,
        };
        Place {
            store: Arc::new(store),
            stack: StackId::new("test", "main"),
            account: ACCOUNT.into(),
            region: "eu-west-1".into(),
        }
    }

    fn ids(&self, part: &Part) -> Own {
        Own { process: part.number, count: AtomicU64::new(0), start: self.start, skew: part.skew }
    }

    fn cloud(&self, part: &Part) -> Arc<RemoteCloud> {
        let faults = Faults { lag: part.lag, seed: part.number, latency: Duration::ZERO, ..Faults::none() };
        let inner = Arc::new(SimCloud::new(self.world.clone(), faults, Arc::new(Process::undisturbed())));
        Arc::new(RemoteCloud { wire: part.wire.clone(), inner, sabotage: self.sabotage })
    }

    /// `wildfire apply`; true when everything was done.
    async fn body(&self, part: &Part, cancel: &CancellationToken) -> bool {
        let ids = Arc::new(self.ids(part));
        let table = Arc::new(RemoteTable { wire: part.wire.clone(), inner: self.table.clone() });
        let holder = Holder {
            owner: Owner {
                who: format!("p{}", part.number),
                why: "apply".into(),
                account: ACCOUNT.into(),
                state: "simulated".into(),
            },
            times: LockTimes { wait: Some(Duration::from_secs(7200)), ..LockTimes::default() },
            halt: cancel.clone(),
        };
        self.note(&format!("{} begins: {:?}", part.number, part.mode));
        let writing = match Writing::open(self.place(part), table, &holder, ids.clone(), &mut |_| {}).await {
            Ok(writing) => writing,
            Err(error) => {
                self.note(&format!("{} does not open the state: {error}", part.number));
                return false;
            }
        };
        self.note(&format!("{} holds the lock", part.number));
        self.one_at_a_time(part.number, writing.fence());
        let done = self.under_lock(part, cancel, &writing, ids).await;
        let closed = writing.close(true).await;
        match (done, closed) {
            (Ok(true), Ok(())) => {
                self.note(&format!("{} is done", part.number));
                true
            }
            (Ok(done), closed) => {
                self.note(&format!("{} ends: done {done}, {closed:?}", part.number));
                false
            }
            (Err(problems), _) => {
                let all: Vec<_> = problems.iter().map(|problem| problem.message.clone()).collect();
                self.note(&format!("{} fails: {all:?}", part.number));
                false
            }
        }
    }

    async fn under_lock(
        &self,
        part: &Part,
        cancel: &CancellationToken,
        writing: &Writing,
        ids: Arc<Own>,
    ) -> Result<bool, Diagnostics> {
        let cloud = self.cloud(part);
        let Prepared { plan, graph, recovery, .. } =
            self.prepared(part, writing.state(), &*cloud, RecoveryMode::Finish, cancel).await?;
        for entry in &recovery {
            self.note(&format!("{} recovers {entry:?}", part.number));
        }
        writing.write(recovery).await.map_err(crate::model::Diagnostic::from)?;
        let careless = Careless::new(writing.journal());
        let journal: &dyn Journal = match self.sabotage {
            Sabotage::NoIntent => &careless,
            _ => writing.journal(),
        };
        let options = ApplyOptions { cancel: cancel.clone(), fence: writing.fence(), ids, ..ApplyOptions::default() };
        let (events, mut heard) = mpsc::unbounded_channel();
        let report = apply(&plan, &graph, &SimCatalog, cloud, journal, options, events).await;
        while let Ok(event) = heard.try_recv() {
            if let Event::Finished { step, result, .. } = event {
                let step = &plan.steps[step.0];
                let result = match result {
                    StepResult::Failed(problem) => format!("failed: {}", problem.message),
                    other => format!("{other:?}"),
                };
                self.note(&format!("{} {} {:?}: {result}", part.number, step.address.path(), step.kind));
            }
        }
        Ok(report.outcome == Outcome::Complete)
    }

    async fn prepared(
        &self,
        part: &Part,
        state: State,
        cloud: &dyn Cloud,
        mode: RecoveryMode,
        halt: &CancellationToken,
    ) -> Result<Prepared, Diagnostics> {
        let project = project(&part.yaml);
        let mut compiling = CompileSession::new(&project, "main", &SimCatalog, crate::compile::Facts::default());
        let graph = compiling.compile(Some(cloud)).await?.graph;
        let options = Options { mode: part.mode, ..Options::default() };
        let now = self.ids(part).now();
        let inputs = PlanInputs { state, catalog: &SimCatalog, cloud, options: &options, mode, now, halt };
        prepare(&mut compiling, graph, inputs, |_, _| {}).await
    }

    /// Nobody else may believe to have the lock.
    fn one_at_a_time(&self, number: u64, fence: Fence) {
        for (other, fence) in self.fences.borrow().iter() {
            if fence.may_act() {
                self.wrong(&format!("{other} and {number} hold the lock at once"));
            }
        }
        self.fences.borrow_mut().push((number, fence));
    }

    /// What has to be true when it is over.
    async fn judge(&self, part: &Part, yaml: &str) {
        let place = self.place(part);
        let state = match crate::journal::read(&place, &*self.table).await {
            Ok(reading) => reading.state,
            Err(error) => return self.wrong(&format!("the state does not read: {error}")),
        };
        let found = violations(&mut lock(&self.world), &state);
        found.iter().for_each(|violation| self.wrong(violation));
        if !state.pending.is_empty() || !state.deposed.is_empty() {
            self.wrong(&format!("something is left over: {:?} {:?}", state.pending, state.deposed));
        }
        if serde_json::to_string(&state).is_ok_and(|text| text.contains(SECRET)) {
            self.wrong("a secret is in state");
        }
        self.judge_writes();

        let halt = CancellationToken::new();
        let cloud = self.cloud(part);
        let exists: Vec<(String, Value)> = lock(&self.world).essence();
        match self.prepared(part, state, &*cloud, RecoveryMode::Look, &halt).await {
            Ok(prepared) if prepared.plan.is_empty() => {}
            Ok(prepared) => self.wrong(&format!("the plan is not empty: {:?}", prepared.plan.steps)),
            Err(problems) => self.wrong(&format!("no plan: {problems:?}")),
        }
        let expected = expected(yaml).await;
        if exists != expected {
            self.wrong(&format!("there is {exists:#?}\nand not {expected:#?}"));
        }
    }

    fn judge_writes(&self) {
        let written = lock(&self.written);
        if !written.heads.is_sorted() {
            self.wrong(&format!("a head was covered by an older one: {:?}", written.heads));
        }
        if written.published.iter().any(|(serial, head)| serial > head) || !written.published.is_sorted() {
            self.wrong(&format!("the published document overtakes the head or goes back: {:?}", written.published));
        }
    }

    fn wrong(&self, what: &str) {
        self.note(&format!("WRONG {what}"));
        self.tale.borrow_mut().wrong.push(what.to_string());
    }

    fn note(&self, what: &str) {
        let line = format!("{:9.3} {what}", self.start.elapsed().as_secs_f64());
        self.tale.borrow_mut().log.push(line);
    }
}

/// What a run of its own, in a world of its own, makes of a stack.
async fn expected(yaml: &str) -> Vec<(String, Value)> {
    let fresh = Trial {
        world: Arc::default(),
        store: Arc::default(),
        table: Arc::default(),
        written: Arc::default(),
        fences: RefCell::default(),
        sabotage: Sabotage::Nothing,
        start: Instant::now(),
        tale: RefCell::default(),
    };
    assert!(fresh.body(&fresh.quiet(0, yaml), &CancellationToken::new()).await, "{:#?}", fresh.tale);
    lock(&fresh.world).essence()
}

fn project(yaml: &str) -> Project {
    let head = format!("account_id: \"{ACCOUNT}\"\nregion: eu-west-1\ntags: {{team: platform}}\n");
    let files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", head.as_str())])
        .with("stages/test/main/main.yaml", yaml);
    let project = files.load("test").unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(!project.diagnostics.has_errors(), "{:?}\n{yaml}", project.diagnostics);
    project
}
