//! ElastiCache: replication groups of Valkey and Redis, and the groups they use.

mod lags;
pub(crate) mod operations;
mod parameter_group;
mod prelude;
mod replication_group;
mod subnet_group;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<subnet_group::SubnetGroup>::new(),
    &Typed::<parameter_group::ParameterGroup>::new(),
    &Typed::<replication_group::ReplicationGroup>::new(),
];
