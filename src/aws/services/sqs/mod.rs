//! SQS: queues.

mod lags;
pub(crate) mod operations;
mod queue;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<queue::Queue>::new()];
