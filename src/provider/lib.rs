//! Terraform providers: their protocol, their processes, their types and values.
//!
//! `wire` is the messages of protocols 5 and 6, `process` a provider's process with its handshake and its end, `value` the
//! types and values of the protocol, `schema` what a provider says of its types, `proposed` what is proposed to it for a plan.
//! `client` makes the calls. Leaves out: where a provider comes from, and being a cloud of the engine.
//!
//! Sees the engine's `model`, and no SDK.

#![forbid(unsafe_code)]

mod client;
pub mod process;
mod proposed;
mod schema;
pub mod value;
pub mod wire;

pub use client::{Applied, Failed, Kept, Planned, Provider};
pub use proposed::proposed;
pub use schema::{Attribute, Block, NestedBlock, Nesting, Schema, Schemas};
