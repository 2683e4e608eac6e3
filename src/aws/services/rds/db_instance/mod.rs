//! `aws_db_instance`

mod blocks;
mod checks;
mod deletion;
mod launch;
mod modify;
mod read;
#[cfg(test)]
mod recorded;

use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder;
use aws_sdk_rds::operation::create_db_instance_read_replica::builders::CreateDBInstanceReadReplicaFluentBuilder;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;
use aws_sdk_rds::operation::restore_db_instance_from_db_snapshot::builders::RestoreDBInstanceFromDBSnapshotFluentBuilder;
use aws_sdk_rds::operation::restore_db_instance_from_s3::builders::RestoreDBInstanceFromS3FluentBuilder;
use aws_sdk_rds::operation::restore_db_instance_to_point_in_time::builders::RestoreDBInstanceToPointInTimeFluentBuilder;

use self::blocks::{Listener, RestoreToPointInTime, S3Import};
use super::master_user::MasterUserSecret;
use super::prelude::*;
use super::status;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum InstanceUpdate {
        AfterRestore => [ModifyDBInstance],
        Replication => [PromoteReadReplica, ModifyDBInstance],
        DeletionProtection => [ModifyDBInstance],
        Password => [ModifyDBInstance],
        Modify => [ModifyDBInstance],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = InstanceUpdate)]
#[sdk(
    from = sdk::DbInstance,
    create(New) = CreateDBInstanceFluentBuilder,
    create(Snapshot) = RestoreDBInstanceFromDBSnapshotFluentBuilder,
    create(PointInTime) = RestoreDBInstanceToPointInTimeFluentBuilder,
    create(S3) = RestoreDBInstanceFromS3FluentBuilder,
    create(Replica) = CreateDBInstanceReadReplicaFluentBuilder,
    changes(Modify) = ModifyDbInstanceInputBuilder
)]
pub struct Instance {
    /// The address.
    #[field(computed, sdk = endpoint.address)]
    address: Option<String>,
    /// The storage in GiB.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    allocated_storage: Option<i64>,
    /// Whether a new engine version may be a new major version.
    #[field(local, default = false)]
    allow_major_version_upgrade: Option<bool>,
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed, sdk = db_instance_arn)]
    arn: Option<String>,
    /// Whether AWS installs new minor versions.
    #[field(update = Modify, default = true)]
    auto_minor_version_upgrade: Option<bool>,
    /// The zone.
    #[field(immutable, aws_default)]
    availability_zone: Option<String>,
    /// For how many days backups are kept; 0 is no backups.
    #[field(update = Modify, aws_default, range = 0..=35, not_by = [Replica])]
    backup_retention_period: Option<i64>,
    /// Where backups are kept: `region` or `outposts`.
    #[field(immutable, aws_default, one_of = ["region", "outposts"], not_by = [S3])]
    backup_target: Option<String>,
    /// When backups are taken, in UTC: `02:00-03:00`.
    #[field(update = Modify, aws_default, sdk = preferred_backup_window, not_by = [Replica])]
    backup_window: Option<String>,
    /// The authority of the server certificate.
    #[field(update = Modify, aws_default, sdk = ca_certificate_identifier)]
    ca_cert_identifier: Option<String>,
    /// The character set of Oracle, or the collation of SQL Server.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime, S3, Replica])]
    character_set_name: Option<String>,
    /// Whether snapshots get the instance's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The instance profile of an RDS Custom instance.
    #[field(immutable, not_by = [S3])]
    custom_iam_instance_profile: Option<String>,
    /// Whether an instance on an Outpost has an address of the customer's.
    #[field(update = Modify, default = false, sent_as = enable_customer_owned_ip, not_by = [S3])]
    customer_owned_ip_enabled: Option<bool>,
    /// The depth of CloudWatch Database Insights.
    #[field(update = Modify, aws_default, one_of = ["standard", "advanced"], not_by = [Snapshot, PointInTime])]
    database_insights_mode: Option<String>,
    /// The database that is made with the instance.
    #[field(immutable, aws_default, filled, not_by = [Replica])]
    db_name: Option<String>,
    /// The subnets of the instance.
    #[field(update = Modify, aws_default, forms = Case)]
    #[field(sdk = db_subnet_group.db_subnet_group_name, sent_as = db_subnet_group_name)]
    db_subnet_group_name: Option<String>,
    /// Whether transaction logs have a volume of their own.
    #[field(update = Modify, default = false)]
    dedicated_log_volume: Option<bool>,
    /// Whether a deletion also removes the automated backups.
    #[field(local, default = true)]
    delete_automated_backups: Option<bool>,
    /// Whether AWS refuses to delete the instance.
    #[field(update = DeletionProtection, aws_default)]
    deletion_protection: Option<bool>,
    /// The Active Directory of AWS that users log in with.
    #[field(update = Modify, read_by_hand, conflicts = ["domain_fqdn"], not_by = [S3])]
    domain: Option<String>,
    /// The secret with the credentials for an Active Directory of one's own.
    #[field(update = Modify, read_by_hand, not_by = [S3])]
    domain_auth_secret_arn: Option<String>,
    /// The addresses of its name servers.
    #[field(update = Modify, read_by_hand, filled, not_by = [S3])]
    domain_dns_ips: Option<Vec<String>>,
    /// The name of an Active Directory of one's own.
    #[field(update = Modify, aws_default, read_by_hand, not_by = [S3])]
    domain_fqdn: Option<String>,
    /// The name of the role that talks to the Active Directory of AWS.
    #[field(update = Modify, read_by_hand, not_by = [S3])]
    domain_iam_role_name: Option<String>,
    /// The unit of one's own Active Directory that the instance joins.
    #[field(update = Modify, read_by_hand, not_by = [S3])]
    domain_ou: Option<String>,
    /// The logs that go to CloudWatch, such as `postgresql` or `error`.
    #[field(update = Modify, set, filled, sent_as = enable_cloudwatch_logs_exports, not_by = [Modify])]
    enabled_cloudwatch_logs_exports: Option<Vec<String>>,
    /// Address and port: `ADDRESS:PORT`.
    #[field(computed, by_hand)]
    endpoint: Option<String>,
    /// The engine: `postgres`, `mysql`, `mariadb`, `oracle-ee`, `sqlserver-se`; a replica has that of its source.
    #[field(immutable, aws_default, forms = Case, not_by = [Replica])]
    engine: Option<String>,
    /// Whether the instance stays on a version beyond its standard support, which costs more.
    #[field(update = Modify, aws_default, not_by = [Replica])]
    engine_lifecycle_support: Option<String>,
    /// The version that the instance has, or gets in the next maintenance window.
    #[field(update = Modify, aws_default, ty = Version, not_by = [Snapshot, PointInTime, Replica])]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"], sdk = engine_version)]
    engine_version_actual: Option<String>,
    /// The name of the snapshot that a deletion takes.
    #[field(local)]
    final_snapshot_identifier: Option<String>,
    /// The hosted zone of the address, for alias records.
    #[field(computed, sdk = endpoint.hosted_zone_id)]
    hosted_zone_id: Option<String>,
    /// Whether users may log in with IAM.
    #[field(update = Modify, default = false, sent_as = enable_iam_database_authentication)]
    iam_database_authentication_enabled: Option<bool>,
    /// AWS's id of the instance, which a new one of the same name does not share.
    #[field(computed, sdk = dbi_resource_id)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, generated, forms = Case, sdk = db_instance_identifier, not_by = [PointInTime])]
    identifier: Option<String>,
    /// The beginning of the identifier; the rest is made up, and makes it unique.
    #[field(immutable, begins = "identifier", conflicts = ["identifier"], length = 1..=37, forms = Case)]
    identifier_prefix: Option<String>,
    /// The instance class, such as `db.m7g.large`.
    #[field(update = Modify, required, sdk = db_instance_class)]
    instance_class: Option<String>,
    /// The provisioned IOPS.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    iops: Option<i64>,
    /// The ARN of the key of the storage.
    #[field(immutable, aws_default, forms = KmsKey, not_by = [Snapshot, PointInTime])]
    kms_key_id: Option<String>,
    /// Whether the licence is included or one's own.
    #[field(update = Modify, aws_default, not_by = [Replica])]
    license_model: Option<String>,
    /// The listener of SQL Server's availability group.
    #[field(computed, by_hand)]
    listener_endpoint: Option<Vec<Listener>>,
    /// When AWS may change the instance, in UTC: `sun:03:00-sun:04:00`.
    #[field(update = Modify, aws_default, forms = Case)]
    #[field(sdk = preferred_maintenance_window, not_by = [Snapshot, PointInTime, Replica])]
    maintenance_window: Option<String>,
    /// Whether Secrets Manager makes, keeps and rotates the master user's password.
    #[field(update = Password, default = false, conflicts = ["password", "password_wo"])]
    #[field(read_by_hand, not_by = [Snapshot, PointInTime, Replica])]
    manage_master_user_password: Option<bool>,
    /// The secret of a password that Secrets Manager keeps.
    #[field(computed, changed_by = ["Password"], by_hand)]
    master_user_secret: Option<Vec<MasterUserSecret>>,
    /// The key of that secret.
    #[field(update = Password, aws_default, forms = KmsKey, changed_by = ["Password"])]
    #[field(sdk = master_user_secret.kms_key_id, sent_as = master_user_secret_kms_key_id)]
    #[field(not_by = [Snapshot, PointInTime, Replica])]
    master_user_secret_kms_key_id: Option<String>,
    /// The size in GiB up to which RDS makes the storage larger by itself; 0 is not at all.
    #[field(update = Modify, default = 0, not_by = [Snapshot, Modify])]
    max_allocated_storage: Option<i64>,
    /// How many seconds there are between two points of enhanced monitoring; 0 is none.
    #[field(update = Modify, default = 0, not_by = [Snapshot, PointInTime])]
    monitoring_interval: Option<i64>,
    /// The ARN of the role of enhanced monitoring.
    #[field(update = Modify, aws_default, filled, not_by = [Snapshot, PointInTime])]
    monitoring_role_arn: Option<String>,
    /// Whether another zone has a standby.
    #[field(update = Modify, aws_default)]
    multi_az: Option<bool>,
    /// The national character set of Oracle.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime, S3, Replica])]
    nchar_character_set_name: Option<String>,
    /// Whether the instance has IPv6 addresses too.
    #[field(update = Modify, aws_default, one_of = ["IPV4", "DUAL"])]
    network_type: Option<String>,
    /// The option group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"], read_by_hand)]
    option_group_name: Option<String>,
    /// The parameter group.
    #[field(update = Modify, aws_default, forms = Case, changed_by = ["Modify"])]
    #[field(read_by_hand, sent_as = db_parameter_group_name)]
    parameter_group_name: Option<String>,
    /// The master user's password.
    #[field(
        update = Password, sensitive, write_only, by_hand, conflicts = ["manage_master_user_password", "password_wo"]
    )]
    password: Option<String>,
    /// The master user's password; wildfire keeps no other kind in its state, so this is `password`.
    #[field(
        update = Password, sensitive, write_only, by_hand, conflicts = ["manage_master_user_password", "password"]
    )]
    password_wo: Option<String>,
    /// A number to raise with every new `password_wo`.
    #[field(update = Password, write_only, by_hand)]
    password_wo_version: Option<i64>,
    /// Whether Performance Insights is on.
    #[field(update = Modify, aws_default, sent_as = enable_performance_insights, not_by = [Snapshot, PointInTime])]
    performance_insights_enabled: Option<bool>,
    /// The key of the data of Performance Insights.
    #[field(update = Modify, aws_default, forms = KmsKey, changed_by = ["Modify"], filled)]
    #[field(not_by = [Snapshot, PointInTime])]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default, changed_by = ["Modify"], not_by = [Snapshot, PointInTime])]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(update = Modify, aws_default, range = 1150..=65535)]
    #[field(sdk = endpoint.port, sent_as = port, not_by = [Modify])]
    port: Option<i64>,
    /// Whether the instance has a public address.
    #[field(update = Modify, default = false)]
    publicly_accessible: Option<bool>,
    /// Whether a replica of Oracle can be read.
    #[field(update = Modify, aws_default, one_of = ["mounted", "open-read-only"], not_by = [New, Snapshot, PointInTime, S3])]
    replica_mode: Option<String>,
    /// The replicas of this instance.
    #[field(computed, sdk = read_replica_db_instance_identifiers)]
    replicas: Option<Vec<String>>,
    /// The instance that this one replicates, by its name, or by its ARN in another region; taking it away promotes it.
    #[field(update = Replication, after_create, forms = Arn, filled)]
    #[field(sdk = read_replica_source_db_instance_identifier, sent_by_hand)]
    replicate_source_db: Option<String>,
    /// AWS's id of the instance.
    #[field(computed, sdk = dbi_resource_id)]
    resource_id: Option<String>,
    /// The moment that the instance begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, by_hand)]
    #[field(conflicts = ["snapshot_identifier", "s3_import", "replicate_source_db"])]
    restore_to_point_in_time: Option<RestoreToPointInTime>,
    /// The backup in a bucket that the instance begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, by_hand)]
    #[field(conflicts = ["snapshot_identifier", "replicate_source_db"])]
    s3_import: Option<S3Import>,
    /// Whether a deletion takes no last snapshot.
    #[field(local, default = false)]
    skip_final_snapshot: Option<bool>,
    /// The snapshot that the instance begins with; counts at creation only.
    #[field(update = AfterRestore, after_create, write_only, by_hand)]
    #[field(conflicts = ["s3_import", "replicate_source_db"])]
    snapshot_identifier: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = db_instance_status)]
    status: Option<String>,
    /// Whether the storage is encrypted.
    #[field(immutable, aws_default, not_by = [Snapshot, PointInTime, Replica])]
    storage_encrypted: Option<bool>,
    /// The throughput of the storage in MiB a second.
    #[field(update = Modify, aws_default, changed_by = ["Modify"], filled)]
    storage_throughput: Option<i64>,
    /// The kind of storage: `gp3`, `io2`.
    #[field(update = Modify, aws_default)]
    storage_type: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_list, sent_as = tags)]
    tags: Tagged,
    /// The time zone of SQL Server.
    #[field(immutable, aws_default, filled, not_by = [Snapshot, PointInTime, S3, Replica])]
    timezone: Option<String>,
    /// Whether a replica gets the newest configuration of storage; counts at creation only.
    #[field(local, sent_as = upgrade_storage_config, not_by = [New, Snapshot, PointInTime, S3])]
    upgrade_storage_config: Option<bool>,
    /// The name of the master user.
    #[field(immutable, aws_default, sdk = master_username, not_by = [Snapshot, PointInTime, Replica])]
    username: Option<String>,
    /// The security groups.
    #[field(update = Modify, aws_default, set, read_by_hand)]
    vpc_security_group_ids: Option<Vec<String>>,
}

#[async_trait]
impl Resource for Instance {
    const TYPE: &'static str = "aws_db_instance";
    const DOC: &'static str =
        "A database of RDS that is no cluster: PostgreSQL, MySQL, MariaDB, Oracle, SQL Server or Db2.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![
        CreateDBInstance,
        CreateDBInstanceReadReplica,
        RestoreDBInstanceFromDBSnapshot,
        RestoreDBInstanceFromS3,
        RestoreDBInstanceToPointInTime
    ];
    const DELETE_CALLS: Calls = calls![DeleteDBInstance];
    const LAGS: &'static [LagReply] = lags::INSTANCE;
    const IMPORT_ID: &'static str = "IDENTIFIER";
    const TERRAFORM_VERSION: u32 = 2;
    const RELATIONS: Relations = Relations { identity: &["identifier"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
identifier: orders
engine: postgres
engine_version: \"17\"
instance_class: db.m7g.large
allocated_storage: 100
storage_type: gp3
storage_encrypted: true
username: root
manage_master_user_password: true
db_subnet_group_name: ${databases.name}
vpc_security_group_ids: [\"${database.id}\"]
multi_az: true
backup_retention_period: 14
deletion_protection: true
final_snapshot_identifier: orders-final
";
    const UNSUPPORTED: Refused = &[
        ("blue_green_update", "an update of it replaces the instance behind the plan's back: change it in place"),
        ("latest_restorable_time", "it is another one every five minutes"),
    ];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = InstanceUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read::read(aws, wanted).await
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
        Ok(lower_case_name(want.identifier.as_deref()))
    }

    async fn update(aws: &Aws, call: InstanceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        modify::update(aws, id.as_str(), call, want, prior).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        deletion::delete(aws, id.as_str(), prior).await
    }

    fn readiness(&self) -> Readiness {
        status::readiness(self.status.as_deref())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "identifier")
    }
}
