//! `aws_autoscaling_group`

mod blocks;
mod mixed;
mod read;
#[cfg(test)]
mod recorded;
mod requirements;
mod send;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use aws_sdk_autoscaling::operation::create_auto_scaling_group::builders::CreateAutoScalingGroupFluentBuilder;
use aws_sdk_autoscaling::operation::update_auto_scaling_group::builders::UpdateAutoScalingGroupFluentBuilder;

use self::blocks::{
    GroupTag, InitialHook, Maintenance, Refresh, Reservation, Template, TrafficSource, WarmPool, ZoneDistribution,
};
use self::mixed::Mixed;
pub(super) use self::read::load;
use super::named::without_group;
use super::prelude::*;

updates! {
    pub enum GroupUpdate {
        Group => [UpdateAutoScalingGroup, StartInstanceRefresh],
        Tags => [CreateOrUpdateTags, DeleteTags, StartInstanceRefresh],
        LoadBalancers => [AttachLoadBalancers, DetachLoadBalancers],
        TargetGroups => [AttachLoadBalancerTargetGroups, DetachLoadBalancerTargetGroups],
        TrafficSources => [AttachTrafficSources, DetachTrafficSources],
        Metrics => [EnableMetricsCollection, DisableMetricsCollection],
        Processes => [SuspendProcesses, ResumeProcesses],
        WarmPool => [PutWarmPool, DeleteWarmPool],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = GroupUpdate)]
#[sdk(from = sdk::AutoScalingGroup, create = CreateAutoScalingGroupFluentBuilder)]
#[sdk(update(Group) = UpdateAutoScalingGroupFluentBuilder)]
pub struct Group {
    /// The ARN.
    #[field(computed, sdk = auto_scaling_group_arn)]
    arn: Option<String>,
    /// What happens where a zone has no room.
    #[field(update = Group, aws_default)]
    availability_zone_distribution: Option<ZoneDistribution>,
    /// The zones, of a group that names no subnets.
    #[field(update = Group, aws_default, set, filled, conflicts = ["vpc_zone_identifier"])]
    availability_zones: Option<Vec<String>>,
    /// Whether a spot instance that is about to be taken is replaced before.
    #[field(update = Group, default = false)]
    capacity_rebalance: Option<bool>,
    /// Which reserved capacity is used.
    #[field(update = Group, aws_default)]
    capacity_reservation_specification: Option<Reservation>,
    /// Reserved.
    #[field(update = Group, filled)]
    context: Option<String>,
    /// Seconds after a simple policy before another one.
    #[field(update = Group, aws_default)]
    default_cooldown: Option<i64>,
    /// Seconds until a new instance counts; -1 is none.
    #[field(update = Group, default = -1, range = -1..=2147483647, sent_by_hand)]
    default_instance_warmup: Option<i64>,
    /// How many instances there are; leave it out where something scales the group.
    #[field(update = Group, aws_default)]
    desired_capacity: Option<i64>,
    /// What the sizes count: `units`, `vcpu`, `memory-mib`.
    #[field(update = Group, aws_default, one_of = ["units", "vcpu", "memory-mib"])]
    desired_capacity_type: Option<String>,
    /// Metrics of the group that are collected.
    #[field(update = Metrics, after_create, set, by_hand)]
    enabled_metrics: Option<Vec<String>>,
    /// Whether a deletion waits for nothing: neither for instances nor for hooks.
    #[field(local, default = false)]
    force_delete: Option<bool>,
    /// The same of the warm pool.
    #[field(local, default = false)]
    force_delete_warm_pool: Option<bool>,
    /// For how many seconds checks of a new instance do not count.
    #[field(update = Group, default = 300, range = 0..=2147483647)]
    health_check_grace_period: Option<i64>,
    /// Who checks instances: `EC2`, `ELB`, `EBS`, `VPC_LATTICE`, with commas between.
    #[field(update = Group, aws_default)]
    health_check_type: Option<String>,
    /// The name.
    #[field(computed, sdk = auto_scaling_group_name)]
    id: Option<String>,
    /// Hooks for the first instances; later ones are resources of their own.
    #[field(local, set)]
    initial_lifecycle_hook: Option<Vec<InitialHook>>,
    /// How many instances run while some are replaced.
    #[field(update = Group, sent_by_hand)]
    instance_maintenance_policy: Option<Maintenance>,
    /// How instances are replaced after a change of the template.
    #[field(local)]
    instance_refresh: Option<Refresh>,
    /// The launch configuration.
    #[field(update = Group, filled, conflicts = ["launch_template", "mixed_instances_policy"])]
    #[field(sdk = launch_configuration_name)]
    launch_configuration: Option<String>,
    /// The launch template.
    #[field(update = Group, conflicts = ["launch_configuration", "mixed_instances_policy"])]
    launch_template: Option<Template>,
    /// Classic load balancers.
    #[field(update = LoadBalancers, aws_default, set, filled, sdk = load_balancer_names)]
    load_balancers: Option<Vec<String>>,
    /// After how many seconds an instance is replaced; 0 is never.
    #[field(update = Group, default = 0)]
    max_instance_lifetime: Option<i64>,
    /// The most instances.
    #[field(update = Group, required)]
    max_size: Option<i64>,
    /// How often metrics are collected.
    #[field(update = Metrics, after_create, default = "1Minute", one_of = ["1Minute"], by_hand)]
    metrics_granularity: Option<String>,
    /// The fewest instances.
    #[field(update = Group, required)]
    min_size: Option<i64>,
    /// Instances of several types, on demand and as spot instances.
    #[field(update = Group, conflicts = ["launch_configuration", "launch_template"])]
    mixed_instances_policy: Option<Mixed>,
    /// The name, unique in the region.
    #[field(immutable, generated, length = 1..=255, sdk = auto_scaling_group_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229)]
    name_prefix: Option<String>,
    /// The placement group.
    #[field(update = Group, filled)]
    placement_group: Option<String>,
    /// How many instances predictive scaling counts with.
    #[field(computed)]
    predicted_capacity: Option<i64>,
    /// Whether new instances are spared when the group is made smaller.
    #[field(update = Group, default = false, sdk = new_instances_protected_from_scale_in)]
    protect_from_scale_in: Option<bool>,
    /// The role with which instances are started.
    #[field(update = Group, aws_default)]
    service_linked_role_arn: Option<String>,
    /// Processes that are suspended.
    #[field(update = Processes, after_create, set, by_hand)]
    suspended_processes: Option<Vec<String>>,
    /// Tags of the group.
    #[field(update = Tags, set, by_hand)]
    tag: Option<Vec<GroupTag>>,
    /// Target groups.
    #[field(update = TargetGroups, aws_default, set, filled)]
    target_group_arns: Option<Vec<String>>,
    /// Which instances end first.
    #[field(update = Group, aws_default, filled)]
    termination_policies: Option<Vec<String>>,
    /// Whatever passes requests to it.
    #[field(update = TrafficSources, aws_default, set, filled, sdk = traffic_sources)]
    traffic_source: Option<Vec<TrafficSource>>,
    /// The subnets.
    #[field(update = Group, aws_default, set, by_hand)]
    vpc_zone_identifier: Option<Vec<String>>,
    /// Instances that wait to be used.
    #[field(update = WarmPool, after_create, by_hand)]
    warm_pool: Option<WarmPool>,
    /// How many of them there are.
    #[field(computed)]
    warm_pool_size: Option<i64>,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

/// Groups of which this connection has changed the sizes, and whose instances are on their way.
#[derive(Default)]
struct Changed(Mutex<HashSet<String>>);

impl Changed {
    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Resource for Group {
    const TYPE: &'static str = "aws_autoscaling_group";
    const DOC: &'static str = "Instances of EC2 that are kept at a number.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateAutoScalingGroup];
    const DELETE_CALLS: Calls = calls![UpdateAutoScalingGroup, DeleteWarmPool, DeleteAutoScalingGroup];
    const LAGS: &'static [LagReply] = lags::GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["launch_configuration", "launch_template", "mixed_instances_policy"]];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 120;
    const EXAMPLE: &'static str = "\
name: front
min_size: 2
max_size: 6
vpc_zone_identifier: ${values(private).map(subnet, subnet.id)}
launch_template: {id: \"${front_template.id}\", version: \"${front_template.latest_version}\"}
target_group_arns: [\"${front_targets.arn}\"]
health_check_type: ELB
instance_refresh: {strategy: Rolling}
tag:
  - {key: Name, value: front, propagate_at_launch: true}
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[
        ("ignore_failed_scaling_activities", Literal::Bool(false)),
        ("wait_for_capacity_timeout", Literal::Str("10m")),
    ];
    const UNSUPPORTED: Refused = &[
        (
            "ignore_failed_scaling_activities",
            "an activity that fails shows when the wait for instances ends: write timeouts",
        ),
        ("min_elb_capacity", "wait with a check of what the load balancer serves"),
        ("wait_for_capacity_timeout", "write `timeouts`, which every resource has"),
        ("wait_for_elb_capacity", "wait with a check of what the load balancer serves"),
    ];

    type Update = GroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match load(aws, wanted.iter().map(|request| request.id.to_string()).collect()).await {
            Ok(found) => {
                let one = |request: &ReadRequest| found.get(request.id.as_str()).cloned();
                wanted.iter().map(|request| one(request).map(read::group).transpose()).collect()
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let live = read::one(aws, wanted.name.as_deref().unwrap_or_default()).await?.map(|live| {
            let leaving = live.status.is_some();
            Candidate::new(live.auto_scaling_group_name.clone(), Some(read::tags(&live))).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().autoscaling().create_auto_scaling_group())?;
        aws.done(send::create(want, operation, request)?).await?;
        let name = want.name.clone().unwrap_or_default();
        aws.memory::<Changed>().with(|changed| changed.insert(name.clone()));
        Ok(name.into())
    }

    async fn update(aws: &Aws, call: GroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        if call == GroupUpdate::Group && send::resizes(change.want, change.prior) {
            aws.memory::<Changed>().with(|changed| changed.insert(change.id.to_string()));
        }
        send::update(aws, call, change).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (scaling, name) = (aws.write().autoscaling(), id.as_str());
        let Some(live) = read::one(aws, name).await? else { return Ok(()) };
        aws.memory::<Changed>().with(|changed| changed.remove(name));
        if live.status.is_some() {
            return Ok(());
        }
        let force = prior.force_delete == Some(true);
        let pool = live.warm_pool_configuration.as_ref();
        if pool.is_some_and(|pool| pool.status != Some(sdk::WarmPoolStatus::PendingDelete)) {
            let at_once = force || prior.force_delete_warm_pool == Some(true);
            let request = scaling.delete_warm_pool().auto_scaling_group_name(name).force_delete(at_once);
            without_group(aws.send(request).await)?;
        }
        // A group with instances is not deleted: it is emptied, and the deletion tried again.
        if !force && (live.min_size, live.desired_capacity) != (Some(0), Some(0)) {
            let request = scaling.update_auto_scaling_group().auto_scaling_group_name(name);
            without_group(aws.send(request.min_size(0).max_size(0).desired_capacity(0)).await)?;
        }
        let request = scaling.delete_auto_scaling_group().auto_scaling_group_name(name).force_delete(force);
        without_group(aws.send(request).await).map(drop)
    }

    fn readiness(&self) -> Readiness {
        match self._status {
            // The only word that a group has for its status: "Delete in progress".
            Some(_) => Readiness::Deleting,
            None => Readiness::Ready,
        }
    }

    async fn at_work(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Option<String>> {
        let changed = aws.memory::<Changed>();
        let known = |name: &str| changed.with(|changed| changed.contains(name));
        let asked: Vec<String> =
            wanted.iter().map(|request| request.id.to_string()).filter(|name| known(name)).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        // What cannot be read here cannot be read next either, and that says why.
        let Ok(found) = load(aws, asked.clone()).await else { return Vec::new() };
        let one = |request: &ReadRequest| {
            let name = request.id.to_string();
            let status = asked.contains(&name).then(|| found.get(&name).and_then(read::starting)).flatten();
            if status.is_none() {
                changed.with(|changed| changed.remove(&name));
            }
            status
        };
        wanted.iter().map(one).collect()
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        send::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}
