//! What a group is sent with, where the API has it in another shape or as a call of its own.

use aws_sdk_autoscaling::operation::create_auto_scaling_group::builders::CreateAutoScalingGroupFluentBuilder;

use super::blocks::{GroupTag, Maintenance};
use super::{Group, GroupUpdate};
use crate::kind::diff::{added, same_set};
use crate::services::autoscaling::prelude::*;

fn tag(group: &str, tag: &GroupTag) -> sdk::Tag {
    sdk::Tag::builder()
        .resource_id(group)
        .resource_type("auto-scaling-group")
        .set_key(tag.key.clone())
        .set_value(tag.value.clone())
        .propagate_at_launch(tag.propagate_at_launch.unwrap_or(false))
        .build()
}

/// The subnets as the API has them: one text.
fn subnets(want: &Group) -> Option<String> {
    filled(want.vpc_zone_identifier.clone()).map(|subnets| subnets.join(","))
}

pub(super) fn create(
    want: &Group,
    operation: &Operation,
    request: CreateAutoScalingGroupFluentBuilder,
) -> Result<CreateAutoScalingGroupFluentBuilder, CloudError> {
    let name = want.name.as_deref().unwrap_or_default();
    // Says whose the group is, and is no business of its instances.
    let ours = GroupTag {
        key: Some("wildfire:op".into()),
        propagate_at_launch: Some(false),
        value: Some(operation.id.to_string()),
    };
    let tags = want.tag.iter().flatten().chain([&ours]).map(|one| tag(name, one)).collect();
    let zones = filled(want.availability_zones.clone()).filter(|_| want.vpc_zone_identifier.is_none());
    Ok(request
        .set_availability_zones(zones)
        .set_default_instance_warmup(outgoing(
            &want.default_instance_warmup.filter(|seconds| *seconds != -1),
            "default_instance_warmup",
        )?)
        .set_instance_maintenance_policy(outgoing(&want.instance_maintenance_policy, "instance_maintenance_policy")?)
        .set_lifecycle_hook_specification_list(outgoing(
            &filled(want.initial_lifecycle_hook.clone()),
            "initial_lifecycle_hook",
        )?)
        .set_max_instance_lifetime(outgoing(&filled(want.max_instance_lifetime), "max_instance_lifetime")?)
        .set_tags(Some(tags))
        .set_vpc_zone_identifier(subnets(want)))
}

/// Whether instances come or go for it.
pub(super) fn resizes(want: &Group, prior: &Group) -> bool {
    (want.min_size, want.max_size) != (prior.min_size, prior.max_size)
        || (want.desired_capacity.is_some() && want.desired_capacity != prior.desired_capacity)
}

/// Whether a change of the properties `of` replaces the instances.
fn refreshes(want: &Group, prior: &Group, of: &[&str]) -> bool {
    let Some(refresh) = &want.instance_refresh else { return false };
    let json = |group: &Group| serde_json::to_value(group).unwrap_or_default();
    let (new, old) = (json(want), json(prior));
    let always = ["launch_configuration", "launch_template", "mixed_instances_policy"];
    let asked =
        |name: &&&str| always.contains(*name) || refresh.triggers.iter().flatten().any(|trigger| trigger == **name);
    // What is not written is as it is.
    of.iter().filter(asked).any(|name| !new[*name].is_null() && new[*name] != old[*name])
}

async fn refresh(aws: &Aws, group: &str, want: &Group) -> Result<(), CloudError> {
    let preferences = want.instance_refresh.as_ref().and_then(|refresh| refresh.preferences.clone());
    let request = aws.write().autoscaling().start_instance_refresh().auto_scaling_group_name(group);
    let request = request
        .strategy(sdk::RefreshStrategy::Rolling)
        .set_preferences(outgoing(&preferences, "instance_refresh.preferences")?);
    aws.done(request).await
}

/// Properties that the update call takes and that may be triggers of a refresh.
const OF_GROUP: &[&str] = &[
    "availability_zones",
    "capacity_rebalance",
    "default_cooldown",
    "default_instance_warmup",
    "health_check_grace_period",
    "health_check_type",
    "launch_configuration",
    "launch_template",
    "max_instance_lifetime",
    "max_size",
    "min_size",
    "mixed_instances_policy",
    "placement_group",
    "protect_from_scale_in",
    "termination_policies",
    "vpc_zone_identifier",
];

pub(super) async fn update(aws: &Aws, call: GroupUpdate, change: &Change<'_, Group>) -> Result<(), CloudError> {
    let &Change { id, want, prior, .. } = change;
    let (scaling, name) = (aws.write().autoscaling(), id.as_str());
    match call {
        GroupUpdate::Group => {
            let off = || Maintenance { max_healthy_percentage: Some(-1), min_healthy_percentage: Some(-1) };
            let policy = match (&want.instance_maintenance_policy, &prior.instance_maintenance_policy) {
                (None, Some(_)) => Some(off()),
                (policy, _) => policy.clone(),
            };
            let zones = filled(want.availability_zones.clone()).filter(|_| want.vpc_zone_identifier.is_none());
            let request = want.fill(scaling.update_auto_scaling_group())?;
            let warmup = want.default_instance_warmup.filter(|now| Some(*now) != prior.default_instance_warmup);
            let mut request = request
                .auto_scaling_group_name(name)
                .set_availability_zones(zones)
                .set_default_instance_warmup(outgoing(&warmup, "default_instance_warmup")?)
                .set_instance_maintenance_policy(outgoing(&policy, "instance_maintenance_policy")?)
                .set_vpc_zone_identifier(subnets(want));
            if want.placement_group.is_none() && prior.placement_group.is_some() {
                request = request.placement_group("");
            }
            aws.done(request).await?;
            match refreshes(want, prior, OF_GROUP) {
                true => refresh(aws, name, want).await,
                false => Ok(()),
            }
        }
        GroupUpdate::Tags => {
            let (want_tags, prior_tags) = (want.tag.clone().unwrap_or_default(), prior.tag.clone().unwrap_or_default());
            let set: Vec<_> =
                want_tags.iter().filter(|one| !prior_tags.contains(one)).map(|one| tag(name, one)).collect();
            let kept = |old: &GroupTag| want_tags.iter().any(|one| one.key == old.key);
            let gone: Vec<_> = prior_tags.iter().filter(|old| !kept(old)).map(|old| tag(name, old)).collect();
            if !set.is_empty() {
                aws.done(scaling.create_or_update_tags().set_tags(Some(set))).await?;
            }
            if !gone.is_empty() {
                aws.gone(scaling.delete_tags().set_tags(Some(gone))).await?;
            }
            match refreshes(want, prior, &["tag"]) {
                true => refresh(aws, name, want).await,
                false => Ok(()),
            }
        }
        GroupUpdate::LoadBalancers => {
            let (new, old) = (&want.load_balancers, &prior.load_balancers);
            if let Some(new) = added(new, old) {
                let request = scaling.attach_load_balancers().auto_scaling_group_name(name);
                aws.done(request.set_load_balancer_names(Some(new))).await?;
            }
            match added(old, new) {
                Some(gone) => {
                    let request = scaling.detach_load_balancers().auto_scaling_group_name(name);
                    aws.gone(request.set_load_balancer_names(Some(gone))).await
                }
                None => Ok(()),
            }
        }
        GroupUpdate::TargetGroups => {
            let (new, old) = (&want.target_group_arns, &prior.target_group_arns);
            if let Some(new) = added(new, old) {
                let request = scaling.attach_load_balancer_target_groups().auto_scaling_group_name(name);
                aws.done(request.set_target_group_arns(Some(new))).await?;
            }
            match added(old, new) {
                Some(gone) => {
                    let request = scaling.detach_load_balancer_target_groups().auto_scaling_group_name(name);
                    aws.gone(request.set_target_group_arns(Some(gone))).await
                }
                None => Ok(()),
            }
        }
        GroupUpdate::TrafficSources => traffic(aws, name, want, prior).await,
        GroupUpdate::Metrics => metrics(aws, name, want, prior).await,
        GroupUpdate::Processes => {
            let (new, old) = (&want.suspended_processes, &prior.suspended_processes);
            if let Some(new) = added(new, old) {
                let request = scaling.suspend_processes().auto_scaling_group_name(name);
                aws.done(request.set_scaling_processes(Some(new))).await?;
            }
            match added(old, new) {
                Some(gone) => {
                    let request = scaling.resume_processes().auto_scaling_group_name(name);
                    aws.done(request.set_scaling_processes(Some(gone))).await
                }
                None => Ok(()),
            }
        }
        GroupUpdate::WarmPool => match &want.warm_pool {
            Some(pool) => {
                let state = pool.pool_state.as_deref().map(sdk::WarmPoolState::from);
                let request = scaling
                    .put_warm_pool()
                    .auto_scaling_group_name(name)
                    .set_instance_reuse_policy(outgoing(&pool.instance_reuse_policy, "instance_reuse_policy")?)
                    .set_max_group_prepared_capacity(outgoing(
                        &pool.max_group_prepared_capacity,
                        "max_group_prepared_capacity",
                    )?)
                    .set_min_size(outgoing(&pool.min_size, "min_size")?)
                    .set_pool_state(state);
                aws.done(request).await
            }
            None => {
                let force = want.force_delete_warm_pool == Some(true);
                aws.gone(scaling.delete_warm_pool().auto_scaling_group_name(name).force_delete(force)).await
            }
        },
    }
}

async fn traffic(aws: &Aws, name: &str, want: &Group, prior: &Group) -> Result<(), CloudError> {
    let scaling = aws.write().autoscaling();
    let (new, old) =
        (want.traffic_source.clone().unwrap_or_default(), prior.traffic_source.clone().unwrap_or_default());
    let same = |a: &super::TrafficSource, b: &super::TrafficSource| a.identifier == b.identifier;
    let come: Vec<_> = new.iter().filter(|one| !old.iter().any(|other| same(one, other))).cloned().collect();
    let gone: Vec<_> = old.iter().filter(|one| !new.iter().any(|other| same(one, other))).cloned().collect();
    if !come.is_empty() {
        let request = scaling.attach_traffic_sources().auto_scaling_group_name(name);
        aws.done(request.set_traffic_sources(outgoing(&Some(come), "traffic_source")?)).await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    let request = scaling.detach_traffic_sources().auto_scaling_group_name(name);
    aws.gone(request.set_traffic_sources(outgoing(&Some(gone), "traffic_source")?)).await
}

async fn metrics(aws: &Aws, name: &str, want: &Group, prior: &Group) -> Result<(), CloudError> {
    let scaling = aws.write().autoscaling();
    let (new, old) = (&want.enabled_metrics, &prior.enabled_metrics);
    if same_set(new, old) {
        return Ok(());
    }
    if let Some(new) = added(new, old) {
        let granularity = want.metrics_granularity.as_deref().unwrap_or("1Minute");
        let request = scaling.enable_metrics_collection().auto_scaling_group_name(name).granularity(granularity);
        aws.done(request.set_metrics(Some(new))).await?;
    }
    match added(old, new) {
        Some(gone) => {
            let request = scaling.disable_metrics_collection().auto_scaling_group_name(name);
            aws.done(request.set_metrics(Some(gone))).await
        }
        None => Ok(()),
    }
}

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let int = |name: &str| properties.get(name).and_then(Value::as_int);
    let above = |a: Option<i64>, b: Option<i64>| a.zip(b).is_some_and(|(a, b)| a > b);
    let (min, desired, max) = (int("min_size"), int("desired_capacity"), int("max_size"));
    let mut problems = Vec::new();
    if above(min, desired) || above(desired, max) || above(min, max) {
        problems.push(problem("max_size", "min_size <= desired_capacity <= max_size does not hold"));
    }
    problems
}
