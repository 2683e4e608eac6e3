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

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover, Relations, Value,
};

use self::blocks::{MasterUserSecret, RestoreToPointInTime, S3Import, Scaling, ServerlessV2Scaling};
pub(super) use self::checks::WINDOWS;
pub(super) use self::read::load;
use super::status;
use crate::Aws;
use crate::kind::by_name::lower_case_id;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::Tags;
use crate::services::rds::lags;
use crate::updates;

updates! {
    pub enum ClusterUpdate {
        AfterRestore => ["rds:ModifyDBCluster"],
        GlobalCluster => ["rds:RemoveFromGlobalCluster"],
        Promote => ["rds:PromoteReadReplicaDBCluster"],
        DeletionProtection => ["rds:ModifyDBCluster"],
        Password => ["rds:ModifyDBCluster"],
        Modify => ["rds:ModifyDBCluster"],
        HttpEndpoint => ["rds:EnableHttpEndpoint", "rds:DisableHttpEndpoint", "rds:ModifyDBCluster"],
        Roles => ["rds:AddRoleToDBCluster", "rds:RemoveRoleFromDBCluster"],
        Tags => ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
pub struct Cluster {
    /// The storage of a cluster that is not Aurora, in GiB.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    allocated_storage: Option<i64>,
    /// Whether a new engine version may be a new major version.
    #[field(local, default = false)]
    allow_major_version_upgrade: Option<bool>,
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The zones of the storage; Aurora always takes three.
    #[field(immutable, aws_default, set)]
    availability_zones: Option<Vec<String>>,
    /// How many seconds an Aurora MySQL cluster can be wound back; 0 is not at all.
    #[field(update = Modify, default = 0, range = 0..=259200)]
    backtrack_window: Option<i64>,
    /// For how many days backups are kept.
    #[field(update = Modify, aws_default, range = 1..=35)]
    backup_retention_period: Option<i64>,
    /// The authority of the server certificate.
    #[field(update = Modify, aws_default)]
    ca_certificate_identifier: Option<String>,
    /// When the server certificate expires.
    #[field(computed, changed_by = ["Modify"])]
    ca_certificate_valid_till: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case)]
    cluster_identifier: Option<String>,
    /// The instances of the cluster.
    #[field(computed, set)]
    cluster_members: Option<Vec<String>>,
    /// AWS's id of the cluster, which a new cluster of the same name does not share.
    #[field(computed)]
    cluster_resource_id: Option<String>,
    /// Whether it is an Aurora Limitless cluster.
    #[field(immutable, aws_default, one_of = ["limitless", "standard"])]
    cluster_scalability_type: Option<String>,
    /// Whether snapshots get the cluster's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The depth of CloudWatch Database Insights.
    #[field(update = Modify, aws_default, one_of = ["standard", "advanced"])]
    database_insights_mode: Option<String>,
    /// The database that is made with the cluster.
    #[field(immutable, aws_default)]
    database_name: Option<String>,
    /// The instance class of a Multi-AZ cluster that is not Aurora.
    #[field(update = Modify)]
    db_cluster_instance_class: Option<String>,
    /// The cluster's parameter group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"])]
    db_cluster_parameter_group_name: Option<String>,
    /// The parameter group that instances get with a new major version.
    #[field(local)]
    db_instance_parameter_group_name: Option<String>,
    /// The subnets of the cluster.
    #[field(immutable, aws_default, forms = Case)]
    db_subnet_group_name: Option<String>,
    /// The Oracle system id of an RDS Custom cluster.
    #[field(immutable, aws_default)]
    db_system_id: Option<String>,
    /// Whether a deletion also removes the automated backups.
    #[field(local, default = true)]
    delete_automated_backups: Option<bool>,
    /// Whether AWS refuses to delete the cluster.
    #[field(update = DeletionProtection, aws_default)]
    deletion_protection: Option<bool>,
    /// The Active Directory that users log in with.
    #[field(update = Modify)]
    domain: Option<String>,
    /// The name of the role that talks to the Active Directory.
    #[field(update = Modify)]
    domain_iam_role_name: Option<String>,
    /// Whether a secondary cluster hands writes to the primary one.
    #[field(update = Modify, default = false)]
    enable_global_write_forwarding: Option<bool>,
    /// Whether the Data API is on.
    #[field(update = HttpEndpoint, default = false)]
    enable_http_endpoint: Option<bool>,
    /// Whether readers hand writes to the writer.
    #[field(update = Modify, default = false)]
    enable_local_write_forwarding: Option<bool>,
    /// The logs that go to CloudWatch, such as `postgresql` or `audit`.
    #[field(update = Modify, set)]
    enabled_cloudwatch_logs_exports: Option<Vec<String>>,
    /// The address of the writer.
    #[field(computed)]
    endpoint: Option<String>,
    /// The engine.
    #[field(immutable, required, one_of = ["aurora-mysql", "aurora-postgresql", "mysql", "postgres"])]
    engine: Option<String>,
    /// Whether the cluster stays on a version beyond its standard support, which costs more.
    #[field(update = Modify, aws_default)]
    engine_lifecycle_support: Option<String>,
    /// Whether capacity is provisioned, or Serverless v1.
    #[field(immutable, default = "provisioned")]
    engine_mode: Option<String>,
    /// The version that the cluster has, or gets in the next maintenance window.
    #[field(update = Modify, aws_default, ty = Version)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"])]
    engine_version_actual: Option<String>,
    /// The name of the snapshot that a deletion takes.
    #[field(local)]
    final_snapshot_identifier: Option<String>,
    /// The global cluster that this one is a part of.
    #[field(update = GlobalCluster, aws_default, forms = Case)]
    global_cluster_identifier: Option<String>,
    /// The hosted zone of the endpoints, for alias records.
    #[field(computed)]
    hosted_zone_id: Option<String>,
    /// Whether users may log in with IAM.
    #[field(update = Modify, default = false)]
    iam_database_authentication_enabled: Option<bool>,
    /// The ARNs of the roles that the database may use, for S3 or Lambda.
    #[field(update = Roles, after_create, aws_default, set)]
    iam_roles: Option<Vec<String>>,
    /// The cluster's name.
    #[field(computed)]
    id: Option<String>,
    /// The provisioned IOPS of a cluster that is not Aurora.
    #[field(update = Modify)]
    iops: Option<i64>,
    /// The ARN of the key of the storage.
    #[field(immutable, aws_default, forms = KmsKey)]
    kms_key_id: Option<String>,
    /// Whether Secrets Manager makes, keeps and rotates the master user's password.
    #[field(update = Password, default = false, conflicts = ["master_password", "master_password_wo"])]
    manage_master_user_password: Option<bool>,
    /// The master user's password.
    #[field(
        update = Password, sensitive, write_only, conflicts = ["manage_master_user_password", "master_password_wo"]
    )]
    master_password: Option<String>,
    /// The master user's password; wildfire keeps no other kind in its state, so this is `master_password`.
    #[field(
        update = Password, sensitive, write_only, conflicts = ["manage_master_user_password", "master_password"]
    )]
    master_password_wo: Option<String>,
    /// A number to raise with every new `master_password_wo`.
    #[field(update = Password, write_only)]
    master_password_wo_version: Option<i64>,
    /// The secret of a password that Secrets Manager keeps.
    #[field(computed, changed_by = ["Password"])]
    master_user_secret: Option<Vec<MasterUserSecret>>,
    /// The key of that secret.
    #[field(update = Password, aws_default, forms = KmsKey, changed_by = ["Password"])]
    master_user_secret_kms_key_id: Option<String>,
    /// The name of the master user.
    #[field(immutable, aws_default)]
    master_username: Option<String>,
    /// How many seconds there are between two points of enhanced monitoring; 0 is none.
    #[field(update = Modify, aws_default)]
    monitoring_interval: Option<i64>,
    /// The ARN of the role of enhanced monitoring.
    #[field(update = Modify, aws_default)]
    monitoring_role_arn: Option<String>,
    /// Whether the cluster has IPv6 addresses too.
    #[field(update = Modify, aws_default, one_of = ["IPV4", "DUAL"])]
    network_type: Option<String>,
    /// Whether Performance Insights is on for all instances.
    #[field(update = Modify, aws_default)]
    performance_insights_enabled: Option<bool>,
    /// The key of the data of Performance Insights.
    #[field(update = Modify, aws_default, forms = KmsKey, changed_by = ["Modify"])]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(update = Modify, aws_default)]
    port: Option<i64>,
    /// When backups are taken, in UTC: `02:00-03:00`.
    #[field(update = Modify, aws_default)]
    preferred_backup_window: Option<String>,
    /// When AWS may change the cluster, in UTC: `sun:03:00-sun:04:00`.
    #[field(update = Modify, aws_default, forms = Case)]
    preferred_maintenance_window: Option<String>,
    /// The address that spreads over the readers.
    #[field(computed)]
    reader_endpoint: Option<String>,
    /// The ARN of what the cluster replicates; taking it away promotes the cluster.
    #[field(update = Promote, forms = Arn)]
    replication_source_identifier: Option<String>,
    /// The moment that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["snapshot_identifier", "s3_import"])]
    restore_to_point_in_time: Option<RestoreToPointInTime>,
    /// The backup in a bucket that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["snapshot_identifier"])]
    s3_import: Option<S3Import>,
    /// Capacity of Serverless v1.
    #[field(update = Modify, aws_default)]
    scaling_configuration: Option<Scaling>,
    /// Capacity of Serverless v2.
    #[field(update = Modify, aws_default)]
    serverlessv2_scaling_configuration: Option<ServerlessV2Scaling>,
    /// Whether a deletion takes no last snapshot.
    #[field(local, default = false)]
    skip_final_snapshot: Option<bool>,
    /// The snapshot that the cluster begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, conflicts = ["s3_import"])]
    snapshot_identifier: Option<String>,
    /// Whether the storage is encrypted.
    #[field(immutable, aws_default)]
    storage_encrypted: Option<bool>,
    /// The kind of storage, such as `aurora-iopt1`.
    #[field(update = Modify, aws_default)]
    storage_type: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The security groups.
    #[field(update = Modify, aws_default, set)]
    vpc_security_group_ids: Option<Vec<String>>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_rds_cluster";
    const DOC: &'static str = "An Aurora cluster, or a Multi-AZ cluster of MySQL or PostgreSQL.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &[
        "rds:CreateDBCluster",
        "rds:RestoreDBClusterFromSnapshot",
        "rds:RestoreDBClusterToPointInTime",
        "rds:RestoreDBClusterFromS3",
    ];
    const DELETE_CALLS: &'static [&'static str] = &["rds:RemoveFromGlobalCluster", "rds:DeleteDBCluster"];
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
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[
        ("cluster_identifier_prefix", "a random name cannot be recognised after a crash: write `cluster_identifier`"),
        ("source_region", "an encrypted replica of another region needs a URL signed there, which is not done yet"),
    ];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids: Vec<String> = wanted.iter().map(|request| request.id.as_str().to_ascii_lowercase()).collect();
        match load(aws, ids.clone()).await {
            Ok(found) => ids.iter().map(|id| Ok(found.get(id).cloned().map(Self::from))).collect(),
            Err(error) => crate::kind::resource::all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read::one(aws, id.as_str()).await?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags_all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        launch::launch(aws, want).await?;
        Ok(want.cluster_identifier.as_deref().unwrap_or_default().to_ascii_lowercase().into())
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
