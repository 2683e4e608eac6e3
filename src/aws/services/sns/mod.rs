//! SNS: topics.

mod lags;
pub(crate) mod operations;
mod topic;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<topic::Topic>::new()];
