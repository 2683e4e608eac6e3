//! SNS: topics.

mod lags;
mod topic;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<topic::Topic>::new()];
