//! What resource types have in common: the trait, its bridge to the engine, and the protocols in which AWS's services are alike.

pub(crate) mod by_name;
pub(crate) mod convert;
pub(crate) mod diff;
mod erased;
pub(crate) mod maintenance_windows;
pub(crate) mod ownership;
pub(crate) mod parameters;
pub(crate) mod password;
pub(crate) mod resource;
mod tag_index;
pub(crate) mod tags;
pub(crate) mod tags_together;
pub(crate) mod vocabulary;

pub use erased::{DataKind, Kind, Typed};
