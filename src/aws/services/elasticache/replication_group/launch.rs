//! The call that makes a replication group.

use super::convert::flag;
use super::{LogDelivery, ReplicationGroup, read};
use crate::kind::by_name::or_wait_for_name;
use crate::services::elasticache::prelude::*;

pub(super) async fn create(aws: &Aws, want: &ReplicationGroup) -> Result<(), CloudError> {
    // A secondary group of a global datastore takes most settings from the primary one.
    let secondary = want.global_replication_group_id.is_some();
    let own = |value: &Option<String>| value.clone().filter(|_| !secondary);
    let logs = want.log_delivery_configuration.as_ref();
    let request = want
        .fill(aws.write().elasticache().create_replication_group())?
        .set_engine(own(&want.engine))
        .set_engine_version(own(&want.engine_version))
        .set_cache_parameter_group_name(own(&want.parameter_group_name))
        .set_auto_minor_version_upgrade(flag(want.auto_minor_version_upgrade.as_deref()))
        .set_transit_encryption_enabled(want.transit_encryption_enabled.filter(|_| !secondary))
        .set_at_rest_encryption_enabled(flag(want.at_rest_encryption_enabled.as_deref()).filter(|_| !secondary))
        .set_log_delivery_configurations(logs.map(|logs| logs.iter().map(LogDelivery::to_sdk).collect()));
    let created = aws.send(request).await;
    let id = want.replication_group_id.as_deref().unwrap_or_default();
    or_wait_for_name(created, read::one(aws, id)).await.map(|_| ())
}
