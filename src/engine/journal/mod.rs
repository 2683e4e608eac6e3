//! The journal: what happened to a stack, as entries, and the one function that applies an entry to state.
//!
//! Owns: the kinds of entries, and which entry may follow which. Leaves out: where entries are kept (`state`).

mod types;

pub use types::{Entry, TransitionError};
