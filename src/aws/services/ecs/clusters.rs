//! Clusters as ECS describes them, a hundred a call, for the types that are about one.

use std::collections::HashMap;
use std::sync::Arc;

use super::prelude::*;

/// How many clusters a call describes.
const PAGE: usize = 100;

/// The name of a cluster, which may be written by its ARN.
pub(super) fn name(cluster: &str) -> &str {
    cluster.rsplit('/').next().unwrap_or(cluster)
}

/// The clusters of those names that are there to stay, by name.
pub(super) async fn load(
    aws: &Aws,
    names: impl IntoIterator<Item = String>,
) -> Result<Arc<HashMap<String, sdk::Cluster>>, CloudError> {
    let handle = aws.clone();
    aws.batch("ecs:clusters").load(names, move |names| fetch(handle, names)).await
}

pub(super) async fn one(aws: &Aws, name: &str) -> Result<Option<sdk::Cluster>, CloudError> {
    Ok(fetch(aws.clone(), vec![name.to_string()]).await?.remove(name))
}

async fn fetch(aws: Aws, names: Vec<String>) -> Result<HashMap<String, sdk::Cluster>, CloudError> {
    let include = [
        sdk::ClusterField::Attachments,
        sdk::ClusterField::Configurations,
        sdk::ClusterField::Settings,
        sdk::ClusterField::Tags,
    ];
    let chunk = async |names: &[String]| {
        let request = aws.read().ecs().describe_clusters();
        aws.send(request.set_clusters(Some(names.to_vec())).set_include(Some(include.to_vec()))).await
    };
    let mut found = HashMap::new();
    for reply in join_all(names.chunks(PAGE).map(chunk)).await {
        let reply = reply?;
        // One that does not exist is a failure of its own, and so is one that may not be looked at.
        let failed = reply.failures.unwrap_or_default().into_iter();
        if let Some(failure) = failed.into_iter().find(|failure| failure.reason.as_deref() != Some("MISSING")) {
            let (arn, reason) = (failure.arn.unwrap_or_default(), failure.reason.unwrap_or_default());
            return Err(CloudError::new(ErrorKind::Rejected, format!("{arn} cannot be read: {reason}")));
        }
        // A cluster is listed for a while after its deletion.
        let there = |live: &sdk::Cluster| live.status.as_deref() != Some("INACTIVE");
        let named = |live: sdk::Cluster| Some((live.cluster_name.clone()?, live));
        found.extend(reply.clusters.unwrap_or_default().into_iter().filter(there).filter_map(named));
    }
    Ok(found)
}
