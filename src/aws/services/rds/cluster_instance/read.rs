//! Reading instances, a hundred a call, and whether each is the writer of its cluster.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_rds::types as sdk;
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest};

use super::ClusterInstance;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::find_by_name;
use crate::kind::convert::FromSdk;
use crate::kind::resource::{Read, all_failed};
use crate::services::rds::cluster;

/// How many names one filter gets, and how many instances one page has.
const PAGE: usize = 100;

/// An instance as RDS describes it.
pub(super) fn instance(live: sdk::DbInstance) -> Result<ClusterInstance, CloudError> {
    let mut instance = ClusterInstance::from_sdk(live.clone())?;
    let groups = live.db_parameter_groups.unwrap_or_default().into_iter();
    instance.db_parameter_group_name = groups.into_iter().find_map(|group| group.db_parameter_group_name);
    // What waits for the maintenance window counts as set; sending it again changes nothing.
    if let Some(pending) = live.pending_modified_values {
        instance.instance_class = pending.db_instance_class.or(instance.instance_class);
        instance.ca_cert_identifier = pending.ca_certificate_identifier.or(instance.ca_cert_identifier);
    }
    // RDS leaves out what is off, or usual.
    instance.copy_tags_to_snapshot.get_or_insert(false);
    instance.monitoring_interval.get_or_insert(0);
    instance.promotion_tier.get_or_insert(0);
    Ok(instance)
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
    let request = aws.read().rds().describe_db_instances().max_records(100);
    let request = request.set_filters(filter.map(|filter| vec![filter]));
    aws.pages(request, |page| page.db_instances).await?.into_iter().map(instance).collect()
}

/// One instance, by itself, and without whether it is the writer.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<ClusterInstance> {
    let request = aws.read().rds().describe_db_instances().db_instance_identifier(id);
    let reply = absent_is_none(aws.send(request).await)?;
    let found = reply.and_then(|reply| reply.db_instances).unwrap_or_default();
    find_by_name(found, sdk::DbInstance::db_instance_identifier, id).map(instance).transpose()
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
