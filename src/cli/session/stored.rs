//! The state of a session's stacks: where it is, reading it, and opening it under the lock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use tokio_util::sync::CancellationToken;
use wildfire_aws::backend::{BucketStore, DynamoLock, KmsSealer};
use wildfire_engine::compile::{self, Facts, StackFacts};
use wildfire_engine::config::{Stage, StateConfig};
use wildfire_engine::journal::{self, Reading};
use wildfire_engine::model::{Code, Diagnostic, Origin, StackId};
use wildfire_engine::pipeline::saved::{PinKey, SavedStage};
use wildfire_engine::pipeline::{CompileSession, Holder, OpenError, Writing};
use wildfire_engine::state::{
    Keys, LockError, LockRow, LockTimes, Owner, Place, StateError, StoreError, Ulids, lock_row,
};

use super::connection::connect;
use super::{Connection, Session};
use crate::cli::stacks::outputs;
use crate::cli::{Failure, Output, prompt};

impl Session {
    /// Where the state of a stack is.
    pub fn place(&self, connection: &Connection, stack: &str) -> Result<Place, Failure> {
        let state = self.state_config()?;
        Ok(place(&self.project.stage, state, connection, stack))
    }

    /// The state bucket itself, of which a [`Place`] shows one stack.
    pub fn bucket(&self, connection: &Connection) -> Result<BucketStore, Failure> {
        let state = self.state_config()?;
        Ok(BucketStore::new(connection.state.clone(), &state.bucket.value, state.kms_key.clone()))
    }

    pub fn table(&self, connection: &Connection) -> Result<Arc<DynamoLock>, Failure> {
        let state = self.state_config()?;
        Ok(Arc::new(DynamoLock::new(connection.state.clone(), &state.lock_table.value)))
    }

    pub fn state_config(&self) -> Result<&StateConfig, Failure> {
        self.project.stage.state.as_ref().ok_or_else(|| {
            let message = format!("the stage {} does not say where its state is", self.project.stage.name);
            let help = "add `state: {bucket: …, lock_table: …}` to its stage.yaml, then `wildfire bootstrap`";
            let span = self.project.stage.account_id.span.clone();
            self.fail(Diagnostic::error(Code::MissingKey, message).at(Origin::at(span)).help(help))
        })
    }

    /// The state of a stack as stored; takes no lock and writes nothing.
    pub async fn read_state(&self, connection: &Connection, stack: &str) -> Result<Reading, Failure> {
        let place = self.place(connection, stack)?;
        let table = self.table(connection)?;
        journal::read(&place, &*table).await.map_err(|error| self.state_failure(error))
    }

    /// After [`Writing::close`]: a lock that could not be given back frees itself, and is no reason to call what was done a
    /// failure.
    pub fn closed(&self, closed: Result<(), StateError>, output: &Output) -> Result<(), Failure> {
        match closed {
            Err(error @ StateError::NotReleased { .. }) => {
                output.diagnostics([&Diagnostic::from(error)], self.sources());
                Ok(())
            }
            other => other.map_err(|error| self.state_failure(error)),
        }
    }

    /// A state error, with the command that helps when bucket or table are not there.
    pub fn state_failure(&self, error: StateError) -> Failure {
        let mut diagnostic = Diagnostic::from(error.clone());
        if let StateError::Store(cause) = &error
            && let StoreError::Missing(what) = &**cause
        {
            diagnostic = Diagnostic::error(Code::StateMissing, format!("{what} does not exist")).help(format!(
                "`wildfire bootstrap {}` makes the state bucket and the lock table",
                self.project.stage.name
            ));
        }
        self.fail(diagnostic)
    }

    /// What encrypts the stage's saved plans, if its state is encrypted with a key of its own.
    pub fn sealer(&self, connection: &Connection) -> Option<KmsSealer> {
        let key = self.project.stage.state.as_ref()?.kms_key.clone()?;
        Some(KmsSealer::new(connection.state.clone(), key))
    }

    /// Where the stage is, as saved plans say it.
    pub fn saved_stage(&self, connection: &Connection) -> SavedStage {
        SavedStage {
            name: self.project.stage.name.to_string(),
            account: connection.account.clone(),
            region: self.project.stage.region.value.clone(),
        }
    }

    /// The key that the lock row of `stack` holds, to pin sensitive values with; without one while there is no row.
    pub async fn pin_key(&self, connection: &Connection, stack: &str) -> Result<PinKey, Failure> {
        let row = Keys::new(&self.stack_id(stack)).lock();
        let table = self.table(connection)?;
        let row = lock_row(&*table, &row).await.map_err(|error| self.state_failure(error))?;
        Ok(PinKey { stack: stack.to_string(), key: row.map(|row| row.digest_key).unwrap_or_default() })
    }

    /// A stack that is ready to be compiled by itself: the outputs of the stacks that it refers to are read.
    pub async fn compile_session<'a>(
        &'a self,
        connection: &Connection,
        stack: &'a str,
    ) -> Result<CompileSession<'a>, Failure> {
        let mut by_stage: BTreeMap<Arc<str>, Vec<StackId>> = BTreeMap::new();
        for other in compile::references_to_stacks(&self.project, stack) {
            by_stage.entry(Arc::clone(&other.stage)).or_default().push(other);
        }
        let mut outputs = BTreeMap::new();
        for ids in by_stage.into_values() {
            outputs.extend(self.outputs(connection, ids).await?);
        }
        let facts = Facts { outputs, complete: true, ..Facts::default() };
        Ok(CompileSession::new(&self.project, stack, &self.catalog, facts))
    }

    /// The stored outputs of stacks of one stage: this one, or another one with its own credentials. A stack that was never
    /// applied is not among them.
    pub async fn outputs(
        &self,
        connection: &Connection,
        ids: Vec<StackId>,
    ) -> Result<BTreeMap<StackId, StackFacts>, Failure> {
        let Some(first) = ids.first() else { return Ok(BTreeMap::new()) };
        if first.stage == self.project.stage.name {
            let read = |id: StackId| async { Ok::<_, Failure>((self.read_state(connection, &id.stack).await?, id)) };
            let readings = try_join_all(ids.into_iter().map(read)).await?;
            return Ok(outputs(readings.into_iter().map(|(reading, id)| (id, reading))));
        }
        let Some(stage) = self.project.other_stages.get(&*first.stage) else {
            let message = format!("there is no stage {}", first.stage);
            return Err(self.fail(Diagnostic::error(Code::UnknownStage, message)));
        };
        let Some(state) = &stage.state else {
            let message = format!("the stage {} does not say where its state is", stage.name);
            return Err(self.fail(Diagnostic::error(Code::MissingKey, message)));
        };
        let connection =
            connect(stage, &self.project.root, &self.accounts).await.map_err(|diagnostic| self.fail(diagnostic))?;
        let table = DynamoLock::new(connection.state.clone(), &state.lock_table.value);
        let (table, connection) = (&table, &connection);
        let read = |id: StackId| async {
            let place = place(stage, state, connection, &id.stack);
            match journal::read(&place, table).await {
                Ok(reading) => Ok(Some((id, reading))),
                // A stage that was never bootstrapped has no outputs; whoever uses one is told.
                Err(StateError::Store(error)) if matches!(*error, StoreError::Missing(_)) => Ok(None),
                Err(error) => Err(self.fail(Diagnostic::from(error))),
            }
        };
        let readings = try_join_all(ids.into_iter().map(read)).await?;
        Ok(outputs(readings.into_iter().flatten()))
    }

    /// Takes the lock and opens the state for writing; `halt` ends a wait for the lock.
    pub async fn open(
        &self,
        connection: &Connection,
        stack: &str,
        why: &str,
        wait: Option<Duration>,
        halt: &CancellationToken,
        output: &Output,
    ) -> Result<Writing, Failure> {
        let wait = wait.or_else(default_wait);
        let place = self.place(connection, stack)?;
        let owner = Owner {
            who: whoami(),
            why: why.to_string(),
            account: connection.account.clone(),
            state: place.store.location(),
        };
        let times = LockTimes { wait, ..LockTimes::default() };
        let holder = Holder { owner, times, halt: halt.clone() };
        let mut on_wait = |row: &LockRow| {
            let LockRow { who, since, why, .. } = row;
            match wait {
                // The error says the same.
                Some(Duration::ZERO) => {}
                Some(_) => output.note(&format!("Waiting for the lock: {who} has held it since {since}, for: {why}")),
                None => output.note(&format!(
                    "The lock is held: {who} has held it since {since}, for: {why}; looking whether that run is alive"
                )),
            }
        };
        let table = self.table(connection)?;
        let _waiting = output.waiting(&format!("taking the lock of {}", place.stack));
        Writing::open(place, table, &holder, Arc::new(Ulids), &mut on_wait).await.map_err(|error| match error {
            OpenError::State(error) => self.state_failure(error),
            OpenError::Lock(LockError::Store(error)) => self.state_failure(StateError::Store(error)),
            other => self.fail(Diagnostic::from(other)),
        })
    }
}

/// A person waits for ten minutes; a CI job says how long it can wait, and takes the lock of a dead run in any case.
fn default_wait() -> Option<Duration> {
    prompt::can_ask().then(|| Duration::from_secs(600))
}

/// `user@host`, for locks and saved plans.
pub fn whoami() -> String {
    let name =
        |variables: &[&str]| variables.iter().find_map(|name| std::env::var(name).ok()).filter(|text| !text.is_empty());
    let user = name(&["USER", "LOGNAME", "USERNAME"]).unwrap_or_else(|| "somebody".into());
    let host = name(&["HOSTNAME", "COMPUTERNAME"])
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok().map(|text| text.trim().to_string()))
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown host".into());
    format!("{user}@{host}")
}

fn place(stage: &Stage, state: &StateConfig, connection: &Connection, stack: &str) -> Place {
    let store = BucketStore::new(connection.state.clone(), &state.bucket.value, state.kms_key.clone());
    Place {
        store: Arc::new(store),
        stack: StackId::new(Arc::clone(&stage.name), stack),
        account: connection.account.clone(),
        region: stage.region.value.clone(),
    }
}
