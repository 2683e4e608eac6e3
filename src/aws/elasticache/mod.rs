//! ElastiCache: replication groups of Valkey and Redis, and the groups they use.

mod lags;
mod parameter_group;
mod replication_group;
mod subnet_group;
mod tagging;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<subnet_group::SubnetGroup>::new(),
    &Typed::<parameter_group::ParameterGroup>::new(),
    &Typed::<replication_group::ReplicationGroup>::new(),
];
