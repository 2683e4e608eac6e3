//! The first run of `bootstrap`, which has no place to keep its state until it has made one.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode};
use wildfire_engine::journal::Entry;
use wildfire_engine::model::{Cloud, Diagnostic};
use wildfire_engine::pipeline::{self, Holder, PlanInputs, Writing};
use wildfire_engine::plan::Options;
use wildfire_engine::state::{Ids, LockTimes, MemoryLock, MemoryStore, Owner, Place, State, Ulids};

use super::adoption;
use crate::cli::clouds::clouds;
use crate::cli::flags::{Consent, Shown};
use crate::cli::prompt::Answer;
use crate::cli::session::{Connection, Session, at_work};
use crate::cli::stage_files::BOOTSTRAP;
use crate::cli::view::{self, progress::Progress};
use crate::cli::{Exit, Failure, Output, prompt};

/// What the lock says, before the name of the stack.
pub const WHY: &str = "apply";

/// The first run, when there is nowhere to keep state: it is kept in memory, and stored as soon as there is a bucket.
/// Every name is known beforehand, so a run that was cut off is repeated: what exists is adopted, whether the state
/// has begun by then or not.
pub struct First<'a> {
    pub session: &'a Session,
    pub connection: &'a Connection,
    pub output: &'a Output,
    pub cancel: &'a CancellationToken,
    pub shown: Shown,
    pub consent: &'a Consent,
}

impl First<'_> {
    /// Makes them, and stores the state.
    ///
    /// # Errors
    /// What there is already is not ours, the stack cannot be planned, or the state is not stored.
    pub async fn run(&self, place: Place) -> Result<Exit, Failure> {
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
        if !self.consent.asking.yes && !plan.is_empty() {
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
        let holder = self.holder(&place);
        Writing::open(place, table, &holder, Arc::new(Ulids), &mut |_| {})
            .await
            .map_err(|error| self.session.fail(Diagnostic::from(error)))
    }

    fn holder(&self, place: &Place) -> Holder {
        let account = place.account.clone();
        let owner = Owner { who: "bootstrap".into(), why: self.why(), account, state: place.store.location() };
        Holder { owner, times: LockTimes::default(), halt: self.cancel.clone() }
    }

    fn why(&self) -> String {
        format!("{WHY} {}/{BOOTSTRAP}", self.session.project.stage.name)
    }

    /// Writes what was made into the bucket that was made.
    async fn store(&self, made: State) -> Result<(), Failure> {
        let Self { session, connection, output, cancel, .. } = *self;
        let wait = self.consent.asking.lock_timeout;
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
        written.map_err(|error| session.fail(Diagnostic::from(error)))?;
        session.closed(closed, output)
    }
}
