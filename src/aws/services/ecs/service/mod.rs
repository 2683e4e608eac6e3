//! `aws_ecs_service`

mod blocks;
mod connect;
mod read;
#[cfg(test)]
mod recorded;
mod send;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_ecs::operation::create_service::builders::CreateServiceFluentBuilder;
use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;

use self::blocks::{
    Alarms, CapacityProvider, CircuitBreaker, Controller, Lattice, LoadBalancer, Network, PlacementConstraint,
    PlacementStrategy, Registry,
};
use self::connect::{Connect, VolumeSettings};
use super::prelude::*;

updates! {
    pub enum ServiceUpdate {
        Service => [UpdateService],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ServiceUpdate)]
#[sdk(from = sdk::Service, create = CreateServiceFluentBuilder, update(Service) = UpdateServiceFluentBuilder)]
pub struct Service {
    /// Alarms by which a deployment is taken back.
    #[field(update = Service, by_hand)]
    alarms: Option<Alarms>,
    /// Whether ECS moves tasks so that zones have the same number.
    #[field(update = Service, aws_default, one_of = ["ENABLED", "DISABLED"])]
    availability_zone_rebalancing: Option<String>,
    /// Capacity providers, and how tasks are spread over them.
    #[field(update = Service, set, filled, conflicts = ["launch_type"])]
    capacity_provider_strategy: Option<Vec<CapacityProvider>>,
    /// The cluster, by its name or ARN; without one, `default`.
    #[field(immutable, aws_default, forms = Arn, sdk = cluster_arn, sent_as = cluster)]
    cluster: Option<String>,
    /// Whether a deployment whose tasks do not come up is given up.
    #[field(update = Service, by_hand)]
    deployment_circuit_breaker: Option<CircuitBreaker>,
    /// Who replaces tasks.
    #[field(update = Service, aws_default)]
    deployment_controller: Option<Controller>,
    /// How many tasks may run during a deployment, in percent of those that should.
    #[field(update = Service, aws_default, by_hand, range = 0..=1000)]
    deployment_maximum_percent: Option<i64>,
    /// How many tasks have to run during a deployment, in percent of those that should.
    #[field(update = Service, aws_default, by_hand, range = 0..=100)]
    deployment_minimum_healthy_percent: Option<i64>,
    /// How many tasks there are; where it is not written none at first, and then as many as scaling makes them.
    #[field(update = Service, aws_default, range = 0..=2147483647)]
    desired_count: Option<i64>,
    /// Whether ECS tags the tasks with its cluster and service.
    #[field(update = Service, default = false)]
    enable_ecs_managed_tags: Option<bool>,
    /// Whether commands can be run in the containers.
    #[field(update = Service, default = false)]
    enable_execute_command: Option<bool>,
    /// Whether a service is deleted that has tasks.
    #[field(local, default = false)]
    force_delete: Option<bool>,
    /// Whether every change replaces the tasks.
    #[field(local, default = false)]
    force_new_deployment: Option<bool>,
    /// For how many seconds checks of the load balancer do not count after the start of a task.
    #[field(update = Service, aws_default, range = 0..=2147483647)]
    health_check_grace_period_seconds: Option<i64>,
    /// The role that registers tasks with a load balancer, where tasks have no address of their own.
    #[field(immutable, aws_default, forms = Arn, sdk = role_arn, sent_as = role)]
    iam_role: Option<String>,
    /// The ARN.
    #[field(computed, sdk = service_arn)]
    id: Option<String>,
    /// Where the tasks run.
    #[field(immutable, aws_default, one_of = ["EC2", "FARGATE", "EXTERNAL"])]
    launch_type: Option<String>,
    /// Load balancers, and the container that each passes requests to.
    #[field(update = Service, set, filled, sdk = load_balancers)]
    load_balancer: Option<Vec<LoadBalancer>>,
    /// The name, unique in the cluster.
    #[field(immutable, required, length = 1..=255, pattern = "[A-Za-z0-9_-]+", sdk = service_name)]
    name: Option<String>,
    /// The network of tasks that have an address of their own.
    #[field(update = Service)]
    network_configuration: Option<Network>,
    /// How tasks are placed, most important first.
    #[field(update = Service, filled, sdk = placement_strategy)]
    ordered_placement_strategy: Option<Vec<PlacementStrategy>>,
    /// Which instances may take tasks.
    #[field(update = Service, set, filled)]
    placement_constraints: Option<Vec<PlacementConstraint>>,
    /// The version of Fargate.
    #[field(update = Service, aws_default)]
    platform_version: Option<String>,
    /// Whose tags the tasks get.
    #[field(update = Service, default = "NONE", one_of = ["NONE", "SERVICE", "TASK_DEFINITION"])]
    propagate_tags: Option<String>,
    /// Whether there are as many tasks as are wanted (`REPLICA`), or one on every instance (`DAEMON`).
    #[field(immutable, default = "REPLICA", one_of = ["REPLICA", "DAEMON"])]
    scheduling_strategy: Option<String>,
    /// How services call each other by name.
    #[field(update = Service, by_hand)]
    service_connect_configuration: Option<Connect>,
    /// The service in Cloud Map that its tasks are registered with.
    #[field(update = Service, by_hand)]
    service_registries: Option<Registry>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// The task definition: the ARN of a revision, or `FAMILY:REVISION`.
    #[field(update = Service, filled, forms = Arn)]
    task_definition: Option<String>,
    /// Values of which a change replaces the tasks.
    #[field(update = Service, write_only, sent_by_hand)]
    triggers: Option<BTreeMap<String, String>>,
    /// The volume that every task gets.
    #[field(update = Service, by_hand)]
    volume_configuration: Option<VolumeSettings>,
    /// Target groups of VPC Lattice.
    #[field(update = Service, set, filled, read_by_hand)]
    vpc_lattice_configurations: Option<Vec<Lattice>>,
    /// Whether a change waits until the tasks run, and those before are gone.
    #[field(local, default = true)]
    wait_for_steady_state: Option<bool>,
    /// AWS's word for the status, or why the newest deployment failed.
    #[field(computed)]
    _status: Option<String>,
}

/// Services that this connection has changed, and whose tasks are being replaced for it.
#[derive(Default)]
struct Changed(Mutex<HashSet<String>>);

impl Changed {
    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Resource for Service {
    const TYPE: &'static str = "aws_ecs_service";
    const DOC: &'static str = "Tasks that ECS keeps running.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateService];
    const DELETE_CALLS: Calls = calls![UpdateService, DeleteService];
    const LAGS: &'static [LagReply] = lags::SERVICE;
    const IMPORT_ID: &'static str = "CLUSTER/SERVICE";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["cluster", "name"], part_of: &["cluster"], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 120;
    const EXAMPLE: &'static str = "\
name: web
cluster: ${main.arn}
task_definition: ${web.arn}
desired_count: 3
launch_type: FARGATE
network_configuration:
  subnets: ${values(private).map(subnet, subnet.id)}
  security_groups: [\"${tasks.id}\"]
load_balancer:
  - {target_group_arn: \"${web_targets.arn}\", container_name: web, container_port: 8080}
deployment_circuit_breaker: {enable: true, rollback: true}
";

    type Update = ServiceUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let id = |request: &ReadRequest| {
            let (cluster, service) = read::split(request.id.as_str());
            read::joined(Some(cluster), service).to_string()
        };
        match read::load(aws, wanted.iter().map(id).collect()).await {
            Ok(found) => {
                wanted.iter().map(|request| found.get(&id(request)).cloned().map(read::service).transpose()).collect()
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = read::joined(wanted.cluster.as_deref(), wanted.name.as_deref().unwrap_or_default());
        let live = read::one(aws, id.as_str()).await?.map(read::service).transpose()?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = read::joined(want.cluster.as_deref(), want.name.as_deref().unwrap_or_default());
        let request = want.fill(aws.write().ecs().create_service())?.client_token(operation.id.as_str());
        send::taken(aws.done(send::create(want, request)?).await)?;
        if want.wait_for_steady_state != Some(false) {
            aws.memory::<Changed>().with(|changed| changed.insert(id.to_string()));
        }
        Ok(id)
    }

    async fn update(aws: &Aws, call: ServiceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ServiceUpdate::Service => {
                let (cluster, service) = read::split(id.as_str());
                let request = want.fill(aws.write().ecs().update_service())?.cluster(cluster).service(service);
                aws.done(send::update(want, prior, request)?).await?;
                if want.wait_for_steady_state != Some(false) {
                    aws.memory::<Changed>()
                        .with(|changed| changed.insert(read::joined(Some(cluster), service).to_string()));
                }
                Ok(())
            }
            ServiceUpdate::Tags => {
                tagging::update(aws, prior.id.as_deref(), prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (cluster, service) = read::split(id.as_str());
        let Some(live) = read::one(aws, id.as_str()).await? else { return Ok(()) };
        if live.status.as_deref() == Some("DRAINING") {
            return Ok(());
        }
        aws.memory::<Changed>().with(|changed| changed.remove(&read::joined(Some(cluster), service).to_string()));
        let ecs = aws.write().ecs();
        let force = prior.force_delete == Some(true);
        // ECS refuses to delete a service with tasks, and ends them in its own time otherwise.
        if !force && live.desired_count > 0 && live.scheduling_strategy != Some(sdk::SchedulingStrategy::Daemon) {
            aws.gone(ecs.update_service().cluster(cluster).service(service).desired_count(0)).await?;
        }
        aws.gone(ecs.delete_service().cluster(cluster).service(service).set_force(Some(force).filter(|force| *force)))
            .await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            None => Readiness::Ready,
            Some("DRAINING") => Readiness::Deleting,
            Some(reason) => Readiness::Failed(reason.into()),
        }
    }

    async fn at_work(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Option<String>> {
        let changed = aws.memory::<Changed>();
        let id = |request: &ReadRequest| {
            let (cluster, service) = read::split(request.id.as_str());
            read::joined(Some(cluster), service).to_string()
        };
        let asked: Vec<String> =
            changed.with(|changed| wanted.iter().map(id).filter(|id| changed.contains(id)).collect());
        if asked.is_empty() {
            return Vec::new();
        }
        // What cannot be read here cannot be read next either, and that says why.
        let Ok(found) = read::load(aws, asked.clone()).await else { return Vec::new() };
        let one = |request: &ReadRequest| {
            let id = id(request);
            let status = asked.contains(&id).then(|| found.get(&id).and_then(read::rolling_out)).flatten();
            if status.is_none() {
                changed.with(|changed| changed.remove(&id));
            }
            status
        };
        wanted.iter().map(one).collect()
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let mut problems = Vec::new();
        if text("task_definition")
            .is_some_and(|definition| !definition.rsplit('/').next().is_some_and(|name| name.contains(':')))
        {
            let message =
                "ECS keeps the revision that a family stands for today, and so every plan would show a change";
            let help = Some("name the revision: ${web.arn}".to_string());
            problems.push(Problem { help, ..problem("task_definition", message) });
        }
        let daemon = text("scheduling_strategy") == Some("DAEMON");
        if daemon && properties.get("desired_count").is_some_and(|count| !count.is_null()) {
            problems.push(problem("desired_count", "a DAEMON has one task on every instance"));
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let cluster = match properties.get("cluster") {
            None | Some(Value::Null) => None,
            Some(cluster) => Some(cluster.as_str()?),
        };
        Some(read::joined(cluster, properties.get("name")?.as_str()?))
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // The cluster may be written by its ARN, or left out.
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}
