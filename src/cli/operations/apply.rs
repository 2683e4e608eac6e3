//! What commands that change AWS do: take the locks of all stacks, plan all of them, ask once, and apply one after the
//! other.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode, Report};
use wildfire_engine::compile::DesiredGraph;
use wildfire_engine::journal::Entry;
use wildfire_engine::model::{Address, Cloud, Diagnostic, DigestKey, StackId};
use wildfire_engine::pipeline::Writing;
use wildfire_engine::pipeline::saved::{SavedPlan, SavedStack};
use wildfire_engine::pipeline::stage::{Beside, Flags, StackPlan, Stage, StagePlan, Terms, explain};
use wildfire_engine::plan::{Mode, Plan};
use wildfire_engine::state::{Ids, LockRow, State, Ulids};

use crate::cli::clouds::clouds;
use crate::cli::flags::{Consent, Shown};
use crate::cli::prompt::Answer;
use crate::cli::session::{at_work, whoami};
use crate::cli::stacks::{OtherStacks, Part, Stacks};
use crate::cli::view::stage::{End, Ended};
use crate::cli::view::{self, progress::Progress};
use crate::cli::{Exit, Failure, Output, mistake, prompt};

/// A plan of a file, and the lock rows as they were before this run took the locks.
pub struct Saved {
    pub plan: SavedPlan,
    pub holders: BTreeMap<StackId, Option<LockRow>>,
    /// What the sensitive values of a stack are pinned with.
    pub keys: BTreeMap<StackId, DigestKey>,
}

impl Saved {
    fn check_states(&self, opened: &BTreeMap<StackId, Writing>) -> Result<(), Box<Diagnostic>> {
        for stack in &self.plan.stacks {
            let id = stack.id();
            let Some(writing) = opened.get(&id) else { return Err(Box::new(self.plan.other_stacks())) };
            let holder = self.holders.get(&id).and_then(Option::as_ref);
            self.plan.check_state(stack, &writing.state(), writing.epoch(), holder)?;
        }
        Ok(())
    }

    fn check_plans(&self, planned: &StagePlan, stacks: &Stacks<'_>) -> Result<(), Box<Diagnostic>> {
        if !planned.stacks.iter().map(StackPlan::id).cloned().eq(self.plan.stacks.iter().map(SavedStack::id)) {
            return Err(Box::new(self.plan.other_stacks()));
        }
        for (stack, now) in self.plan.stacks.iter().zip(&planned.stacks) {
            let Some(part) = stacks.get(now.id()) else { continue };
            let key = self.keys.get(now.id()).cloned().unwrap_or_default();
            self.plan.check_plan(stack, &now.prepared, &part.session.catalog, &key)?;
        }
        Ok(())
    }
}

/// What is to be planned and applied, and who agreed to it.
pub struct Request<'a> {
    pub flags: &'a Flags,
    pub consent: &'a Consent,
    pub shown: Shown,
    /// What the locks say, before the name of the stack: `apply`.
    pub why: &'a str,
    /// Applied if it comes out the same now, and refused otherwise.
    pub saved: Option<&'a Saved>,
}

/// The stacks of a command that changes AWS.
pub struct StackRun<'a> {
    pub stacks: &'a Stacks<'a>,
    pub output: &'a Output,
    pub cancel: &'a CancellationToken,
}

/// Everything under the locks.
struct Held<'a> {
    run: &'a StackRun<'a>,
    request: &'a Request<'a>,
    stage: &'a Stage<'a>,
    opened: &'a BTreeMap<StackId, Writing>,
    beside: OtherStacks<'a>,
}

impl StackRun<'_> {
    /// Locks, recovers, plans, asks, applies.
    pub async fn run(&self, request: &Request<'_>) -> Result<Exit, Failure> {
        let stage = self.stacks.stage(request.flags.mode).await?;
        let opened = self.open(request).await?;
        // Whatever happens, the locks are let go: a mistake of ours must not hold up the next run.
        let beside = OtherStacks::new(self.stacks, self.output);
        let held = Held { run: self, request, stage: &stage, opened: &opened, beside };
        let work = AssertUnwindSafe(held.run()).catch_unwind();
        let result = work.await.unwrap_or_else(|_| Err(self.stacks.fail(mistake())));
        // Whoever interrupts waits for the end, and outputs change in runs that are not interrupted.
        let tidy = matches!(result, Ok((exit, true)) if exit != Exit::Interrupted);
        let ok = matches!(result, Ok((Exit::Ok, _)));
        let mut closed = Ok(());
        for (id, writing) in opened {
            let end = writing.close(tidy).await;
            let Some(part) = self.stacks.get(&id) else { continue };
            if ok {
                closed = closed.and(part.session.closed(end, self.output));
            } else if let Err(error) = end {
                // The run has said why it failed, and the next one does what is left.
                tracing::info!(%error, "the state was not tidied, or the lock not given back");
            }
        }
        let (exit, _) = result?;
        closed.map(|()| exit)
    }

    /// Takes the locks, in the order of their names: two runs over the same stacks never wait for each other.
    async fn open(&self, request: &Request<'_>) -> Result<BTreeMap<StackId, Writing>, Failure> {
        let mut parts: Vec<&Part<'_>> = self.stacks.iter().filter(|part| !request.flags.skips(&part.id)).collect();
        parts.sort_by(|a, b| a.id.cmp(&b.id));
        let mut opened = BTreeMap::new();
        for part in parts {
            let Part { session, connection, id, .. } = part;
            let why = format!("{} {id}", request.why);
            let wait = request.consent.asking.lock_timeout;
            match session.open(connection, &id.stack, &why, wait, self.cancel, self.output).await {
                Ok(writing) => drop(opened.insert(id.clone(), writing)),
                Err(failure) => {
                    for writing in opened.into_values() {
                        // It frees itself after a lease.
                        let _ = writing.close(false).await;
                    }
                    return Err(failure);
                }
            }
        }
        Ok(opened)
    }
}

impl Held<'_> {
    /// The exit code, and whether states may have changed.
    async fn run(&self) -> Result<(Exit, bool), Failure> {
        let stacks = self.run.stacks;
        let refused = |diagnostic: Box<Diagnostic>| stacks.fail(*diagnostic);
        if let Some(saved) = self.request.saved {
            saved.check_states(self.opened).map_err(refused)?;
        }
        let states = self.opened.iter().map(|(id, writing)| (id.clone(), writing.state())).collect();
        let now = Ulids.now();
        let reading = self.run.output.waiting("reading what there is at AWS");
        let mut planned = self
            .stage
            .plan(&states, self.terms(&now), &mut |address, status| self.waiting(address, status))
            .await
            .map_err(|diagnostics| stacks.fail(diagnostics))?;
        drop(reading);
        self.run.output.diagnostics(planned.warnings.iter(), &stacks.sources());
        if let Some(saved) = self.request.saved {
            saved.check_plans(&planned, stacks).map_err(refused)?;
        }
        let mut recovered = false;
        for stack in &mut planned.stacks {
            let entries = std::mem::take(&mut stack.prepared.recovery);
            recovered |= !entries.is_empty();
            self.write(stack.id(), entries).await?;
        }
        match self.agreed(&planned).await? {
            Answer::Yes => {}
            Answer::No => {
                self.run.output.note("Nothing was changed.");
                return Ok((Exit::Error, recovered));
            }
            Answer::Interrupted => return Err(stacks.fail(prompt::interrupted())),
        }
        if let Some(saved) = self.request.saved {
            for stack in &planned.stacks {
                let plan = saved.plan.used(&whoami(), &Ulids);
                self.write(stack.id(), vec![Entry::PlanUsed { plan }]).await?;
            }
        }
        self.carry_out(&planned, states, &now).await.map(|exit| (exit, true))
    }

    fn terms<'t>(&'t self, now: &'t str) -> Terms<'t> {
        // Types are the same in all stages.
        const CATALOG: crate::cli::clouds::AllTypes = crate::cli::clouds::AllTypes;
        let halt = self.run.cancel;
        let beside = &self.beside;
        Terms { catalog: &CATALOG, flags: self.request.flags, mode: RecoveryMode::Finish, now, halt, beside }
    }

    fn waiting(&self, address: &Address, status: &str) {
        self.run.output.note(&format!("{}: {status}", address.path()));
    }

    async fn write(&self, id: &StackId, entries: Vec<Entry>) -> Result<(), Failure> {
        let Some(writing) = self.opened.get(id) else { return Ok(()) };
        writing.write(entries).await.map_err(|error| self.run.stacks.fail(Diagnostic::from(error)))
    }

    /// Shows the plans, holds them against the limits, and asks. A saved plan is the answer already.
    async fn agreed(&self, planned: &StagePlan) -> Result<Answer, Failure> {
        let (output, consent) = (self.run.output, self.request.consent);
        let plans: Vec<&Plan> = planned.stacks.iter().map(|stack| &stack.prepared.plan).collect();
        if plans.is_empty() {
            return Ok(Answer::Yes);
        }
        match output.json() {
            true => output.print_json(&view::stage::json(&plans, !self.request.flags.is_partial())),
            false => {
                output.print(&view::stage::text(&plans, self.request.shown.into()));
                let unread = plans.iter().flat_map(|plan| view::unread::diagnostics(plan));
                output.diagnostics(unread, &self.run.stacks.sources());
            }
        }
        consent.check(&plans).map_err(|diagnostic| self.run.stacks.fail(diagnostic))?;
        if consent.asking.yes || self.request.saved.is_some() || plans.iter().all(|plan| plan.is_empty()) {
            return Ok(Answer::Yes);
        }
        let names = view::stage::names(&plans);
        let interrupted = self.run.cancel.cancelled();
        if self.request.flags.mode == Mode::Destroy {
            let stage = self.run.stacks.stages().join(" ");
            let what = if self.request.flags.is_partial() { "What is listed above" } else { "Everything" };
            let question = format!("\n{what} of {names} will be destroyed. The name of the stage, to go on:");
            return Ok(prompt::confirm_name(&question, &stage, interrupted).await);
        }
        Ok(prompt::confirm(&format!("\nApply this to {names}?"), interrupted).await)
    }

    /// Applies stack after stack. What a stack that was not done leads to is left alone; the others are applied.
    async fn carry_out(
        &self,
        planned: &StagePlan,
        mut states: BTreeMap<StackId, State>,
        now: &str,
    ) -> Result<Exit, Failure> {
        at_work();
        let several = planned.stacks.len() > 1;
        let mut ends: Vec<Ended> = Vec::new();
        let mut broken: BTreeSet<StackId> = BTreeSet::new();
        let mut refusal = None;
        for shown in &planned.stacks {
            let id = shown.id();
            let end = if refusal.is_some() || self.run.cancel.is_cancelled() {
                End::NotReached
            } else if let Some(other) = self.stage.after(id, self.request.flags.mode).find(|id| broken.contains(*id)) {
                End::Blocked(other.clone())
            } else {
                match self.stack(shown, &states, now, several).await {
                    Ok(Some((plan, report))) => End::Applied(Box::new(plan), Box::new(report)),
                    Ok(None) => End::Nothing,
                    Err(failure) => {
                        refusal = Some(failure);
                        End::Refused
                    }
                }
            };
            if end.is_broken() {
                broken.insert(id.clone());
            }
            if let Some(writing) = self.opened.get(id) {
                states.insert(id.clone(), writing.state());
            }
            ends.push(Ended { id: id.clone(), end });
        }
        self.finish(&ends, several);
        match refusal {
            Some(failure) => Err(failure),
            None => Ok(match exit(&ends, self.run.cancel) {
                // What could not be read was left out.
                Exit::Ok if planned.stacks.iter().any(|stack| !stack.prepared.plan.unread.is_empty()) => Exit::Partial,
                exit => exit,
            }),
        }
    }

    /// Plans a stack again if what it waited for is known now, and applies it. `None`: there is nothing to do.
    async fn stack(
        &self,
        shown: &StackPlan,
        states: &BTreeMap<StackId, State>,
        now: &str,
        several: bool,
    ) -> Result<Option<(Plan, Report)>, Failure> {
        let id = shown.id();
        let stacks = self.run.stacks;
        let mut waiting = |address: &Address, status: &str| self.waiting(address, status);
        let again = self.stage.again(shown, states, self.terms(now), &mut waiting).await;
        let mut again = again.map_err(|diagnostics| stacks.fail(diagnostics))?;
        if let Some(prepared) = &mut again {
            self.write(id, std::mem::take(&mut prepared.recovery)).await?;
        }
        let prepared = again.as_ref().unwrap_or(&shown.prepared);
        let (Some(writing), Some(part)) = (self.opened.get(id), stacks.get(id)) else { return Ok(None) };
        if prepared.plan.is_empty() {
            return Ok(None);
        }
        if several && !self.run.output.json() {
            self.run.output.note(&format!("{id}:"));
        }
        let mut plan = prepared.plan.clone();
        // The entries before it raised the serial that the plan is bound to.
        plan.serial = writing.state().serial;
        let mut report = self.apply(part, &plan, &prepared.graph, writing).await;
        if !report.met.is_empty() {
            let (open, closed): (BTreeSet<_>, BTreeSet<_>) =
                self.beside.of_stage(id).into_iter().partition(|other| self.opened.contains_key(other));
            let mut others = self.beside.states(closed).await;
            others.extend(open.into_iter().filter_map(|id| Some((id.clone(), self.opened.get(&id)?.state()))));
            explain(&mut report, &others, &part.session.catalog);
        }
        self.run.output.diagnostics(view::report::diagnostics(&report), &stacks.sources());
        Ok(Some((plan, report)))
    }

    async fn apply(&self, part: &Part<'_>, plan: &Plan, graph: &DesiredGraph, writing: &Writing) -> Report {
        let fence = writing.fence();
        let cloud: Arc<dyn Cloud> = Arc::new(clouds(part.connection.aws.fenced(fence.clone())));
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { cancel: self.run.cancel.clone(), fence, ..ApplyOptions::default() };
        let progress = Progress::new(plan, self.run.output);
        let catalog = &part.session.catalog;
        let work = apply::apply(plan, graph, catalog, cloud, writing.journal(), options, sender);
        let (report, ()) = tokio::join!(work, progress.follow(receiver));
        report
    }

    /// Shows how it ended.
    fn finish(&self, ends: &[Ended], several: bool) {
        let output = self.run.output;
        if several {
            if ends.iter().all(|ended| matches!(ended.end, End::Nothing)) {
                return;
            }
            match output.json() {
                true => output.print_json(&view::stage::ended_json(ends)),
                false => output.print(&view::stage::ended(ends)),
            }
        } else if let Some(Ended { end: End::Applied(plan, report), .. }) = ends.first() {
            match output.json() {
                true => output.print_json(&view::report::json(plan, report)),
                false => output.print(&view::report::text(plan, report)),
            }
        }
    }
}

fn exit(ends: &[Ended], cancel: &CancellationToken) -> Exit {
    let outcome = |wanted: Outcome| {
        ends.iter().any(|ended| matches!(&ended.end, End::Applied(_, report) if report.outcome == wanted))
    };
    let not_reached = ends.iter().any(|ended| matches!(ended.end, End::NotReached));
    if outcome(Outcome::Interrupted) || (not_reached && cancel.is_cancelled()) {
        Exit::Interrupted
    } else if outcome(Outcome::Fenced) {
        Exit::Error
    } else if outcome(Outcome::Partial) {
        Exit::Partial
    } else {
        Exit::Ok
    }
}
