//! Reading services, ten a call, and what a deployment is at.

use std::collections::{BTreeMap, HashMap};

use super::Service;
use super::connect::connect;
use crate::services::ecs::clusters;
use crate::services::ecs::prelude::*;

/// How many services a call describes.
const PAGE: usize = 10;

/// `CLUSTER/SERVICE`
pub(super) fn joined(cluster: Option<&str>, service: &str) -> PhysicalId {
    let cluster = cluster.map(clusters::name).filter(|name| !name.is_empty()).unwrap_or("default");
    format!("{cluster}/{service}").into()
}

/// Cluster and service of an id, which may be an ARN: `…:service/CLUSTER/SERVICE`.
pub(super) fn split(id: &str) -> (&str, &str) {
    let rest = id.split_once(":service/").map_or(id, |(_, rest)| rest);
    rest.split_once('/').unwrap_or(("default", rest))
}

/// Services by `CLUSTER/SERVICE`.
type Found = HashMap<String, sdk::Service>;

pub(super) async fn load(aws: &Aws, ids: Vec<String>) -> Result<std::sync::Arc<Found>, CloudError> {
    let handle = aws.clone();
    aws.batch("ecs:services").load(ids, move |ids| fetch(handle, ids)).await
}

pub(super) async fn one(aws: &Aws, id: &str) -> Result<Option<sdk::Service>, CloudError> {
    let (cluster, service) = split(id);
    let id = joined(Some(cluster), service).to_string();
    Ok(fetch(aws.clone(), vec![id.clone()]).await?.remove(&id))
}

async fn fetch(aws: Aws, ids: Vec<String>) -> Result<Found, CloudError> {
    let mut by_cluster: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (cluster, service) in ids.iter().map(|id| split(id)) {
        by_cluster.entry(cluster).or_default().push(service.to_string());
    }
    let describe = async |cluster: &str, names: &[String]| {
        let request = aws.read().ecs().describe_services().cluster(cluster).set_services(Some(names.to_vec()));
        // A cluster that is gone has no services.
        absent_is_none(aws.send(request.include(sdk::ServiceField::Tags)).await)
    };
    let asked = by_cluster.iter().flat_map(|(cluster, names)| names.chunks(PAGE).map(|names| describe(cluster, names)));
    let mut found = Found::new();
    for reply in join_all(asked).await {
        let Some(reply) = reply? else { continue };
        let failed = reply.failures.unwrap_or_default().into_iter();
        if let Some(failure) = failed.into_iter().find(|failure| failure.reason.as_deref() != Some("MISSING")) {
            let (arn, reason) = (failure.arn.unwrap_or_default(), failure.reason.unwrap_or_default());
            return Err(CloudError::new(ErrorKind::Rejected, format!("{arn} cannot be read: {reason}")));
        }
        // A service is listed for a while after its deletion.
        let there = |live: &sdk::Service| live.status.as_deref() != Some("INACTIVE");
        for live in reply.services.unwrap_or_default().into_iter().filter(there) {
            let id = joined(live.cluster_arn.as_deref(), live.service_name.as_deref().unwrap_or_default());
            found.insert(id.to_string(), live);
        }
    }
    Ok(found)
}

fn primary(live: &sdk::Service) -> Option<&sdk::Deployment> {
    live.deployments.as_ref()?.iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"))
}

/// What ECS is at with the newest deployment; nothing where it is done, or somebody else deploys.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/view-service-events.html>
pub(super) fn rolling_out(live: &sdk::Service) -> Option<String> {
    let deployment = primary(live)?;
    let running = (live.running_count, live.desired_count);
    let others = live.deployments.as_ref().is_some_and(|all| all.len() > 1);
    match deployment.rollout_state {
        Some(sdk::DeploymentRolloutState::Failed) => None,
        Some(sdk::DeploymentRolloutState::Completed) if !others && running.0 == running.1 => None,
        // Without a circuit breaker there is no such state on some services.
        None if !others && running.0 == running.1 => None,
        _ => Some(format!("{} of {} tasks run", deployment.running_count, deployment.desired_count)),
    }
}

/// As ECS describes it; some settings are those of the newest deployment.
pub(super) fn service(live: sdk::Service) -> Result<Service, CloudError> {
    let newest = primary(&live).cloned();
    let failed = newest.as_ref().filter(|one| one.rollout_state == Some(sdk::DeploymentRolloutState::Failed));
    let status = failed.map(|one| one.rollout_state_reason.clone().unwrap_or_else(|| "FAILED".into()));
    let status = status.or_else(|| live.status.clone().filter(|word| word != "ACTIVE"));
    let deployment = live.deployment_configuration.clone();
    let registry = live.service_registries.clone().and_then(|all| all.into_iter().next());
    let mut service = Service::from_sdk(live)?;
    service._status = status;
    service.service_registries = incoming(registry, "service_registries")?;
    if let Some(deployment) = deployment {
        service.alarms = incoming(deployment.alarms, "alarms")?;
        service.deployment_circuit_breaker =
            incoming(deployment.deployment_circuit_breaker, "deployment_circuit_breaker")?;
        service.deployment_maximum_percent = deployment.maximum_percent.map(i64::from);
        service.deployment_minimum_healthy_percent = deployment.minimum_healthy_percent.map(i64::from);
    }
    if let Some(newest) = newest {
        service.service_connect_configuration = connect(newest.service_connect_configuration)?;
        let volume = newest.volume_configurations.and_then(|all| all.into_iter().next());
        service.volume_configuration = incoming(volume, "volume_configuration")?;
        service.vpc_lattice_configurations =
            filled(incoming(newest.vpc_lattice_configurations, "vpc_lattice_configurations")?);
    }
    // What is off, or usual, comes as an empty block or not at all.
    service.alarms = service.alarms.filter(|alarms| alarms.enable == Some(true) || has_names(alarms));
    service.deployment_circuit_breaker =
        service.deployment_circuit_breaker.filter(|breaker| breaker.enable == Some(true));
    service.network_configuration = service.network_configuration.filter(|network| network.subnets.is_some());
    service.propagate_tags.get_or_insert_with(|| "NONE".into());
    service.deployment_controller.get_or_insert_with(Default::default).r#type.get_or_insert_with(|| "ECS".into());
    Ok(service)
}

fn has_names(alarms: &super::blocks::Alarms) -> bool {
    alarms.alarm_names.as_ref().is_some_and(|names| !names.is_empty())
}
