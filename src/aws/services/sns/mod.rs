//! SNS: topics, their policies and subscriptions.

mod attributes;
mod lags;
pub(crate) mod operations;
mod prelude;
mod subscription;
mod tagging;
mod topic;
mod topic_policy;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<topic::Topic>::new(),
    &Typed::<topic_policy::TopicPolicy>::new(),
    &Typed::<subscription::Subscription>::new(),
];
