//! `wildfire apply`

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode, Report};
use wildfire_engine::compile::DesiredGraph;
use wildfire_engine::model::{Address, Cloud, Code, Diagnostic};
use wildfire_engine::pipeline::{self, Circumstances, Declaring, Writing};
use wildfire_engine::plan::{Action, Mode, Options, Plan};

use super::plan::PlanFlags;
use crate::cli::duration::duration;
use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::view::{self, progress::Progress};
use crate::cli::{Exit, Failure, Global, Output, Target, prompt};

/// Plan, ask, and change AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire apply test
  wildfire apply test/main --yes --lock-timeout 5m     # as a step of CI
  wildfire apply test --target database --max-destroy 0

It may be killed at any moment: the next run finds out what became of every call, and goes on.")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
    #[command(flatten)]
    flags: PlanFlags,
    #[command(flatten)]
    consent: Consent,
}

/// What commands that change AWS take.
#[derive(clap::Args, Clone, Debug)]
pub struct Consent {
    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// How long to wait for the lock [default: 10m at a terminal, else 0s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub lock_timeout: Option<Duration>,
    /// Refuse a plan that destroys or replaces more than N resources
    #[arg(long, value_name = "N")]
    pub max_destroy: Option<usize>,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    refuse_to_ask_nobody(&args.consent)?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals(output);
    for stack in &stacks {
        if args.flags.skips(&session.stack_id(stack))? {
            continue;
        }
        let why = format!("apply {}/{stack}", session.project.stage.name);
        let work = Work { session: &session, connection: &connection, stack, output, cancel: &cancel };
        let exit = work.run(&args.flags, &args.consent, &why).await?;
        if exit != Exit::Ok {
            return Ok(exit);
        }
    }
    Ok(Exit::Ok)
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

    /// The same, for a stack with imports of the command line.
    pub async fn run_declaring(
        &self,
        declaring: &mut Declaring<'_>,
        options: &Options,
        consent: &Consent,
        why: &str,
    ) -> Result<Exit, Failure> {
        // Before the lock, so that a stack with errors holds nobody up.
        let graph = self.session.compile(self.connection, declaring, self.output).await?;
        let writing = self.session.open(self.connection, self.stack, why, consent.lock_timeout, self.output).await?;
        // Whatever happens, the lock is let go: a mistake of ours must not hold up the next run.
        let work = AssertUnwindSafe(self.under_lock(declaring, graph, options, consent, &writing)).catch_unwind();
        let result = work.await.unwrap_or_else(|_| Err(self.session.fail(crate::cli::mistake())));
        // Whoever interrupts waits for the end, and outputs change in runs that are not interrupted.
        let publish = matches!(result, Ok((exit, true)) if exit != Exit::Interrupted);
        let closed = writing.close(publish).await;
        let (exit, _) = result?;
        closed.map_err(|error| self.session.state_failure(error))?;
        Ok(exit)
    }

    /// The exit code, and whether the state may have changed.
    async fn under_lock(
        &self,
        declaring: &mut Declaring<'_>,
        graph: DesiredGraph,
        options: &Options,
        consent: &Consent,
        writing: &Writing,
    ) -> Result<(Exit, bool), Failure> {
        let circumstances = Circumstances {
            state: writing.state(),
            catalog: &self.session.catalog,
            cloud: &self.connection.aws,
            options,
            mode: RecoveryMode::Finish,
            halt: self.cancel,
        };
        let waiting = |address: &Address, status: &str| {
            self.output.note(&format!("{}: still {status} from an earlier run", address.path()));
        };
        let prepared = pipeline::prepare(declaring, graph, circumstances, waiting)
            .await
            .map_err(|diagnostics| self.session.fail(diagnostics))?;
        let recovered = !prepared.recovery.is_empty();
        writing.write(prepared.recovery).await.map_err(|error| self.session.fail(Diagnostic::from(error)))?;
        // A recovery's entries raised the serial that the plan is bound to.
        let mut plan = prepared.plan;
        plan.serial = writing.state().serial;
        if !self.agreed(&plan, consent)? {
            return Ok((Exit::Error, recovered));
        }
        if plan.is_empty() {
            return Ok((Exit::Ok, true));
        }
        let report = self.apply(&plan, &prepared.graph, writing).await;
        Ok((self.finish(&plan, &report), true))
    }

    /// Shows the plan, holds it against the limits, and asks.
    fn agreed(&self, plan: &Plan, consent: &Consent) -> Result<bool, Failure> {
        let text = view::plan::text(plan, view::plan::Detail::default());
        match self.output.json() {
            true => self.output.print_json(&view::plan_json::document(plan, true)),
            false => self.output.print(&text),
        }
        let destroyed =
            plan.resources.iter().filter(|change| matches!(change.action, Action::Delete | Action::Replace(_))).count();
        if let Some(limit) = consent.max_destroy.filter(|limit| destroyed > *limit) {
            let message =
                format!("the plan destroys or replaces {destroyed} resources, and --max-destroy allows {limit}");
            return Err(self.session.fail(Diagnostic::error(Code::PreventDestroy, message)));
        }
        if consent.yes || plan.is_empty() {
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
        let cloud: Arc<dyn Cloud> = Arc::new(self.connection.aws.clone());
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { cancel: self.cancel.clone(), fence: writing.fence(), ..ApplyOptions::default() };
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
