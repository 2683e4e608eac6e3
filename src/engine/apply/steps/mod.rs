//! The kinds of steps, each as entry, call, entry.
//!
//! Owns: what is sent and when it is sent again (`send`, `retry`), and that it is what the plan showed (`agree`). Leaves
//! out: which step may start (`schedule`), and waiting for AWS.

pub(super) mod agree;
mod create;
mod delete;
mod paperwork;
mod put_back;
pub(super) mod retry;
mod send;
mod step;
mod taken;
mod update;
pub(super) mod want;

pub use agree::{agrees, agrees_value};
pub(super) use retry::{backoff, look_delay};
pub(super) use step::digest;
