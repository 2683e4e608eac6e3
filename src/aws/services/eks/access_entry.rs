//! `aws_eks_access_entry`

use aws_sdk_eks::operation::create_access_entry::builders::CreateAccessEntryFluentBuilder;
use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::convert::problem;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum AccessEntryUpdate {
        Entry => [UpdateAccessEntry],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AccessEntryUpdate)]
#[sdk(from = sdk::AccessEntry, create = CreateAccessEntryFluentBuilder)]
pub struct AccessEntry {
    /// The ARN.
    #[field(computed)]
    access_entry_arn: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required)]
    cluster_name: Option<String>,
    /// The moment of its creation.
    #[field(computed, forms = Timestamp)]
    created_at: Option<String>,
    /// Cluster and principal: `CLUSTER:PRINCIPAL_ARN`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// Groups of Kubernetes that the principal is in.
    #[field(update = Entry, set, aws_default, filled)]
    kubernetes_groups: Option<Vec<String>>,
    /// The moment of its last change.
    #[field(computed, changes_on_update, forms = Timestamp)]
    modified_at: Option<String>,
    /// The ARN of the role or the user.
    #[field(immutable, required)]
    principal_arn: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// Whether the principal is people and software (`STANDARD`), or nodes of a kind.
    #[field(immutable, default = "STANDARD")]
    #[field(one_of = ["STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"])]
    r#type: Option<String>,
    /// The name that Kubernetes knows the principal by.
    #[field(update = Entry, aws_default, sdk = username)]
    user_name: Option<String>,
}

/// Cluster and principal; a cluster's name has no colon.
fn split(id: &str) -> (&str, &str) {
    id.split_once(':').unwrap_or((id, ""))
}

/// One entry; the API describes one a call.
async fn describe(aws: &Aws, id: &str) -> Read<AccessEntry> {
    let (cluster, principal) = split(id);
    let request = aws.read().eks().describe_access_entry().cluster_name(cluster).principal_arn(principal);
    let live = absent_is_none(aws.send(request).await)?.and_then(|reply| reply.access_entry);
    let entry = |live| Ok(AccessEntry { id: Some(id.to_string()), ..AccessEntry::from_sdk(live)? });
    live.map(entry).transpose()
}

#[async_trait]
impl Resource for AccessEntry {
    const TYPE: &'static str = "aws_eks_access_entry";
    const DOC: &'static str = "A role or user of IAM that a cluster knows.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateAccessEntry];
    const DELETE_CALLS: Calls = calls![DeleteAccessEntry];
    const LAGS: &'static [LagReply] = lags::ACCESS_ENTRY;
    const IMPORT_ID: &'static str = "CLUSTER:PRINCIPAL_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["cluster_name", "principal_arn"], part_of: &["cluster_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
cluster_name: ${main.name}
principal_arn: ${operators.arn}
kubernetes_groups: [operators]
";

    type Update = AccessEntryUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| describe(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = describe(aws, id.as_str()).await?;
        only_made_by(recover, live.map(|live| Candidate::new(live.id, live.tags.all)))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().eks().create_access_entry())?.client_request_token(operation.id.as_str());
        aws.done(request).await?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(format!("{}:{}", text(&want.cluster_name), text(&want.principal_arn)).into())
    }

    async fn update(aws: &Aws, call: AccessEntryUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            AccessEntryUpdate::Entry => {
                let (cluster, principal) = split(id.as_str());
                let request = aws
                    .write()
                    .eks()
                    .update_access_entry()
                    .cluster_name(cluster)
                    .principal_arn(principal)
                    .set_kubernetes_groups(want.kubernetes_groups.clone())
                    .set_username(want.user_name.clone())
                    .client_request_token(format!("{}-entry", operation.id));
                aws.done(request).await
            }
            AccessEntryUpdate::Tags => {
                let arn = prior.access_entry_arn.as_deref();
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (cluster, principal) = split(id.as_str());
        aws.gone(aws.write().eks().delete_access_entry().cluster_name(cluster).principal_arn(principal)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let kind = properties.get("type").and_then(Value::as_str).unwrap_or("STANDARD");
        let of_nodes = |name: &&str| kind != "STANDARD" && written(name);
        let message = "EKS chooses it for nodes";
        ["kubernetes_groups", "user_name"].into_iter().filter(of_nodes).map(|name| problem(name, message)).collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let cluster = properties.get("cluster_name")?.as_str()?;
        Some(format!("{cluster}:{}", properties.get("principal_arn")?.as_str()?).into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover};

    const ID: &str = "main:arn:aws:iam::123456789012:role/ops";
    const PATH: &str = "/clusters/main/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fops";

    fn live(op: &str) -> Reply {
        Reply::Json(json!({"accessEntry": {"clusterName": "main", "principalArn": "arn:aws:iam::123456789012:role/ops",
            "accessEntryArn": "arn:e", "username": "ops", "type": "STANDARD", "kubernetesGroups": [],
            "createdAt": 1_700_000_000, "tags": {"wildfire:op": op}}}))
    }

    #[tokio::test(start_paused = true)]
    async fn only_an_entry_with_our_tag_is_found() {
        let script = Replay::default()
            .on(PATH, live("01OURS"))
            .on(PATH, live("01OTHER"))
            .on(PATH, Reply::Error(404, "ResourceNotFoundException"));
        let aws = script.aws();
        let wanted = json!({"cluster_name": "main", "principal_arn": "arn:aws:iam::123456789012:role/ops"});
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(AccessEntry::find(&aws, &recover(wanted.clone()), &AccessEntry::default()).await.unwrap());
        }
        assert_eq!(found, [Some(ID.into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn an_update_names_the_principal() {
        let script = Replay::default().on(PATH, live("01OURS")).on(PATH, live("01OURS"));
        let aws = script.aws();
        let prior = describe(&aws, ID).await.unwrap().unwrap();
        assert_eq!((prior.kubernetes_groups.as_ref(), prior.id.as_deref()), (None, Some(ID)));
        let want = AccessEntry { kubernetes_groups: Some(vec!["ops".into()]), ..prior.clone() };
        let (id, operation) = (ID.into(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        AccessEntry::update(&aws, AccessEntryUpdate::Entry, &change).await.unwrap();
        assert_eq!(script.finish()[1].member("/kubernetesGroups"), json!(["ops"]));
    }

    #[test]
    fn groups_are_for_people() {
        let count = |kind: &str| {
            let properties = json!({"type": kind, "kubernetes_groups": ["a"], "user_name": "b"});
            AccessEntry::validate(&Value::from_json(properties)).len()
        };
        assert_eq!((count("STANDARD"), count("EC2_LINUX")), (0, 2));
    }
}
