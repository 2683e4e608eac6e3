//! Route 53: hosted zones, their records and VPCs, and health checks.

mod change;
mod health_check;
mod lags;
mod listing;
mod name;
pub(crate) mod operations;
mod record;
mod zone;
mod zone_association;

use crate::kind::{Kind, Typed};

pub(crate) use self::name::bare_zone_id;
pub(crate) use self::zone::{ZoneSummary, all_zones, name_servers, zone_tags};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<zone::Zone>::new(),
    &Typed::<record::Record>::new(),
    &Typed::<health_check::HealthCheck>::new(),
    &Typed::<zone_association::ZoneAssociation>::new(),
];

/// For tests: a batch of one change.
#[cfg(test)]
pub(crate) async fn send_nothing(aws: &crate::Aws) -> Result<(), wildfire_engine::model::CloudError> {
    use aws_sdk_route53::types::{ChangeAction, ResourceRecordSet, RrType};
    let set = ResourceRecordSet::builder().name("www.example.com").r#type(RrType::A).build().expect("complete");
    change::send(aws, "Z1", vec![change::one(ChangeAction::Delete, set)?]).await.map(|_| ())
}
