//! Reading clusters, a hundred a call.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_rds::types as sdk;
use aws_smithy_types::date_time::Format;
use wildfire_engine::model::{CloudError, ErrorKind};

use super::Cluster;
use super::blocks::MasterUserSecret;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::connection::pages::pages;
use crate::kind::by_name::of_name;
use crate::kind::resource::Read;
use crate::services::rds::tagging;

/// How many names one filter gets, and how many clusters one page has.
const PAGE: usize = 100;

fn not_empty<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|list| !list.is_empty())
}

fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

impl From<sdk::DbCluster> for Cluster {
    fn from(cluster: sdk::DbCluster) -> Self {
        let certificate = cluster.certificate_details;
        let pending = cluster.pending_modified_values;
        let domain = cluster.domain_memberships.unwrap_or_default().into_iter().next();
        let secret = cluster.master_user_secret;
        let groups = cluster.vpc_security_groups.unwrap_or_default().into_iter();
        let groups = groups.filter(|group| group.status.as_deref() != Some("removing"));
        // RDS tells the storage of an Aurora cluster only where it is not the usual one.
        let aurora = cluster.engine.as_deref().is_some_and(|engine| engine.starts_with("aurora"));
        let usual_storage = aurora.then(|| "aurora".to_string());
        // What waits for the maintenance window counts as set; sending it again changes nothing.
        let version = pending.as_ref().and_then(|pending| pending.engine_version.clone());
        let retention = pending.as_ref().and_then(|pending| pending.backup_retention_period);
        let storage = pending.as_ref().and_then(|pending| pending.allocated_storage);
        let iops = pending.as_ref().and_then(|pending| pending.iops);
        let iam_login = pending.as_ref().and_then(|pending| pending.iam_database_authentication_enabled);
        Self {
            allocated_storage: storage.or(cluster.allocated_storage).map(i64::from),
            allow_major_version_upgrade: None,
            apply_immediately: None,
            arn: cluster.db_cluster_arn,
            availability_zones: not_empty(cluster.availability_zones),
            backtrack_window: Some(cluster.backtrack_window.unwrap_or(0)),
            backup_retention_period: retention.or(cluster.backup_retention_period).map(i64::from),
            ca_certificate_valid_till: certificate
                .as_ref()
                .and_then(|certificate| certificate.valid_till?.fmt(Format::DateTime).ok()),
            ca_certificate_identifier: certificate.and_then(|certificate| certificate.ca_identifier),
            cluster_members: cluster
                .db_cluster_members
                .map(|members| members.into_iter().filter_map(|member| member.db_instance_identifier).collect()),
            cluster_resource_id: cluster.db_cluster_resource_id,
            cluster_scalability_type: cluster.cluster_scalability_type.map(|kind| kind.as_str().to_string()),
            copy_tags_to_snapshot: Some(cluster.copy_tags_to_snapshot.unwrap_or(false)),
            database_insights_mode: cluster.database_insights_mode.map(|mode| mode.as_str().to_string()),
            database_name: text(cluster.database_name),
            db_cluster_instance_class: text(cluster.db_cluster_instance_class),
            db_cluster_parameter_group_name: cluster.db_cluster_parameter_group,
            db_instance_parameter_group_name: None,
            db_subnet_group_name: cluster.db_subnet_group,
            db_system_id: cluster.db_system_id,
            delete_automated_backups: None,
            deletion_protection: Some(cluster.deletion_protection.unwrap_or(false)),
            domain_iam_role_name: domain.as_ref().and_then(|domain| domain.iam_role_name.clone()),
            domain: domain.and_then(|domain| domain.domain),
            enable_global_write_forwarding: Some(cluster.global_write_forwarding_requested.unwrap_or(false)),
            enable_http_endpoint: Some(cluster.http_endpoint_enabled.unwrap_or(false)),
            enable_local_write_forwarding: Some(matches!(
                cluster.local_write_forwarding_status,
                Some(sdk::LocalWriteForwardingStatus::Enabled | sdk::LocalWriteForwardingStatus::Enabling)
            )),
            enabled_cloudwatch_logs_exports: not_empty(cluster.enabled_cloudwatch_logs_exports),
            endpoint: cluster.endpoint,
            engine: cluster.engine,
            engine_lifecycle_support: cluster.engine_lifecycle_support,
            engine_mode: cluster.engine_mode.or_else(|| Some("provisioned".into())),
            engine_version: version.or_else(|| cluster.engine_version.clone()),
            engine_version_actual: cluster.engine_version,
            final_snapshot_identifier: None,
            global_cluster_identifier: text(cluster.global_cluster_identifier),
            hosted_zone_id: cluster.hosted_zone_id,
            iam_database_authentication_enabled: Some(
                iam_login.or(cluster.iam_database_authentication_enabled).unwrap_or(false),
            ),
            iam_roles: cluster
                .associated_roles
                .map(|roles| roles.into_iter().filter_map(|role| role.role_arn).collect()),
            id: cluster.db_cluster_identifier.clone(),
            cluster_identifier: cluster.db_cluster_identifier,
            iops: iops.or(cluster.iops).filter(|iops| *iops != 0).map(i64::from),
            kms_key_id: cluster.kms_key_id,
            manage_master_user_password: Some(secret.is_some()),
            master_password: None,
            master_password_wo: None,
            master_password_wo_version: None,
            master_user_secret_kms_key_id: secret.as_ref().and_then(|secret| secret.kms_key_id.clone()),
            master_user_secret: secret.map(|secret| vec![MasterUserSecret::from(secret)]),
            master_username: cluster.master_username,
            monitoring_interval: cluster.monitoring_interval.map(i64::from),
            monitoring_role_arn: text(cluster.monitoring_role_arn),
            network_type: cluster.network_type,
            performance_insights_enabled: cluster.performance_insights_enabled,
            performance_insights_kms_key_id: text(cluster.performance_insights_kms_key_id),
            performance_insights_retention_period: cluster.performance_insights_retention_period.map(i64::from),
            port: cluster.port.map(i64::from),
            preferred_backup_window: cluster.preferred_backup_window,
            preferred_maintenance_window: cluster.preferred_maintenance_window,
            reader_endpoint: cluster.reader_endpoint,
            replication_source_identifier: text(cluster.replication_source_identifier),
            restore_to_point_in_time: None,
            s3_import: None,
            scaling_configuration: cluster.scaling_configuration_info.map(From::from),
            serverlessv2_scaling_configuration: cluster.serverless_v2_scaling_configuration.map(From::from),
            skip_final_snapshot: None,
            snapshot_identifier: None,
            storage_encrypted: cluster.storage_encrypted,
            storage_type: text(cluster.storage_type).or(usual_storage),
            tags: None,
            tags_all: tagging::from_sdk(cluster.tag_list),
            vpc_security_group_ids: Some(groups.filter_map(|group| group.vpc_security_group_id).collect()),
            _status: cluster.status,
        }
    }
}

/// Clusters by name, in lower case. Instances ask for theirs too, in the same calls.
pub(in crate::services::rds) async fn load(
    aws: &Aws,
    ids: Vec<String>,
) -> Result<Arc<HashMap<String, sdk::DbCluster>>, CloudError> {
    let handle = aws.clone();
    aws.batch("rds:clusters").load(ids, move |ids| async move { fetch(&handle, &ids).await }).await
}

async fn fetch(aws: &Aws, ids: &[String]) -> Result<HashMap<String, sdk::DbCluster>, CloudError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(PAGE) {
        let filter = sdk::Filter::builder().name("db-cluster-id").set_values(Some(chunk.to_vec())).build();
        match describe(aws, Some(filter)).await {
            // The filter is not documented to fail on names that do not exist; if it does, the whole list tells.
            Err(error) if error.kind == ErrorKind::NotFound => {
                found = describe(aws, None).await?;
                break;
            }
            page => found.extend(page?),
        }
    }
    let named =
        |cluster: sdk::DbCluster| Some((cluster.db_cluster_identifier.as_deref()?.to_ascii_lowercase(), cluster));
    Ok(found.into_iter().filter_map(named).collect())
}

async fn describe(aws: &Aws, filter: Option<sdk::Filter>) -> Result<Vec<sdk::DbCluster>, CloudError> {
    pages(|marker| {
        let request = aws.read().rds().describe_db_clusters().max_records(100).set_marker(marker);
        let request = request.set_filters(filter.clone().map(|filter| vec![filter]));
        async move {
            let page = aws.call("rds:DescribeDBClusters", request.send()).await?;
            Ok((page.db_clusters, page.marker))
        }
    })
    .await
}

/// One cluster, by itself.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<Cluster> {
    let request = aws.read().rds().describe_db_clusters().db_cluster_identifier(id);
    let reply = absent_is_none(aws.call("rds:DescribeDBClusters", request.send()).await)?;
    let found = reply.and_then(|reply| reply.db_clusters).unwrap_or_default();
    Ok(of_name(found, sdk::DbCluster::db_cluster_identifier, id).map(Cluster::from))
}
