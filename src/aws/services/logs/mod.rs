//! CloudWatch Logs: log groups.

mod lags;
mod log_group;
pub(crate) mod operations;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<log_group::LogGroup>::new()];
