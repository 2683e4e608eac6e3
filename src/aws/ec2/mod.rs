//! EC2: networks, security groups, launch templates.

mod subnet;
mod tagging;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<subnet::Subnet>::new()];
