//! `aws_rds_cluster_instance`

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;
use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover, Value,
};

use super::status::{self, changed, changed_int, int};
use super::{cluster, tagging};
use crate::call::{absent_is_none, gone_is_fine};
use crate::resource::{Read, Resource, all_failed};
use crate::tags::{Tags, made_by};
use crate::{Aws, updates};

/// How many names one filter gets, and how many instances one page has.
const PAGE: usize = 100;

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
    #[field(immutable, required, ignore_case)]
    cluster_identifier: Option<String>,
    /// Whether snapshots get the instance's tags.
    #[field(update = Modify, default = false)]
    copy_tags_to_snapshot: Option<bool>,
    /// The instance profile of an RDS Custom instance.
    #[field(immutable)]
    custom_iam_instance_profile: Option<String>,
    /// The instance's parameter group.
    #[field(update = Modify, aws_default)]
    db_parameter_group_name: Option<String>,
    /// The subnets, which are those of the cluster.
    #[field(immutable, aws_default, ignore_case)]
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
    #[field(local, aws_default)]
    engine_version: Option<String>,
    /// The version that runs.
    #[field(computed, changes_on_update)]
    engine_version_actual: Option<String>,
    /// Whether deleting the last instance of a replica promotes its cluster first, as AWS wants it.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The instance's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, ignore_case)]
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
    #[field(update = Modify, aws_default)]
    performance_insights_kms_key_id: Option<String>,
    /// For how many days that data is kept.
    #[field(update = Modify, aws_default)]
    performance_insights_retention_period: Option<i64>,
    /// The port.
    #[field(computed)]
    port: Option<i64>,
    /// When backups are taken, which the cluster decides.
    #[field(update = Modify, aws_default)]
    preferred_backup_window: Option<String>,
    /// When AWS may change the instance, in UTC: `sun:03:00-sun:04:00`.
    #[field(update = Modify, aws_default, ignore_case)]
    preferred_maintenance_window: Option<String>,
    /// Who becomes the writer when it fails: 0 before 15.
    #[field(update = Modify, default = 0)]
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

impl From<sdk::DbInstance> for ClusterInstance {
    fn from(instance: sdk::DbInstance) -> Self {
        let pending = instance.pending_modified_values;
        let endpoint = instance.endpoint;
        let groups = instance.db_parameter_groups.unwrap_or_default();
        // What waits for the maintenance window counts as set; sending it again changes nothing.
        let class = pending.as_ref().and_then(|pending| pending.db_instance_class.clone());
        let certificate = pending.and_then(|pending| pending.ca_certificate_identifier);
        Self {
            apply_immediately: None,
            arn: instance.db_instance_arn,
            auto_minor_version_upgrade: instance.auto_minor_version_upgrade,
            availability_zone: instance.availability_zone,
            ca_cert_identifier: certificate.or(instance.ca_certificate_identifier),
            cluster_identifier: instance.db_cluster_identifier,
            copy_tags_to_snapshot: Some(instance.copy_tags_to_snapshot.unwrap_or(false)),
            custom_iam_instance_profile: instance.custom_iam_instance_profile,
            db_parameter_group_name: groups.into_iter().find_map(|group| group.db_parameter_group_name),
            db_subnet_group_name: instance.db_subnet_group.and_then(|group| group.db_subnet_group_name),
            dbi_resource_id: instance.dbi_resource_id,
            port: endpoint.as_ref().and_then(|endpoint| endpoint.port).map(i64::from),
            endpoint: endpoint.and_then(|endpoint| endpoint.address),
            engine: instance.engine,
            engine_version: instance.engine_version.clone(),
            engine_version_actual: instance.engine_version,
            force_destroy: None,
            id: instance.db_instance_identifier.clone(),
            identifier: instance.db_instance_identifier,
            instance_class: class.or(instance.db_instance_class),
            kms_key_id: instance.kms_key_id,
            monitoring_interval: Some(instance.monitoring_interval.map_or(0, i64::from)),
            monitoring_role_arn: instance.monitoring_role_arn.filter(|arn| !arn.is_empty()),
            network_type: instance.network_type,
            performance_insights_enabled: instance.performance_insights_enabled,
            performance_insights_kms_key_id: instance.performance_insights_kms_key_id.filter(|key| !key.is_empty()),
            performance_insights_retention_period: instance.performance_insights_retention_period.map(i64::from),
            preferred_backup_window: instance.preferred_backup_window,
            preferred_maintenance_window: instance.preferred_maintenance_window,
            promotion_tier: Some(instance.promotion_tier.map_or(0, i64::from)),
            publicly_accessible: instance.publicly_accessible,
            storage_encrypted: instance.storage_encrypted,
            tags: None,
            tags_all: tagging::from_sdk(instance.tag_list),
            writer: None,
            _status: instance.db_instance_status,
        }
    }
}

/// What differs, and only that: RDS takes some values only when they change.
fn changes(want: &ClusterInstance, prior: &ClusterInstance) -> ModifyDbInstanceInputBuilder {
    ModifyDbInstanceInput::builder()
        .set_auto_minor_version_upgrade(changed(&want.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade))
        .set_ca_certificate_identifier(changed(&want.ca_cert_identifier, &prior.ca_cert_identifier))
        .set_copy_tags_to_snapshot(changed(&want.copy_tags_to_snapshot, &prior.copy_tags_to_snapshot))
        .set_db_parameter_group_name(changed(&want.db_parameter_group_name, &prior.db_parameter_group_name))
        .set_db_instance_class(changed(&want.instance_class, &prior.instance_class))
        .set_monitoring_interval(changed_int(want.monitoring_interval, prior.monitoring_interval))
        .set_monitoring_role_arn(changed(&want.monitoring_role_arn, &prior.monitoring_role_arn))
        .set_enable_performance_insights(changed(
            &want.performance_insights_enabled,
            &prior.performance_insights_enabled,
        ))
        .set_performance_insights_kms_key_id(changed(
            &want.performance_insights_kms_key_id,
            &prior.performance_insights_kms_key_id,
        ))
        .set_performance_insights_retention_period(changed_int(
            want.performance_insights_retention_period,
            prior.performance_insights_retention_period,
        ))
        .set_preferred_backup_window(changed(&want.preferred_backup_window, &prior.preferred_backup_window))
        .set_preferred_maintenance_window(changed(
            &want.preferred_maintenance_window,
            &prior.preferred_maintenance_window,
        ))
        .set_promotion_tier(changed_int(want.promotion_tier, prior.promotion_tier))
        .set_publicly_accessible(changed(&want.publicly_accessible, &prior.publicly_accessible))
}

async fn describe(aws: &Aws, filter: Option<sdk::Filter>) -> Result<Vec<ClusterInstance>, CloudError> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws
            .read()
            .rds()
            .describe_db_instances()
            .set_filters(filter.clone().map(|filter| vec![filter]))
            .max_records(100)
            .set_marker(marker);
        let page = aws.call("rds:DescribeDBInstances", request.send()).await?;
        found.extend(page.db_instances.unwrap_or_default().into_iter().map(ClusterInstance::from));
        marker = page.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

async fn one(aws: &Aws, id: &str) -> Read<ClusterInstance> {
    let request = aws.read().rds().describe_db_instances().db_instance_identifier(id);
    let reply = absent_is_none(aws.call("rds:DescribeDBInstances", request.send()).await)?;
    let found = reply.and_then(|reply| reply.db_instances).unwrap_or_default();
    Ok(found.into_iter().next().map(ClusterInstance::from))
}

/// The instances by name, in lower case.
async fn load(aws: &Aws, ids: &[String]) -> Result<HashMap<String, ClusterInstance>, CloudError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(PAGE) {
        let filter = sdk::Filter::builder().name("db-instance-id").set_values(Some(chunk.to_vec())).build();
        match describe(aws, Some(filter)).await {
            // The filter is not documented to fail on names that do not exist; if it does, the whole list tells.
            Err(error) if error.kind == ErrorKind::NotFound => {
                found = describe(aws, None).await?;
                break;
            }
            page => found.extend(page?),
        }
    }
    let named = |instance: ClusterInstance| Some((instance.identifier.as_deref()?.to_ascii_lowercase(), instance));
    Ok(found.into_iter().filter_map(named).collect())
}

/// Says of each instance whether it is the writer, which only its cluster knows. `seen` are clusters that were read at
/// the same moment for others.
async fn add_writers(
    aws: &Aws,
    instances: &mut HashMap<String, ClusterInstance>,
    seen: &HashMap<String, sdk::DbCluster>,
) -> Result<(), CloudError> {
    let of = |instance: &ClusterInstance| instance.cluster_identifier.as_deref().map(str::to_ascii_lowercase);
    let mut ids: Vec<String> = instances.values().filter_map(of).filter(|id| !seen.contains_key(id)).collect();
    ids.sort();
    ids.dedup();
    let further = if ids.is_empty() { Arc::default() } else { cluster::load(aws, ids).await? };
    let clusters = seen.values().chain(further.values());
    for member in clusters.flat_map(|cluster| cluster.db_cluster_members.iter().flatten()) {
        let name = member.db_instance_identifier.as_deref().unwrap_or_default().to_ascii_lowercase();
        if let Some(instance) = instances.get_mut(&name) {
            instance.writer = member.is_cluster_writer;
        }
    }
    Ok(())
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
    const IMPORT_ID: &'static str = "IDENTIFIER";
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
        let ids: Vec<String> = wanted.iter().map(|request| request.id.as_str().to_ascii_lowercase()).collect();
        // Which clusters are needed is not known yet; those that are read for others anyway cost nothing.
        let (found, clusters) = futures::join!(load(aws, &ids), cluster::load(aws, Vec::new()));
        let mut found = match found {
            Ok(found) => found,
            Err(error) => return all_failed(wanted, &error),
        };
        let clusters = clusters.unwrap_or_default();
        if let Err(error) = add_writers(aws, &mut found, &clusters).await {
            return all_failed(wanted, &error);
        }
        ids.iter().map(|id| Ok(found.get(id).cloned())).collect()
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = one(aws, id.as_str()).await?;
        let ours = live.filter(|live| made_by(live.tags_all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| id))
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
            .set_monitoring_interval(int(want.monitoring_interval.filter(|seconds| *seconds != 0)))
            .set_monitoring_role_arn(want.monitoring_role_arn.clone())
            .set_enable_performance_insights(want.performance_insights_enabled.filter(|on| *on))
            .set_performance_insights_kms_key_id(want.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period(int(want.performance_insights_retention_period))
            .set_preferred_backup_window(want.preferred_backup_window.clone())
            .set_preferred_maintenance_window(want.preferred_maintenance_window.clone())
            .set_promotion_tier(int(want.promotion_tier))
            .set_publicly_accessible(want.publicly_accessible)
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("rds:CreateDBInstance", request.send()).await?;
        Ok(want.identifier.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: ClusterInstanceUpdate,
        want: &Self,
        prior: &Self,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
        match call {
            ClusterInstanceUpdate::Modify => {
                let input = changes(want, prior);
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
        match one(aws, id.as_str()).await? {
            None => Ok(()),
            Some(live) if live.readiness() == Readiness::Deleting => Ok(()),
            Some(_) => Err(error),
        }
    }

    fn readiness(&self) -> Readiness {
        status::readiness(self._status.as_deref())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let int = |name: &str| properties.get(name).and_then(Value::as_int);
        let mut problems = Vec::new();
        let mut problem = |path: &str, message: &str| {
            problems.push(Problem { path: path.into(), message: message.into(), help: None });
        };
        if int("promotion_tier").is_some_and(|tier| !(0..=15).contains(&tier)) {
            problem("promotion_tier", "the tiers are 0 to 15");
        }
        if let Some(interval) = int("monitoring_interval") {
            if ![0, 1, 5, 10, 15, 30, 60].contains(&interval) {
                problem("monitoring_interval", "the intervals are 0, 1, 5, 10, 15, 30 and 60 seconds");
            }
            let role = properties.get("monitoring_role_arn").is_some_and(|role| !role.is_null());
            if interval != 0 && !role {
                problem("monitoring_role_arn", "enhanced monitoring needs a role");
            }
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("identifier")?.as_str()?.to_ascii_lowercase().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_waits_for_the_window_is_no_change() {
        let pending = sdk::PendingModifiedValues::builder().db_instance_class("db.r7g.xlarge").build();
        let live = sdk::DbInstance::builder().db_instance_class("db.r7g.large").pending_modified_values(pending);
        let live = ClusterInstance::from(live.build());
        let want = ClusterInstance { instance_class: Some("db.r7g.xlarge".into()), ..live.clone() };
        assert_eq!(changes(&want, &live), ModifyDbInstanceInput::builder());
    }

    #[test]
    fn monitoring_needs_a_role() {
        let problems = |properties| ClusterInstance::validate(&Value::from_json(properties)).len();
        assert_eq!(problems(serde_json::json!({"monitoring_interval": 60})), 1);
        assert_eq!(problems(serde_json::json!({"monitoring_interval": 60, "monitoring_role_arn": "arn"})), 0);
        assert_eq!(problems(serde_json::json!({"monitoring_interval": 7, "monitoring_role_arn": "arn"})), 1);
    }
}
