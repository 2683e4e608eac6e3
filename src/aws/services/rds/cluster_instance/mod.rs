//! `aws_rds_cluster_instance`

mod checks;
mod modify;
mod read;
#[cfg(test)]
mod recorded;

use async_trait::async_trait;
use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::{status, tagging};
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::kind::by_name::{lower_case_id, or_wait_for_name};
use crate::kind::convert::int;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::Tags;
use crate::services::rds::lags;
use crate::updates;

updates! {
    pub enum ClusterInstanceUpdate {
        Modify => ["rds:ModifyDBInstance"],
        Tags => ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ClusterInstanceUpdate)]
pub struct ClusterInstance {
    /// Whether changes are made at once, and not in the next maintenance window.
    #[field(local, default = false)]
    apply_immediately: Option<bool>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether AWS installs new minor versions.
    #[field(update = Modify, default = true)]
    auto_minor_version_upgrade: Option<bool>,
    /// The zone.
    #[field(immutable, aws_default)]
    availability_zone: Option<String>,
    /// The authority of the server certificate.
    #[field(update = Modify, aws_default)]
    ca_cert_identifier: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required, forms = Case)]
    cluster_identifier: Option<String>,
    /// Whether snapshots get the instance's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The instance profile of an RDS Custom instance.
    #[field(immutable)]
    custom_iam_instance_profile: Option<String>,
    /// The instance's parameter group.
    #[field(update = Modify, aws_default, forms = Case)]
    db_parameter_group_name: Option<String>,
    /// The subnets, which are those of the cluster.
    #[field(immutable, aws_default, forms = Case)]
    db_subnet_group_name: Option<String>,
    /// AWS's id of the instance, which a new one of the same name does not share.
    #[field(computed)]
    dbi_resource_id: Option<String>,
    /// The address of this instance.
    #[field(computed)]
    endpoint: Option<String>,
    /// The engine, which is that of the cluster.
    #[field(immutable, required)]
    engine: Option<String>,
    /// The version at creation; later it follows the cluster.
    #[field(local, aws_default, ty = Version)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changed_by = ["Modify"])]
    engine_version_actual: Option<String>,
    /// Whether deleting the last instance of a replica promotes its cluster first, as AWS wants it.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The instance's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case)]
    identifier: Option<String>,
    /// The instance class, such as `db.r7g.large`.
    #[field(update = Modify, required)]
    instance_class: Option<String>,
    /// The key of the storage.
    #[field(computed)]
    kms_key_id: Option<String>,
    /// How many seconds there are between two points of enhanced monitoring; 0 is none.
    #[field(update = Modify, default = 0)]
    monitoring_interval: Option<i64>,
    /// The ARN of the role of enhanced monitoring.
    #[field(update = Modify, aws_default)]
    monitoring_role_arn: Option<String>,
    /// Whether the instance has IPv6 addresses too.
    #[field(computed)]
    network_type: Option<String>,
    /// Whether Performance Insights is on.
    #[field(update = Modify, aws_default)]
    performance_insights_enabled: Option<bool>,
    /// The key of the data of Performance Insights.
    #[field(update = Modify, aws_default, forms = KmsKey, changed_by = ["Modify"])]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default, changed_by = ["Modify"])]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(computed)]
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
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// Whether the instance is the writer now.
    #[field(computed)]
    writer: Option<bool>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

async fn delete_instance(aws: &Aws, id: &str) -> Result<(), CloudError> {
    // The data is the cluster's: an instance has no snapshot of its own.
    let request = aws.write().rds().delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true);
    gone_is_fine(aws.call("rds:DeleteDBInstance", request.send()).await)
}

#[async_trait]
impl Resource for ClusterInstance {
    const TYPE: &'static str = "aws_rds_cluster_instance";
    const DOC: &'static str = "An instance of an Aurora cluster: its writer, or a reader.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["rds:CreateDBInstance"];
    const DELETE_CALLS: &'static [&'static str] = &["rds:DeleteDBInstance"];
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
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("identifier_prefix", "a random name cannot be recognised after a crash: write `identifier`")];
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
            Candidate::new(Some(id.to_string()), live.tags_all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .rds()
            .create_db_instance()
            .set_db_instance_identifier(want.identifier.clone())
            .set_db_cluster_identifier(want.cluster_identifier.clone())
            .set_db_instance_class(want.instance_class.clone())
            .set_engine(want.engine.clone())
            .set_engine_version(want.engine_version.clone())
            .set_auto_minor_version_upgrade(want.auto_minor_version_upgrade)
            .set_availability_zone(want.availability_zone.clone())
            .set_ca_certificate_identifier(want.ca_cert_identifier.clone())
            .set_copy_tags_to_snapshot(want.copy_tags_to_snapshot)
            .set_custom_iam_instance_profile(want.custom_iam_instance_profile.clone())
            .set_db_parameter_group_name(want.db_parameter_group_name.clone())
            .set_db_subnet_group_name(want.db_subnet_group_name.clone())
            .set_monitoring_interval(want.monitoring_interval.filter(|seconds| *seconds != 0).map(int))
            .set_monitoring_role_arn(want.monitoring_role_arn.clone())
            .set_enable_performance_insights(want.performance_insights_enabled.filter(|on| *on))
            .set_performance_insights_kms_key_id(want.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period(want.performance_insights_retention_period.map(int))
            .set_preferred_backup_window(want.preferred_backup_window.clone())
            .set_preferred_maintenance_window(want.preferred_maintenance_window.clone())
            .set_promotion_tier(want.promotion_tier.map(int))
            .set_publicly_accessible(want.publicly_accessible)
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        let id = want.identifier.as_deref().unwrap_or_default().to_ascii_lowercase();
        let created = aws.call("rds:CreateDBInstance", request.send()).await;
        or_wait_for_name(created, read::one(aws, &id)).await?;
        Ok(id.into())
    }

    async fn update(aws: &Aws, call: ClusterInstanceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ClusterInstanceUpdate::Modify => {
                let input = modify::changes(want, prior);
                if input == ModifyDbInstanceInput::builder() {
                    return Ok(());
                }
                let immediately = want.apply_immediately == Some(true);
                let input = input.db_instance_identifier(id.as_str()).apply_immediately(immediately);
                aws.call("rds:ModifyDBInstance", input.send_with(aws.write().rds())).await.map(|_| ())
            }
            ClusterInstanceUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
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
            aws.call("rds:PromoteReadReplicaDBCluster", request.send()).await?;
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
    use aws_sdk_rds::types as sdk;

    use super::*;

    #[test]
    fn a_class_that_waits_for_the_window_is_no_change() {
        let pending = sdk::PendingModifiedValues::builder().db_instance_class("db.r7g.xlarge").build();
        let live = sdk::DbInstance::builder().db_instance_class("db.r7g.large").pending_modified_values(pending);
        let live = ClusterInstance::from(live.build());
        let want = ClusterInstance { instance_class: Some("db.r7g.xlarge".into()), ..live.clone() };
        assert_eq!(modify::changes(&want, &live), ModifyDbInstanceInput::builder());
    }
}
