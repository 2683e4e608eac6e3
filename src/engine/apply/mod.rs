//! Apply: does what the plan says, or less, never more.
//!
//! Owns: the ready queue, waiting, retries, what a failure stops, cancellation, and the order of journal entry and
//! call. Leaves out: every decision about what to change (the plan's).

mod agree;
mod attributes;
mod create;
mod delete;
mod doubts;
mod earlier;
mod failure;
mod first_look;
mod hidden;
mod journal;
mod options;
mod outputs;
mod paperwork;
mod poller;
mod recover;
mod retry;
mod run;
mod schedule;
mod send;
mod settle;
mod slots;
mod step;
mod types;
mod update;
mod waits;
mod want;

pub use agree::{agrees, agrees_value};
pub use earlier::await_settled;
pub use first_look::first_look;
pub use journal::{Journal, JournalError, LedgerJournal};
pub use options::ApplyOptions;
pub use recover::{Recovery, RecoveryMode, recover};
pub use run::apply;
pub use types::{Event, Outcome, Report, StepResult};

#[cfg(test)]
mod tests;
