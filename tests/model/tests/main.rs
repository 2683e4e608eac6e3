//! What holds, what breaks when a protection is taken away, and what breaks when AWS is worse than assumed.
//!
//! `cargo test --package wildfire-model -- --nocapture` prints the size of every model and the history of every violation.

mod assumptions;
mod built;
mod check;
mod names;
mod protections;
mod waiting;
