//! `aws_iam_policy`

use async_trait::async_trait;
use aws_sdk_iam::types as sdk;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Recover,
    Relations, Value,
};

use super::account::{self, Entity, Key};
use super::document::{decoded, same};
use super::name::name_problem;
use super::tagging;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine, missing};
use crate::kind::resource::{Change, Read, Resource, asks_for};
use crate::kind::tags::{Tags, made_by};
use crate::services::iam::lags;
use crate::updates;

/// IAM keeps this many versions of a policy.
const VERSIONS: usize = 5;

updates! {
    pub enum PolicyUpdate {
        Document => ["iam:ListPolicyVersions", "iam:DeletePolicyVersion", "iam:CreatePolicyVersion"],
        Tags => ["iam:TagPolicy", "iam:UntagPolicy"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = PolicyUpdate)]
pub struct Policy {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// How many identities have the policy.
    #[field(computed)]
    attachment_count: Option<i64>,
    /// What the policy is for.
    #[field(immutable)]
    description: Option<String>,
    /// The policy's ARN.
    #[field(computed)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, required)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    path: Option<String>,
    /// What the policy allows and denies.
    #[field(update = Document, required, policy)]
    policy: Option<String>,
    /// AWS's id of the policy.
    #[field(computed)]
    policy_id: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
}

impl Policy {
    pub(super) fn from_policy(policy: sdk::Policy, document: Option<&str>) -> Self {
        Self {
            id: policy.arn.clone(),
            arn: policy.arn,
            attachment_count: policy.attachment_count.map(i64::from),
            description: policy.description.filter(|text| !text.is_empty()),
            name: policy.policy_name,
            path: policy.path,
            policy: document.map(decoded),
            policy_id: policy.policy_id,
            tags: None,
            tags_all: tagging::from_sdk(policy.tags),
        }
    }
}

/// From the account's details, which have no tags.
impl From<sdk::ManagedPolicyDetail> for Policy {
    fn from(policy: sdk::ManagedPolicyDetail) -> Self {
        let versions = policy.policy_version_list.unwrap_or_default();
        let document = versions.iter().find(|version| version.is_default_version);
        // An ARN ends with the path and the name, for whoever leaves the name itself out.
        let in_arn = policy.arn.as_deref().and_then(|arn| arn.rsplit('/').next()).map(String::from);
        let name = policy.policy_name.or(in_arn);
        Self {
            id: policy.arn.clone(),
            arn: policy.arn,
            attachment_count: policy.attachment_count.map(i64::from),
            description: policy.description.filter(|text| !text.is_empty()),
            name,
            path: policy.path,
            policy: document.and_then(|version| version.document.as_deref()).map(decoded),
            policy_id: policy.policy_id,
            tags: None,
            tags_all: None,
        }
    }
}

async fn tags(aws: &Aws, arn: &str) -> Result<Tags, CloudError> {
    let mut tags = Tags::new();
    let mut marker = None;
    loop {
        let request = aws.read().iam().list_policy_tags().policy_arn(arn).set_marker(marker);
        let page = aws.call("iam:ListPolicyTags", request.send()).await?;
        tags.extend(page.tags.into_iter().map(|tag| (tag.key, tag.value)));
        marker = page.marker.filter(|marker| page.is_truncated && !marker.is_empty());
        if marker.is_none() {
            return Ok(tags);
        }
    }
}

/// The policy without its document; that it does not exist is a `NotFound` error.
pub(super) async fn get(aws: &Aws, arn: &str) -> Result<sdk::Policy, CloudError> {
    let reply = aws.call("iam:GetPolicy", aws.read().iam().get_policy().policy_arn(arn).send()).await?;
    reply.policy.ok_or_else(|| CloudError::new(ErrorKind::NotFound, "IAM returned no policy"))
}

async fn versions(aws: &Aws, arn: &str) -> Result<Vec<sdk::PolicyVersion>, CloudError> {
    let mut versions = Vec::new();
    let mut marker = None;
    loop {
        let request = aws.read().iam().list_policy_versions().policy_arn(arn).set_marker(marker);
        let page = aws.call("iam:ListPolicyVersions", request.send()).await?;
        versions.extend(page.versions.unwrap_or_default());
        marker = page.marker.filter(|marker| page.is_truncated && !marker.is_empty());
        if marker.is_none() {
            return Ok(versions);
        }
    }
}

async fn delete_version(aws: &Aws, arn: &str, version: sdk::PolicyVersion) -> Result<(), CloudError> {
    let request = aws.write().iam().delete_policy_version().policy_arn(arn).set_version_id(version.version_id);
    gone_is_fine(aws.call("iam:DeletePolicyVersion", request.send()).await)
}

/// The versions that may go, the oldest last.
fn old_versions(mut versions: Vec<sdk::PolicyVersion>) -> Vec<sdk::PolicyVersion> {
    // Ids count up (`v9`, `v10`) and are never used again.
    let number = |version: &sdk::PolicyVersion| {
        version.version_id.as_deref().and_then(|id| id.trim_start_matches('v').parse::<u64>().ok())
    };
    versions.retain(|version| !version.is_default_version);
    versions.sort_by_key(|version| std::cmp::Reverse(number(version)));
    versions
}

async fn set_document(aws: &Aws, arn: &str, document: &str, again: bool) -> Result<(), CloudError> {
    if again && let Entity::Policy(live) = account::one(aws, Key::Policy(arn.to_string())).await? {
        // An earlier attempt may have made the version already; another one would push out an old version for nothing.
        if same(live.policy.as_deref(), Some(document)) {
            return Ok(());
        }
    }
    let versions = versions(aws, arn).await?;
    if versions.len() >= VERSIONS
        && let Some(oldest) = old_versions(versions).pop()
    {
        delete_version(aws, arn, oldest).await?;
    }
    let request =
        aws.write().iam().create_policy_version().policy_arn(arn).policy_document(document).set_as_default(true);
    aws.call("iam:CreatePolicyVersion", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for Policy {
    const TYPE: &'static str = "aws_iam_policy";
    const DOC: &'static str = "A policy that roles, users and groups can share.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["iam:CreatePolicy"];
    const DELETE_CALLS: &'static [&'static str] =
        &["iam:ListPolicyVersions", "iam:DeletePolicyVersion", "iam:DeletePolicy"];
    const LAGS: &'static [LagReply] = lags::POLICY;
    const IMPORT_ID: &'static str = "ARN";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: read-images
policy:
  Version: \"2012-10-17\"
  Statement:
    - {Effect: Allow, Action: \"s3:GetObject\", Resource: \"arn:aws:s3:::images/*\"}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "a random name cannot be recognised after a crash: write `name`")];

    type Update = PolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| Some(Key::Policy(request.id.to_string()));
        let pick = |entity: &Entity, _: &ReadRequest| match entity {
            Entity::Policy(policy) => Some(policy.as_ref().clone()),
            _ => None,
        };
        let found = account::load(aws, wanted, key, pick).await;
        let with_tags = found.into_iter().zip(wanted).map(|(policy, request)| async move {
            let Some(mut policy) = policy? else { return Ok(None) };
            let from_list = policy.tags_all.is_none();
            // The account's details may leave the description out, and a missing one would replace the policy.
            if from_list && policy.description.is_none() && asks_for(request, &["description"]) {
                match absent_is_none(get(aws, request.id.as_str()).await)? {
                    Some(seen) => {
                        let seen = Self::from_policy(seen, None);
                        (policy.description, policy.tags_all) = (seen.description, seen.tags_all);
                    }
                    None => return Ok(None),
                }
            }
            if policy.tags_all.is_none() && asks_for(request, &["tags", "tags_all"]) {
                match absent_is_none(tags(aws, request.id.as_str()).await)? {
                    Some(tags) => policy.tags_all = Some(tags),
                    None => return Ok(None),
                }
            }
            Ok(Some(policy))
        });
        join_all(with_tags).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        let path = wanted.path.as_deref().unwrap_or("/");
        let arn = format!("arn:{}:iam::{}:policy{path}{name}", aws.partition(), aws.account().await?);
        match absent_is_none(account::one(aws, Key::Policy(arn.clone())).await)? {
            Some(Entity::Policy(policy)) if made_by(policy.tags_all.as_ref(), recover.operation.id.as_str()) => {
                Ok(Some(arn.into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "iam:CreatePolicy";
        let request = aws
            .write()
            .iam()
            .create_policy()
            .set_policy_name(want.name.clone())
            .set_path(want.path.clone())
            .set_policy_document(want.policy.clone())
            .set_description(want.description.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let arn = reply.policy.and_then(|policy| policy.arn).ok_or_else(|| missing(CALL, "Arn"))?;
        Ok(arn.into())
    }

    async fn update(aws: &Aws, call: PolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        let (iam, arn) = (aws.write().iam(), id.as_str());
        match call {
            PolicyUpdate::Document => {
                let document = want.policy.as_deref().unwrap_or_default();
                set_document(aws, arn, document, operation.attempt > 0).await?;
            }
            PolicyUpdate::Tags => {
                let (set, remove) = tagging::change(prior.tags_all.as_ref(), want.tags_all.as_ref());
                if set.is_some() {
                    let request = iam.tag_policy().policy_arn(arn).set_tags(set);
                    aws.call("iam:TagPolicy", request.send()).await?;
                }
                if remove.is_some() {
                    let request = iam.untag_policy().policy_arn(arn).set_tag_keys(remove);
                    aws.call("iam:UntagPolicy", request.send()).await?;
                }
            }
        }
        Ok(())
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let arn = id.as_str();
        let Some(versions) = absent_is_none(versions(aws, arn).await)? else { return Ok(()) };
        for version in old_versions(versions) {
            delete_version(aws, arn, version).await?;
        }
        let request = aws.write().iam().delete_policy().policy_arn(arn);
        gone_is_fine(aws.call("iam:DeletePolicy", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 128).into_iter().collect()
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(NaturalKey::of(Self::TYPE, properties, &["name"]).map(NaturalKey::any_case).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_version_goes_and_the_default_one_stays() {
        let version =
            |id: &str, default| sdk::PolicyVersion::builder().version_id(id).is_default_version(default).build();
        let versions = ["v9", "v10", "v11", "v7"].map(|id| version(id, id == "v7")).to_vec();
        let old: Vec<_> = old_versions(versions).into_iter().filter_map(|version| version.version_id).collect();
        assert_eq!(old, ["v11", "v10", "v9"]);
    }

    #[test]
    fn the_default_version_is_the_policy() {
        let version = |document: &str, default| {
            sdk::PolicyVersion::builder().document(document).is_default_version(default).build()
        };
        let detail = sdk::ManagedPolicyDetail::builder()
            .policy_version_list(version("%7B%22new%22%3A1%7D", false))
            .policy_version_list(version("%7B%22live%22%3A1%7D", true))
            .build();
        let policy = Policy::from(detail);
        assert_eq!(policy.policy.as_deref(), Some(r#"{"live":1}"#));
        assert_eq!(policy.tags_all, None, "not read is not the same as none");
    }
}
