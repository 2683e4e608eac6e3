//! SQS: queues.

mod lags;
mod queue;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<queue::Queue>::new()];
