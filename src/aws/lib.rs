//! AWS for wildfire: the resource types, and the state bucket and lock table.
//!
//! The only crate that names an AWS SDK. [`Aws`] is the connection to an account and region, [`Places`] are those of a stage; `kind` is what resource types
//! have in common; each folder of `services` is a service with one resource type per file; [`registry`] lists them all.

#![forbid(unsafe_code)]
// The future of a call holds those of everything that it may send.
#![recursion_limit = "256"]

pub mod backend;
mod cloud;
mod connection;
mod kind;
pub mod registry;
mod services;
mod unimplemented_types;

pub use cloud::AwsCatalog;
pub use connection::{Aws, PlaceError, Places, credentials, region_problem};
pub use unimplemented_types::UNIMPLEMENTED_TYPES;
