//! Reading live AWS: physical ids in, a [`LiveSet`] out, in as few calls as the API allows.
//!
//! Owns: grouping by type, what an error means for the rest. Leaves out: the calls (the cloud's) and
//! comparing (the plan's). An error is never an absence.

mod fetch;
mod request;
mod types;

pub use fetch::read;
pub use request::wanted;
pub use types::{Live, LiveSet};
