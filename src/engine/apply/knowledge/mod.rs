//! What a run knows of resources.
//!
//! Owns: what is known of each path (`resources`), what a resource has after a step, in the clear and as state keeps it
//! (`attributes`), what a read after a step need not ask for (`apart`), and the secrets that no plan holds (`secrets`).

mod apart;
mod attributes;
mod resources;
mod secrets;

pub(super) use apart::{completed, known_apart};
pub(super) use attributes::{Attributes, Sources, asked, asked_after};
pub(super) use resources::{Knowledge, KnownAttributes};
