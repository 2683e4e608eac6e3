//! Route 53: hosted zones and their records.

mod change;
mod listing;
mod name;
mod record;
mod zone;

use crate::registry::{Kind, Typed};

pub(crate) use self::name::bare_zone_id;
pub(crate) use self::zone::{ZoneSummary, all_zones, name_servers, zone_tags};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<zone::Zone>::new(), &Typed::<record::Record>::new()];
