//! `aws_eks_pod_identity_association`

use aws_sdk_eks::operation::create_pod_identity_association::builders::CreatePodIdentityAssociationFluentBuilder;
use futures::future::join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::connection::call::missing;
use crate::connection::operation::Operation as Named;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum PodIdentityAssociationUpdate {
        Role => [UpdatePodIdentityAssociation],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PodIdentityAssociationUpdate)]
#[sdk(from = sdk::PodIdentityAssociation, create = CreatePodIdentityAssociationFluentBuilder)]
pub struct PodIdentityAssociation {
    /// The ARN.
    #[field(computed)]
    association_arn: Option<String>,
    /// AWS's id.
    #[field(computed)]
    association_id: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required)]
    cluster_name: Option<String>,
    /// AWS's id.
    #[field(computed, sdk = association_id)]
    id: Option<String>,
    /// The namespace of the service account.
    #[field(immutable, required)]
    namespace: Option<String>,
    /// The ARN of the role that its pods get.
    #[field(update = Role, required)]
    role_arn: Option<String>,
    /// The name of the service account.
    #[field(immutable, required)]
    service_account: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
}

/// Cluster and association: `CLUSTER,ASSOCIATION_ID`.
fn split(id: &str) -> (&str, &str) {
    id.split_once(',').unwrap_or((id, ""))
}

/// One association; the API describes one a call.
async fn describe(aws: &Aws, cluster: &str, id: &str) -> Read<PodIdentityAssociation> {
    let request = aws.read().eks().describe_pod_identity_association().cluster_name(cluster).association_id(id);
    let live = absent_is_none(aws.send(request).await)?.and_then(|reply| reply.association);
    Ok(live.map(PodIdentityAssociation::from_sdk).transpose()?)
}

#[async_trait]
impl Resource for PodIdentityAssociation {
    const TYPE: &'static str = "aws_eks_pod_identity_association";
    const DOC: &'static str = "The role that the pods of a service account get.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreatePodIdentityAssociation];
    const DELETE_CALLS: Calls = calls![DeletePodIdentityAssociation];
    const LAGS: &'static [LagReply] = lags::POD_IDENTITY_ASSOCIATION;
    const IMPORT_ID: &'static str = "CLUSTER,ASSOCIATION_ID";
    const RELATIONS: Relations = Relations {
        identity: &["cluster_name", "namespace", "service_account"],
        part_of: &["cluster_name"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
cluster_name: ${main.name}
namespace: shop
service_account: web
role_arn: ${web.arn}
";

    type Update = PodIdentityAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let one = |request: &ReadRequest| {
            let (cluster, id) = split(request.id.as_str());
            let (cluster, id) = (cluster.to_string(), id.to_string());
            async move { describe(aws, &cluster, &id).await }
        };
        join_all(wanted.iter().map(one)).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let cluster = wanted.cluster_name.clone().unwrap_or_default();
        let request = aws
            .read()
            .eks()
            .list_pod_identity_associations()
            .cluster_name(&cluster)
            .set_namespace(wanted.namespace.clone())
            .set_service_account(wanted.service_account.clone());
        let listed = absent_is_none(aws.pages(request, |page| page.associations).await)?.unwrap_or_default();
        let mut candidates = Vec::new();
        for id in listed.into_iter().filter_map(|live| live.association_id) {
            let Some(live) = describe(aws, &cluster, &id).await? else { continue };
            candidates.push(Candidate::new(Some(format!("{cluster},{id}")), live.tags.all));
        }
        only_made_by(recover, candidates)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().eks().create_pod_identity_association())?;
        let made = aws.send(request.client_request_token(operation.id.as_str())).await?.association;
        let id = made.and_then(|made| made.association_id);
        let id = id.ok_or_else(|| missing(<CreatePodIdentityAssociation as Named>::NAME, "associationId"))?;
        Ok(format!("{},{id}", want.cluster_name.as_deref().unwrap_or_default()).into())
    }

    async fn update(
        aws: &Aws,
        call: PodIdentityAssociationUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            PodIdentityAssociationUpdate::Role => {
                let (cluster, association) = split(id.as_str());
                let request = aws.write().eks().update_pod_identity_association().cluster_name(cluster);
                let request = request.association_id(association).set_role_arn(want.role_arn.clone());
                aws.done(request.client_request_token(format!("{}-role", operation.id))).await
            }
            PodIdentityAssociationUpdate::Tags => {
                let arn = prior.association_arn.as_deref();
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (cluster, association) = split(id.as_str());
        let request = aws.write().eks().delete_pod_identity_association().cluster_name(cluster);
        aws.gone(request.association_id(association)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const LIST: &str = "/clusters/main/pod-identity-associations?namespace=shop&serviceAccount=web";
    const ONE: &str = "/clusters/main/pod-identity-associations/a-1";

    fn live(op: &str) -> Reply {
        Reply::Json(json!({"association": {"clusterName": "main", "namespace": "shop", "serviceAccount": "web",
            "roleArn": "arn:r", "associationId": "a-1", "associationArn": "arn:a", "tags": {"wildfire:op": op}}}))
    }

    fn want() -> PodIdentityAssociation {
        PodIdentityAssociation {
            cluster_name: Some("main".into()),
            namespace: Some("shop".into()),
            role_arn: Some("arn:r".into()),
            service_account: Some("web".into()),
            ..PodIdentityAssociation::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_association_is_found_by_our_tag() {
        let listed = || Reply::Json(json!({"associations": [{"clusterName": "main", "associationId": "a-1"}]}));
        let script = Replay::default()
            .on(LIST, listed())
            .on(ONE, live("01OURS"))
            .on(LIST, listed())
            .on(ONE, live("01OTHER"))
            .on(LIST, Reply::Json(json!({"associations": []})));
        let aws = script.aws();
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(PodIdentityAssociation::find(&aws, &recover(json!({})), &want()).await.unwrap());
        }
        assert_eq!(found, [Some("main,a-1".into()), None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn an_association_lives() {
        let script = Replay::default()
            .on("/clusters/main/pod-identity-associations", live("01OURS"))
            .on(ONE, live("01OURS"))
            .on(ONE, live("01OURS"))
            .on(ONE, live("01OURS"))
            .on(ONE, Reply::Error(404, "ResourceNotFoundException"));
        let aws = script.aws();
        let id = PodIdentityAssociation::create(&aws, &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "main,a-1");
        let read = async || PodIdentityAssociation::read(&aws, &[request("main,a-1", &[])]).await.remove(0).unwrap();
        let prior = read().await.unwrap();
        let want = PodIdentityAssociation { role_arn: Some("arn:other".into()), ..want() };
        let operation = operation();
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        PodIdentityAssociation::update(&aws, PodIdentityAssociationUpdate::Role, &change).await.unwrap();
        PodIdentityAssociation::delete(&aws, &id, &prior).await.unwrap();
        assert!(read().await.is_none());
        let sent = script.finish();
        assert_eq!(sent[0].member("/clientRequestToken"), "01OURS");
        assert_eq!(sent[2].member("/roleArn"), "arn:other");
    }
}
