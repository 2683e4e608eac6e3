//! What an earlier run left behind.
//!
//! Owns: what became of calls without a result (`recover`, `doubts`), resources that are still at work (`earlier`), and
//! the first read of what was created and never looked at (`first_look`).

mod doubts;
mod earlier;
mod first_look;
mod recover;

pub use earlier::await_settled;
pub use first_look::first_look;
pub(super) use recover::{PATIENCE, Search, delay, search};
pub use recover::{Recovery, RecoveryMode, recover};
