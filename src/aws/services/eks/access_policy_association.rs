//! `aws_eks_access_policy_association`

use std::collections::HashMap;

use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::convert::{outgoing, problem};
use crate::kind::resource::found_by_id;

updates! {
    pub enum AccessPolicyAssociationUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AccessPolicyAssociationUpdate)]
#[sdk(from = sdk::AssociatedAccessPolicy)]
pub struct AccessPolicyAssociation {
    /// Where the policy holds.
    #[field(immutable, required, sent_by_hand)]
    access_scope: Option<AccessScope>,
    /// The moment of its creation.
    #[field(computed, forms = Timestamp)]
    associated_at: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required, by_hand)]
    cluster_name: Option<String>,
    /// Cluster, principal and policy: `CLUSTER#PRINCIPAL_ARN#POLICY_ARN`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The moment of its last change.
    #[field(computed, forms = Timestamp)]
    modified_at: Option<String>,
    /// The ARN of the policy, one of EKS's.
    #[field(immutable, required, sent_by_hand)]
    policy_arn: Option<String>,
    /// The ARN of the role or the user, which has an access entry.
    #[field(immutable, required, by_hand)]
    principal_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AccessScope, into = sdk::AccessScope)]
pub struct AccessScope {
    /// The namespaces, of a scope of that type.
    #[field(set, filled)]
    namespaces: Option<Vec<String>>,
    /// The whole cluster, or some of its namespaces.
    #[field(required, one_of = ["cluster", "namespace"])]
    r#type: Option<String>,
}

/// Cluster, principal and policy; none of them has a `#`.
fn split(id: &str) -> (&str, &str, &str) {
    let mut parts = id.splitn(3, '#');
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

fn joined(cluster: &str, principal: &str, policy: &str) -> String {
    format!("{cluster}#{principal}#{policy}")
}

/// Associations by id.
type Found = HashMap<String, AccessPolicyAssociation>;

/// The policies of a principal.
async fn list(aws: &Aws, cluster: &str, principal: &str) -> Result<Found, CloudError> {
    let request = aws.read().eks().list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
    let listed = absent_is_none(aws.pages(request, |page| page.associated_access_policies).await)?.unwrap_or_default();
    let one = |live: sdk::AssociatedAccessPolicy| {
        let id = joined(cluster, principal, live.policy_arn.as_deref().unwrap_or_default());
        let association = AccessPolicyAssociation {
            cluster_name: Some(cluster.to_string()),
            id: Some(id.clone()),
            principal_arn: Some(principal.to_string()),
            ..AccessPolicyAssociation::from_sdk(live)?
        };
        Ok((id, association))
    };
    listed.into_iter().map(one).collect()
}

/// The policies of each principal that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<Found, CloudError> {
    let mut principals: Vec<(&str, &str)> =
        ids.iter().map(|id| split(id)).map(|(cluster, one, _)| (cluster, one)).collect();
    principals.sort_unstable();
    principals.dedup();
    let mut found = Found::new();
    for policies in join_all(principals.into_iter().map(|(cluster, one)| list(&aws, cluster, one))).await {
        found.extend(policies?);
    }
    Ok(found)
}

fn sorted(scope: &Option<AccessScope>) -> Option<(Option<&str>, Vec<&String>)> {
    let scope = scope.as_ref()?;
    let mut namespaces: Vec<&String> = scope.namespaces.iter().flatten().collect();
    namespaces.sort();
    Some((scope.r#type.as_deref(), namespaces))
}

#[async_trait]
impl Resource for AccessPolicyAssociation {
    const TYPE: &'static str = "aws_eks_access_policy_association";
    const DOC: &'static str = "A policy of EKS that holds for an access entry.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AssociateAccessPolicy];
    const DELETE_CALLS: Calls = calls![DisassociateAccessPolicy];
    const LAGS: &'static [LagReply] = lags::ACCESS_POLICY_ASSOCIATION;
    const IMPORT_ID: &'static str = "CLUSTER#PRINCIPAL_ARN#POLICY_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["cluster_name", "principal_arn", "policy_arn"],
        part_of: &["cluster_name", "principal_arn"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
cluster_name: ${main.name}
principal_arn: ${operators.principal_arn}
policy_arn: arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy
access_scope: {type: namespace, namespaces: [shop]}
";

    type Update = AccessPolicyAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("eks:access_policies").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let (cluster, principal, _) = split(id.as_str());
        let live = list(aws, cluster, principal).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        Ok(live.filter(|live| sorted(&live.access_scope) == sorted(&wanted.access_scope)).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .eks()
            .associate_access_policy()
            .set_cluster_name(want.cluster_name.clone())
            .set_principal_arn(want.principal_arn.clone())
            .set_policy_arn(want.policy_arn.clone())
            .set_access_scope(outgoing(&want.access_scope, "access_scope")?);
        aws.done(request).await?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(joined(&text(&want.cluster_name), &text(&want.principal_arn), &text(&want.policy_arn)).into())
    }

    async fn update(
        _aws: &Aws,
        call: AccessPolicyAssociationUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (cluster, principal, policy) = split(id.as_str());
        let request = aws.write().eks().disassociate_access_policy().cluster_name(cluster).principal_arn(principal);
        aws.gone(request.policy_arn(policy)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let Some(scope) = properties.get("access_scope") else { return Vec::new() };
        let namespaces = scope.get("namespaces").is_some_and(|list| !list.is_null() && !list.is_empty());
        match scope.get("type").and_then(Value::as_str) {
            Some("cluster") if namespaces => {
                vec![problem("access_scope", "the whole cluster has no namespaces to name")]
            }
            Some("namespace") if !namespaces => vec![problem("access_scope", "a scope of namespaces names them")],
            _ => Vec::new(),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        Some(joined(text("cluster_name")?, text("principal_arn")?, text("policy_arn")?).into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const PATH: &str = "/clusters/main/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fops/access-policies";
    const PRINCIPAL: &str = "arn:aws:iam::123456789012:role/ops";
    const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

    fn listed(namespaces: &[&str]) -> Reply {
        Reply::Json(json!({"clusterName": "main", "principalArn": PRINCIPAL, "associatedAccessPolicies": [
            {"policyArn": VIEW, "accessScope": {"type": "namespace", "namespaces": namespaces}}
        ]}))
    }

    fn want() -> AccessPolicyAssociation {
        let scope = AccessScope { namespaces: Some(vec!["b".into(), "a".into()]), r#type: Some("namespace".into()) };
        AccessPolicyAssociation {
            access_scope: Some(scope),
            cluster_name: Some("main".into()),
            policy_arn: Some(VIEW.into()),
            principal_arn: Some(PRINCIPAL.into()),
            ..AccessPolicyAssociation::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_policies_of_a_principal_are_read_together() {
        let script = Replay::default().on(PATH, listed(&["a"]));
        let ids = [joined("main", PRINCIPAL, VIEW), joined("main", PRINCIPAL, "arn:other")];
        let found = AccessPolicyAssociation::read(&script.aws(), &ids.map(|id| request(&id, &[]))).await;
        assert_eq!(found[0].as_ref().unwrap().as_ref().unwrap().policy_arn.as_deref(), Some(VIEW));
        assert_eq!(found[1], Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default()
            .on(PATH, Reply::Json(json!({"associatedAccessPolicy": {"policyArn": VIEW}})))
            .on(PATH, listed(&["a", "b"]))
            .on(PATH, listed(&["a"]));
        let aws = script.aws();
        let wanted = json!({"cluster_name": "main", "principal_arn": PRINCIPAL, "policy_arn": VIEW});
        let id = AccessPolicyAssociation::create(&aws, &want(), &operation()).await.unwrap();
        let mut found = Vec::new();
        for _ in 0..2 {
            found.push(AccessPolicyAssociation::find(&aws, &recover(wanted.clone()), &want()).await.unwrap());
        }
        assert_eq!(found, [Some(id), None]);
        script.finish();
    }

    #[test]
    fn namespaces_go_with_their_scope() {
        let count = |scope: serde_json::Value| {
            AccessPolicyAssociation::validate(&Value::from_json(json!({"access_scope": scope}))).len()
        };
        assert_eq!(count(json!({"type": "cluster"})), 0);
        assert_eq!(count(json!({"type": "cluster", "namespaces": ["a"]})), 1);
        assert_eq!(count(json!({"type": "namespace"})), 1);
    }
}
