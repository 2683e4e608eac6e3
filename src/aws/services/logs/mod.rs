//! CloudWatch Logs: log groups, and the metrics that count their entries.

mod lags;
mod log_group;
mod log_stream;
mod metric_filter;
pub(crate) mod operations;
mod prelude;
mod resource_policy;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<log_group::LogGroup>::new(),
    &Typed::<metric_filter::MetricFilter>::new(),
    &Typed::<resource_policy::LogResourcePolicy>::new(),
    &Typed::<log_stream::LogStream>::new(),
];
