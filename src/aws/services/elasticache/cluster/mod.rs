//! `aws_elasticache_cluster`

mod convert;
mod modify;
#[cfg(test)]
mod recorded;

use aws_sdk_elasticache::operation::create_cache_cluster::builders::CreateCacheClusterFluentBuilder;
use aws_sdk_elasticache::operation::modify_cache_cluster::builders::ModifyCacheClusterInputBuilder;

use super::described::{self, Described};
use super::prelude::*;
use super::replication_group::{LogDelivery, flag};
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::{int, problem};
use crate::kind::maintenance_windows::Rules;

updates! {
    pub enum ClusterUpdate {
        Nodes => [ModifyCacheCluster],
        Modify => [ModifyCacheCluster],
        LogDelivery => [ModifyCacheCluster],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

const WINDOWS: Rules =
    Rules { daily: "snapshot_window", weekly: "maintenance_window", shortest: 60, may_overlap: true };

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
#[sdk(
    from = sdk::CacheCluster,
    create = CreateCacheClusterFluentBuilder,
    changes(Modify) = ModifyCacheClusterInputBuilder
)]
pub struct Cluster {
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether AWS installs new minor versions.
    #[field(update = Modify, default = "true", one_of = ["true", "false"], by_hand)]
    auto_minor_version_upgrade: Option<String>,
    /// The zone of the nodes.
    #[field(immutable, aws_default, sdk = preferred_availability_zone)]
    availability_zone: Option<String>,
    /// Whether nodes are spread over zones.
    #[field(update = Modify, aws_default, read_by_hand, one_of = ["single-az", "cross-az"])]
    az_mode: Option<String>,
    /// The nodes.
    #[field(computed, by_hand, changed_by = ["Nodes", "Modify"])]
    cache_nodes: Option<Vec<Node>>,
    /// The address from which clients of Memcached learn the nodes.
    #[field(computed, sdk = configuration_endpoint.address)]
    cluster_address: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case, length = 1..=50, sdk = cache_cluster_id)]
    cluster_id: Option<String>,
    /// That address with its port.
    #[field(computed, by_hand)]
    configuration_endpoint: Option<String>,
    /// The engine.
    #[field(immutable, aws_default, one_of = ["memcached", "redis", "valkey"])]
    engine: Option<String>,
    /// The version: of Redis and Valkey, major and minor from version 6 on, as `7.1`.
    #[field(update = Modify, aws_default, ty = Version, read_by_hand)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"], sdk = engine_version)]
    engine_version_actual: Option<String>,
    /// The name of the snapshot that a deletion takes; none is taken without.
    #[field(local)]
    final_snapshot_identifier: Option<String>,
    /// The cluster's name.
    #[field(computed, sdk = cache_cluster_id)]
    id: Option<String>,
    /// Whether clients are told IPv4 or IPv6 addresses.
    #[field(update = Modify, aws_default, one_of = ["ipv4", "ipv6"])]
    ip_discovery: Option<String>,
    /// Where the engine's logs go.
    #[field(update = LogDelivery, set, by_hand)]
    log_delivery_configuration: Option<Vec<LogDelivery>>,
    /// When AWS may change the cluster, in UTC: `sun:05:00-sun:06:00`.
    #[field(update = Modify, aws_default, forms = Case, sdk = preferred_maintenance_window)]
    maintenance_window: Option<String>,
    /// Whether nodes have IPv4 or IPv6 addresses, or both.
    #[field(immutable, aws_default, one_of = ["ipv4", "ipv6", "dual_stack"])]
    network_type: Option<String>,
    /// The type of the nodes, such as `cache.t4g.small`.
    #[field(update = Modify, aws_default, read_by_hand, sent_as = cache_node_type)]
    node_type: Option<String>,
    /// The SNS topic that is told about events.
    #[field(update = Modify, read_by_hand, not_by = Modify)]
    notification_topic_arn: Option<String>,
    /// How many nodes there are; more than one with Memcached only.
    #[field(update = Nodes, aws_default, range = 1..=300, read_by_hand)]
    num_cache_nodes: Option<i64>,
    /// Whether the nodes are on one outpost or on several.
    #[field(immutable, write_only, one_of = ["single-outpost", "cross-outpost"], needs = ["preferred_outpost_arn"])]
    outpost_mode: Option<String>,
    /// The engine's parameter group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"])]
    #[field(sdk = cache_parameter_group.cache_parameter_group_name, sent_as = cache_parameter_group_name)]
    parameter_group_name: Option<String>,
    /// The port.
    #[field(immutable, aws_default, read_by_hand)]
    port: Option<i64>,
    /// The zones of the nodes, in their order; counts for nodes that are made.
    #[field(local, sent_as = preferred_availability_zones)]
    preferred_availability_zones: Option<Vec<String>>,
    /// The outpost of the nodes.
    #[field(immutable, aws_default)]
    preferred_outpost_arn: Option<String>,
    /// The replication group that the cluster becomes a replica of.
    #[field(immutable, aws_default, forms = Case, conflicts = [
        "az_mode",
        "engine_version",
        "maintenance_window",
        "node_type",
        "notification_topic_arn",
        "num_cache_nodes",
        "parameter_group_name",
        "port",
        "security_group_ids",
        "snapshot_arns",
        "snapshot_name",
        "snapshot_retention_limit",
        "snapshot_window",
        "subnet_group_name"
    ])]
    replication_group_id: Option<String>,
    /// The security groups.
    #[field(update = Modify, aws_default, set, read_by_hand)]
    security_group_ids: Option<Vec<String>>,
    /// A backup in S3 that the cluster begins with.
    #[field(immutable, write_only)]
    snapshot_arns: Option<Vec<String>>,
    /// The snapshot that the cluster begins with.
    #[field(immutable, write_only)]
    snapshot_name: Option<String>,
    /// For how many days snapshots are kept; 0 is none.
    #[field(update = Modify, default = 0, range = 0..=35)]
    snapshot_retention_limit: Option<i64>,
    /// When snapshots are taken, in UTC: `03:00-04:00`.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    snapshot_window: Option<String>,
    /// The subnets of the nodes.
    #[field(immutable, aws_default, forms = Case, sdk = cache_subnet_group_name)]
    subnet_group_name: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// Whether connections are encrypted.
    #[field(immutable, aws_default)]
    transit_encryption_enabled: Option<bool>,
    /// AWS's word for the status.
    #[field(computed, sdk = cache_cluster_status)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CacheNode)]
pub struct Node {
    /// The address.
    #[field(computed, sdk = endpoint.address)]
    address: Option<String>,
    /// The zone.
    #[field(computed, sdk = customer_availability_zone)]
    availability_zone: Option<String>,
    /// The number of the node: `0001`.
    #[field(computed, sdk = cache_node_id)]
    id: Option<String>,
    /// The outpost.
    #[field(computed, sdk = customer_outpost_arn)]
    outpost_arn: Option<String>,
    /// The port.
    #[field(computed, sdk = endpoint.port)]
    port: Option<i64>,
}

async fn described(aws: &Aws, name: Option<String>) -> Result<Vec<sdk::CacheCluster>, CloudError> {
    let request = aws.read().elasticache().describe_cache_clusters().show_cache_node_info(true);
    let request = request.set_max_records(name.is_none().then_some(100)).set_cache_cluster_id(name);
    aws.pages(request, |page| page.cache_clusters).await
}

#[async_trait]
impl Described for Cluster {
    fn name(&self) -> Option<&str> {
        self.cluster_id.as_deref()
    }

    fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }

    fn tagged(&mut self) -> &mut Tagged {
        &mut self.tags
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        described(&aws, name).await?.into_iter().map(convert::cluster).collect()
    }
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_elasticache_cluster";
    const DOC: &'static str = "Memcached, or one node of Redis or Valkey.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateCacheCluster];
    const DELETE_CALLS: Calls = calls![DeleteCacheCluster];
    const LAGS: &'static [LagReply] = lags::CLUSTER;
    const IMPORT_ID: &'static str = "CLUSTER_ID";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["engine", "replication_group_id"]];
    const RELATIONS: Relations =
        Relations { identity: &["cluster_id"], part_of: &["replication_group_id"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
cluster_id: pages
engine: memcached
node_type: cache.t4g.small
num_cache_nodes: 2
az_mode: cross-az
subnet_group_name: ${caches.name}
security_group_ids: [\"${cache.id}\"]
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 360;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        described::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        described::find::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let logs = want.log_delivery_configuration.as_ref();
        let request = want
            .fill(aws.write().elasticache().create_cache_cluster())?
            .set_auto_minor_version_upgrade(flag(want.auto_minor_version_upgrade.as_deref()))
            // Memcached has no snapshots, and takes no word about them.
            .set_snapshot_retention_limit(want.snapshot_retention_limit.filter(|days| *days != 0).map(int))
            .set_log_delivery_configurations(logs.map(|logs| logs.iter().map(LogDelivery::to_sdk).collect()));
        let id = lower_case_name(want.cluster_id.as_deref());
        let created = aws.send(request).await;
        or_wait_for_name(created, described::one::<Self>(aws, id.as_str())).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: ClusterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let immediately = want.apply_immediately == Some(true);
        match call {
            ClusterUpdate::Nodes => modify::nodes(aws, id.as_str(), want).await,
            ClusterUpdate::Modify => modify::send(aws, id.as_str(), modify::changes(want, prior)?, immediately).await,
            ClusterUpdate::LogDelivery => modify::send(aws, id.as_str(), modify::log_delivery(want, prior), true).await,
            ClusterUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticache().delete_cache_cluster().cache_cluster_id(id.as_str());
        let request = request.set_final_snapshot_identifier(prior.final_snapshot_identifier.clone());
        let error = match aws.gone(request).await {
            Err(error) if error.kind == ErrorKind::Busy => error,
            other => return other,
        };
        // Busy because an earlier attempt is at work is success.
        match described::one::<Self>(aws, id.as_str()).await? {
            None => Ok(()),
            Some(live) if live.readiness() == Readiness::Deleting => Ok(()),
            Some(_) => Err(error),
        }
    }

    /// The words are those of
    /// <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            None | Some("available") => Readiness::Ready,
            Some("deleting" | "deleted") => Readiness::Deleting,
            Some(word @ ("incompatible-network" | "restore-failed")) => Readiness::Failed(word.into()),
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = WINDOWS.problems(properties);
        let memcached = properties.get("engine").and_then(Value::as_str).map(|engine| engine == "memcached");
        let nodes = properties.get("num_cache_nodes").and_then(Value::as_int);
        if memcached == Some(false) && nodes.is_some_and(|nodes| nodes > 1) {
            problems.push(problem("num_cache_nodes", "Redis and Valkey have several nodes in a replication group"));
        }
        let spread = properties.get("az_mode").and_then(Value::as_str) == Some("cross-az");
        if spread && nodes == Some(1) {
            problems.push(problem("az_mode", "one node is in one zone"));
        }
        for name in ["snapshot_arns", "snapshot_name", "final_snapshot_identifier"] {
            let written = properties.get(name).is_some_and(|value| !value.is_null());
            if memcached == Some(true) && written {
                problems.push(problem(name, "Memcached has no snapshots"));
            }
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "cluster_id")
    }
}
