//! ElastiCache: replication groups of Valkey and Redis, single clusters, and the groups and users of both.

mod cluster;
mod described;
mod lags;
pub(crate) mod operations;
mod parameter_group;
mod prelude;
mod replication_group;
mod subnet_group;
mod tagging;
mod user;
mod user_group;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<subnet_group::SubnetGroup>::new(),
    &Typed::<parameter_group::ParameterGroup>::new(),
    &Typed::<replication_group::ReplicationGroup>::new(),
    &Typed::<cluster::Cluster>::new(),
    &Typed::<user::User>::new(),
    &Typed::<user_group::UserGroup>::new(),
];
