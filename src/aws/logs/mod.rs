//! See the files: one resource type each.

use crate::registry::Kind;

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[];
