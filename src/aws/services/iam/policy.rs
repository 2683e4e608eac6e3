//! `aws_iam_policy`

use aws_sdk_iam::operation::create_policy::builders::CreatePolicyFluentBuilder;
use futures::future::join_all;

use super::document::{decoded, same};
use super::prelude::*;
use crate::kind::convert::live_tags;

/// IAM keeps this many versions of a policy.
const VERSIONS: usize = 5;

updates! {
    pub enum PolicyUpdate {
        Document => [ListPolicyVersions, DeletePolicyVersion, CreatePolicyVersion],
        Tags => [TagPolicy, UntagPolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PolicyUpdate)]
#[sdk(from = sdk::Policy, from = sdk::ManagedPolicyDetail, create = CreatePolicyFluentBuilder)]
pub struct Policy {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// How many identities have the policy.
    #[field(computed)]
    attachment_count: Option<i64>,
    /// What the policy is for.
    #[field(immutable, filled)]
    description: Option<String>,
    /// The policy's ARN.
    #[field(computed, sdk = arn)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, generated, sdk = policy_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    path: Option<String>,
    /// What the policy allows and denies.
    #[field(update = Document, required, policy, read_by_hand, sent_as = policy_document)]
    policy: Option<String>,
    /// AWS's id of the policy.
    #[field(computed)]
    policy_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

impl Policy {
    pub(super) fn from_policy(mut live: sdk::Policy, document: Option<&str>) -> Result<Self, Unfit> {
        let tags = live_tags(live.tags.take())?;
        Ok(Self { policy: document.map(decoded), tags, ..Self::from_sdk(live)? })
    }

    /// From the account's details, which have no tags.
    pub(super) fn from_details(live: sdk::ManagedPolicyDetail) -> Result<Self, Unfit> {
        let default = live.policy_version_list().iter().find(|version| version.is_default_version);
        let policy = default.and_then(|version| version.document.as_deref()).map(decoded);
        // An ARN ends with the path and the name, for whoever leaves the name itself out.
        let in_arn = live.arn.as_deref().and_then(|arn| arn.rsplit('/').next()).map(String::from);
        let policy = Self { policy, ..Self::from_sdk(live)? };
        Ok(Self { name: policy.name.clone().or(in_arn), ..policy })
    }
}

async fn tags(aws: &Aws, arn: &str) -> Result<Tags, CloudError> {
    let request = aws.read().iam().list_policy_tags().policy_arn(arn);
    Ok(Tags::from_sdk(aws.pages(request, |page| Some(page.tags)).await?)?)
}

/// The policy without its document; that it does not exist is a `NotFound` error.
pub(super) async fn get(aws: &Aws, arn: &str) -> Result<sdk::Policy, CloudError> {
    let reply = aws.send(aws.read().iam().get_policy().policy_arn(arn)).await?;
    reply.policy.ok_or_else(|| CloudError::new(ErrorKind::NotFound, "IAM returned no policy"))
}

async fn versions(aws: &Aws, arn: &str) -> Result<Vec<sdk::PolicyVersion>, CloudError> {
    aws.pages(aws.read().iam().list_policy_versions().policy_arn(arn), |page| page.versions).await
}

async fn delete_version(aws: &Aws, arn: &str, version: sdk::PolicyVersion) -> Result<(), CloudError> {
    let request = aws.write().iam().delete_policy_version().policy_arn(arn).set_version_id(version.version_id);
    aws.gone(request).await
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
    aws.done(request).await
}

#[async_trait]
impl Resource for Policy {
    const TYPE: &'static str = "aws_iam_policy";
    const DOC: &'static str = "A policy that roles, users and groups can share.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreatePolicy];
    const DELETE_CALLS: Calls = calls![ListPolicyVersions, DeletePolicyVersion, DeletePolicy];
    const LAGS: &'static [LagReply] = lags::POLICY;
    // The account's details have no tags.
    const APART: &'static [&'static str] = &["tags", "tags_all"];
    const IMPORT_ID: &'static str = "ARN";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: read-images
policy:
  Version: \"2012-10-17\"
  Statement:
    - {Effect: Allow, Action: \"s3:GetObject\", Resource: \"arn:aws:s3:::images/*\"}
";

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
            let from_list = policy.tags.all.is_none();
            // The account's details may leave the description out, and a missing one would replace the policy.
            if from_list && policy.description.is_none() && asks_for(request, &["description"]) {
                match absent_is_none(get(aws, request.id.as_str()).await)? {
                    Some(seen) => {
                        let seen = Self::from_policy(seen, None)?;
                        (policy.description, policy.tags) = (seen.description, seen.tags);
                    }
                    None => return Ok(None),
                }
            }
            if policy.tags.all.is_none() && asks_for(request, &["tags", "tags_all"]) {
                match absent_is_none(tags(aws, request.id.as_str()).await)? {
                    Some(tags) => policy.tags = tags.into(),
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
            Some(Entity::Policy(policy)) if made_by(policy.tags.all.as_ref(), recover.operation.id.as_str()) => {
                Ok(Some(arn.into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().iam().create_policy())?;
        aws.made(request, |reply| reply.policy?.arn).await
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
                let set = |tags| iam.tag_policy().policy_arn(arn).set_tags(tags);
                let remove = |keys| iam.untag_policy().policy_arn(arn).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await?;
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
        aws.gone(request).await
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
        let policy = Policy::from_details(detail).expect("it fits");
        assert_eq!(policy.policy.as_deref(), Some(r#"{"live":1}"#));
        assert_eq!(policy.tags.all, None, "not read is not the same as none");
    }
}
