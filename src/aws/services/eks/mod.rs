//! EKS: clusters, node groups, add-ons, and who may do what in a cluster.

mod access_entry;
mod access_policy_association;
mod addon;
mod cluster;
mod lags;
mod node_group;
pub(crate) mod operations;
mod pod_identity_association;
mod prelude;
#[cfg(test)]
mod recorded;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<cluster::Cluster>::new(),
    &Typed::<node_group::NodeGroup>::new(),
    &Typed::<addon::Addon>::new(),
    &Typed::<access_entry::AccessEntry>::new(),
    &Typed::<access_policy_association::AccessPolicyAssociation>::new(),
    &Typed::<pod_identity_association::PodIdentityAssociation>::new(),
];
