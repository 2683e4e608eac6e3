//! The kinds of steps, each as entry, call, entry.
//!
//! Owns: what is sent and when it is sent again (`send`, `retry`), and that it is what the plan showed (`matches_plan`). Leaves
//! out: which step may start (`schedule`), and waiting for AWS.

mod create;
mod delete;
pub(super) mod matches_plan;
mod put_back;
pub(super) mod retry;
mod send;
mod share;
mod state_only;
mod step;
mod taken;
mod update;
pub(super) mod want;

pub use matches_plan::{agrees, agrees_value};
pub(super) use retry::{backoff, look_delay};
pub(super) use send::Turn;
pub(super) use step::digest;
