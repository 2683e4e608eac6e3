//! The run: starts steps that are ready, follows what each of them leads to, and ends.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::failure::Stop;
use super::knowledge::Knowledge;
use super::schedule::Schedule;
use super::waiting::{Batches, Gates, Poller, Sender, Slots, batches, poller};
use super::{ApplyOptions, Event, Journal, JournalError, Met, Outcome, Report, StepResult};
use crate::compile::DesiredGraph;
use crate::journal::Entry;
use crate::model::{Address, Catalog, Cloud, Code, Diagnostic, Diagnostics};
use crate::plan::{Action, Mode, Plan, ResourceChange, StepId, StepKind, StepPlan, Summary};

/// Everything that the steps of one run share. For one task.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) graph: &'a DesiredGraph,
    pub(super) catalog: &'a dyn Catalog,
    pub(super) cloud: &'a dyn Cloud,
    pub(super) journal: &'a dyn Journal,
    pub(super) options: &'a ApplyOptions,
    events: mpsc::UnboundedSender<Event>,
    /// No new calls: the user's signal, a journal that cannot be written, or a step that panicked.
    pub(super) halt: CancellationToken,
    broken: Cell<bool>,
    pub(super) slots: Slots,
    pub(super) gates: Gates,
    pub(super) poller: Poller,
    pub(super) batches: Batches,
    /// Steps that are done but for the write that holds their results.
    releases: mpsc::UnboundedSender<StepId>,
    weights: Vec<u64>,
    /// Steps that nothing waits for.
    last: Vec<bool>,
    changes: HashMap<&'a Address, &'a ResourceChange>,
    pub(super) knowledge: Knowledge,
    /// What the summary warns of.
    pub(super) warnings: RefCell<Vec<Diagnostic>>,
    pub(super) met: RefCell<Vec<Met>>,
}

/// Carries out `plan`. One task drives all steps; it must be polled until it is done, and may be dropped at any time:
/// what was sent is in the journal.
///
/// The plan has to be made from the state of `journal` and from `graph`. Costs the mutating calls that the plan names, one
/// read for each of them at least, and three entries in the journal (committed in groups).
pub async fn apply(
    plan: &Plan,
    graph: &DesiredGraph,
    catalog: &dyn Catalog,
    cloud: Arc<dyn Cloud>,
    journal: &dyn Journal,
    options: ApplyOptions,
    events: mpsc::UnboundedSender<Event>,
) -> Report {
    let start = Instant::now();
    graph.begin_apply();
    let (poller, looks) = poller();
    let (batches, seats) = batches();
    let (releases, released) = mpsc::unbounded_channel();
    let mut schedule = Schedule::new(plan);
    let run = Run {
        plan,
        graph,
        catalog,
        cloud: &*cloud,
        journal,
        options: &options,
        events,
        halt: options.cancel.child_token(),
        broken: Cell::new(false),
        slots: Slots::new(options.concurrency),
        gates: Gates::default(),
        poller,
        batches,
        releases,
        weights: plan.steps.iter().map(|step| schedule.weight(step.id)).collect(),
        last: plan.steps.iter().map(|step| schedule.is_last(step.id)).collect(),
        changes: by_address(plan),
        knowledge: Knowledge::of_plan(plan),
        warnings: RefCell::default(),
        met: RefCell::default(),
    };
    let mut ended = Ended { results: BTreeMap::new(), fenced: false };
    {
        let mut looking = pin!(looks.serve(&*cloud, || run.slots.busy() || run.gates.busy()));
        let mut sending = pin!(seats.serve(Sender { cloud: &*cloud, slots: &run.slots, options: &options }));
        tokio::select! {
            biased;
            () = run.steps(&mut schedule, released, &mut ended) => {}
            // These end only when all who ask are gone, and `run` is one.
            () = &mut looking => {}
            () = &mut sending => {}
        }
    }
    run.report(ended, start).await
}

struct Ended {
    results: BTreeMap<StepId, (StepResult, Duration)>,
    fenced: bool,
}

impl Run<'_> {
    async fn steps(&self, schedule: &mut Schedule, mut released: mpsc::UnboundedReceiver<StepId>, ended: &mut Ended) {
        let mut running = FuturesUnordered::new();
        let mut started = BTreeSet::new();
        // Steps that only wait for the write of their results: what waits for them has started.
        let mut free = BTreeSet::new();
        let mut ready = schedule.roots();
        let mut deadline: Option<Instant> = None;
        loop {
            if !self.halt.is_cancelled() {
                for id in ready.drain(..) {
                    started.insert(id);
                    running.push(self.follow(id));
                }
            }
            if running.is_empty() {
                break;
            }
            if free.len() == running.len() {
                // Nobody comes any more whose intents the results could go with.
                self.journal.hurry();
            }
            let grace = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some((id, elapsed, result)) = running.next() => {
                    started.remove(&id);
                    match result {
                        Ok(()) => {
                            self.finish(ended, id, StepResult::Done, elapsed);
                            if !free.remove(&id) {
                                ready.extend(schedule.done(id));
                            }
                        }
                        Err(Stop::Fenced) => {
                            ended.fenced = true;
                            self.tell(Event::Stopping { reason: "another run has taken the stack over".into() });
                            break;
                        }
                        Err(stop) => {
                            free.remove(&id);
                            self.stopped(schedule, ended, id, stop, elapsed);
                        }
                    }
                }
                Some(id) = released.recv() => {
                    if started.contains(&id) && free.insert(id) {
                        ready.extend(schedule.done(id));
                    }
                }
                () = self.halt.cancelled(), if deadline.is_none() => {
                    deadline = Some(Instant::now() + self.options.grace);
                    let reason = match (self.options.cancel.is_cancelled(), self.broken.get()) {
                        (true, _) => "interrupted",
                        (false, true) => "wildfire made a mistake",
                        (false, false) => "the state cannot be written",
                    };
                    self.tell(Event::Stopping { reason: reason.into() });
                }
                () = grace => break,
                () = self.fence_fell() => {
                    ended.fenced = true;
                    self.tell(Event::Stopping { reason: "the lock was lost".into() });
                    break;
                }
            }
        }
        // Dropped with their calls in flight: the intent of each is in the journal.
        for id in started {
            let status = if ended.fenced { "the lock was lost" } else { "the reply had not come" };
            self.finish(ended, id, StepResult::HandedOver { status: status.into() }, Duration::ZERO);
        }
    }

    /// Resolves when the lock may belong to another run, however long all steps wait.
    async fn fence_fell(&self) {
        while self.options.fence.may_act() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn follow(&self, id: StepId) -> (StepId, Duration, Result<(), Stop>) {
        let start = Instant::now();
        let step = &self.plan.steps[id.0];
        // What a step changes of what it shares with others, it changes between two awaits and in one statement.
        let result = match AssertUnwindSafe(self.step(step)).catch_unwind().await {
            Ok(result) => result,
            Err(_) => {
                self.broken.set(true);
                self.halt.cancel();
                Err(self.failed(&step.address, Code::Internal, "wildfire made a mistake, and stops"))
            }
        };
        (id, start.elapsed(), result)
    }

    async fn step(&self, step: &StepPlan) -> Result<(), Stop> {
        match &step.kind {
            StepKind::Create { depose, unfinished } => self.create(step, depose.as_deref(), unfinished).await,
            StepKind::Update { id, call } => self.update(step, id.as_ref(), call).await,
            StepKind::Delete { id, deposed } => self.delete(step, id, deposed.as_deref()).await,
            StepKind::Forget { deposed, gone } => self.forget(step, deposed.as_deref(), *gone).await,
            StepKind::Import { id } => self.import(step, id).await,
            StepKind::Move { from } => self.relocate(step, from).await,
            StepKind::Restore { key, depose } => self.restore(step, key, depose).await,
            StepKind::Record => self.record(step).await,
            StepKind::Read => self.read_data(step).await,
        }
    }

    fn stopped(&self, schedule: &mut Schedule, ended: &mut Ended, id: StepId, stop: Stop, elapsed: Duration) {
        let address = &self.plan.steps[id.0].address;
        self.knowledge.lose(address.path());
        let (result, failed) = match stop {
            Stop::Failed(diagnostic) => (StepResult::Failed(diagnostic), true),
            Stop::HandedOver(status) => (StepResult::HandedOver { status }, false),
            Stop::NotStarted | Stop::Fenced => (StepResult::NotStarted, false),
        };
        self.finish(ended, id, result, elapsed);
        for lost in schedule.failed(id) {
            self.knowledge.lose(self.plan.steps[lost.0].address.path());
            let result = match failed {
                true => StepResult::Skipped { because: address.clone() },
                false => StepResult::NotStarted,
            };
            self.finish(ended, lost, result, Duration::ZERO);
        }
    }

    fn finish(&self, ended: &mut Ended, step: StepId, result: StepResult, elapsed: Duration) {
        self.tell(Event::Finished { step, elapsed, result: result.clone() });
        ended.results.insert(step, (result, elapsed));
    }

    async fn report(self, mut ended: Ended, start: Instant) -> Report {
        let mut diagnostics = Diagnostics::default();
        if !ended.fenced {
            diagnostics.extend(self.put_protections_back(&ended.results).await);
        }
        self.warnings.take().into_iter().for_each(|warning| diagnostics.push(warning));
        let all_done =
            self.plan.steps.iter().all(|step| matches!(ended.results.get(&step.id), Some((StepResult::Done, _))));
        let mut outputs_written = true;
        if !ended.fenced && !self.halt.is_cancelled() && (all_done || self.plan.mode != Mode::Destroy) {
            match self.write_outputs().await {
                Ok(problems) => diagnostics.extend(problems),
                Err(Stop::Fenced) => ended.fenced = true,
                Err(Stop::Failed(diagnostic)) => diagnostics.push(*diagnostic),
                Err(Stop::HandedOver(_) | Stop::NotStarted) => outputs_written = false,
            }
        }
        self.journal.settle().await;
        if !ended.fenced && !self.halt.is_cancelled() && self.plan.mode == Mode::Normal {
            let told = |one: &Diagnostic| self.plan.checks.contains(one);
            diagnostics.extend(self.graph.checks(&self.known()).into_iter().filter(|one| !told(one)));
        }
        let steps: Vec<_> = self
            .plan
            .steps
            .iter()
            .map(|step| {
                let (result, elapsed) =
                    ended.results.remove(&step.id).unwrap_or((StepResult::NotStarted, Duration::ZERO));
                (step.id, result, elapsed)
            })
            .collect();
        let outcome = if ended.fenced {
            Outcome::Fenced
        } else if all_done && outputs_written && !diagnostics.has_errors() && self.plan.unread.is_empty() {
            Outcome::Complete
        } else if self.options.cancel.is_cancelled() {
            Outcome::Interrupted
        } else {
            Outcome::Partial
        };
        let (done, met) = (done(self.plan, &steps), self.met.take());
        Report { outcome, done, steps, diagnostics, met, elapsed: start.elapsed() }
    }

    /// Commits entries; afterwards they survive any crash.
    pub(super) async fn commit(&self, entries: Vec<Entry>) -> Result<(), Stop> {
        self.journal.commit(entries).await.map_err(|error| self.unwritten(error))
    }

    /// Hands in the result of a call: it goes into one write with what others hand in, and before all that is handed in later.
    /// State shows it at once, and it survives any crash when the answer comes.
    pub(super) fn hand_in(&self, entries: Vec<Entry>) -> impl Future<Output = Result<(), Stop>> {
        let written = self.journal.record(entries);
        async move { written.await.map_err(|error| self.unwritten(error)) }
    }

    /// Hands in the last result of a step, lets start what waits for the step, and waits until the result is written. The
    /// calls of what starts wait for their own intents, which are written with it or after it.
    pub(super) async fn conclude(&self, step: &StepPlan, entries: Vec<Entry>) -> Result<(), Stop> {
        let written = self.hand_in(entries);
        // Whoever would listen has ended the run.
        let _ = self.releases.send(step.id);
        written.await
    }

    fn unwritten(&self, error: JournalError) -> Stop {
        match error {
            JournalError::Fenced(_) => Stop::Fenced,
            JournalError::Refused(reason) => Stop::Failed(
                Diagnostic::error(Code::Internal, format!("the journal refuses an entry: {reason}")).into(),
            ),
            JournalError::Store(diagnostic) => {
                // What cannot be written down must not be done.
                self.halt.cancel();
                Stop::Failed(diagnostic)
            }
        }
    }

    pub(super) fn tell(&self, event: Event) {
        // Whoever listened may have gone; the work goes on.
        let _ = self.events.send(event);
    }

    pub(super) fn change(&self, address: &Address) -> Option<&ResourceChange> {
        self.changes.get(address).copied()
    }

    pub(super) fn weight(&self, step: &StepPlan) -> u64 {
        self.weights[step.id.0]
    }

    pub(super) fn is_last(&self, step: &StepPlan) -> bool {
        self.last[step.id.0]
    }
}

/// The change of each address; that of the current object comes before those of deposed ones.
fn by_address(plan: &Plan) -> HashMap<&Address, &ResourceChange> {
    let mut out = HashMap::new();
    for change in &plan.resources {
        out.entry(&change.address).or_insert(change);
    }
    out
}

/// What was done: of a resource some of whose steps are not, each part by itself. A replacement that deleted and could not
/// create has destroyed one.
fn done(plan: &Plan, steps: &[(StepId, StepResult, Duration)]) -> Summary {
    let done: BTreeSet<StepId> =
        steps.iter().filter(|(_, result, _)| *result == StepResult::Done).map(|(id, _, _)| *id).collect();
    let mut summary = Summary::default();
    for change in &plan.resources {
        match change.steps.iter().all(|step| done.contains(step)) {
            true => summary.add(change),
            false => summary = summary.plus(parts(plan, change, &done)),
        }
    }
    summary
}

fn parts(plan: &Plan, change: &ResourceChange, done: &BTreeSet<StepId>) -> Summary {
    let mut parts = Summary::default();
    // Calls that belong to a creation or to a deletion are no change of their own.
    let is_change = matches!(change.action, Action::Update | Action::Import);
    for step in change.steps.iter().filter(|step| done.contains(step)).filter_map(|step| plan.steps.get(step.0)) {
        match step.kind {
            StepKind::Create { .. } => parts.create = 1,
            StepKind::Update { .. } if is_change => parts.update = 1,
            StepKind::Delete { .. } => parts.delete = 1,
            StepKind::Forget { .. } => parts.forget = 1,
            StepKind::Import { .. } => parts.import = 1,
            StepKind::Move { .. } => parts.moved = 1,
            StepKind::Update { .. } | StepKind::Restore { .. } | StepKind::Record | StepKind::Read => {}
        }
    }
    parts
}
