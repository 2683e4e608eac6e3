//! Reading clusters, a hundred a call.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_rds::types as sdk;
use wildfire_engine::model::{CloudError, ErrorKind};

use super::Cluster;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::find_by_name;
use crate::kind::convert::{FromSdk, incoming_single, incoming_text};
use crate::kind::resource::Read;

/// How many names one filter gets, and how many clusters one page has.
const PAGE: usize = 100;

/// A cluster as RDS describes it.
pub(super) fn cluster(live: sdk::DbCluster) -> Result<Cluster, CloudError> {
    let mut cluster = Cluster::from_sdk(live.clone())?;
    let certificate = live.certificate_details.and_then(|certificate| certificate.valid_till);
    cluster.ca_certificate_valid_till = incoming_text(certificate, "ca_certificate_valid_till")?;
    let members = live.db_cluster_members;
    cluster.cluster_members =
        members.map(|members| members.into_iter().filter_map(|member| member.db_instance_identifier).collect());
    let roles = live.associated_roles;
    cluster.iam_roles = roles.map(|roles| roles.into_iter().filter_map(|role| role.role_arn).collect());
    let domain = live.domain_memberships.unwrap_or_default().into_iter().next();
    cluster.domain_iam_role_name = domain.as_ref().and_then(|domain| domain.iam_role_name.clone());
    cluster.domain = domain.and_then(|domain| domain.domain);
    cluster.enable_local_write_forwarding = Some(matches!(
        live.local_write_forwarding_status,
        Some(sdk::LocalWriteForwardingStatus::Enabled | sdk::LocalWriteForwardingStatus::Enabling)
    ));
    cluster.manage_master_user_password = Some(live.master_user_secret.is_some());
    cluster.master_user_secret = incoming_single(live.master_user_secret, "master_user_secret")?;
    let groups = live.vpc_security_groups.unwrap_or_default().into_iter();
    let groups = groups.filter(|group| group.status.as_deref() != Some("removing"));
    cluster.vpc_security_group_ids = Some(groups.filter_map(|group| group.vpc_security_group_id).collect());
    // What waits for the maintenance window counts as set; sending it again changes nothing.
    if let Some(pending) = live.pending_modified_values {
        cluster.engine_version = pending.engine_version.or(cluster.engine_version);
        cluster.backup_retention_period =
            pending.backup_retention_period.map(i64::from).or(cluster.backup_retention_period);
        cluster.allocated_storage = pending.allocated_storage.map(i64::from).or(cluster.allocated_storage);
        cluster.iops = pending.iops.map(i64::from).or(cluster.iops);
        cluster.iam_database_authentication_enabled =
            pending.iam_database_authentication_enabled.or(cluster.iam_database_authentication_enabled);
    }
    cluster.iops = cluster.iops.filter(|iops| *iops != 0);
    // RDS leaves out what is off, or usual.
    cluster.backtrack_window.get_or_insert(0);
    cluster.copy_tags_to_snapshot.get_or_insert(false);
    cluster.deletion_protection.get_or_insert(false);
    cluster.enable_global_write_forwarding.get_or_insert(false);
    cluster.enable_http_endpoint.get_or_insert(false);
    cluster.iam_database_authentication_enabled.get_or_insert(false);
    cluster.engine_mode.get_or_insert_with(|| "provisioned".into());
    if cluster.engine.as_deref().is_some_and(|engine| engine.starts_with("aurora")) {
        cluster.storage_type.get_or_insert_with(|| "aurora".into());
    }
    Ok(cluster)
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
    let request = aws.read().rds().describe_db_clusters().max_records(100);
    aws.pages(request.set_filters(filter.map(|filter| vec![filter])), |page| page.db_clusters).await
}

/// One cluster, by itself.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<Cluster> {
    let request = aws.read().rds().describe_db_clusters().db_cluster_identifier(id);
    let reply = absent_is_none(aws.send(request).await)?;
    let found = reply.and_then(|reply| reply.db_clusters).unwrap_or_default();
    find_by_name(found, sdk::DbCluster::db_cluster_identifier, id).map(cluster).transpose()
}
