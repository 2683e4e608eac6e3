//! Waiting: for a slot, and for AWS.
//!
//! Owns: when a resource is ready or gone, one batched read for all that wait, and for how long. A slot is held for a call,
//! never for a wait.

mod poller;
mod settle;
mod slots;
mod waits;

pub(super) use poller::{Poller, poller};
pub(super) use settle::{Settled, Until, Wait, worth_repeating};
pub(super) use slots::{Slot, Slots};
pub(super) use waits::timeout_of;
