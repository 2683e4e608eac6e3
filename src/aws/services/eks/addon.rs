//! `aws_eks_addon`

use aws_sdk_eks::operation::create_addon::builders::CreateAddonFluentBuilder;
use futures::future::join_all;

use super::prelude::*;
use super::tagging::no_change_is_fine;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::{outgoing, problem};
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::asks_for;

updates! {
    pub enum AddonUpdate {
        Addon => [UpdateAddon],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = AddonUpdate)]
#[sdk(from = sdk::Addon, create = CreateAddonFluentBuilder)]
pub struct Addon {
    /// The add-on: `vpc-cni`, `coredns`, `aws-ebs-csi-driver`.
    #[field(immutable, required)]
    addon_name: Option<String>,
    /// The version; without one, the default for the version of the cluster.
    #[field(update = Addon, aws_default)]
    addon_version: Option<String>,
    /// The ARN.
    #[field(computed, sdk = addon_arn)]
    arn: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required)]
    cluster_name: Option<String>,
    /// Settings of the add-on, which `aws eks describe-addon-configuration` lists.
    #[field(update = Addon, aws_default, json, filled)]
    configuration_values: Option<String>,
    /// The moment of its creation.
    #[field(computed, forms = Timestamp)]
    created_at: Option<String>,
    /// Cluster and add-on: `CLUSTER:ADDON`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The moment of its last change.
    #[field(computed, changes_on_update, forms = Timestamp)]
    modified_at: Option<String>,
    /// Roles of its service accounts.
    #[field(update = Addon, set, filled, read_by_hand, sent_as = pod_identity_associations)]
    pod_identity_association: Option<Vec<Association>>,
    /// Whether what it installed stays in the cluster when it is deleted.
    #[field(local, default = false)]
    preserve: Option<bool>,
    /// What happens at the creation to settings that are there already and differ.
    #[field(local, one_of = ["NONE", "OVERWRITE"])]
    resolve_conflicts_on_create: Option<String>,
    /// What happens on an update to settings that somebody has changed.
    #[field(local, one_of = ["NONE", "OVERWRITE", "PRESERVE"])]
    resolve_conflicts_on_update: Option<String>,
    /// The role of its service account, by way of an OpenID Connect provider.
    #[field(update = Addon, filled)]
    service_account_role_arn: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
    /// Why it is in trouble.
    #[field(computed)]
    _issue: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::AddonPodIdentityAssociations)]
pub struct Association {
    /// The ARN of the role.
    #[field(required)]
    role_arn: Option<String>,
    /// The name of the service account.
    #[field(required)]
    service_account: Option<String>,
}

/// Cluster and add-on; neither name has a colon.
fn split(id: &str) -> (&str, &str) {
    id.split_once(':').unwrap_or((id, ""))
}

fn addon(live: sdk::Addon) -> Result<Addon, CloudError> {
    let id =
        live.cluster_name.as_ref().zip(live.addon_name.as_ref()).map(|(cluster, name)| format!("{cluster}:{name}"));
    let issues = live.health.as_ref().and_then(|health| health.issues.clone()).unwrap_or_default();
    let issue = issues
        .first()
        .map(|issue| tagging::issue(issue.code.as_ref().map(sdk::AddonIssueCode::as_str), issue.message.as_deref()));
    Ok(Addon { id, _issue: issue, ..Addon::from_sdk(live)? })
}

/// One add-on; the API describes one a call. Its associations are told by their ARNs alone.
async fn describe(aws: &Aws, id: &str) -> Result<Option<(Addon, Vec<String>)>, CloudError> {
    let (cluster, name) = split(id);
    let request = aws.read().eks().describe_addon().cluster_name(cluster).addon_name(name);
    let live = absent_is_none(aws.send(request).await)?.and_then(|reply| reply.addon);
    let with_associations = |live: sdk::Addon| {
        let associations = live.pod_identity_associations.clone().unwrap_or_default();
        Ok((addon(live)?, associations))
    };
    live.map(with_associations).transpose()
}

async fn association(aws: &Aws, cluster: &str, arn: &str) -> Result<Option<Association>, CloudError> {
    let id = arn.rsplit('/').next().unwrap_or(arn);
    let request = aws.read().eks().describe_pod_identity_association().cluster_name(cluster).association_id(id);
    let live = absent_is_none(aws.send(request).await)?.and_then(|reply| reply.association);
    Ok(live.map(|live| Association { role_arn: live.role_arn, service_account: live.service_account }))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Addon> {
    let Some((mut addon, associations)) = describe(aws, request.id.as_str()).await? else { return Ok(None) };
    if asks_for(request, &["pod_identity_association"]) {
        let (cluster, _) = split(request.id.as_str());
        let found = join_all(associations.iter().map(|arn| association(aws, cluster, arn))).await;
        let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
        addon.pod_identity_association = filled(Some(found.into_iter().flatten().collect()));
    }
    Ok(Some(addon))
}

#[async_trait]
impl Resource for Addon {
    const TYPE: &'static str = "aws_eks_addon";
    const DOC: &'static str = "Software of a cluster that EKS installs and updates.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateAddon];
    const DELETE_CALLS: Calls = calls![DeleteAddon];
    const LAGS: &'static [LagReply] = lags::ADDON;
    const IMPORT_ID: &'static str = "CLUSTER:ADDON";
    const RELATIONS: Relations =
        Relations { identity: &["cluster_name", "addon_name"], part_of: &["cluster_name"], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;
    const POLL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
cluster_name: ${main.name}
addon_name: vpc-cni
resolve_conflicts_on_create: OVERWRITE
resolve_conflicts_on_update: PRESERVE
configuration_values:
  env: {ENABLE_PREFIX_DELEGATION: \"true\"}
";
    const UNSUPPORTED: Refused = &[(
        "resolve_conflicts",
        "Terraform deprecates it: write resolve_conflicts_on_create and resolve_conflicts_on_update",
    )];

    type Update = AddonUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = describe(aws, id.as_str()).await?.map(|(live, _)| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().eks().create_addon())?.client_request_token(operation.id.as_str());
        let resolve = want.resolve_conflicts_on_create.as_deref().map(sdk::ResolveConflicts::from);
        let name = |part: &Option<String>| part.clone().unwrap_or_default();
        let id = format!("{}:{}", name(&want.cluster_name), name(&want.addon_name));
        let created = aws.send(request.set_resolve_conflicts(resolve)).await;
        let holder = async { Ok(describe(aws, &id).await?.map(|(live, _)| live)) };
        or_wait_for_name(created, holder).await?;
        Ok(id.into())
    }

    async fn update(aws: &Aws, call: AddonUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            AddonUpdate::Addon => {
                let (cluster, name) = split(id.as_str());
                let associations = match want.pod_identity_association != prior.pod_identity_association {
                    // Without them EKS leaves those that are there.
                    true => Some(want.pod_identity_association.clone().unwrap_or_default()),
                    false => None,
                };
                let request = aws
                    .write()
                    .eks()
                    .update_addon()
                    .cluster_name(cluster)
                    .addon_name(name)
                    .set_addon_version(want.addon_version.clone())
                    .set_configuration_values(want.configuration_values.clone())
                    .set_pod_identity_associations(outgoing(&associations, "pod_identity_association")?)
                    .set_resolve_conflicts(want.resolve_conflicts_on_update.as_deref().map(sdk::ResolveConflicts::from))
                    // Without one it has the permissions of the nodes.
                    .set_service_account_role_arn(filled(want.service_account_role_arn.clone()))
                    .client_request_token(format!("{}-addon", operation.id));
                no_change_is_fine(aws.send(request).await)
            }
            AddonUpdate::Tags => {
                let arn = prior.arn.as_deref();
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (cluster, name) = split(id.as_str());
        let request = aws.write().eks().delete_addon().cluster_name(cluster).addon_name(name);
        aws.gone(request.set_preserve(prior.preserve.filter(|preserve| *preserve))).await
    }

    fn readiness(&self) -> Readiness {
        let reason = |word: &str| self._issue.clone().unwrap_or_else(|| word.into());
        match self._status.as_deref() {
            Some(word @ ("CREATING" | "UPDATING")) => Readiness::Pending(word.into()),
            Some(word @ ("CREATE_FAILED" | "DELETE_FAILED")) => Readiness::Failed(reason(word)),
            Some("DELETING") => Readiness::Deleting,
            // A degraded one waits for nodes, or works in part; after an update that failed the old version runs.
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let both = written("pod_identity_association") && written("service_account_role_arn");
        let message = "an add-on has its role in one way: by pod identity, or by an OpenID Connect provider";
        both.then(|| problem("service_account_role_arn", message)).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let cluster = properties.get("cluster_name")?.as_str()?;
        let name = properties.get("addon_name")?.as_str()?;
        Some(format!("{cluster}:{name}").into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const PATH: &str = "/clusters/main/addons/vpc-cni";

    fn live(status: &str, op: &str) -> Reply {
        let arn = "arn:aws:eks:eu-west-1:123456789012:podidentityassociation/main/a-1";
        Reply::Json(json!({"addon": {
            "addonName": "vpc-cni", "clusterName": "main", "status": status, "addonVersion": "v1.19.0-eksbuild.1",
            "addonArn": "arn:aws:eks:eu-west-1:123456789012:addon/main/vpc-cni/1", "tags": {"wildfire:op": op},
            "health": {"issues": [{"code": "ConfigurationConflict", "message": "no", "resourceIds": []}]},
            "podIdentityAssociations": [arn], "configurationValues": "{\"env\":{}}"
        }}))
    }

    #[tokio::test(start_paused = true)]
    async fn the_roles_of_an_add_on_are_read_where_somebody_asks() {
        let association =
            json!({"association": {"clusterName": "main", "roleArn": "arn:r", "serviceAccount": "aws-node"}});
        let script = Replay::default()
            .on(PATH, live("ACTIVE", "01OURS"))
            .on(PATH, live("ACTIVE", "01OURS"))
            .on("/clusters/main/pod-identity-associations/a-1", Reply::Json(association));
        let aws = script.aws();
        let mut found = Vec::new();
        for properties in [&["addon_version"][..], &["pod_identity_association"]] {
            let read = Addon::read(&aws, &[request("main:vpc-cni", properties)]).await.remove(0);
            found.push(read.unwrap().unwrap().pod_identity_association);
        }
        let one = Association { role_arn: Some("arn:r".into()), service_account: Some("aws-node".into()) };
        assert_eq!(found, [None, Some(vec![one])]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn words_of_the_status_have_their_meaning() {
        let mut found = Vec::new();
        for status in ["CREATING", "ACTIVE", "DEGRADED", "CREATE_FAILED", "DELETING"] {
            let script = Replay::default().on(PATH, live(status, "01OURS"));
            found.push(describe(&script.aws(), "main:vpc-cni").await.unwrap().unwrap().0.readiness());
        }
        let failed = Readiness::Failed("ConfigurationConflict: no".into());
        let pending = Readiness::Pending("CREATING".into());
        assert_eq!(found, [pending, Readiness::Ready, Readiness::Ready, failed, Readiness::Deleting]);
    }

    #[tokio::test(start_paused = true)]
    async fn only_an_add_on_with_our_tag_is_found() {
        let script = Replay::default()
            .on(PATH, live("CREATING", "01OURS"))
            .on(PATH, live("ACTIVE", "01OTHER"))
            .on(PATH, live("DELETING", "01OURS"))
            .on(PATH, Reply::Error(404, "ResourceNotFoundException"));
        let aws = script.aws();
        let wanted = json!({"cluster_name": "main", "addon_name": "vpc-cni"});
        let mut found = Vec::new();
        for _ in 0..4 {
            found.push(Addon::find(&aws, &recover(wanted.clone()), &Addon::default()).await.unwrap());
        }
        assert_eq!(found, [Some("main:vpc-cni".into()), None, None, None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn roles_that_are_no_longer_declared_are_taken_away() {
        let script = Replay::default()
            .on("/clusters/main/addons", live("CREATING", "01OURS"))
            .on("/clusters/main/addons/vpc-cni/update", Reply::Json(json!({"update": {"id": "1"}})))
            .on("/clusters/main/addons/vpc-cni?preserve=true", live("DELETING", "01OURS"));
        let aws = script.aws();
        let want = Addon {
            addon_name: Some("vpc-cni".into()),
            cluster_name: Some("main".into()),
            preserve: Some(true),
            resolve_conflicts_on_create: Some("OVERWRITE".into()),
            resolve_conflicts_on_update: Some("PRESERVE".into()),
            ..Addon::default()
        };
        let id = Addon::create(&aws, &want, &operation()).await.unwrap();
        let prior = Addon { pod_identity_association: Some(vec![Association::default()]), ..want.clone() };
        let operation = operation();
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        Addon::update(&aws, AddonUpdate::Addon, &change).await.unwrap();
        Addon::delete(&aws, &id, &want).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[0].member("/clientRequestToken"), "01OURS");
        assert_eq!(sent[0].member("/resolveConflicts"), "OVERWRITE");
        assert_eq!(sent[1].member("/podIdentityAssociations"), json!([]));
        assert_eq!(sent[1].member("/resolveConflicts"), "PRESERVE");
    }
}
