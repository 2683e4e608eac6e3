//! Apply: does what the plan says, or less, never more.
//!
//! Owns: the ready queue, waiting, retries, what a failure stops, cancellation, and the order of journal entry and
//! call. Leaves out: every decision about what to change (the plan's).

mod types;

pub use types::{Event, Outcome, Report, StepResult};
