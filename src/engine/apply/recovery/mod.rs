//! What an earlier run left behind.
//!
//! Owns: what became of calls without a result (`recover`, `unresolved_creates`), resources that are still at work (`in_progress`), and
//! the first read of what was created and never looked at (`observe_created`).

mod in_progress;
mod observe_created;
mod recover;
mod unresolved_creates;

pub use in_progress::await_settled;
pub use observe_created::observe_created;
pub(super) use recover::{PATIENCE, Search, delay, search};
pub use recover::{Recovery, RecoveryMode, recover};
