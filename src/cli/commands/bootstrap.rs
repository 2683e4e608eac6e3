//! `wildfire bootstrap`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wildfire_engine::apply::{self, ApplyOptions, Outcome, RecoveryMode};
use wildfire_engine::compile::{DesiredGraph, Import, Known};
use wildfire_engine::journal::{self, Entry};
use wildfire_engine::model::{Address, Catalog, Cloud, PhysicalId, ReadRequest, Value};
use wildfire_engine::pipeline::{self, Circumstances, Holder, Writing};
use wildfire_engine::plan::Options;
use wildfire_engine::read::{self, Live};
use wildfire_engine::state::{LockTimes, MemoryLock, MemoryStore, Owner, Place, State, StateError, StoreError, Ulids};

use super::apply::{Consent, Work, refuse_to_ask_nobody};
use super::plan::PlanFlags;
use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::stage_files::BOOTSTRAP;
use crate::cli::view::{self, progress::Progress};
use crate::cli::{Exit, Failure, Global, Output, Target, prompt};

/// Make the state bucket and the lock table of a stage; safe to run again
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  wildfire bootstrap test

Bucket and table are the stack `bootstrap` of the stage: stages/<stage>/bootstrap/*.yaml if there is such a
folder, else a bucket with versions, encryption, no public access and TLS only, and a table.")]
pub struct Args {
    /// <stage>
    #[arg(value_name = "STAGE")]
    target: Target,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    session.state_config()?;
    refuse_to_ask_nobody(&args.consent)?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals(output);
    let place = session.place(&connection, BOOTSTRAP)?;
    let table = session.table(&connection)?;
    let first = match journal::read(&place, &*table).await {
        Ok(reading) => !reading.exists,
        Err(StateError::Store(error)) if matches!(*error, StoreError::Missing(_)) => true,
        Err(error) => return Err(session.state_failure(error)),
    };
    let work = Work { session: &session, connection: &connection, stack: BOOTSTRAP, output, cancel: &cancel };
    let why = format!("bootstrap {}", session.project.stage.name);
    if first {
        return First { work: &work, consent: &args.consent, why: &why }.run(place).await;
    }
    work.run(&PlanFlags::default(), &args.consent, &why).await
}

/// The first run, when there is nowhere to keep state: it is kept in memory, and stored as soon as there is a bucket.
/// Every name is known beforehand, so a run that was cut off is repeated: what exists is adopted.
struct First<'a> {
    work: &'a Work<'a>,
    consent: &'a Consent,
    why: &'a str,
}

impl First<'_> {
    async fn run(&self, place: Place) -> Result<Exit, Failure> {
        let Work { session, connection, output, cancel, .. } = self.work;
        let mut declaring = session.declaring(connection, BOOTSTRAP).await?;
        let graph = session.compile(connection, &mut declaring, output).await?;
        declaring.imports = existing(&graph, session, connection).await;
        let graph = session.compile(connection, &mut declaring, output).await?;
        let memory = self.memory(&place).await?;
        let circumstances = Circumstances {
            state: memory.state(),
            catalog: &session.catalog,
            cloud: &connection.aws,
            options: &Options::default(),
            mode: RecoveryMode::Look,
            halt: cancel,
        };
        let prepared = pipeline::prepare(&mut declaring, graph, circumstances, |_, _| {})
            .await
            .map_err(|diagnostics| session.fail(diagnostics))?;
        let (plan, graph) = (prepared.plan, &prepared.graph);
        match output.json() {
            true => output.print_json(&view::plan_json::document(&plan, true)),
            false => output.print(&view::plan::text(&plan, view::plan::Detail::default())),
        }
        if !self.consent.yes && !plan.is_empty() && !prompt::confirm("\nMake this?") {
            return Ok(Exit::Error);
        }
        let cloud: Arc<dyn Cloud> = Arc::new(connection.aws.clone());
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let options = ApplyOptions { cancel: (*cancel).clone(), ..ApplyOptions::default() };
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
            .map_err(|error| self.work.session.fail(wildfire_engine::model::Diagnostic::from(error)))
    }

    fn holder(&self) -> Holder {
        let account = self.work.connection.account.clone();
        Holder { owner: Owner { who: "bootstrap".into(), why: self.why.into(), account }, times: LockTimes::default() }
    }

    /// Writes what was made into the bucket that was made.
    async fn store(&self, made: State) -> Result<(), Failure> {
        let Work { session, connection, output, .. } = self.work;
        let writing = session.open(connection, BOOTSTRAP, self.why, self.consent.lock_timeout, output).await?;
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
        closed.map_err(|error| session.state_failure(error))
    }
}

/// What was found at AWS so far.
#[derive(Default)]
struct Seen(BTreeMap<Address, Arc<Value>>);

impl Known for Seen {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address).cloned()
    }
}

/// What exists already under the declared names, level by level, as the name of one resource may come from another.
/// Whatever cannot be read is left to the create call, which says why.
async fn existing(graph: &DesiredGraph, session: &Session, connection: &Connection) -> Vec<Import> {
    let mut imports = Vec::new();
    let mut seen = Seen::default();
    let mut asked: BTreeSet<Address> = BTreeSet::new();
    loop {
        let mut round: Vec<(Address, &'static str, PhysicalId)> = Vec::new();
        let mut wanted: BTreeMap<Arc<str>, Vec<ReadRequest>> = BTreeMap::new();
        for (address, desired) in &graph.resources {
            if asked.contains(address) {
                continue;
            }
            let Ok(evaluated) = graph.evaluate(address, &seen) else { continue };
            let kind = desired.schema.name;
            // Whatever the name of another resource may be made of.
            let properties = desired.schema.fields.iter().map(|field| field.name.to_string()).collect();
            let Some(id) = session.catalog.natural_id(kind, &Value::Map(evaluated.properties)) else { continue };
            asked.insert(address.clone());
            round.push((address.clone(), kind, id.clone()));
            wanted.entry(Arc::from(kind)).or_default().push(ReadRequest { id, properties });
        }
        if round.is_empty() {
            return imports;
        }
        let live = read::read(&connection.aws, wanted).await;
        for (address, kind, id) in round {
            let Some(Live::Found(attributes)) = live.get(kind, &id) else { continue };
            seen.0.insert(address.clone(), Arc::clone(attributes));
            let Some(desired) = graph.resources.get(&address) else { continue };
            imports.push(Import { to: address, id: Some(id), origin: desired.origin.clone() });
        }
    }
}
