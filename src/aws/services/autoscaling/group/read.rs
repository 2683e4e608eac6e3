//! Reading groups, a hundred a call, and how far their instances are.

use std::collections::HashMap;
use std::sync::Arc;

use super::Group;
use super::blocks::{GroupTag, WarmPool};
use crate::kind::tags::from_list;
use crate::kind::vocabulary::reserved_tag;
use crate::services::autoscaling::prelude::*;

/// How many groups a call describes.
const PAGE: usize = 100;

/// The groups of those names.
pub(in crate::services::autoscaling) async fn load(
    aws: &Aws,
    names: Vec<String>,
) -> Result<Arc<HashMap<String, sdk::AutoScalingGroup>>, CloudError> {
    let handle = aws.clone();
    aws.batch("autoscaling:groups").load(names, move |names| fetch(handle, names)).await
}

pub(super) async fn one(aws: &Aws, name: &str) -> Result<Option<sdk::AutoScalingGroup>, CloudError> {
    Ok(fetch(aws.clone(), vec![name.to_string()]).await?.remove(name))
}

async fn fetch(aws: Aws, names: Vec<String>) -> Result<HashMap<String, sdk::AutoScalingGroup>, CloudError> {
    let chunk = async |names: &[String]| {
        let request = aws.read().autoscaling().describe_auto_scaling_groups().max_records(100);
        aws.pages(request.set_auto_scaling_group_names(Some(names.to_vec())), |page| page.auto_scaling_groups).await
    };
    let mut found = HashMap::new();
    for groups in join_all(names.chunks(PAGE).map(chunk)).await {
        let named = |live: sdk::AutoScalingGroup| Some((live.auto_scaling_group_name.clone()?, live));
        found.extend(groups?.into_iter().filter_map(named));
    }
    Ok(found)
}

/// All tags, our own too.
pub(super) fn tags(live: &sdk::AutoScalingGroup) -> Tags {
    from_list(live.tags.clone(), |tag| (tag.key, tag.value))
}

/// How many instances are still to come; nothing where all are there.
pub(super) fn starting(live: &sdk::AutoScalingGroup) -> Option<String> {
    let wanted = live.desired_capacity.unwrap_or(0);
    let serves = |one: &&sdk::Instance| {
        one.lifecycle_state == Some(sdk::LifecycleState::InService) && one.health_status.as_deref() == Some("Healthy")
    };
    let weight = |one: &sdk::Instance| one.weighted_capacity.as_deref().and_then(|text| text.parse().ok()).unwrap_or(1);
    let there: i32 = live.instances.iter().flatten().filter(serves).map(weight).sum();
    (there < wanted).then(|| format!("{there} of {wanted} instances are in service"))
}

/// As EC2 Auto Scaling describes it.
pub(super) fn group(live: sdk::AutoScalingGroup) -> Result<Group, CloudError> {
    let tag = |tag: sdk::TagDescription| GroupTag {
        key: tag.key,
        propagate_at_launch: tag.propagate_at_launch,
        value: Some(tag.value.unwrap_or_default()),
    };
    let of_user = |tag: &GroupTag| !tag.key.as_deref().is_some_and(reserved_tag);
    let tags: Vec<GroupTag> = live.tags.clone().unwrap_or_default().into_iter().map(tag).filter(of_user).collect();
    let metrics = live.enabled_metrics.clone().unwrap_or_default().into_iter().filter_map(|metric| metric.metric);
    let processes = live.suspended_processes.clone().unwrap_or_default().into_iter();
    let processes: Vec<String> = processes.filter_map(|process| process.process_name).collect();
    let subnets = live.vpc_zone_identifier.clone().unwrap_or_default();
    let subnets: Vec<String> = subnets.split(',').filter(|id| !id.is_empty()).map(|id| id.trim().to_string()).collect();
    let pool = live.warm_pool_configuration.clone();
    let pool = pool.filter(|pool| pool.status != Some(sdk::WarmPoolStatus::PendingDelete));
    let mut group = Group::from_sdk(live)?;
    let mut pool: Option<WarmPool> = incoming(pool, "warm_pool")?;
    if let Some(pool) = &mut pool {
        pool.max_group_prepared_capacity.get_or_insert(-1);
        pool.min_size.get_or_insert(0);
    }
    group.enabled_metrics = filled(Some(metrics.collect()));
    group.metrics_granularity = Some("1Minute".into());
    group.suspended_processes = filled(Some(processes));
    group.tag = filled(Some(tags));
    group.vpc_zone_identifier = filled(Some(subnets));
    group.warm_pool = pool;
    // What is off, or usual, is left out.
    group.capacity_rebalance.get_or_insert(false);
    group.default_instance_warmup.get_or_insert(-1);
    group.max_instance_lifetime.get_or_insert(0);
    group.protect_from_scale_in.get_or_insert(false);
    group.instance_maintenance_policy =
        group.instance_maintenance_policy.filter(|policy| policy.min_healthy_percentage != Some(-1));
    Ok(group)
}
