//! RDS: Aurora clusters, their instances, other instances, and the groups they use.

mod cluster;
mod cluster_instance;
mod cluster_parameter_group;
mod db_instance;
mod lags;
mod log_exports;
mod master_user;
pub(crate) mod operations;
mod parameter;
mod parameter_group;
mod prelude;
mod status;
mod subnet_group;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<subnet_group::SubnetGroup>::new(),
    &Typed::<parameter_group::ParameterGroup>::new(),
    &Typed::<cluster_parameter_group::ClusterParameterGroup>::new(),
    &Typed::<cluster::Cluster>::new(),
    &Typed::<cluster_instance::ClusterInstance>::new(),
    &Typed::<db_instance::Instance>::new(),
];
