//! Reading instances, a hundred a call, and whether each is the writer of its cluster.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_rds::types as sdk;
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest};

use super::ClusterInstance;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::connection::pages::pages;
use crate::kind::by_name::of_name;
use crate::kind::resource::{Read, all_failed};
use crate::services::rds::{cluster, tagging};

/// How many names one filter gets, and how many instances one page has.
const PAGE: usize = 100;

impl From<sdk::DbInstance> for ClusterInstance {
    fn from(instance: sdk::DbInstance) -> Self {
        let pending = instance.pending_modified_values;
        let endpoint = instance.endpoint;
        let groups = instance.db_parameter_groups.unwrap_or_default();
        // What waits for the maintenance window counts as set; sending it again changes nothing.
        let class = pending.as_ref().and_then(|pending| pending.db_instance_class.clone());
        let certificate = pending.and_then(|pending| pending.ca_certificate_identifier);
        Self {
            apply_immediately: None,
            arn: instance.db_instance_arn,
            auto_minor_version_upgrade: instance.auto_minor_version_upgrade,
            availability_zone: instance.availability_zone,
            ca_cert_identifier: certificate.or(instance.ca_certificate_identifier),
            cluster_identifier: instance.db_cluster_identifier,
            copy_tags_to_snapshot: Some(instance.copy_tags_to_snapshot.unwrap_or(false)),
            custom_iam_instance_profile: instance.custom_iam_instance_profile,
            db_parameter_group_name: groups.into_iter().find_map(|group| group.db_parameter_group_name),
            db_subnet_group_name: instance.db_subnet_group.and_then(|group| group.db_subnet_group_name),
            dbi_resource_id: instance.dbi_resource_id,
            port: endpoint.as_ref().and_then(|endpoint| endpoint.port).map(i64::from),
            endpoint: endpoint.and_then(|endpoint| endpoint.address),
            engine: instance.engine,
            engine_version: instance.engine_version.clone(),
            engine_version_actual: instance.engine_version,
            force_destroy: None,
            id: instance.db_instance_identifier.clone(),
            identifier: instance.db_instance_identifier,
            instance_class: class.or(instance.db_instance_class),
            kms_key_id: instance.kms_key_id,
            monitoring_interval: Some(instance.monitoring_interval.map_or(0, i64::from)),
            monitoring_role_arn: instance.monitoring_role_arn.filter(|arn| !arn.is_empty()),
            network_type: instance.network_type,
            performance_insights_enabled: instance.performance_insights_enabled,
            performance_insights_kms_key_id: instance.performance_insights_kms_key_id.filter(|key| !key.is_empty()),
            performance_insights_retention_period: instance.performance_insights_retention_period.map(i64::from),
            preferred_backup_window: instance.preferred_backup_window,
            preferred_maintenance_window: instance.preferred_maintenance_window,
            promotion_tier: Some(instance.promotion_tier.map_or(0, i64::from)),
            publicly_accessible: instance.publicly_accessible,
            storage_encrypted: instance.storage_encrypted,
            tags: None,
            tags_all: tagging::from_sdk(instance.tag_list),
            writer: None,
            _status: instance.db_instance_status,
        }
    }
}

pub(super) async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<ClusterInstance>> {
    let ids: Vec<String> = wanted.iter().map(|request| request.id.as_str().to_ascii_lowercase()).collect();
    // Which clusters are needed is not known yet; those that are read for others anyway cost nothing.
    let (found, clusters) = futures::join!(load(aws, &ids), cluster::load(aws, Vec::new()));
    let mut found = match found {
        Ok(found) => found,
        Err(error) => return all_failed(wanted, &error),
    };
    let clusters = clusters.unwrap_or_default();
    if let Err(error) = add_writers(aws, &mut found, &clusters).await {
        return all_failed(wanted, &error);
    }
    ids.iter().map(|id| Ok(found.get(id).cloned())).collect()
}

async fn describe(aws: &Aws, filter: Option<sdk::Filter>) -> Result<Vec<ClusterInstance>, CloudError> {
    let found = pages(|marker| {
        let request = aws.read().rds().describe_db_instances().max_records(100).set_marker(marker);
        let request = request.set_filters(filter.clone().map(|filter| vec![filter]));
        async move {
            let page = aws.call("rds:DescribeDBInstances", request.send()).await?;
            Ok((page.db_instances, page.marker))
        }
    });
    Ok(found.await?.into_iter().map(ClusterInstance::from).collect())
}

/// One instance, by itself, and without whether it is the writer.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<ClusterInstance> {
    let request = aws.read().rds().describe_db_instances().db_instance_identifier(id);
    let reply = absent_is_none(aws.call("rds:DescribeDBInstances", request.send()).await)?;
    let found = reply.and_then(|reply| reply.db_instances).unwrap_or_default();
    Ok(of_name(found, sdk::DbInstance::db_instance_identifier, id).map(ClusterInstance::from))
}

/// The instances by name, in lower case.
async fn load(aws: &Aws, ids: &[String]) -> Result<HashMap<String, ClusterInstance>, CloudError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(PAGE) {
        let filter = sdk::Filter::builder().name("db-instance-id").set_values(Some(chunk.to_vec())).build();
        match describe(aws, Some(filter)).await {
            // The filter is not documented to fail on names that do not exist; if it does, the whole list tells.
            Err(error) if error.kind == ErrorKind::NotFound => {
                found = describe(aws, None).await?;
                break;
            }
            page => found.extend(page?),
        }
    }
    let named = |instance: ClusterInstance| Some((instance.identifier.as_deref()?.to_ascii_lowercase(), instance));
    Ok(found.into_iter().filter_map(named).collect())
}

/// Says of each instance whether it is the writer, which only its cluster knows. `seen` are clusters that were read at
/// the same moment for others.
async fn add_writers(
    aws: &Aws,
    instances: &mut HashMap<String, ClusterInstance>,
    seen: &HashMap<String, sdk::DbCluster>,
) -> Result<(), CloudError> {
    let of = |instance: &ClusterInstance| instance.cluster_identifier.as_deref().map(str::to_ascii_lowercase);
    let mut ids: Vec<String> = instances.values().filter_map(of).filter(|id| !seen.contains_key(id)).collect();
    ids.sort();
    ids.dedup();
    let further = if ids.is_empty() { Arc::default() } else { cluster::load(aws, ids).await? };
    let clusters = seen.values().chain(further.values());
    for member in clusters.flat_map(|cluster| cluster.db_cluster_members.iter().flatten()) {
        let name = member.db_instance_identifier.as_deref().unwrap_or_default().to_ascii_lowercase();
        if let Some(instance) = instances.get_mut(&name) {
            instance.writer = member.is_cluster_writer;
        }
    }
    Ok(())
}
