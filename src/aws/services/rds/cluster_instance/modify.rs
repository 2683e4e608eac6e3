//! What a modification of an instance sends.

use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;

use super::ClusterInstance;
use crate::kind::convert::int;
use crate::kind::diff::{changed, changed_name};

/// What differs, and only that: RDS takes some values only when they change.
pub(super) fn changes(want: &ClusterInstance, prior: &ClusterInstance) -> ModifyDbInstanceInputBuilder {
    ModifyDbInstanceInput::builder()
        .set_auto_minor_version_upgrade(changed(&want.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade))
        .set_ca_certificate_identifier(changed(&want.ca_cert_identifier, &prior.ca_cert_identifier))
        .set_copy_tags_to_snapshot(changed(&want.copy_tags_to_snapshot, &prior.copy_tags_to_snapshot))
        .set_db_parameter_group_name(changed_name(&want.db_parameter_group_name, &prior.db_parameter_group_name))
        .set_db_instance_class(changed(&want.instance_class, &prior.instance_class))
        .set_monitoring_interval(changed(&want.monitoring_interval, &prior.monitoring_interval).map(int))
        .set_monitoring_role_arn(changed(&want.monitoring_role_arn, &prior.monitoring_role_arn))
        .set_enable_performance_insights(changed(
            &want.performance_insights_enabled,
            &prior.performance_insights_enabled,
        ))
        .set_performance_insights_kms_key_id(changed(
            &want.performance_insights_kms_key_id,
            &prior.performance_insights_kms_key_id,
        ))
        .set_performance_insights_retention_period(
            changed(&want.performance_insights_retention_period, &prior.performance_insights_retention_period).map(int),
        )
        .set_preferred_backup_window(changed_name(&want.preferred_backup_window, &prior.preferred_backup_window))
        .set_preferred_maintenance_window(changed_name(
            &want.preferred_maintenance_window,
            &prior.preferred_maintenance_window,
        ))
        .set_promotion_tier(changed(&want.promotion_tier, &prior.promotion_tier).map(int))
        .set_publicly_accessible(changed(&want.publicly_accessible, &prior.publicly_accessible))
}
