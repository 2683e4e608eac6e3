//! `aws_db_cluster_snapshot`

use aws_sdk_rds::operation::create_db_cluster_snapshot::builders::CreateDBClusterSnapshotFluentBuilder;
use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::{find_by_name, read_named};
use crate::kind::diff::added;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::asks_for;

updates! {
    pub enum ClusterSnapshotUpdate {
        Sharing => [ModifyDBClusterSnapshotAttribute],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

/// The attribute that says who may restore a snapshot:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterSnapshotAttribute.html>.
const RESTORE: &str = "restore";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterSnapshotUpdate)]
#[sdk(from = sdk::DbClusterSnapshot, create = CreateDBClusterSnapshotFluentBuilder)]
pub struct ClusterSnapshot {
    /// How much storage the cluster had, in GiB.
    #[field(computed)]
    allocated_storage: Option<i64>,
    /// The zones of the cluster.
    #[field(computed)]
    availability_zones: Option<Vec<String>>,
    /// The cluster.
    #[field(immutable, required, forms = Case)]
    db_cluster_identifier: Option<String>,
    /// The ARN.
    #[field(computed)]
    db_cluster_snapshot_arn: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, forms = Case, length = 1..=255)]
    db_cluster_snapshot_identifier: Option<String>,
    /// The engine.
    #[field(computed)]
    engine: Option<String>,
    /// The version of the engine.
    #[field(computed)]
    engine_version: Option<String>,
    /// The snapshot's name.
    #[field(computed, sdk = db_cluster_snapshot_identifier)]
    id: Option<String>,
    /// The key that encrypts it.
    #[field(computed)]
    kms_key_id: Option<String>,
    /// How the engine is licensed.
    #[field(computed)]
    license_model: Option<String>,
    /// The port of the cluster.
    #[field(computed)]
    port: Option<i64>,
    /// The accounts that may restore it; `all` is everybody.
    #[field(update = Sharing, after_create, set, by_hand)]
    shared_accounts: Option<Vec<String>>,
    /// Whether somebody made it, or RDS by itself.
    #[field(computed)]
    snapshot_type: Option<String>,
    /// The snapshot that it is a copy of.
    #[field(computed)]
    source_db_cluster_snapshot_arn: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// Whether the snapshot is encrypted.
    #[field(computed)]
    storage_encrypted: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_list, sent_as = tags)]
    tags: Tagged,
    /// The VPC of the cluster.
    #[field(computed)]
    vpc_id: Option<String>,
}

/// The accounts that a snapshot is shared with.
async fn shared(aws: &Aws, id: &str) -> Result<Option<Vec<String>>, CloudError> {
    let request = aws.read().rds().describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier(id);
    let reply = absent_is_none(aws.send(request).await)?;
    let attributes = reply
        .and_then(|reply| reply.db_cluster_snapshot_attributes_result)
        .and_then(|result| result.db_cluster_snapshot_attributes);
    let restore = attributes.into_iter().flatten().find(|one| one.attribute_name.as_deref() == Some(RESTORE));
    Ok(restore.and_then(|restore| restore.attribute_values).filter(|accounts| !accounts.is_empty()))
}

async fn describe(aws: Aws, id: Option<String>) -> Result<Vec<ClusterSnapshot>, CloudError> {
    let request = aws.read().rds().describe_db_cluster_snapshots();
    let request = request.set_max_records(id.is_none().then_some(100)).set_db_cluster_snapshot_identifier(id);
    let found = aws.pages(request, |page| page.db_cluster_snapshots).await?;
    Ok(found.into_iter().map(ClusterSnapshot::from_sdk).collect::<Result<_, _>>()?)
}

fn name(snapshot: &ClusterSnapshot) -> Option<&str> {
    snapshot.db_cluster_snapshot_identifier.as_deref()
}

#[async_trait]
impl Resource for ClusterSnapshot {
    const TYPE: &'static str = "aws_db_cluster_snapshot";
    const DOC: &'static str = "A snapshot of a cluster.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateDBClusterSnapshot];
    const DELETE_CALLS: Calls = calls![DeleteDBClusterSnapshot];
    const LAGS: &'static [LagReply] = lags::CLUSTER_SNAPSHOT;
    const IMPORT_ID: &'static str = "DB_CLUSTER_SNAPSHOT_IDENTIFIER";
    const RELATIONS: Relations = Relations { identity: &["db_cluster_snapshot_identifier"], ..Relations::NONE };
    const APART: &'static [&'static str] = &["shared_accounts"];
    const EXAMPLE: &'static str = "\
db_cluster_snapshot_identifier: orders-before-upgrade
db_cluster_identifier: ${orders.id}
";
    const USUAL_SECONDS: u32 = 180;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterSnapshotUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let found = read_named(wanted, name, |id| describe(aws.clone(), id)).await;
        let complete = found.into_iter().zip(wanted).map(|(found, request)| async move {
            let Some(mut snapshot) = found? else { return Ok(None) };
            if asks_for(request, &["shared_accounts"]) {
                snapshot.shared_accounts = shared(aws, request.id.as_str()).await?;
            }
            Ok(Some(snapshot))
        });
        join_all(complete).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let found = absent_is_none(describe(aws.clone(), Some(id.to_string())).await)?.unwrap_or_default();
        let live = find_by_name(found, name, id.as_str()).map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().rds().create_db_cluster_snapshot())?).await?;
        Ok(lower_case_name(name(want)))
    }

    async fn update(aws: &Aws, call: ClusterSnapshotUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ClusterSnapshotUpdate::Sharing => {
                let request = aws
                    .write()
                    .rds()
                    .modify_db_cluster_snapshot_attribute()
                    .db_cluster_snapshot_identifier(id.as_str());
                let request = request
                    .attribute_name(RESTORE)
                    .set_values_to_add(added(&want.shared_accounts, &prior.shared_accounts))
                    .set_values_to_remove(added(&prior.shared_accounts, &want.shared_accounts));
                aws.done(request).await
            }
            ClusterSnapshotUpdate::Tags => {
                let arn = prior.db_cluster_snapshot_arn.as_deref().or(want.db_cluster_snapshot_arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().rds().delete_db_cluster_snapshot().db_cluster_snapshot_identifier(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self.status.as_deref() {
            None | Some("available") => Readiness::Ready,
            Some("deleting" | "deleted") => Readiness::Deleting,
            Some("failed") => Readiness::Failed("failed".into()),
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "db_cluster_snapshot_identifier")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    fn snapshot(status: &str, op: &str) -> Reply {
        result(&format!(
            "<DBClusterSnapshots><DBClusterSnapshot><DBClusterSnapshotIdentifier>before</DBClusterSnapshotIdentifier>\
             <Status>{status}</Status><TagList><Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag></TagList>\
             </DBClusterSnapshot></DBClusterSnapshots>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_snapshot_is_waited_for_and_tells_whom_it_is_shared_with() {
        let attributes = "<DBClusterSnapshotAttributesResult><DBClusterSnapshotAttributes>\
                          <DBClusterSnapshotAttribute><AttributeName>restore</AttributeName><AttributeValues>\
                          <AttributeValue>111111111111</AttributeValue></AttributeValues></DBClusterSnapshotAttribute>\
                          </DBClusterSnapshotAttributes></DBClusterSnapshotAttributesResult>";
        let script = Replay::default()
            .on("DescribeDBClusterSnapshots", snapshot("creating", "01OURS"))
            .on("DescribeDBClusterSnapshotAttributes", result(attributes));
        let asked = [request("before", &["shared_accounts"])];
        let live = ClusterSnapshot::read(&script.aws(), &asked).await.remove(0).unwrap().unwrap();
        assert_eq!(live.readiness(), Readiness::Pending("creating".into()));
        assert_eq!(live.shared_accounts, Some(vec!["111111111111".to_string()]));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_snapshot_with_our_tag_is_found() {
        let script = Replay::default()
            .on("DescribeDBClusterSnapshots", snapshot("available", "01OURS"))
            .on("DescribeDBClusterSnapshots", snapshot("available", "01OTHER"))
            .on("DescribeDBClusterSnapshots", snapshot("deleting", "01OURS"));
        let (aws, recover) = (script.aws(), recover(json!({"db_cluster_snapshot_identifier": "before"})));
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(ClusterSnapshot::find(&aws, &recover, &ClusterSnapshot::default()).await.unwrap());
        }
        assert_eq!(found, [Some("before".into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_come_and_go() {
        let script = Replay::default().on("ModifyDBClusterSnapshotAttribute", result(""));
        let with = |accounts: &[&str]| ClusterSnapshot {
            shared_accounts: Some(accounts.iter().map(ToString::to_string).collect()),
            ..ClusterSnapshot::default()
        };
        let (id, operation) = ("before".into(), operation());
        let (want, prior) = (with(&["1", "2"]), with(&["2", "3"]));
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        ClusterSnapshot::update(&script.aws(), ClusterSnapshotUpdate::Sharing, &change).await.unwrap();
        let sent = script.finish();
        assert!(sent[0].body.contains("ValuesToAdd.AttributeValue.1=1&"), "{}", sent[0].body);
        assert!(sent[0].body.contains("ValuesToRemove.AttributeValue.1=3"), "{}", sent[0].body);
    }
}
