//! `wildfire bootstrap`

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode};
use wildfire_engine::journal::{self, Entry};
use wildfire_engine::model::Cloud;
use wildfire_engine::pipeline::stage::Flags;
use wildfire_engine::pipeline::{self, Holder, PlanInputs, Writing};
use wildfire_engine::plan::Options;
use wildfire_engine::state::{
    Ids, LockTimes, MemoryLock, MemoryStore, Owner, Place, State, StateError, StoreError, Ulids,
};

use super::adoption;
use super::apply::{Consent, Shown, Work, refuse_to_ask_nobody};
use crate::cli::clouds::clouds;
use crate::cli::prompt::Answer;
use crate::cli::session::{Connection, Session, at_work, cancelled_by_signals};
use crate::cli::stacks::Stacks;
use crate::cli::stage_files::BOOTSTRAP;
use crate::cli::view::{self, progress::Progress};
use crate::cli::work::Order;
use crate::cli::{Exit, Failure, Global, Output, Target, complete, prompt};

/// Make the state bucket and the lock table of a stage; safe to run again
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  wildfire bootstrap test

Bucket and table are the stack `bootstrap` of the stage: stages/<stage>/bootstrap/*.yaml if there is such a \
folder, else a bucket with versions, encryption, no public access and TLS only, and a table.")]
pub struct Args {
    /// <stage>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    session.state_config()?;
    refuse_to_ask_nobody(&args.consent)?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals();
    let place = session.place(&connection, BOOTSTRAP)?;
    let table = session.table(&connection)?;
    let stored = match journal::read(&place, &*table).await {
        Ok(reading) => reading.exists.then_some(reading.state),
        Err(StateError::Store(error)) if matches!(*error, StoreError::Missing(_)) => None,
        Err(error) => return Err(session.state_failure(error)),
    };
    let Some(state) = stored else {
        let (session, connection, cancel) = (&session, &connection, &cancel);
        let first = First { session, connection, output, cancel, shown: args.shown, consent: &args.consent };
        return first.run(place).await;
    };
    let mut compiling = session.compile_session(&connection, BOOTSTRAP).await?;
    // A run that was cut off before it had written down what it made has left a head without it.
    let imports = adoption::existing(&session, &connection, output, &mut compiling, &state).await?;
    let stacks = Stacks::one(&session, &connection, BOOTSTRAP, imports);
    let flags = Flags::default();
    let order = Order { flags: &flags, consent: &args.consent, shown: args.shown, why: WHY, saved: None };
    Work { stacks: &stacks, output, cancel: &cancel }.run(&order).await
}

/// What the lock says, before the name of the stack.
const WHY: &str = "apply";

/// The first run, when there is nowhere to keep state: it is kept in memory, and stored as soon as there is a bucket.
/// Every name is known beforehand, so a run that was cut off is repeated: what exists is adopted, whether the state
/// has begun by then or not.
struct First<'a> {
    session: &'a Session,
    connection: &'a Connection,
    output: &'a Output,
    cancel: &'a CancellationToken,
    shown: Shown,
    consent: &'a Consent,
}

impl First<'_> {
    async fn run(&self, place: Place) -> Result<Exit, Failure> {
        let Self { session, connection, output, cancel, .. } = *self;
        let mut compiling = session.compile_session(connection, BOOTSTRAP).await?;
        let memory = self.memory(&place).await?;
        compiling.imports = adoption::existing(session, connection, output, &mut compiling, &memory.state()).await?;
        let graph = session.compile(connection, &mut compiling, output).await?;
        let inputs = PlanInputs {
            state: memory.state(),
            catalog: &session.catalog,
            cloud: &connection.clouds,
            options: &Options::default(),
            mode: RecoveryMode::Look,
            now: Ulids.now(),
            halt: cancel,
        };
        let prepared = pipeline::prepare(&mut compiling, graph, inputs, |_, _| {})
            .await
            .map_err(|diagnostics| session.fail(diagnostics))?;
        let (plan, graph) = (prepared.plan, &prepared.graph);
        match output.json() {
            true => output.print_json(&view::plan_json::document(&plan, true)),
            false => output.print(&view::plan::text(&plan, self.shown.into())),
        }
        if !self.consent.yes && !plan.is_empty() {
            match prompt::confirm("\nMake this?", cancel.cancelled()).await {
                Answer::Yes => {}
                Answer::No => {
                    output.note("Nothing was changed.");
                    return Ok(Exit::Error);
                }
                Answer::Interrupted => return Err(session.fail(prompt::interrupted())),
            }
        }
        at_work();
        let cloud: Arc<dyn Cloud> = Arc::new(clouds(connection.aws.clone()));
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { cancel: cancel.clone(), ..ApplyOptions::default() };
        let progress = Progress::new(&plan, output);
        let applied = apply::apply(&plan, graph, &session.catalog, cloud, memory.journal(), options, sender);
        let (report, ()) = tokio::join!(applied, progress.follow(receiver));
        output.diagnostics(view::report::diagnostics(&report), session.sources());
        match output.json() {
            true => output.print_json(&view::report::json(&plan, &report)),
            false => output.print(&view::report::text(&plan, &report)),
        }
        match report.outcome {
            Outcome::Complete => {}
            Outcome::Interrupted => return Ok(Exit::Interrupted),
            Outcome::Partial | Outcome::Fenced => return Ok(Exit::Partial),
        }
        self.store(memory.state()).await?;
        Ok(Exit::Ok)
    }

    /// A stack that is open for writing in memory, of the same history that will be stored.
    async fn memory(&self, place: &Place) -> Result<Writing, Failure> {
        let place = Place { store: Arc::new(MemoryStore::default()), ..place.clone() };
        let table = Arc::new(MemoryLock::default());
        Writing::open(place, table, &self.holder(), Arc::new(Ulids), &mut |_| {})
            .await
            .map_err(|error| self.session.fail(wildfire_engine::model::Diagnostic::from(error)))
    }

    fn holder(&self) -> Holder {
        let account = self.connection.account.clone();
        let owner = Owner { who: "bootstrap".into(), why: self.why(), account };
        Holder { owner, times: LockTimes::default(), halt: self.cancel.clone() }
    }

    fn why(&self) -> String {
        format!("{WHY} {}/{BOOTSTRAP}", self.session.project.stage.name)
    }

    /// Writes what was made into the bucket that was made.
    async fn store(&self, made: State) -> Result<(), Failure> {
        let Self { session, connection, output, cancel, .. } = *self;
        let wait = self.consent.lock_timeout;
        let writing = session.open(connection, BOOTSTRAP, &self.why(), wait, cancel, output).await?;
        // Somebody may have bootstrapped at the same moment: what is stored already is not stored again.
        let stored = writing.state();
        let mut entries: Vec<Entry> = made
            .resources
            .into_iter()
            .filter(|(path, _)| !stored.resources.contains_key(path))
            .map(|(path, resource)| Entry::Adopted { path, resource })
            .collect();
        entries.push(Entry::Outputs { outputs: made.outputs });
        let written = writing.write(entries).await;
        let closed = writing.close(written.is_ok()).await;
        written.map_err(|error| session.fail(wildfire_engine::model::Diagnostic::from(error)))?;
        session.closed(closed, output)
    }
}
