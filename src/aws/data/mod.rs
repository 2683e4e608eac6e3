//! Data sources: what wildfire reads and does not manage; one file each.

use crate::registry::DataKind;

pub(crate) const KINDS: &[&dyn DataKind] = &[];
