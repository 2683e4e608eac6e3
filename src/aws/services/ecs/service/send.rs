//! What a service is sent with, where the API has it in another shape.

use aws_sdk_ecs::operation::create_service::builders::CreateServiceFluentBuilder;
use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;

use super::Service;
use crate::services::ecs::prelude::*;

/// A service of the name exists: ECS says so of the token.
pub(super) fn taken<T>(created: Result<T, CloudError>) -> Result<T, CloudError> {
    created.map_err(|error| match error.kind {
        ErrorKind::Rejected if error.message.contains("was not idempotent") => {
            CloudError { kind: ErrorKind::AlreadyExists, ..error }
        }
        _ => error,
    })
}

fn deployment(want: &Service) -> Result<Option<sdk::DeploymentConfiguration>, Unfit> {
    let nothing = want.alarms.is_none()
        && want.deployment_circuit_breaker.is_none()
        && want.deployment_maximum_percent.is_none()
        && want.deployment_minimum_healthy_percent.is_none();
    if nothing {
        return Ok(None);
    }
    Ok(Some(
        sdk::DeploymentConfiguration::builder()
            .set_alarms(outgoing(&want.alarms, "alarms")?)
            .set_deployment_circuit_breaker(outgoing(&want.deployment_circuit_breaker, "deployment_circuit_breaker")?)
            .set_maximum_percent(outgoing(&want.deployment_maximum_percent, "deployment_maximum_percent")?)
            .set_minimum_healthy_percent(outgoing(
                &want.deployment_minimum_healthy_percent,
                "deployment_minimum_healthy_percent",
            )?)
            .build(),
    ))
}

fn registries(want: &Service) -> Result<Option<Vec<sdk::ServiceRegistry>>, Unfit> {
    let registry: Option<sdk::ServiceRegistry> = outgoing(&want.service_registries, "service_registries")?;
    Ok(registry.map(|registry| vec![registry]))
}

fn volumes(want: &Service) -> Result<Option<Vec<sdk::ServiceVolumeConfiguration>>, Unfit> {
    let volume: Option<sdk::ServiceVolumeConfiguration> = outgoing(&want.volume_configuration, "volume_configuration")?;
    Ok(volume.map(|volume| vec![volume]))
}

pub(super) fn create(
    want: &Service,
    request: CreateServiceFluentBuilder,
) -> Result<CreateServiceFluentBuilder, CloudError> {
    let replicas = want.scheduling_strategy.as_deref() != Some("DAEMON");
    let count = want.desired_count.or(replicas.then_some(0));
    Ok(request
        .set_deployment_configuration(deployment(want)?)
        .set_desired_count(outgoing(&count, "desired_count")?)
        .set_service_connect_configuration(outgoing(
            &want.service_connect_configuration,
            "service_connect_configuration",
        )?)
        .set_service_registries(registries(want)?)
        .set_volume_configurations(volumes(want)?))
}

/// The request with what is switched off, where it was on: what is absent would stay as it is.
pub(super) fn update(
    want: &Service,
    prior: &Service,
    request: UpdateServiceFluentBuilder,
) -> Result<UpdateServiceFluentBuilder, CloudError> {
    let mut wanted = want.clone();
    if wanted.alarms.is_none() && prior.alarms.is_some() {
        wanted.alarms =
            Some(super::Alarms { alarm_names: Some(Vec::new()), enable: Some(false), rollback: Some(false) });
    }
    if wanted.deployment_circuit_breaker.is_none() && prior.deployment_circuit_breaker.is_some() {
        wanted.deployment_circuit_breaker = Some(super::CircuitBreaker { enable: Some(false), rollback: Some(false) });
    }
    if wanted.service_connect_configuration.is_none() && prior.service_connect_configuration.is_some() {
        wanted.service_connect_configuration =
            Some(super::Connect { enabled: Some(false), ..super::Connect::default() });
    }
    let off = |want: bool, prior: bool| !want && prior;
    let mut request = request
        .set_deployment_configuration(deployment(&wanted)?)
        .set_service_connect_configuration(outgoing(
            &wanted.service_connect_configuration,
            "service_connect_configuration",
        )?)
        .set_service_registries(registries(want)?)
        .set_volume_configurations(volumes(want)?);
    if off(want.load_balancer.is_some(), prior.load_balancer.is_some()) {
        request = request.set_load_balancers(Some(Vec::new()));
    }
    if off(want.service_registries.is_some(), prior.service_registries.is_some()) {
        request = request.set_service_registries(Some(Vec::new()));
    }
    if off(want.ordered_placement_strategy.is_some(), prior.ordered_placement_strategy.is_some()) {
        request = request.set_placement_strategy(Some(Vec::new()));
    }
    if off(want.placement_constraints.is_some(), prior.placement_constraints.is_some()) {
        request = request.set_placement_constraints(Some(Vec::new()));
    }
    if off(want.volume_configuration.is_some(), prior.volume_configuration.is_some()) {
        request = request.set_volume_configurations(Some(Vec::new()));
    }
    if off(want.vpc_lattice_configurations.is_some(), prior.vpc_lattice_configurations.is_some()) {
        request = request.set_vpc_lattice_configurations(Some(Vec::new()));
    }
    let providers_changed = want.capacity_provider_strategy != prior.capacity_provider_strategy;
    match providers_changed {
        true if want.capacity_provider_strategy.is_none() => {
            request = request.set_capacity_provider_strategy(Some(Vec::new()));
        }
        true => {}
        false => request = request.set_capacity_provider_strategy(None),
    }
    // Other providers take tasks that start from now on, and ECS asks for it.
    let anew = want.force_new_deployment == Some(true) || want.triggers != prior.triggers || providers_changed;
    Ok(request.set_force_new_deployment(Some(anew).filter(|anew| *anew)))
}
