//! `aws_rds_cluster_instance`

mod checks;
mod read;
#[cfg(test)]
mod recorded;

use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder;
use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;

use super::prelude::*;
use super::status;
use crate::connection::operation::Operation as Named;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::int;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum ClusterInstanceUpdate {
        Modify => [ModifyDBInstance],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterInstanceUpdate)]
#[sdk(from = sdk::DbInstance, create(New) = CreateDBInstanceFluentBuilder, changes(Modify) = ModifyDbInstanceInputBuilder)]
pub struct ClusterInstance {
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
    /// The authority of the server certificate.
    #[field(update = Modify, aws_default, sdk = ca_certificate_identifier)]
    ca_cert_identifier: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required, forms = Case, sdk = db_cluster_identifier)]
    cluster_identifier: Option<String>,
    /// Whether snapshots get the instance's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The instance profile of an RDS Custom instance.
    #[field(immutable)]
    custom_iam_instance_profile: Option<String>,
    /// The instance's parameter group.
    #[field(update = Modify, aws_default, forms = Case, read_by_hand)]
    db_parameter_group_name: Option<String>,
    /// The subnets, which are those of the cluster.
    #[field(immutable, aws_default, forms = Case, sdk = db_subnet_group.db_subnet_group_name, sent_as = db_subnet_group_name)]
    db_subnet_group_name: Option<String>,
    /// AWS's id of the instance, which a new one of the same name does not share.
    #[field(computed)]
    dbi_resource_id: Option<String>,
    /// The address of this instance.
    #[field(computed, sdk = endpoint.address)]
    endpoint: Option<String>,
    /// The engine, which is that of the cluster.
    #[field(immutable, required)]
    engine: Option<String>,
    /// The version at creation; later it follows the cluster.
    #[field(local, aws_default, ty = Version, sdk = engine_version, sent_as = engine_version)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"], sdk = engine_version)]
    engine_version_actual: Option<String>,
    /// Whether deleting the last instance of a replica promotes its cluster first, as AWS wants it.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The instance's name.
    #[field(computed, sdk = db_instance_identifier)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, generated, forms = Case, sdk = db_instance_identifier)]
    identifier: Option<String>,
    /// The beginning of the identifier; the rest is made up, and makes it unique.
    #[field(immutable, begins = "identifier", conflicts = ["identifier"], length = 1..=37, forms = Case)]
    identifier_prefix: Option<String>,
    /// The instance class, such as `db.r7g.large`.
    #[field(update = Modify, required, sdk = db_instance_class)]
    instance_class: Option<String>,
    /// The key of the storage.
    #[field(computed)]
    kms_key_id: Option<String>,
    /// How many seconds there are between two points of enhanced monitoring; 0 is none.
    #[field(update = Modify, default = 0, not_by = New)]
    monitoring_interval: Option<i64>,
    /// The ARN of the role of enhanced monitoring.
    #[field(update = Modify, aws_default, filled)]
    monitoring_role_arn: Option<String>,
    /// Whether the instance has IPv6 addresses too.
    #[field(computed)]
    network_type: Option<String>,
    /// Whether Performance Insights is on.
    #[field(update = Modify, aws_default, sent_as = enable_performance_insights, not_by = New)]
    performance_insights_enabled: Option<bool>,
    /// The key of the data of Performance Insights.
    #[field(update = Modify, aws_default, forms = KmsKey, changed_by = ["Modify"], filled)]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(computed, sdk = endpoint.port)]
    port: Option<i64>,
    /// When backups are taken, which the cluster decides.
    #[field(update = Modify, aws_default)]
    preferred_backup_window: Option<String>,
    /// When AWS may change the instance, in UTC: `sun:03:00-sun:04:00`.
    #[field(update = Modify, aws_default, forms = Case)]
    preferred_maintenance_window: Option<String>,
    /// Who becomes the writer when it fails: 0 before 15.
    #[field(update = Modify, default = 0, range = 0..=15)]
    promotion_tier: Option<i64>,
    /// Whether the instance has a public address.
    #[field(update = Modify, aws_default)]
    publicly_accessible: Option<bool>,
    /// Whether the storage is encrypted.
    #[field(computed)]
    storage_encrypted: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_list, sent_as = tags)]
    tags: Tagged,
    /// Whether the instance is the writer now.
    #[field(computed, by_hand)]
    writer: Option<bool>,
    /// AWS's word for the status.
    #[field(computed, sdk = db_instance_status)]
    _status: Option<String>,
}

async fn delete_instance(aws: &Aws, id: &str) -> Result<(), CloudError> {
    // The data is the cluster's: an instance has no snapshot of its own.
    let request = aws.write().rds().delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true);
    aws.gone(request).await
}

#[async_trait]
impl Resource for ClusterInstance {
    const TYPE: &'static str = "aws_rds_cluster_instance";
    const DOC: &'static str = "An instance of an Aurora cluster: its writer, or a reader.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateDBInstance];
    const DELETE_CALLS: Calls = calls![DeleteDBInstance, PromoteReadReplicaDBCluster];
    const LAGS: &'static [LagReply] = lags::CLUSTER_INSTANCE;
    const IMPORT_ID: &'static str = "IDENTIFIER";
    const RELATIONS: Relations =
        Relations { identity: &["identifier"], part_of: &["cluster_identifier"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
identifier: orders-0
cluster_identifier: ${orders.id}
engine: ${orders.engine}
instance_class: db.r7g.large
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterInstanceUpdate;

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
        let request = want.fill(aws.write().rds().create_db_instance())?;
        let request = request
            .set_monitoring_interval(want.monitoring_interval.filter(|seconds| *seconds != 0).map(int))
            .set_enable_performance_insights(want.performance_insights_enabled.filter(|on| *on));
        let id = want.identifier.as_deref().unwrap_or_default().to_ascii_lowercase();
        let created = aws.send(request).await;
        or_wait_for_name(created, read::one(aws, &id)).await?;
        Ok(id.into())
    }

    async fn update(aws: &Aws, call: ClusterInstanceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ClusterInstanceUpdate::Modify => {
                // RDS takes some values only when they change.
                let input = want.fill_changes(prior, ModifyDbInstanceInput::builder())?;
                if input == ModifyDbInstanceInput::builder() {
                    return Ok(());
                }
                let immediately = want.apply_immediately == Some(true);
                let input = input.db_instance_identifier(id.as_str()).apply_immediately(immediately);
                aws.call(ModifyDBInstance::NAME, input.send_with(aws.write().rds())).await.map(drop)
            }
            ClusterInstanceUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let error = match delete_instance(aws, id.as_str()).await {
            Err(error) if error.kind == ErrorKind::Busy => error,
            other => return other,
        };
        let last_of_replica = error.message.contains("last instance of the read replica");
        if last_of_replica && prior.force_destroy == Some(true) {
            let request = aws.write().rds().promote_read_replica_db_cluster();
            let request = request.set_db_cluster_identifier(prior.cluster_identifier.clone());
            aws.done(request).await?;
        }
        // Busy because an earlier attempt is at work is success; after a promotion the deletion is tried again.
        match read::one(aws, id.as_str()).await? {
            None => Ok(()),
            Some(live) if live.readiness() == Readiness::Deleting => Ok(()),
            Some(_) => Err(error),
        }
    }

    fn readiness(&self) -> Readiness {
        status::readiness(self._status.as_deref())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "identifier")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_waits_for_the_window_is_no_change() {
        let pending = sdk::PendingModifiedValues::builder().db_instance_class("db.r7g.xlarge").build();
        let live = sdk::DbInstance::builder().db_instance_class("db.r7g.large").pending_modified_values(pending);
        let live = read::instance(live.build()).expect("it can be read");
        let want = ClusterInstance { instance_class: Some("db.r7g.xlarge".into()), ..live.clone() };
        let changes = want.fill_changes(&live, ModifyDbInstanceInput::builder()).expect("they can be sent");
        assert_eq!(changes, ModifyDbInstanceInput::builder());
    }
}
