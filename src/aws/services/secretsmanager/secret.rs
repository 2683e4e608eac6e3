//! `aws_secretsmanager_secret`

use aws_sdk_secretsmanager::operation::create_secret::builders::CreateSecretFluentBuilder;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::StatusType;

use wildfire_engine::model::Inline;

use super::prelude::*;

updates! {
    pub enum SecretUpdate {
        Settings => [UpdateSecret],
        Policy => [PutResourcePolicy, DeleteResourcePolicy],
        Replicas => [RemoveRegionsFromReplication, ReplicateSecretToRegions],
        Tags => [TagResource, UntagResource],
    }
}

/// The key of a secret that names none; a description does not name it.
const OWN_KEY: &str = "alias/aws/secretsmanager";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SecretUpdate)]
#[sdk(from = DescribeSecretOutput, create = CreateSecretFluentBuilder)]
pub struct Secret {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What the secret is for.
    #[field(update = Settings, length = 0..=2048, filled)]
    description: Option<String>,
    /// Whether a replica takes the place of another secret of its name.
    #[field(local, default = false)]
    force_overwrite_replica_secret: Option<bool>,
    /// The ARN.
    #[field(computed, sdk = arn)]
    id: Option<String>,
    /// The KMS key that encrypts the value; without one, AWS's key for Secrets Manager.
    #[field(update = Settings, forms = Arn, filled)]
    kms_key_id: Option<String>,
    /// The secret's name.
    #[field(immutable, generated, length = 1..=512, pattern = "[A-Za-z0-9/_+=.@-]+")]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=486)]
    name_prefix: Option<String>,
    /// Who may do what with the secret.
    #[field(update = Policy, after_create, aws_default, policy, read_by_hand)]
    policy: Option<String>,
    /// Days from a deletion until the secret is lost for ever, 7 to 30; 0 is at once.
    #[field(local, default = 30, range = 0..=30)]
    recovery_window_in_days: Option<i64>,
    /// Copies in other regions.
    #[field(update = Replicas, set, filled, sdk = replication_status, sent_as = add_replica_regions)]
    replica: Option<Vec<Replica>>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ReplicationStatusType, into = sdk::ReplicaRegionType)]
pub struct Replica {
    /// The KMS key in that region; without one, AWS's key for Secrets Manager.
    #[field(aws_default, forms = Arn)]
    kms_key_id: Option<String>,
    /// The day on which the copy was read last.
    #[field(computed, forms = Timestamp)]
    last_accessed_date: Option<String>,
    /// The region.
    #[field(required)]
    region: Option<String>,
    /// Whether the copy is in step.
    #[field(computed)]
    status: Option<String>,
    /// Why it is not.
    #[field(computed)]
    status_message: Option<String>,
}

/// The secret of a name or an ARN. One with a date of deletion is gone as far as a stack is concerned.
async fn describe(aws: &Aws, id: &str) -> Result<Option<Secret>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().secretsmanager().describe_secret().secret_id(id)).await)?;
    let there = reply.filter(|live| live.deleted_date.is_none());
    Ok(there.map(Secret::from_sdk).transpose()?)
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Secret> {
    let Some(mut secret) = describe(aws, request.id.as_str()).await? else { return Ok(None) };
    if asks_for(request, &["policy"]) {
        let ask = aws.read().secretsmanager().get_resource_policy().secret_id(request.id.as_str());
        secret.policy = filled(absent_is_none(aws.send(ask).await)?.and_then(|reply| reply.resource_policy));
    }
    Ok(Some(secret))
}

fn regions(of: &Secret) -> Vec<String> {
    of.replica.iter().flatten().filter_map(|replica| replica.region.clone()).collect()
}

/// Takes away and adds what differs. A copy with another key is another copy.
async fn replicate(aws: &Aws, id: &str, want: &Secret, prior: &Secret) -> Result<(), CloudError> {
    let manager = aws.write().secretsmanager();
    let same = |want: &Replica, have: &Replica| {
        let key = want.kms_key_id.as_ref().filter(|key| !key.is_empty());
        want.region == have.region && key.is_none_or(|key| have.kms_key_id.as_ref() == Some(key))
    };
    let (wanted, there) = (want.replica.as_deref().unwrap_or_default(), prior.replica.as_deref().unwrap_or_default());
    let old = there.iter().filter(|have| !wanted.iter().any(|want| same(want, have)));
    let gone: Vec<String> = old.filter_map(|have| have.region.clone()).collect();
    if !gone.is_empty() {
        aws.gone(manager.remove_regions_from_replication().secret_id(id).set_remove_replica_regions(Some(gone)))
            .await?;
    }
    let new = wanted.iter().filter(|want| !there.iter().any(|have| same(want, have)));
    let new = new.map(Replica::to_sdk).collect::<Result<Vec<_>, _>>()?;
    if new.is_empty() {
        return Ok(());
    }
    let request = manager.replicate_secret_to_regions().secret_id(id).set_add_replica_regions(Some(new));
    let force = want.force_overwrite_replica_secret.filter(|force| *force);
    aws.done(request.set_force_overwrite_replica_secret(force)).await
}

#[async_trait]
impl Resource for Secret {
    const TYPE: &'static str = "aws_secretsmanager_secret";
    const DOC: &'static str = "A secret of Secrets Manager, without a value.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateSecret];
    const DELETE_CALLS: Calls = calls![RemoveRegionsFromReplication, DeleteSecret];
    const LAGS: &'static [LagReply] = lags::SECRET;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "SECRET_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        inline: &[Inline {
            property: "policy",
            type_name: "aws_secretsmanager_secret_policy",
            parent: "secret_arn",
            only: None,
        }],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: acme/test/database
description: The password of the database
recovery_window_in_days: 7
";

    type Update = SecretUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The listing is up to five minutes behind, and tells no policies.
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let live = describe(aws, wanted.name.as_deref().unwrap_or_default()).await?;
        let ours = live.filter(|live| made_by(live.tags.all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.and_then(|live| live.arn).map(PhysicalId::from))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let force = want.force_overwrite_replica_secret.filter(|force| *force);
        let request = want.fill(aws.write().secretsmanager().create_secret())?;
        aws.made(request.set_force_overwrite_replica_secret(force), |reply| reply.arn).await
    }

    async fn update(aws: &Aws, call: SecretUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (manager, secret) = (aws.write().secretsmanager(), id.as_str());
        match call {
            SecretUpdate::Settings => {
                // What is absent would stay as it is.
                let key = want.kms_key_id.as_deref().or(prior.kms_key_id.as_ref().map(|_| OWN_KEY));
                let description = want.description.clone().unwrap_or_default();
                let request = manager.update_secret().secret_id(secret).description(description);
                aws.done(request.set_kms_key_id(key.filter(|key| !key.is_empty()).map(String::from))).await
            }
            SecretUpdate::Policy => match filled(want.policy.clone()) {
                Some(policy) => aws.done(manager.put_resource_policy().secret_id(secret).resource_policy(policy)).await,
                None => aws.gone(manager.delete_resource_policy().secret_id(secret)).await,
            },
            SecretUpdate::Replicas => replicate(aws, secret, want, prior).await,
            SecretUpdate::Tags => {
                let set = |tags: Tags| async move {
                    aws.done(manager.tag_resource().secret_id(secret).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(manager.untag_resource().secret_id(secret).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let manager = aws.write().secretsmanager();
        // AWS does not delete a secret that has copies.
        if let Some(copies) = filled(Some(regions(prior))) {
            let request = manager.remove_regions_from_replication().secret_id(id.as_str());
            aws.gone(request.set_remove_replica_regions(Some(copies))).await?;
        }
        let request = manager.delete_secret().secret_id(id.as_str());
        aws.gone(match prior.recovery_window_in_days.unwrap_or(30) {
            0 => request.force_delete_without_recovery(true),
            days => request.recovery_window_in_days(days),
        })
        .await
    }

    fn readiness(&self) -> Readiness {
        let copying = |replica: &Replica| replica.status.as_deref() == Some(StatusType::InProgress.as_str());
        match self.replica.iter().flatten().any(copying) {
            true => Readiness::Pending("InProgress".into()),
            false => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let days = properties.get("recovery_window_in_days").and_then(Value::as_int);
        let wrong = days.filter(|days| (1..7).contains(days));
        wrong.map(|_| problem("recovery_window_in_days", "this is 0, or 7 to 30")).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover};

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database-AbCdEf";

    fn described(op: &str, more: serde_json::Value) -> Reply {
        let mut body = json!({"ARN": ARN, "Name": "database", "Tags": [{"Key": "wildfire:op", "Value": op}]});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        Reply::Json(body)
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_secret_with_our_tag_that_stays_is_found() {
        let script = Replay::default()
            .on("/", described("01OURS", json!({})))
            .on("/", described("01OTHER", json!({})))
            .on("/", described("01OURS", json!({"DeletedDate": 1_700_000_000})))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let (aws, want) = (script.aws(), Secret { name: Some("database".into()), ..Secret::default() });
        let mut found = Vec::new();
        for _ in 0..4 {
            found.push(Secret::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some(ARN.into()), None, None, None]);
        script.finish();
    }

    fn with_copies(copies: &[(&str, Option<&str>)]) -> Secret {
        let copy = |(region, key): &(&str, Option<&str>)| Replica {
            region: Some((*region).into()),
            kms_key_id: key.map(String::from),
            ..Replica::default()
        };
        Secret { replica: Some(copies.iter().map(copy).collect()), ..Secret::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn copies_that_differ_go_before_others_come() {
        let script = Replay::default().on("/", Reply::Json(json!({}))).on("/", Reply::Json(json!({})));
        let prior = with_copies(&[("eu-central-1", Some("a")), ("eu-west-2", Some("b")), ("eu-west-3", None)]);
        let want = with_copies(&[("eu-central-1", None), ("eu-west-2", Some("c"))]);
        replicate(&script.aws(), ARN, &want, &prior).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[0].member("/RemoveReplicaRegions"), json!(["eu-west-2", "eu-west-3"]));
        assert_eq!(sent[1].member("/AddReplicaRegions"), json!([{"Region": "eu-west-2", "KmsKeyId": "c"}]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_no_longer_declared_gives_way_to_that_of_the_service() {
        let script = Replay::default().on("/", Reply::Json(json!({})));
        let (want, prior) = (Secret::default(), Secret { kms_key_id: Some("abc".into()), ..Secret::default() });
        let (id, operation) = (ARN.into(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        Secret::update(&script.aws(), SecretUpdate::Settings, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[0].member("/KmsKeyId"), OWN_KEY);
        assert_eq!(sent[0].member("/Description"), "");
    }

    #[tokio::test(start_paused = true)]
    async fn a_deletion_without_a_window_is_at_once() {
        let script = Replay::default().on("/", Reply::Json(json!({}))).on("/", Reply::Json(json!({})));
        let aws = script.aws();
        for days in [Some(0), None] {
            let prior = Secret { recovery_window_in_days: days, ..Secret::default() };
            Secret::delete(&aws, &ARN.into(), &prior).await.unwrap();
        }
        let sent = script.finish();
        assert_eq!(sent[0].member("/ForceDeleteWithoutRecovery"), true);
        assert_eq!(sent[1].member("/RecoveryWindowInDays"), 30);
    }
}
