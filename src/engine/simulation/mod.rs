//! A cloud in memory, for tests of the engine: slow, forgetful, throttling, and as unreliable as a test asks for.
//!
//! Owns: a handful of resource types that behave like those of AWS in what makes them hard (each way of creating
//! exactly once, slow readiness, slow and ordered deletion, names that are taken, late visibility), faults, the crash
//! switch, and the checks that nothing was orphaned or made twice. Leaves out: AWS.
//!
//! Everything is decided by a seed and by tokio's clock, so that a test with paused time is the same every time.

mod catalog;
mod cloud;
mod faults;
mod invariants;
mod journal;
mod object;
mod random;
mod store;
mod types;
mod world;

pub use catalog::SimCatalog;
pub use cloud::SimCloud;
pub use faults::{Faults, Operated, Process, Script};
pub use invariants::violations;
pub use journal::SimJournal;
pub use object::Object;
pub use random::Random;
pub use store::Connection;
pub use world::World;

#[cfg(test)]
mod tests;
