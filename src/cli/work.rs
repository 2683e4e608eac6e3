//! What commands that change AWS do with one stack: lock, recover, plan, ask, apply.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode, Report};
use wildfire_engine::compile::DesiredGraph;
use wildfire_engine::journal::Entry;
use wildfire_engine::model::{Address, Cloud, Code, Diagnostic};
use wildfire_engine::pipeline::saved::{SavedPlan, SavedStack};
use wildfire_engine::pipeline::{self, Circumstances, Declaring, Writing};
use wildfire_engine::plan::{Action, Mode, Options, Plan};
use wildfire_engine::state::{Ids, LockRow, State, Ulids};

use super::commands::plan::PlanFlags;
use super::duration::duration;
use super::session::{Connection, Session, whoami};
use super::view::{self, progress::Progress};
use super::{Exit, Failure, Output, prompt};

/// What commands that change AWS take.
#[derive(clap::Args, Clone, Debug)]
pub struct Consent {
    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// How long to wait for the lock [default: 10m at a terminal, else 0s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub lock_timeout: Option<Duration>,
    /// Refuse a plan that destroys or replaces more than N resources, all stacks together
    #[arg(long, value_name = "N")]
    pub max_destroy: Option<usize>,
    /// What the stacks so far have destroyed or replaced.
    #[arg(skip)]
    destroyed: Arc<AtomicUsize>,
}

impl Consent {
    /// Counts a plan against the limit.
    fn count(&self, plan: &Plan) -> Result<(), Diagnostic> {
        let goes = |action: Action| matches!(action, Action::Delete | Action::Replace(_));
        let here = plan.resources.iter().filter(|change| goes(change.action)).count();
        let before = self.destroyed.fetch_add(here, Ordering::Relaxed);
        match self.max_destroy {
            Some(limit) if here > 0 && before + here > limit => {
                let resources = if here == 1 { "resource" } else { "resources" };
                let message =
                    format!("the plan destroys or replaces {here} {resources}, and --max-destroy allows {limit}");
                let mut diagnostic = Diagnostic::error(Code::TooManyDestroyed, message)
                    .help("look at the plan; with a higher limit, or without one, it is carried out");
                if before > 0 {
                    diagnostic = diagnostic.note(format!("The stacks before it used up {before} of that."));
                }
                Err(diagnostic.note(format!("Nothing was changed in {}.", plan.stack)))
            }
            _ => Ok(()),
        }
    }
}

/// Without a terminal nobody can answer: say so before anything is read.
pub fn refuse_to_ask_nobody(consent: &Consent) -> Result<(), Failure> {
    if consent.yes || prompt::can_ask() {
        return Ok(());
    }
    Err(Diagnostic::error(
        Code::Usage,
        "this command asks before it changes anything, and standard input is no terminal",
    )
    .help("add --yes")
    .into())
}

/// A saved plan of one stack.
pub struct Saved<'a> {
    pub plan: &'a SavedPlan,
    pub stack: &'a SavedStack,
    /// The lock row before this run took the lock.
    pub holder: Option<LockRow>,
}

impl Saved<'_> {
    /// See [`SavedPlan::check_state`].
    pub fn check_state(&self, state: &State, epoch: u64) -> Result<(), Box<Diagnostic>> {
        self.plan.check_state(self.stack, state, epoch, self.holder.as_ref())
    }
}

/// What is to be planned and applied, and who agreed to it.
struct Order<'a> {
    options: &'a Options,
    consent: &'a Consent,
    saved: Option<&'a Saved<'a>>,
}

/// One stack under the lock.
pub struct Work<'a> {
    pub session: &'a Session,
    pub connection: &'a Connection,
    pub stack: &'a str,
    pub output: &'a Output,
    pub cancel: &'a CancellationToken,
}

impl Work<'_> {
    /// Lock, recover, plan, ask, apply.
    pub async fn run(&self, flags: &PlanFlags, consent: &Consent, why: &str) -> Result<Exit, Failure> {
        let options = flags.options(&self.session.stack_id(self.stack))?;
        let mut declaring = self.session.declaring(self.connection, self.stack).await?;
        self.run_declaring(&mut declaring, &options, consent, why).await
    }

    /// The same with a saved plan: applied if it comes out the same now, and refused otherwise.
    pub async fn run_saved(&self, saved: &Saved<'_>, consent: &Consent, why: &str) -> Result<Exit, Failure> {
        let mut declaring = self.session.declaring(self.connection, self.stack).await?;
        let options = &saved.stack.options;
        self.open(&mut declaring, &Order { options, consent, saved: Some(saved) }, why).await
    }

    /// The same, for a stack with imports of the command line.
    pub async fn run_declaring(
        &self,
        declaring: &mut Declaring<'_>,
        options: &Options,
        consent: &Consent,
        why: &str,
    ) -> Result<Exit, Failure> {
        self.open(declaring, &Order { options, consent, saved: None }, why).await
    }

    async fn open(&self, declaring: &mut Declaring<'_>, order: &Order<'_>, why: &str) -> Result<Exit, Failure> {
        // Before the lock, so that a stack with errors holds nobody up.
        let graph = self.session.compile(self.connection, declaring, self.output).await?;
        let wait = order.consent.lock_timeout;
        let writing = self.session.open(self.connection, self.stack, why, wait, self.cancel, self.output).await?;
        // Whatever happens, the lock is let go: a mistake of ours must not hold up the next run.
        let work = AssertUnwindSafe(self.under_lock(declaring, graph, order, &writing)).catch_unwind();
        let result = work.await.unwrap_or_else(|_| Err(self.session.fail(super::mistake())));
        // Whoever interrupts waits for the end, and outputs change in runs that are not interrupted.
        let tidy = matches!(result, Ok((exit, true)) if exit != Exit::Interrupted);
        let closed = writing.close(tidy).await;
        let (exit, _) = result?;
        if exit == Exit::Ok {
            self.session.closed(closed, self.output)?;
        } else if let Err(error) = closed {
            // The run has said why it failed, and the next one does what is left.
            tracing::info!(%error, "the state was not tidied, or the lock not given back");
        }
        Ok(exit)
    }

    /// The exit code, and whether the state may have changed.
    async fn under_lock(
        &self,
        declaring: &mut Declaring<'_>,
        graph: DesiredGraph,
        order: &Order<'_>,
        writing: &Writing,
    ) -> Result<(Exit, bool), Failure> {
        let refused = |diagnostic: Box<Diagnostic>| self.session.fail(*diagnostic);
        if let Some(saved) = order.saved {
            saved.check_state(&writing.state(), writing.epoch()).map_err(refused)?;
        }
        let circumstances = Circumstances {
            state: writing.state(),
            catalog: &self.session.catalog,
            cloud: &self.connection.aws,
            options: order.options,
            mode: RecoveryMode::Finish,
            now: Ulids.now(),
            halt: self.cancel,
        };
        let waiting = |address: &Address, status: &str| {
            self.output.note(&format!("{}: {status}", address.path()));
        };
        let reading = self.output.waiting(&format!("reading what {} has at AWS", self.session.stack_id(self.stack)));
        let mut prepared = pipeline::prepare(declaring, graph, circumstances, waiting)
            .await
            .map_err(|diagnostics| self.session.fail(diagnostics))?;
        drop(reading);
        if let Some(saved) = order.saved {
            saved.plan.check_plan(saved.stack, &prepared, &self.session.catalog).map_err(refused)?;
        }
        let recovered = !prepared.recovery.is_empty();
        self.write(writing, std::mem::take(&mut prepared.recovery)).await?;
        let mut plan = prepared.plan;
        if !self.agreed(&plan, order)? {
            return Ok((Exit::Error, recovered));
        }
        if let Some(saved) = order.saved {
            let plan = saved.plan.used(&whoami(), &Ulids);
            self.write(writing, vec![Entry::PlanUsed { plan }]).await?;
        }
        if plan.is_empty() {
            return Ok((if plan.unread.is_empty() { Exit::Ok } else { Exit::Partial }, true));
        }
        // These entries raised the serial that the plan is bound to.
        plan.serial = writing.state().serial;
        let report = self.apply(&plan, &prepared.graph, writing).await;
        Ok((self.finish(&plan, &report), true))
    }

    async fn write(&self, writing: &Writing, entries: Vec<Entry>) -> Result<(), Failure> {
        writing.write(entries).await.map_err(|error| self.session.fail(Diagnostic::from(error)))
    }

    /// Shows the plan, holds it against the limits, and asks. A saved plan is the answer already.
    fn agreed(&self, plan: &Plan, order: &Order<'_>) -> Result<bool, Failure> {
        let text = view::plan::text(plan, view::plan::Detail::default());
        match self.output.json() {
            true => self.output.print_json(&view::plan_json::document(plan, true)),
            false => {
                self.output.print(&text);
                self.output.diagnostics(view::unread::diagnostics(plan), self.session.sources());
            }
        }
        order.consent.count(plan).map_err(|diagnostic| self.session.fail(diagnostic))?;
        if order.consent.yes || order.saved.is_some() || plan.is_empty() {
            return Ok(true);
        }
        if plan.mode == Mode::Destroy {
            let stage = &self.session.project.stage.name;
            let question =
                format!("\nEverything of {} will be destroyed. The name of the stage, to go on:", plan.stack);
            return Ok(prompt::confirm_name(&question, stage));
        }
        Ok(prompt::confirm(&format!("\nApply this to {}?", plan.stack)))
    }

    async fn apply(&self, plan: &Plan, graph: &DesiredGraph, writing: &Writing) -> Report {
        let fence = writing.fence();
        let cloud: Arc<dyn Cloud> = Arc::new(self.connection.aws.fenced(fence.clone()));
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { cancel: self.cancel.clone(), fence, ..ApplyOptions::default() };
        let progress = Progress::new(plan, self.output);
        let catalog = &self.session.catalog;
        let work = apply::apply(plan, graph, catalog, cloud, writing.journal(), options, sender);
        let (report, ()) = tokio::join!(work, progress.follow(receiver));
        report
    }

    /// Shows how it ended.
    fn finish(&self, plan: &Plan, report: &Report) -> Exit {
        let diagnostics = view::report::diagnostics(report);
        self.output.diagnostics(diagnostics, self.session.sources());
        match self.output.json() {
            true => self.output.print_json(&view::report::json(plan, report)),
            false => self.output.print(&view::report::text(plan, report)),
        }
        match report.outcome {
            Outcome::Complete => Exit::Ok,
            Outcome::Partial => Exit::Partial,
            Outcome::Interrupted => Exit::Interrupted,
            Outcome::Fenced => Exit::Error,
        }
    }
}
