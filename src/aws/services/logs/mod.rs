//! CloudWatch Logs: log groups and streams, what counts their entries, where they go, and who may write them.

mod lags;
mod log_group;
mod log_stream;
mod metric_filter;
pub(crate) mod operations;
mod prelude;
mod resource_policy;
mod subscription_filter;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<log_group::LogGroup>::new(),
    &Typed::<metric_filter::MetricFilter>::new(),
    &Typed::<resource_policy::LogResourcePolicy>::new(),
    &Typed::<log_stream::LogStream>::new(),
    &Typed::<subscription_filter::SubscriptionFilter>::new(),
];
