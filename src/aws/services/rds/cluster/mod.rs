//! `aws_rds_cluster`

mod blocks;
mod checks;
mod deletion;
mod launch;
mod modify;
mod read;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use aws_sdk_rds::operation::create_db_cluster::builders::CreateDBClusterFluentBuilder;
use aws_sdk_rds::operation::modify_db_cluster::builders::ModifyDbClusterInputBuilder;
use aws_sdk_rds::operation::restore_db_cluster_from_s3::builders::RestoreDBClusterFromS3FluentBuilder;
use aws_sdk_rds::operation::restore_db_cluster_from_snapshot::builders::RestoreDBClusterFromSnapshotFluentBuilder;
use aws_sdk_rds::operation::restore_db_cluster_to_point_in_time::builders::RestoreDBClusterToPointInTimeFluentBuilder;

use self::blocks::{RestoreToPointInTime, S3Import, Scaling, ServerlessV2Scaling};
pub(super) use self::checks::WINDOWS;
pub(super) use self::read::load;
use super::master_user::MasterUserSecret;
use super::prelude::*;
use super::status;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum ClusterUpdate {
        AfterRestore => [ModifyDBCluster],
        GlobalCluster => [RemoveFromGlobalCluster],
        Promote => [PromoteReadReplicaDBCluster],
        DeletionProtection => [ModifyDBCluster],
        Password => [ModifyDBCluster],
        Modify => [ModifyDBCluster],
        HttpEndpoint => [EnableHttpEndpoint, DisableHttpEndpoint, ModifyDBCluster],
        Roles => [AddRoleToDBCluster, RemoveRoleFromDBCluster],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
#[sdk(
    from = sdk::DbCluster,
    create = CreateDBClusterFluentBuilder,
    create(Snapshot) = RestoreDBClusterFromSnapshotFluentBuilder,
    create(PointInTime) = RestoreDBClusterToPointInTimeFluentBuilder,
    create(S3) = RestoreDBClusterFromS3FluentBuilder,
    changes(Modify) = ModifyDbClusterInputBuilder
)]
pub struct Cluster {
    /// The storage of a cluster that is not Aurora, in GiB.
    #[field(update = Modify, aws_default, changed_by = ["Modify"], not_by = [Snapshot, PointInTime, S3])]
    allocated_storage: Option<i64>,
    /// Whether a new engine version may be a new major version.
    #[field(local, default = false)]
    allow_major_version_upgrade: Option<bool>,
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed, sdk = db_cluster_arn)]
    arn: Option<String>,
    /// The zones of the storage; Aurora always takes three.
    #[field(immutable, aws_default, set, filled, not_by = [PointInTime])]
    availability_zones: Option<Vec<String>>,
    /// How many seconds an Aurora MySQL cluster can be wound back; 0 is not at all.
    #[field(update = Modify, default = 0, range = 0..=259200)]
    backtrack_window: Option<i64>,
    /// For how many days backups are kept.
    #[field(update = Modify, aws_default, range = 1..=35)]
    backup_retention_period: Option<i64>,
    /// The authority of the server certificate.
    #[field(update = Modify, aws_default)]
    #[field(sdk = certificate_details.ca_identifier, sent_as = ca_certificate_identifier, not_by = [Snapshot, PointInTime, S3])]
    ca_certificate_identifier: Option<String>,
    /// When the server certificate expires.
    #[field(computed, changed_by = ["Modify"], by_hand)]
    ca_certificate_valid_till: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, generated, forms = Case, sdk = db_cluster_identifier)]
    cluster_identifier: Option<String>,
    /// The beginning of the identifier; the rest is made up, and makes it unique.
    #[field(immutable, begins = "cluster_identifier", conflicts = ["cluster_identifier"], length = 1..=37, forms = Case)]
    cluster_identifier_prefix: Option<String>,
    /// The instances of the cluster.
    #[field(computed, set, by_hand)]
    cluster_members: Option<Vec<String>>,
    /// AWS's id of the cluster, which a new cluster of the same name does not share.
    #[field(computed, sdk = db_cluster_resource_id)]
    cluster_resource_id: Option<String>,
    /// Whether it is an Aurora Limitless cluster.
    #[field(immutable, aws_default, one_of = ["limitless", "standard"], not_by = [Snapshot, PointInTime, S3])]
    cluster_scalability_type: Option<String>,
    /// Whether snapshots get the cluster's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The depth of CloudWatch Database Insights.
    #[field(update = Modify, aws_default, one_of = ["standard", "advanced"], not_by = [Snapshot, PointInTime, S3])]
    database_insights_mode: Option<String>,
    /// The database that is made with the cluster.
    #[field(immutable, aws_default, filled, not_by = [PointInTime])]
    database_name: Option<String>,
    /// The instance class of a Multi-AZ cluster that is not Aurora.
    #[field(update = Modify, filled, not_by = [S3])]
    db_cluster_instance_class: Option<String>,
    /// The cluster's parameter group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"])]
    #[field(sdk = db_cluster_parameter_group, sent_as = db_cluster_parameter_group_name)]
    db_cluster_parameter_group_name: Option<String>,
    /// The parameter group that instances get with a new major version.
    #[field(local)]
    db_instance_parameter_group_name: Option<String>,
    /// The subnets of the cluster.
    #[field(immutable, aws_default, forms = Case, sdk = db_subnet_group, sent_as = db_subnet_group_name)]
    db_subnet_group_name: Option<String>,
    /// The Oracle system id of an RDS Custom cluster.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime, S3])]
    db_system_id: Option<String>,
    /// Whether a deletion also removes the automated backups.
    #[field(local, default = true)]
    delete_automated_backups: Option<bool>,
    /// Whether AWS refuses to delete the cluster.
    #[field(update = DeletionProtection, aws_default)]
    deletion_protection: Option<bool>,
    /// The Active Directory that users log in with.
    #[field(update = Modify, read_by_hand)]
    domain: Option<String>,
    /// The name of the role that talks to the Active Directory.
    #[field(update = Modify, read_by_hand)]
    domain_iam_role_name: Option<String>,
    /// Whether a secondary cluster hands writes to the primary one.
    #[field(update = Modify, default = false)]
    #[field(sdk = global_write_forwarding_requested, sent_as = enable_global_write_forwarding, not_by = [Snapshot, PointInTime, S3])]
    enable_global_write_forwarding: Option<bool>,
    /// Whether the Data API is on.
    #[field(update = HttpEndpoint, default = false)]
    #[field(sdk = http_endpoint_enabled, sent_as = enable_http_endpoint, not_by = [Snapshot, PointInTime, S3])]
    enable_http_endpoint: Option<bool>,
    /// Whether readers hand writes to the writer.
    #[field(update = Modify, default = false, read_by_hand, not_by = [Snapshot, PointInTime, S3])]
    enable_local_write_forwarding: Option<bool>,
    /// The logs that go to CloudWatch, such as `postgresql` or `audit`.
    #[field(update = Modify, set, filled, sent_as = enable_cloudwatch_logs_exports, not_by = [Modify])]
    enabled_cloudwatch_logs_exports: Option<Vec<String>>,
    /// The address of the writer.
    #[field(computed)]
    endpoint: Option<String>,
    /// The engine.
    #[field(immutable, required, one_of = ["aurora-mysql", "aurora-postgresql", "mysql", "postgres"])]
    #[field(not_by = [PointInTime])]
    engine: Option<String>,
    /// Whether the cluster stays on a version beyond its standard support, which costs more.
    #[field(update = Modify, aws_default)]
    engine_lifecycle_support: Option<String>,
    /// Whether capacity is provisioned, or Serverless v1.
    #[field(immutable, default = "provisioned", not_by = [S3])]
    engine_mode: Option<String>,
    /// The version that the cluster has, or gets in the next maintenance window.
    #[field(update = Modify, aws_default, ty = Version, not_by = [PointInTime])]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"], sdk = engine_version)]
    engine_version_actual: Option<String>,
    /// The name of the snapshot that a deletion takes.
    #[field(local)]
    final_snapshot_identifier: Option<String>,
    /// The global cluster that this one is a part of.
    #[field(update = GlobalCluster, aws_default, forms = Case, filled, not_by = [Snapshot, PointInTime, S3])]
    global_cluster_identifier: Option<String>,
    /// The hosted zone of the endpoints, for alias records.
    #[field(computed)]
    hosted_zone_id: Option<String>,
    /// Whether users may log in with IAM.
    #[field(update = Modify, default = false, sent_as = enable_iam_database_authentication)]
    iam_database_authentication_enabled: Option<bool>,
    /// The ARNs of the roles that the database may use, for S3 or Lambda.
    #[field(update = Roles, after_create, aws_default, set, by_hand)]
    iam_roles: Option<Vec<String>>,
    /// The cluster's name.
    #[field(computed, sdk = db_cluster_identifier)]
    id: Option<String>,
    /// The provisioned IOPS of a cluster that is not Aurora.
    #[field(update = Modify, not_by = [S3])]
    iops: Option<i64>,
    /// The ARN of the key of the storage.
    #[field(immutable, aws_default, forms = KmsKey)]
    kms_key_id: Option<String>,
    /// Whether Secrets Manager makes, keeps and rotates the master user's password.
    #[field(update = Password, default = false, conflicts = ["master_password", "master_password_wo"])]
    #[field(read_by_hand, not_by = [Snapshot, PointInTime])]
    manage_master_user_password: Option<bool>,
    /// The master user's password.
    #[field(
        update = Password, sensitive, write_only, conflicts = ["manage_master_user_password", "master_password_wo"]
    )]
    #[field(by_hand)]
    master_password: Option<String>,
    /// The master user's password; wildfire keeps no other kind in its state, so this is `master_password`.
    #[field(
        update = Password, sensitive, write_only, conflicts = ["manage_master_user_password", "master_password"]
    )]
    #[field(by_hand)]
    master_password_wo: Option<String>,
    /// A number to raise with every new `master_password_wo`.
    #[field(update = Password, write_only, by_hand)]
    master_password_wo_version: Option<i64>,
    /// The secret of a password that Secrets Manager keeps.
    #[field(computed, changed_by = ["Password"], by_hand)]
    master_user_secret: Option<Vec<MasterUserSecret>>,
    /// The key of that secret.
    #[field(update = Password, aws_default, forms = KmsKey, changed_by = ["Password"])]
    #[field(sdk = master_user_secret.kms_key_id, sent_as = master_user_secret_kms_key_id, not_by = [Snapshot, PointInTime])]
    master_user_secret_kms_key_id: Option<String>,
    /// The name of the master user.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime])]
    master_username: Option<String>,
    /// How many seconds there are between two points of enhanced monitoring; 0 is none.
    #[field(update = Modify, aws_default, not_by = [S3])]
    monitoring_interval: Option<i64>,
    /// The ARN of the role of enhanced monitoring.
    #[field(update = Modify, aws_default, filled, not_by = [S3])]
    monitoring_role_arn: Option<String>,
    /// Whether the cluster has IPv6 addresses too.
    #[field(update = Modify, aws_default, one_of = ["IPV4", "DUAL"])]
    network_type: Option<String>,
    /// Whether Performance Insights is on for all instances.
    #[field(update = Modify, aws_default, sent_as = enable_performance_insights, not_by = [S3])]
    performance_insights_enabled: Option<bool>,
    /// The key of the data of Performance Insights.
    #[field(update = Modify, aws_default, forms = KmsKey, changed_by = ["Modify"], filled, not_by = [S3])]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default, changed_by = ["Modify"], not_by = [S3])]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(update = Modify, aws_default)]
    port: Option<i64>,
    /// When backups are taken, in UTC: `02:00-03:00`.
    #[field(update = Modify, aws_default)]
    preferred_backup_window: Option<String>,
    /// When AWS may change the cluster, in UTC: `sun:03:00-sun:04:00`.
    #[field(update = Modify, aws_default, forms = Case, not_by = [Snapshot, PointInTime])]
    preferred_maintenance_window: Option<String>,
    /// The address that spreads over the readers.
    #[field(computed)]
    reader_endpoint: Option<String>,
    /// The ARN of what the cluster replicates; taking it away promotes the cluster.
    #[field(update = Promote, forms = Arn, filled, not_by = [Snapshot, PointInTime, S3])]
    replication_source_identifier: Option<String>,
    /// The moment that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["snapshot_identifier", "s3_import"], by_hand)]
    restore_to_point_in_time: Option<RestoreToPointInTime>,
    /// The backup in a bucket that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["snapshot_identifier"], by_hand)]
    s3_import: Option<S3Import>,
    /// Capacity of Serverless v1.
    #[field(update = Modify, aws_default)]
    #[field(sdk = scaling_configuration_info, sent_as = scaling_configuration, not_by = [S3])]
    scaling_configuration: Option<Scaling>,
    /// Capacity of Serverless v2.
    #[field(update = Modify, aws_default, sdk = serverless_v2_scaling_configuration)]
    serverlessv2_scaling_configuration: Option<ServerlessV2Scaling>,
    /// Whether a deletion takes no last snapshot.
    #[field(local, default = false)]
    skip_final_snapshot: Option<bool>,
    /// The snapshot that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["s3_import"], by_hand)]
    snapshot_identifier: Option<String>,
    /// Whether the storage is encrypted.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime])]
    storage_encrypted: Option<bool>,
    /// The kind of storage, such as `aurora-iopt1`.
    #[field(update = Modify, aws_default, filled)]
    storage_type: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_list, sent_as = tags)]
    tags: Tagged,
    /// The security groups.
    #[field(update = Modify, aws_default, set, read_by_hand)]
    vpc_security_group_ids: Option<Vec<String>>,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_rds_cluster";
    const DOC: &'static str = "An Aurora cluster, or a Multi-AZ cluster of MySQL or PostgreSQL.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls =
        calls![CreateDBCluster, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime, RestoreDBClusterFromS3,];
    const DELETE_CALLS: Calls = calls![RemoveFromGlobalCluster, DeleteDBCluster];
    const LAGS: &'static [LagReply] = lags::CLUSTER;
    const IMPORT_ID: &'static str = "CLUSTER_IDENTIFIER";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["cluster_identifier"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
cluster_identifier: orders
engine: aurora-postgresql
engine_version: \"16.6\"
database_name: orders
master_username: root
manage_master_user_password: true
db_subnet_group_name: ${databases.name}
vpc_security_group_ids: [\"${database.id}\"]
storage_encrypted: true
deletion_protection: true
final_snapshot_identifier: orders-final
";
    const UNSUPPORTED: Refused =
        &[("source_region", "an encrypted replica of another region needs a URL signed there, which is not done yet")];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids: Vec<String> = wanted.iter().map(|request| request.id.as_str().to_ascii_lowercase()).collect();
        match load(aws, ids.clone()).await {
            Ok(found) => ids.iter().map(|id| found.get(id).cloned().map(read::cluster).transpose()).collect(),
            Err(error) => crate::kind::resource::all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read::one(aws, id.as_str()).await?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        launch::launch(aws, want).await?;
        Ok(lower_case_name(want.cluster_identifier.as_deref()))
    }

    async fn update(aws: &Aws, call: ClusterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        modify::update(aws, id.as_str(), call, want, prior).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        deletion::delete(aws, id.as_str(), prior).await
    }

    fn readiness(&self) -> Readiness {
        status::readiness(self._status.as_deref())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "cluster_identifier")
    }
}
