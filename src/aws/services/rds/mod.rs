//! RDS: Aurora clusters, their instances and endpoints, other instances, the groups they use, snapshots and events.

mod cluster;
mod cluster_endpoint;
mod cluster_instance;
mod cluster_parameter_group;
mod cluster_snapshot;
mod db_instance;
mod db_snapshot;
mod event_subscription;
mod lags;
mod log_exports;
mod master_user;
pub(crate) mod operations;
mod option_group;
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
    &Typed::<option_group::OptionGroup>::new(),
    &Typed::<cluster_endpoint::ClusterEndpoint>::new(),
    &Typed::<event_subscription::EventSubscription>::new(),
    &Typed::<db_snapshot::DbSnapshot>::new(),
    &Typed::<cluster_snapshot::ClusterSnapshot>::new(),
];
