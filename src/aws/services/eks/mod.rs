//! EKS: clusters and node groups.

mod cluster;
mod lags;
mod node_group;
pub(crate) mod operations;
mod prelude;
#[cfg(test)]
mod recorded;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<cluster::Cluster>::new(), &Typed::<node_group::NodeGroup>::new()];
