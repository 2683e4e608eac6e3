//! `aws_elasticache_replication_group`

mod checks;
mod convert;
mod launch;
mod modify;
mod read;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use aws_sdk_elasticache::operation::create_replication_group::builders::CreateReplicationGroupFluentBuilder;
use aws_sdk_elasticache::operation::modify_replication_group::ModifyReplicationGroupInput;
use aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupInputBuilder;

pub(super) use self::convert::{flag, written_version};
pub(super) use self::modify::log_changes;
use super::prelude::*;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum ReplicationGroupUpdate {
        Replicas => [IncreaseReplicaCount, DecreaseReplicaCount, ModifyReplicationGroup],
        Shards => [ModifyReplicationGroupShardConfiguration],
        Modify => [ModifyReplicationGroup],
        Transit => [ModifyReplicationGroup],
        AuthToken => [ModifyReplicationGroup],
        UserGroups => [ModifyReplicationGroup],
        LogDelivery => [ModifyReplicationGroup],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ReplicationGroupUpdate)]
#[sdk(
    from = sdk::ReplicationGroup,
    create(New) = CreateReplicationGroupFluentBuilder,
    changes(Modify) = ModifyReplicationGroupInputBuilder
)]
pub struct ReplicationGroup {
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether data is encrypted on disk.
    #[field(immutable, aws_default, one_of = ["true", "false"], by_hand)]
    at_rest_encryption_enabled: Option<String>,
    /// The password that clients send; needs encryption in transit.
    #[field(update = AuthToken, sensitive, write_only, conflicts = ["user_group_ids"])]
    auth_token: Option<String>,
    /// Whether a new password is added beside the old one, replaces it, or is taken away.
    #[field(local, default = "ROTATE", one_of = ["SET", "ROTATE", "DELETE"])]
    auth_token_update_strategy: Option<String>,
    /// Whether AWS installs new minor versions.
    #[field(update = Modify, aws_default, one_of = ["true", "false"], by_hand)]
    auto_minor_version_upgrade: Option<String>,
    /// Whether a replica takes over when the primary node fails.
    #[field(update = Modify, default = false, read_by_hand)]
    automatic_failover_enabled: Option<bool>,
    /// Whether data is spread over several shards.
    #[field(computed, changed_by = ["Modify", "Shards"])]
    cluster_enabled: Option<bool>,
    /// Whether clients use the cluster protocol.
    #[field(update = Modify, aws_default, one_of = ["enabled", "disabled", "compatible"], changed_by = ["Shards"])]
    cluster_mode: Option<String>,
    /// The address of a group in cluster mode.
    #[field(computed, changed_by = ["Modify", "Shards"], sdk = configuration_endpoint.address)]
    configuration_endpoint_address: Option<String>,
    /// Whether data that is rarely used is on disk.
    #[field(immutable, aws_default, read_by_hand)]
    data_tiering_enabled: Option<bool>,
    /// What the group is for.
    #[field(update = Modify, required, sent_as = replication_group_description)]
    description: Option<String>,
    /// The engine; from Redis to Valkey in place, and never back.
    #[field(update = Modify, default = "redis", one_of = ["redis", "valkey"], read_by_hand, not_by = New)]
    engine: Option<String>,
    /// The version: major and minor from version 6 on, as `7.1`.
    #[field(update = Modify, aws_default, ty = Version, read_by_hand, not_by = New)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"], by_hand)]
    engine_version_actual: Option<String>,
    /// The name of the snapshot that a deletion takes; none is taken without.
    #[field(local)]
    final_snapshot_identifier: Option<String>,
    /// The global datastore that this group is a part of.
    #[field(immutable, aws_default, sdk = global_replication_group_info.global_replication_group_id, sent_as = global_replication_group_id)]
    global_replication_group_id: Option<String>,
    /// The group's name.
    #[field(computed, sdk = replication_group_id)]
    id: Option<String>,
    /// Whether clients are told IPv4 or IPv6 addresses.
    #[field(update = Modify, aws_default, one_of = ["ipv4", "ipv6"])]
    ip_discovery: Option<String>,
    /// The ARN of the key of the encryption on disk.
    #[field(immutable, aws_default, forms = KmsKey)]
    kms_key_id: Option<String>,
    /// Where the engine's logs go.
    #[field(update = LogDelivery, set, by_hand)]
    log_delivery_configuration: Option<Vec<LogDelivery>>,
    /// When AWS may change the group, in UTC: `sun:05:00-sun:06:00`.
    #[field(update = Modify, aws_default, forms = Case, read_by_hand, sent_as = preferred_maintenance_window)]
    maintenance_window: Option<String>,
    /// The nodes.
    #[field(computed, set, changed_by = ["Modify", "Replicas", "Shards"])]
    member_clusters: Option<Vec<String>>,
    /// Whether nodes are spread over zones.
    #[field(update = Modify, default = false, read_by_hand)]
    multi_az_enabled: Option<bool>,
    /// Whether nodes have IPv4 or IPv6 addresses, or both.
    #[field(immutable, aws_default, one_of = ["ipv4", "ipv6", "dual_stack"])]
    network_type: Option<String>,
    /// The type of the nodes, such as `cache.m7g.large`.
    #[field(update = Modify, aws_default, read_by_hand, sent_as = cache_node_type)]
    node_type: Option<String>,
    /// The SNS topic that is told about events.
    #[field(update = Modify, read_by_hand, not_by = Modify)]
    notification_topic_arn: Option<String>,
    /// How many nodes there are, the primary one included; for groups of one shard.
    #[field(update = Replicas, aws_default, conflicts = ["num_node_groups", "replicas_per_node_group"], changed_by = ["Replicas", "Shards"], read_by_hand)]
    num_cache_clusters: Option<i64>,
    /// How many shards there are.
    #[field(update = Shards, aws_default, conflicts = ["num_cache_clusters"], changed_by = ["Shards"], read_by_hand)]
    num_node_groups: Option<i64>,
    /// The engine's parameter group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"], read_by_hand, sent_as = cache_parameter_group_name, not_by = New)]
    parameter_group_name: Option<String>,
    /// The port.
    #[field(immutable, aws_default, read_by_hand)]
    port: Option<i64>,
    /// The zones of the nodes, the primary one's first; counts at creation only.
    #[field(local, sent_as = preferred_cache_cluster_azs)]
    preferred_cache_cluster_azs: Option<Vec<String>>,
    /// The address of the primary node.
    #[field(computed, changed_by = ["Modify", "Replicas", "Transit"], by_hand)]
    primary_endpoint_address: Option<String>,
    /// The address that spreads over the replicas.
    #[field(computed, changed_by = ["Modify", "Replicas", "Transit"], by_hand)]
    reader_endpoint_address: Option<String>,
    /// How many replicas every shard has.
    #[field(update = Replicas, aws_default, conflicts = ["num_cache_clusters"], changed_by = ["Replicas"], read_by_hand)]
    replicas_per_node_group: Option<i64>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case)]
    replication_group_id: Option<String>,
    /// The security groups.
    #[field(update = Modify, aws_default, set, read_by_hand)]
    security_group_ids: Option<Vec<String>>,
    /// Backups in S3 that the group begins with; counts at creation only.
    #[field(local, set, sent_as = snapshot_arns)]
    snapshot_arns: Option<Vec<String>>,
    /// The snapshot that the group begins with; counts at creation only.
    #[field(local, sent_as = snapshot_name)]
    snapshot_name: Option<String>,
    /// For how many days snapshots are kept; 0 is none.
    #[field(update = Modify, default = 0, range = 0..=35)]
    snapshot_retention_limit: Option<i64>,
    /// When snapshots are taken, in UTC: `03:00-04:00`.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    snapshot_window: Option<String>,
    /// The subnets of the nodes.
    // Only nodes tell it, and a group whose nodes cannot be seen must not be replaced for that; it never changes.
    #[field(immutable, aws_default, forms = Case, write_only, sent_as = cache_subnet_group_name)]
    subnet_group_name: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// Whether connections are encrypted.
    #[field(update = Transit, aws_default, not_by = New)]
    transit_encryption_enabled: Option<bool>,
    /// Whether connections must be encrypted, or may be.
    #[field(update = Transit, aws_default, one_of = ["preferred", "required"], changed_by = ["Transit"])]
    transit_encryption_mode: Option<String>,
    /// The user groups that may connect.
    #[field(update = UserGroups, set, conflicts = ["auth_token"], filled)]
    user_group_ids: Option<Vec<String>>,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LogDelivery {
    /// The log group or the Firehose stream, by name.
    #[field(required)]
    destination: Option<String>,
    /// The kind of destination.
    #[field(required, one_of = ["cloudwatch-logs", "kinesis-firehose"])]
    destination_type: Option<String>,
    /// The format.
    #[field(required, one_of = ["json", "text"])]
    log_format: Option<String>,
    /// The log.
    #[field(required, one_of = ["slow-log", "engine-log"])]
    log_type: Option<String>,
}

#[async_trait]
impl Resource for ReplicationGroup {
    const TYPE: &'static str = "aws_elasticache_replication_group";
    const DOC: &'static str = "Valkey or Redis on several nodes.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateReplicationGroup];
    const DELETE_CALLS: Calls = calls![DisassociateGlobalReplicationGroup, DeleteReplicationGroup];
    const LAGS: &'static [LagReply] = lags::REPLICATION_GROUP;
    const IMPORT_ID: &'static str = "REPLICATION_GROUP_ID";
    const TERRAFORM_VERSION: u32 = 2;
    const RELATIONS: Relations = Relations { identity: &["replication_group_id"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
replication_group_id: sessions
description: Sessions of the shop
engine: valkey
engine_version: \"8.0\"
node_type: cache.t4g.small
num_cache_clusters: 2
automatic_failover_enabled: true
multi_az_enabled: true
subnet_group_name: ${caches.name}
security_group_ids: [\"${cache.id}\"]
at_rest_encryption_enabled: true
transit_encryption_enabled: true
";
    const UNSUPPORTED: Refused = &[("security_group_names", "EC2-Classic is gone: write `security_group_ids`")];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 480;
    const POLL_SECONDS: u32 = 15;

    type Update = ReplicationGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read::with_tags(aws, id.as_str()).await?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        launch::create(aws, want).await?;
        Ok(want.replication_group_id.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(aws: &Aws, call: ReplicationGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let id = id.as_str();
        let immediately = want.apply_immediately == Some(true);
        let input = ModifyReplicationGroupInput::builder();
        match call {
            ReplicationGroupUpdate::Replicas => modify::replicas(aws, id, want, prior).await,
            ReplicationGroupUpdate::Shards => modify::shards(aws, id, want).await,
            ReplicationGroupUpdate::Modify => modify::send(aws, id, modify::changes(want, prior)?, immediately).await,
            // The API refuses to let these wait for the maintenance window.
            ReplicationGroupUpdate::Transit => modify::send(aws, id, modify::transit(want, prior), true).await,
            ReplicationGroupUpdate::AuthToken => match &want.auth_token {
                Some(token) => {
                    let strategy = want.auth_token_update_strategy.as_deref().unwrap_or("ROTATE");
                    let strategy = sdk::AuthTokenUpdateStrategyType::from(strategy);
                    modify::send(aws, id, input.auth_token(token).auth_token_update_strategy(strategy), true).await
                }
                None => {
                    let delete = sdk::AuthTokenUpdateStrategyType::Delete;
                    modify::send(aws, id, input.auth_token_update_strategy(delete), true).await
                }
            },
            ReplicationGroupUpdate::UserGroups => modify::send(aws, id, modify::user_groups(want, prior), true).await,
            ReplicationGroupUpdate::LogDelivery => {
                let logs = modify::log_delivery(want, prior);
                modify::send(aws, id, input.set_log_delivery_configurations(logs), true).await
            }
            ReplicationGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let Some(live) = read::group(aws, id.as_str()).await? else { return Ok(()) };
        if live.status.as_deref() == Some("deleting") {
            return Ok(());
        }
        let global = live
            .global_replication_group_info
            .filter(|info| info.global_replication_group_member_role.as_deref().is_some_and(|role| role != "PRIMARY"));
        if let Some(global) = global.and_then(|info| info.global_replication_group_id) {
            let request = aws
                .write()
                .elasticache()
                .disassociate_global_replication_group()
                .global_replication_group_id(global)
                .replication_group_id(id.as_str())
                .replication_group_region(aws.region());
            aws.gone(request).await?;
        }
        let request = aws
            .write()
            .elasticache()
            .delete_replication_group()
            .replication_group_id(id.as_str())
            .set_final_snapshot_identifier(prior.final_snapshot_identifier.clone());
        aws.gone(request).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            None | Some("available") => Readiness::Ready,
            Some("deleting") => Readiness::Deleting,
            Some("create-failed") => Readiness::Failed("create-failed".into()),
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "replication_group_id")
    }
}

/// Refused because of what was asked for, not because of AWS.
fn rejected(message: &str) -> CloudError {
    CloudError::new(ErrorKind::Rejected, message)
}
