//! Values, computed when they are asked for.
//!
//! Owns: evaluation (`evaluator`, `scope`), the properties of a resource and the inputs of a module, their conversion to
//! what the schema wants (`coerce`, `scalar`, `together`, `blocks`), `tags_all`, and the digest of what a graph was made of.
//! What is not known yet stays unknown.

mod blocks;
mod coerce;
pub(super) mod digest;
pub(super) mod evaluate;
mod evaluator;
mod inputs;
pub(super) mod properties;
pub(super) mod provenance;
mod scope;
pub(super) mod tags;
mod together;

pub(super) use crate::config::scalar;
pub(super) use evaluator::{Evaluator, Memo, Nothing, Slot, View, largest};
pub(super) use properties::Declaration;
