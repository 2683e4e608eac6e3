//! `aws_db_snapshot`

use aws_sdk_rds::operation::create_db_snapshot::builders::CreateDBSnapshotFluentBuilder;
use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::{find_by_name, read_named};
use crate::kind::diff::added;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::asks_for;

updates! {
    pub enum DbSnapshotUpdate {
        Sharing => [ModifyDBSnapshotAttribute],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

/// The attribute that says who may restore a snapshot:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html>.
const RESTORE: &str = "restore";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DbSnapshotUpdate)]
#[sdk(from = sdk::DbSnapshot, create = CreateDBSnapshotFluentBuilder)]
pub struct DbSnapshot {
    /// How much storage the instance had, in GiB.
    #[field(computed)]
    allocated_storage: Option<i64>,
    /// The zone that the instance was in.
    #[field(computed)]
    availability_zone: Option<String>,
    /// The instance.
    #[field(immutable, required, forms = Case)]
    db_instance_identifier: Option<String>,
    /// The ARN.
    #[field(computed)]
    db_snapshot_arn: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, forms = Case, length = 1..=255)]
    db_snapshot_identifier: Option<String>,
    /// Whether the snapshot is encrypted.
    #[field(computed)]
    encrypted: Option<bool>,
    /// The engine.
    #[field(computed)]
    engine: Option<String>,
    /// The version of the engine.
    #[field(computed)]
    engine_version: Option<String>,
    /// The snapshot's name.
    #[field(computed, sdk = db_snapshot_identifier)]
    id: Option<String>,
    /// How many operations a second the storage had.
    #[field(computed)]
    iops: Option<i64>,
    /// The key that encrypts it.
    #[field(computed)]
    kms_key_id: Option<String>,
    /// How the engine is licensed.
    #[field(computed)]
    license_model: Option<String>,
    /// The option group of the instance.
    #[field(computed)]
    option_group_name: Option<String>,
    /// The port of the instance.
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
    source_db_snapshot_identifier: Option<String>,
    /// The region that it was copied from.
    #[field(computed)]
    source_region: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// The kind of storage of the instance.
    #[field(computed)]
    storage_type: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_list, sent_as = tags)]
    tags: Tagged,
    /// The VPC of the instance.
    #[field(computed)]
    vpc_id: Option<String>,
}

/// The accounts that a snapshot is shared with.
async fn shared(aws: &Aws, id: &str) -> Result<Option<Vec<String>>, CloudError> {
    let request = aws.read().rds().describe_db_snapshot_attributes().db_snapshot_identifier(id);
    let reply = absent_is_none(aws.send(request).await)?;
    let attributes =
        reply.and_then(|reply| reply.db_snapshot_attributes_result).and_then(|result| result.db_snapshot_attributes);
    let restore = attributes.into_iter().flatten().find(|one| one.attribute_name.as_deref() == Some(RESTORE));
    Ok(restore.and_then(|restore| restore.attribute_values).filter(|accounts| !accounts.is_empty()))
}

async fn describe(aws: Aws, id: Option<String>) -> Result<Vec<DbSnapshot>, CloudError> {
    let request = aws.read().rds().describe_db_snapshots();
    let request = request.set_max_records(id.is_none().then_some(100)).set_db_snapshot_identifier(id);
    let found = aws.pages(request, |page| page.db_snapshots).await?;
    Ok(found.into_iter().map(DbSnapshot::from_sdk).collect::<Result<_, _>>()?)
}

fn name(snapshot: &DbSnapshot) -> Option<&str> {
    snapshot.db_snapshot_identifier.as_deref()
}

#[async_trait]
impl Resource for DbSnapshot {
    const TYPE: &'static str = "aws_db_snapshot";
    const DOC: &'static str = "A snapshot of a database instance.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateDBSnapshot];
    const DELETE_CALLS: Calls = calls![DeleteDBSnapshot];
    const LAGS: &'static [LagReply] = lags::DB_SNAPSHOT;
    const IMPORT_ID: &'static str = "DB_SNAPSHOT_IDENTIFIER";
    const RELATIONS: Relations = Relations { identity: &["db_snapshot_identifier"], ..Relations::NONE };
    const APART: &'static [&'static str] = &["shared_accounts"];
    const EXAMPLE: &'static str = "\
db_snapshot_identifier: orders-before-upgrade
db_instance_identifier: ${orders.identifier}
";
    const USUAL_SECONDS: u32 = 180;
    const POLL_SECONDS: u32 = 15;

    type Update = DbSnapshotUpdate;

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
        aws.done(want.fill(aws.write().rds().create_db_snapshot())?).await?;
        Ok(lower_case_name(name(want)))
    }

    async fn update(aws: &Aws, call: DbSnapshotUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            DbSnapshotUpdate::Sharing => {
                let request = aws.write().rds().modify_db_snapshot_attribute().db_snapshot_identifier(id.as_str());
                let request = request
                    .attribute_name(RESTORE)
                    .set_values_to_add(added(&want.shared_accounts, &prior.shared_accounts))
                    .set_values_to_remove(added(&prior.shared_accounts, &want.shared_accounts));
                aws.done(request).await
            }
            DbSnapshotUpdate::Tags => {
                let arn = prior.db_snapshot_arn.as_deref().or(want.db_snapshot_arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().rds().delete_db_snapshot().db_snapshot_identifier(id.as_str())).await
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
        lower_case_id(properties, "db_snapshot_identifier")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    fn snapshot(status: &str, op: &str) -> Reply {
        result(&format!(
            "<DBSnapshots><DBSnapshot><DBSnapshotIdentifier>before</DBSnapshotIdentifier>\
             <Status>{status}</Status><TagList><Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag></TagList>\
             </DBSnapshot></DBSnapshots>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_snapshot_is_waited_for_and_tells_whom_it_is_shared_with() {
        let attributes = "<DBSnapshotAttributesResult><DBSnapshotAttributes>\
                          <DBSnapshotAttribute><AttributeName>restore</AttributeName><AttributeValues>\
                          <AttributeValue>111111111111</AttributeValue></AttributeValues></DBSnapshotAttribute>\
                          </DBSnapshotAttributes></DBSnapshotAttributesResult>";
        let script = Replay::default()
            .on("DescribeDBSnapshots", snapshot("creating", "01OURS"))
            .on("DescribeDBSnapshotAttributes", result(attributes));
        let asked = [request("before", &["shared_accounts"])];
        let live = DbSnapshot::read(&script.aws(), &asked).await.remove(0).unwrap().unwrap();
        assert_eq!(live.readiness(), Readiness::Pending("creating".into()));
        assert_eq!(live.shared_accounts, Some(vec!["111111111111".to_string()]));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_snapshot_with_our_tag_is_found() {
        let script = Replay::default()
            .on("DescribeDBSnapshots", snapshot("available", "01OURS"))
            .on("DescribeDBSnapshots", snapshot("available", "01OTHER"))
            .on("DescribeDBSnapshots", snapshot("deleting", "01OURS"));
        let (aws, recover) = (script.aws(), recover(json!({"db_snapshot_identifier": "before"})));
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(DbSnapshot::find(&aws, &recover, &DbSnapshot::default()).await.unwrap());
        }
        assert_eq!(found, [Some("before".into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_come_and_go() {
        let script = Replay::default().on("ModifyDBSnapshotAttribute", result(""));
        let with = |accounts: &[&str]| DbSnapshot {
            shared_accounts: Some(accounts.iter().map(ToString::to_string).collect()),
            ..DbSnapshot::default()
        };
        let (id, operation) = ("before".into(), operation());
        let (want, prior) = (with(&["1", "2"]), with(&["2", "3"]));
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        DbSnapshot::update(&script.aws(), DbSnapshotUpdate::Sharing, &change).await.unwrap();
        let sent = script.finish();
        assert!(sent[0].body.contains("ValuesToAdd.AttributeValue.1=1&"), "{}", sent[0].body);
        assert!(sent[0].body.contains("ValuesToRemove.AttributeValue.1=3"), "{}", sent[0].body);
    }
}
