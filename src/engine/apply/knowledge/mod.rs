//! What a run knows of resources.
//!
//! Owns: what a resource has after a step, in the clear and as state keeps it (`attributes`), and the secrets that no plan
//! holds (`hidden`).

mod attributes;
mod hidden;

pub(super) use attributes::{Attributes, Sources, asked, asked_after};
