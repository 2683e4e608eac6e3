//! The metadata of resource types: what a property is, and what a change of it does.
//!
//! Metadata binds behaviour and never encodes it: which call changes a property is a fact; the call
//! itself is written by hand in the type's file.
//!
//! Schemas are values. `#[derive(Fields)]` writes the constructors for types that are structs; what learns its types while it
//! runs calls the same constructors, and registers the result in [`Types`](super::Types).

mod field;
mod generated;
mod kind;
mod sendable;
mod text;
mod ty;

pub use field::{Cause, Change, Field, Normal};
pub use generated::Beginning;
pub use kind::{CreateOnce, DataSchema, LastSnapshot, ReservedTags, TagRule, TypeSchema, is_own_tag};
pub use sendable::refused;
pub use text::{text, texts};
pub use ty::{FieldType, Fields, Literal, Ty};
