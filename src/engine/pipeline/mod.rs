//! The pipeline put together: what a command does between reading its arguments and showing its result.
//!
//! Owns: the order of the parts (compile, recover, read, plan), the loop in which data sources are read until
//! everything that can be known is known, the plan of a command over several stacks, a stack that is open for writing,
//! changes of state alone, plans that are saved to a file and applied later, and what differs between two stages. Leaves
//! out: the parts, and anything that is shown.

pub mod compared;
mod compile;
mod prepare;
mod rearrange;
pub mod saved;
pub mod stage;
mod writing;

pub use compile::{CompileSession, CompiledStack};
pub use prepare::{PlanInputs, Prepared, prepare};
pub use rearrange::{Rearrangement, resources_at};
pub use writing::{Holder, OpenError, Writing};
