//! SQS: queues and their policies.

mod lags;
pub(crate) mod operations;
mod prelude;
mod queue;
mod queue_policy;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<queue::Queue>::new(), &Typed::<queue_policy::QueuePolicy>::new()];
