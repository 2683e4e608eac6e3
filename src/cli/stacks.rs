//! The stacks that a command is about, of one stage or of several, each with the account of its stage.
//!
//! Owns: loading each stage once, connecting to each account once, and reading each state once. Leaves out: what the
//! command does with them (`operations`, `commands`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::{join_all, try_join_all};
use tokio::sync::Mutex;
use wildfire_engine::compile::{Import, StackFacts};
use wildfire_engine::journal::Reading;
use wildfire_engine::model::{Code, Diagnostic, Diagnostics, Sources, StackId};
use wildfire_engine::pipeline::saved::Author;
use wildfire_engine::pipeline::stage::{Beside, Member, Stage, facts_of};
use wildfire_engine::plan::Mode;
use wildfire_engine::state::State;

use super::session::{Connection, Session, whoami};
use super::{Failure, Global, Output, Target};

/// The stages of a command line, without AWS.
pub struct Stages(Vec<Chosen>);

/// A stage, and what of it the command is about.
struct Chosen {
    session: Session,
    targets: Vec<Target>,
}

impl Stages {
    /// Loads every stage once, in the order in which they are named, and checks the stacks.
    ///
    /// # Errors
    /// Everything that is wrong with the files of the first stage that has faults.
    pub fn load_checked(targets: &[Target], global: &Global, output: &Output) -> Result<Self, Failure> {
        let mut stages: Vec<(&str, Vec<Target>)> = Vec::new();
        for target in targets {
            match stages.iter_mut().find(|(stage, _)| *stage == target.stage) {
                Some((_, targets)) => targets.push(target.clone()),
                None => stages.push((&target.stage, vec![target.clone()])),
            }
        }
        if stages.len() > 1 && global.stage_file.is_some() {
            let message = "--stage-file is the file of one stage, and this command names several";
            return Err(Diagnostic::error(Code::Usage, message).into());
        }
        let mut told = BTreeSet::new();
        let load = |(_, targets): (&str, Vec<Target>)| {
            let first = targets.first().cloned().unwrap_or_else(|| Target { stage: String::new(), stack: None });
            let session = Session::load_with_errors(&first, global)?;
            let mut found = Diagnostics::default();
            for target in &targets {
                found.extend(session.check(target)?);
            }
            if found.has_errors() {
                return Err(session.fail(found));
            }
            // What stages share is told once.
            let warnings = session.project.diagnostics.iter();
            let new: Vec<_> = warnings.filter(|one| told.insert(format!("{one:?}"))).cloned().collect();
            output.diagnostics(new.iter(), session.sources());
            Ok::<_, Failure>(Chosen { session, targets })
        };
        stages.into_iter().map(load).collect::<Result<_, _>>().map(Self)
    }

    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.0.iter().map(|chosen| &chosen.session)
    }

    /// Connects to the account of each stage, one after the other: each may ask for an MFA code.
    pub async fn connect(&self) -> Result<Vec<Connection>, Failure> {
        let mut connections = Vec::with_capacity(self.0.len());
        for (place, chosen) in self.0.iter().enumerate() {
            connections.push(match place {
                0 => chosen.session.connect().await?,
                _ => chosen.session.connect_beside().await?,
            });
        }
        Ok(connections)
    }

    /// Who saves a plan of `targets`; `connections` are those of [`Stages::connect`].
    pub fn author(&self, connections: &[Connection], targets: &[Target]) -> Author {
        let stages = self.sessions().zip(connections).map(|(session, connection)| session.saved_stage(connection));
        Author {
            wildfire: env!("CARGO_PKG_VERSION").into(),
            who: whoami(),
            targets: targets.iter().map(ToString::to_string).collect(),
            stages: stages.collect(),
        }
    }

    /// The stacks; `connections` are those of [`Stages::connect`].
    pub fn stacks<'a>(&'a self, connections: &'a [Connection]) -> Result<Stacks<'a>, Failure> {
        let mut parts: Vec<Part<'a>> = Vec::new();
        for (Chosen { session, targets }, connection) in self.0.iter().zip(connections) {
            for target in targets {
                for stack in session.stacks(target)? {
                    let id = session.stack_id(&stack);
                    if parts.iter().all(|part| part.id != id) {
                        parts.push(Part { session, connection, id, imports: Vec::new() });
                    }
                }
            }
        }
        Ok(Stacks(parts))
    }
}

/// A stack, and the stage that it is of.
pub struct Part<'a> {
    pub session: &'a Session,
    pub connection: &'a Connection,
    pub id: StackId,
    /// Imports of the command line.
    pub imports: Vec<Import>,
}

/// The stacks of a command.
pub struct Stacks<'a>(Vec<Part<'a>>);

impl<'a> Stacks<'a> {
    /// One stack of one stage.
    pub fn one(session: &'a Session, connection: &'a Connection, stack: &str, imports: Vec<Import>) -> Self {
        Self(vec![Part { session, connection, id: session.stack_id(stack), imports }])
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Part<'a>> {
        self.0.iter()
    }

    pub fn get(&self, id: &StackId) -> Option<&Part<'a>> {
        self.0.iter().find(|part| part.id == *id)
    }

    /// The stages, each once.
    pub fn stages(&self) -> Vec<Arc<str>> {
        let mut stages: Vec<Arc<str>> = Vec::new();
        for part in &self.0 {
            if !stages.contains(&part.id.stage) {
                stages.push(Arc::clone(&part.id.stage));
            }
        }
        stages
    }

    /// The files of all stages.
    pub fn sources(&self) -> Sources {
        let mut all = Sources::default();
        self.0.iter().for_each(|part| all.extend(part.session.sources()));
        all
    }

    pub fn fail(&self, diagnostics: impl Into<Diagnostics>) -> Failure {
        Failure::from(diagnostics.into()).with(&self.sources())
    }

    /// The states of all stacks as they are stored, read at the same time; takes no lock.
    pub async fn read(&self) -> Result<BTreeMap<StackId, Reading>, Failure> {
        let reads = self.0.iter().map(|part| async move {
            let reading = part.session.read_state(part.connection, &part.id.stack).await?;
            Ok::<_, Failure>((part.id.clone(), reading))
        });
        Ok(try_join_all(reads).await?.into_iter().collect())
    }

    /// The stacks in their order, with the outputs of all others that they use.
    pub async fn stage(&self, mode: Mode) -> Result<Stage<'a>, Failure> {
        let member = |part: &Part<'a>| Member {
            id: part.id.clone(),
            project: &part.session.project,
            cloud: &part.connection.clouds,
            imports: part.imports.clone(),
        };
        let stage = Stage::new(self.0.iter().map(member).collect(), mode).map_err(|fault| self.fail(*fault))?;
        let outside = self.outside(&stage).await?;
        Ok(stage.with_outside(outside))
    }

    /// The outputs of the stacks that are used and not of the command: one connection for each stage, one read for each
    /// stack.
    async fn outside(&self, stage: &Stage<'_>) -> Result<BTreeMap<StackId, StackFacts>, Failure> {
        let outsiders = stage.outsiders();
        let mut by_stage: BTreeMap<Arc<str>, (&Part<'_>, Vec<StackId>)> = BTreeMap::new();
        for (id, user) in &outsiders {
            let Some(part) = self.get(&user.id) else { continue };
            let of_stage = self.0.iter().find(|part| part.id.stage == id.stage).unwrap_or(part);
            by_stage.entry(Arc::clone(&id.stage)).or_insert((of_stage, Vec::new())).1.push(id.clone());
        }
        let read = by_stage.into_values().map(|(part, ids)| part.session.outputs(part.connection, ids));
        let mut all = BTreeMap::new();
        for found in join_all(read).await {
            all.extend(found?);
        }
        Ok(all)
    }
}

/// The stacks of the stages that the command is not about. Each is read once, when it is asked for.
pub struct OtherStacks<'s> {
    stacks: &'s Stacks<'s>,
    output: &'s Output,
    read: Mutex<BTreeMap<StackId, Option<State>>>,
}

impl<'s> OtherStacks<'s> {
    pub fn new(stacks: &'s Stacks<'s>, output: &'s Output) -> Self {
        Self { stacks, output, read: Mutex::default() }
    }

    /// All stacks of the stage of one, but that one.
    pub fn of_stage(&self, id: &StackId) -> BTreeSet<StackId> {
        let Some(part) = self.stacks.get(id) else { return BTreeSet::new() };
        let stacks = part.session.project.stage.stacks.keys();
        stacks.map(|name| StackId::new(Arc::clone(&id.stage), Arc::clone(name))).filter(|other| other != id).collect()
    }

    async fn state(&self, id: &StackId) -> Option<State> {
        let part = self.stacks.iter().find(|part| part.id.stage == id.stage)?;
        match part.session.read_state(part.connection, &id.stack).await {
            Ok(reading) => Some(reading.state),
            Err(error) => {
                tracing::info!(%id, ?error, "the state of another stack cannot be read");
                self.output.note(&format!(
                    "Note: the state of {id} cannot be read, so what it holds is not compared with what is planned here."
                ));
                None
            }
        }
    }
}

#[async_trait(?Send)]
impl Beside for OtherStacks<'_> {
    async fn states(&self, stacks: BTreeSet<StackId>) -> BTreeMap<StackId, State> {
        let mut read = self.read.lock().await;
        let new: Vec<&StackId> = stacks.iter().filter(|id| !read.contains_key(id)).collect();
        let found = join_all(new.iter().map(|id| self.state(id))).await;
        read.extend(new.into_iter().cloned().zip(found));
        let known = stacks.into_iter().filter_map(|id| Some((id.clone(), read.get(&id)?.clone()?)));
        known.collect()
    }
}

/// The outputs of readings.
pub fn outputs(readings: impl IntoIterator<Item = (StackId, Reading)>) -> BTreeMap<StackId, StackFacts> {
    readings
        .into_iter()
        .filter(|(_, reading)| reading.exists)
        .filter_map(|(id, reading)| Some((id, facts_of(&reading.state)?)))
        .collect()
}
