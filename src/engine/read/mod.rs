//! Reading live AWS: physical ids in, a [`LiveSet`] out, in as few calls as the API allows.
//!
//! Owns: grouping by type, what an error means for the rest. Leaves out: the calls (the cloud's) and
//! comparing (the plan's). An error is never an absence.

mod types;

pub use types::{Live, LiveSet};
