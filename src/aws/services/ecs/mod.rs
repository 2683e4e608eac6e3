//! ECS: clusters, task definitions and services.

mod cluster;
mod cluster_capacity_providers;
mod clusters;
mod lags;
pub(crate) mod operations;
mod prelude;
mod service;
mod tagging;
mod task_definition;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<cluster::Cluster>::new(),
    &Typed::<cluster_capacity_providers::ClusterCapacityProviders>::new(),
    &Typed::<task_definition::TaskDefinition>::new(),
    &Typed::<service::Service>::new(),
];
