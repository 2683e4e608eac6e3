//! The way to AWS: clients and credentials, and what happens to every call and every reply.
//!
//! Owns rate limits, retries, the fence of a run that lost its lock, what an error means, and the proof that a reply is
//! AWS's. Leaves out what a call is for: that is `kind` and `services`.

pub(crate) mod batch;
mod bucket_owner;
pub(crate) mod call;
mod clients;
pub mod credentials;
pub(crate) mod error;
#[cfg(test)]
pub(crate) mod fake;
mod fence;

mod genuine;
mod lag;
mod limits;
pub(crate) mod operation;
mod permission;
mod places;
mod private;
mod regions;
#[cfg(test)]
pub(crate) mod replay;
mod retry_policy;

pub use clients::Aws;
pub use places::{PlaceError, Places};
pub use regions::region_problem;
