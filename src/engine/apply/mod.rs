//! Apply: does what the plan says, or less, never more.
//!
//! Owns: the ready queue, waiting, retries, what a failure stops, cancellation, and the order of journal entry and
//! call. Leaves out: every decision about what to change (the plan's).

mod failure;
mod journal;
mod knowledge;
mod options;
mod outputs;
mod recovery;
mod run;
mod schedule;
mod steps;
mod types;
mod waiting;

pub use journal::{Journal, JournalError, LedgerJournal};
pub use options::ApplyOptions;
pub use recovery::{Recovery, RecoveryMode, await_settled, observe_created, recover};
pub use run::apply;
pub use steps::{agrees, agrees_value};
pub use types::{Event, Met, Outcome, Report, StepResult};

#[cfg(test)]
mod tests;
