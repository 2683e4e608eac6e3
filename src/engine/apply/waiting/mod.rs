//! Waiting: for a slot, and for AWS.
//!
//! Owns: when a resource is ready or gone, one batched read for all that wait, and for how long; and the requests that several
//! steps share. Steps announce their calls in groups (`gates`). A slot is held for a call, never for a wait.

mod batches;
mod gates;
mod line;
mod poller;
mod settle;
mod slots;
mod waits;

pub(super) use batches::{Batches, Sender, batches};
pub(super) use gates::{Announced, Gates};
pub(super) use poller::{Poller, poller};
pub(super) use settle::{Settled, Until, Wait, worth_repeating};
pub(super) use slots::{Slot, Slots};
pub(super) use waits::timeout_of;
