//! EKS: clusters and node groups.

mod cluster;
mod lags;
mod node_group;
#[cfg(test)]
mod recorded;
mod tagging;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<cluster::Cluster>::new(), &Typed::<node_group::NodeGroup>::new()];
