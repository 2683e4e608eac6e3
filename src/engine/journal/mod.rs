//! The journal: what happened to a stack, as entries, and the one function that applies an entry to state.
//!
//! Owns: the kinds of entries, which entry may follow which, and committing them in groups ([`Ledger`]). Leaves out:
//! where entries are kept (`state`).

mod ledger;
mod refusal;
mod transition;
mod types;
mod undo;

#[cfg(test)]
mod tests;

pub use ledger::{Ledger, Reading, Urgency, read};
pub use transition::{apply_all, apply_entry, fold};
pub use types::{Entry, TransitionError};
