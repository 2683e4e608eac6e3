//! What can be wrong with stored state, and what to do about it.

use std::time::Duration;

use crate::model::{Code, Diagnostic, ErrorKind};

use super::{LockRow, StoreError};

/// Why state cannot be read or written. Nothing is written after any of these.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StateError {
    /// There was state, and an object of it is not there any more.
    #[error("{key} is missing: {reason}")]
    Missing { key: String, reason: String },
    /// The object is cut short, altered, or not what its key says.
    #[error("{key} is damaged: {reason}")]
    Corrupt { key: String, reason: String },
    /// It is whole, and wildfire did not write it.
    #[error("{key} was altered: its HMAC is not the one of the lock row's key")]
    Forged { key: String },
    /// A later wildfire wrote it.
    #[error("{key} has format version {version}, and this wildfire reads up to {ours}")]
    TooNew { key: String, version: u32, ours: u32 },
    /// It is the state of another stack, account or history.
    #[error("{key} belongs to {found}, not to {expected}")]
    Foreign { key: String, expected: String, found: String },
    /// The lock row is that of another account, or of another state.
    #[error("the lock row {key} belongs to {found}, not to {expected}")]
    ForeignLock { key: String, expected: String, found: String },
    /// An older version of the head was put back.
    #[error("{key} is at serial {serial}, and was at serial {known} before: an older version was put back")]
    RolledBack { key: String, serial: u64, known: u64 },
    /// Another run took the lock over and has fenced the head.
    #[error("another run has taken over {key} (epoch {by}, ours is {epoch})")]
    Fenced { key: String, epoch: u64, by: u64 },
    /// Something that does not follow the protocol wrote the head.
    #[error("{key} was changed by something other than this run")]
    Conflict { key: String },
    /// The lease ran out, or the lock belongs to another run.
    #[error("the lock {key} was lost")]
    LockLost { key: String },
    /// The lock table did not answer when the lock was to be given back. All that was to be written is written.
    #[error("the lock {key} could not be given back")]
    NotReleased { key: String, lease: Duration },
    /// The head may have been written or not; the next read tells.
    #[error("whether {key} was written is not known: {cause}")]
    Uncertain { key: String, cause: String },
    /// A fault of ours: an entry that cannot follow the journal. It was not written.
    #[error("the journal refuses an entry: {reason}")]
    Illegal { reason: String },
    /// The ledger is closed, or the task that writes it is gone.
    #[error("the state of {key} is closed")]
    Closed { key: String },
    /// The store did not do it.
    #[error(transparent)]
    Store(Box<StoreError>),
}

/// Why there is no lock.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LockError {
    /// Somebody else holds it, alive as far as one can tell.
    #[error("{key} is locked by {} since {}", row.who, row.since)]
    Held { key: String, row: Box<LockRow>, waited: Duration },
    /// The row is that of another account, or of another state.
    #[error("the lock row {key} belongs to {found}, not to {expected}")]
    Foreign { key: String, expected: String, found: String },
    /// Somebody else holds it, and the wait was broken off.
    #[error("the wait for the lock {key} was interrupted")]
    Halted { key: String },
    #[error(transparent)]
    Store(Box<StoreError>),
}

impl StateError {
    /// True when this run may not write any more because another one does.
    pub fn is_fenced(&self) -> bool {
        matches!(self, StateError::Fenced { .. } | StateError::LockLost { .. } | StateError::Conflict { .. })
    }
}

impl From<StoreError> for StateError {
    fn from(error: StoreError) -> Self {
        StateError::Store(Box::new(error))
    }
}

impl From<StoreError> for LockError {
    fn from(error: StoreError) -> Self {
        LockError::Store(Box::new(error))
    }
}

/// What to do about a lock row of another account or state.
const FOREIGN_LOCK: &str = "check `account_id`, `state.bucket` and `state.lock_table` in stage.yaml; two projects with stages of \
                            one name need a lock table each";

impl From<StateError> for Diagnostic {
    fn from(error: StateError) -> Self {
        let text = error.to_string();
        let told = |code, help: &str| Diagnostic::error(code, text.clone()).help(help);
        match error {
            StateError::Missing { .. } => told(
                Code::StateMissing,
                "restore the object from the bucket's version history; if the stack is gone for good and is to begin \
                 anew, delete the rest of its objects and its row in the lock table",
            )
            .note("Without it wildfire does not know what exists, and would create everything a second time."),
            StateError::Corrupt { .. } => told(
                Code::StateCorrupt,
                "restore the latest good version of the object from the bucket's version history",
            )
            .note("Nothing was written."),
            StateError::Forged { .. } => told(
                Code::StateCorrupt,
                "find out who wrote the object (its version history and CloudTrail tell), and restore the latest version \
                 that wildfire wrote",
            )
            .note("Nothing was written."),
            StateError::TooNew { .. } => told(Code::StateTooNew, "use the wildfire that wrote it, or a later one"),
            StateError::Foreign { .. } => told(
                Code::StateForeign,
                "check `account_id`, `region`, `state.bucket` and the name of the stage in stage.yaml; two stages must not \
                 share keys",
            ),
            StateError::ForeignLock { .. } => told(Code::StateForeign, FOREIGN_LOCK).note("Nothing was written."),
            StateError::RolledBack { .. } => told(
                Code::StateCorrupt,
                "restore the latest version of the object from the bucket's version history; if the older one is \
                 wanted, delete the stack's row in the lock table",
            )
            .note("Resources made after that version would be created a second time."),
            StateError::Fenced { .. } | StateError::LockLost { .. } => {
                told(Code::LockLost, "run the command again; what this run has done is recorded")
            }
            StateError::NotReleased { lease, .. } => Diagnostic::warning(Code::LockHeld, text)
                .note("The lock table did not answer. Everything else was done.")
                .help(format!("nothing is needed: it frees itself {} s after its last sign of life", lease.as_secs())),
            StateError::Conflict { .. } => told(
                Code::StateConflict,
                "find out what else writes the bucket (a restore, a copy, replication), then run the command again",
            ),
            StateError::Uncertain { .. } => {
                told(Code::AwsError, "run the command again; it goes on from what was recorded")
            }
            StateError::Illegal { .. } => told(Code::Internal, "this is a fault of wildfire; please report it"),
            StateError::Closed { .. } => Diagnostic::error(Code::Internal, text),
            StateError::Store(error) => (*error).into(),
        }
    }
}

impl From<LockError> for Diagnostic {
    fn from(error: LockError) -> Self {
        let text = error.to_string();
        match error {
            LockError::Held { row, waited, .. } => Diagnostic::error(Code::LockHeld, text)
                .note(format!("It is held for `{}`; waited {} s.", row.why, waited.as_secs()))
                .help(format!(
                    "wait for it with `--lock-timeout 10m`: the lock of a run that died is taken over after {} s without a sign of life",
                    row.lease
                )),
            LockError::Foreign { .. } => {
                Diagnostic::error(Code::StateForeign, text).note("Nothing was written.").help(FOREIGN_LOCK)
            }
            LockError::Halted { .. } => Diagnostic::error(Code::Interrupted, text).note("Nothing was changed."),
            LockError::Store(error) => (*error).into(),
        }
    }
}

impl From<StoreError> for Diagnostic {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::Missing(_) => Diagnostic::error(Code::StateMissing, text)
                .help("create the bucket and the table of the stage with `wildfire bootstrap`"),
            StoreError::NotOurs(_) => Diagnostic::error(Code::StateForeign, text)
                .note("Another tool has a row under the same key, so the lock cannot be taken. Nothing was written.")
                .help("give the stage a table of its own with `state.lock_table`"),
            StoreError::Cloud(error) => {
                let code = match error.kind {
                    ErrorKind::AccessDenied => Code::AccessDenied,
                    ErrorKind::NoCredentials => Code::NoCredentials,
                    ErrorKind::Throttled => Code::Throttled,
                    _ => Code::AwsError,
                };
                let mut diagnostic = Diagnostic::error(code, text).note("This was a call for state or its lock.");
                diagnostic.help = match code {
                    Code::NoCredentials => {
                        Some("renew the credentials and run the command again: it goes on from here".into())
                    }
                    _ => error.help_if_denied(),
                };
                match error.call {
                    Some(call) => diagnostic.call(call),
                    None => diagnostic,
                }
            }
        }
    }
}
