//! CloudWatch Logs: log groups.

mod lags;
mod log_group;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<log_group::LogGroup>::new()];
