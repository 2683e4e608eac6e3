//! `aws_iam_role`

use aws_sdk_iam::operation::create_role::builders::CreateRoleFluentBuilder;
use aws_sdk_iam::operation::update_role::builders::UpdateRoleFluentBuilder;

use super::document::decoded;
use super::prelude::*;
use crate::kind::convert::{filled, incoming};

updates! {
    pub enum RoleUpdate {
        Trust => [UpdateAssumeRolePolicy],
        Settings => [UpdateRole],
        Boundary => [PutRolePermissionsBoundary, DeleteRolePermissionsBoundary],
        Tags => [TagRole, UntagRole],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RoleUpdate)]
#[sdk(from = sdk::Role, from = sdk::RoleDetail, create = CreateRoleFluentBuilder, update(Settings) = UpdateRoleFluentBuilder)]
pub struct Role {
    /// The ARN.
    #[field(computed)]
    pub(super) arn: Option<String>,
    /// Who may assume the role: the trust policy.
    #[field(update = Trust, required, policy, sdk = assume_role_policy_document)]
    assume_role_policy: Option<String>,
    /// When it was created.
    #[field(computed, forms = Timestamp)]
    pub(super) create_date: Option<String>,
    /// What the role is for.
    #[field(update = Settings, read_by_hand)]
    pub(super) description: Option<String>,
    /// Whether a deletion first detaches and deletes policies that others put on the role.
    #[field(local, default = false)]
    force_detach_policies: Option<bool>,
    /// The role's name.
    #[field(computed, sdk = role_name)]
    id: Option<String>,
    /// For how many seconds a session may last, 3600 to 43200.
    #[field(update = Settings, default = 3600, range = 3600..=43200, read_by_hand)]
    max_session_duration: Option<i64>,
    /// The name, unique in the account.
    #[field(immutable, generated, sdk = role_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=38)]
    name_prefix: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    pub(super) path: Option<String>,
    /// The ARN of the policy that bounds what the role may be granted.
    #[field(update = Boundary)]
    #[field(sdk = permissions_boundary.permissions_boundary_arn, sent_as = permissions_boundary)]
    permissions_boundary: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    pub(super) tags: Tagged,
    /// AWS's id of the role, which a new role of the same name does not share.
    #[field(computed, sdk = role_id)]
    pub(super) unique_id: Option<String>,
}

impl Role {
    /// The document in the clear, and what the account's details lack.
    fn finish(self, description: Option<String>, session: Option<i32>) -> Result<Self, Unfit> {
        Ok(Self {
            assume_role_policy: self.assume_role_policy.as_deref().map(decoded),
            description: filled(description),
            max_session_duration: incoming(session, "max_session_duration")?,
            ..self
        })
    }

    pub(super) fn from_role(role: sdk::Role) -> Result<Self, Unfit> {
        let (description, session) = (role.description.clone(), role.max_session_duration);
        Self::from_sdk(role)?.finish(description, session)
    }

    /// From the account's details, which lack what `listed` has. Where nobody asks about that, it counts as AWS's
    /// defaults.
    pub(super) fn from_details(details: sdk::RoleDetail, listed: Option<&sdk::Role>) -> Result<Self, Unfit> {
        let description = listed.and_then(|role| role.description.clone());
        Self::from_sdk(details)?.finish(description, listed.map_or(Some(3600), |role| role.max_session_duration))
    }
}

/// Takes the policies off the role, which keep AWS from deleting it.
async fn empty(aws: &Aws, role: &str) -> Result<(), CloudError> {
    let iam = aws.write().iam();
    let Some(attached) = absent_is_none(account::attached(aws, role).await)? else { return Ok(()) };
    for arn in attached {
        let request = iam.detach_role_policy().role_name(role).policy_arn(arn);
        aws.gone(request).await?;
    }
    let request = aws.read().iam().list_role_policies().role_name(role);
    let names = absent_is_none(aws.pages(request, |page| Some(page.policy_names)).await)?.unwrap_or_default();
    for name in names {
        let request = iam.delete_role_policy().role_name(role).policy_name(name);
        aws.gone(request).await?;
    }
    Ok(())
}

/// Takes the role out of its instance profiles, or AWS would not delete it
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>). A profile that is declared gets its role
/// again when that is there.
async fn leave_profiles(aws: &Aws, role: &str) -> Result<(), CloudError> {
    let request = aws.read().iam().list_instance_profiles_for_role().role_name(role);
    let profiles = absent_is_none(aws.pages(request, |page| Some(page.instance_profiles)).await)?.unwrap_or_default();
    for name in profiles.into_iter().map(|profile| profile.instance_profile_name) {
        let request = aws.write().iam().remove_role_from_instance_profile().instance_profile_name(name).role_name(role);
        aws.gone(request).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Role {
    const TYPE: &'static str = "aws_iam_role";
    const DOC: &'static str = "An identity that services, workloads and people assume.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateRole];
    const DELETE_CALLS: Calls = calls![
        ListAttachedRolePolicies,
        DetachRolePolicy,
        ListRolePolicies,
        DeleteRolePolicy,
        ListInstanceProfilesForRole,
        RemoveRoleFromInstanceProfile,
        DeleteRole
    ];
    const LAGS: &'static [LagReply] = lags::ROLE;
    // The account's details have neither.
    const APART: &'static [&'static str] = &["description", "max_session_duration"];
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: nodes
assume_role_policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Action: sts:AssumeRole
      Principal: {Service: ec2.amazonaws.com}
";
    const UNSUPPORTED: Refused = &[
        ("inline_policy", "Terraform deprecates it: write one aws_iam_role_policy for each policy"),
        ("managed_policy_arns", "Terraform deprecates it: write one aws_iam_role_policy_attachment for each policy"),
    ];
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = RoleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| {
            let name = request.id.to_string();
            let whole = asks_for(request, &["description", "max_session_duration"]);
            Some(if whole { Key::Role(name) } else { Key::BareRole(name) })
        };
        let pick = |entity: &Entity, _: &ReadRequest| match entity {
            Entity::Role(role) => Some(role.as_ref().clone()),
            _ => None,
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        match absent_is_none(account::one(aws, Key::Role(name.clone())).await)? {
            Some(Entity::Role(role)) if made_by(role.tags.all.as_ref(), recover.operation.id.as_str()) => {
                Ok(Some(name.into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().iam().create_role())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: RoleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, name) = (aws.write().iam(), id.as_str());
        match call {
            RoleUpdate::Trust => {
                let request = iam
                    .update_assume_role_policy()
                    .role_name(name)
                    .set_policy_document(want.assume_role_policy.clone());
                aws.done(request).await?;
            }
            RoleUpdate::Settings => {
                // An absent description would leave the one that is there.
                let request = want.fill(iam.update_role().role_name(name))?;
                let request = request.description(want.description.clone().unwrap_or_default());
                aws.done(request).await?;
            }
            RoleUpdate::Boundary => match &want.permissions_boundary {
                Some(arn) => {
                    let request = iam.put_role_permissions_boundary().role_name(name).permissions_boundary(arn);
                    aws.done(request).await?;
                }
                None => {
                    let request = iam.delete_role_permissions_boundary().role_name(name);
                    aws.gone(request).await?;
                }
            },
            RoleUpdate::Tags => {
                let set = |tags| iam.tag_role().role_name(name).set_tags(tags);
                let remove = |keys| iam.untag_role().role_name(name).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await?;
            }
        }
        Ok(())
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.force_detach_policies == Some(true) {
            empty(aws, id.as_str()).await?;
        }
        leave_profiles(aws, id.as_str()).await?;
        let request = aws.write().iam().delete_role().role_name(id.as_str());
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 64).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(NaturalKey::of(Self::TYPE, properties, &["name"]).map(NaturalKey::any_case).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, result};

    fn profiles(names: &[&str]) -> Reply {
        let profile = |name: &&str| {
            format!(
                "<member><Path>/</Path><InstanceProfileName>{name}</InstanceProfileName><InstanceProfileId>AIP</InstanceProfileId>\
                 <Arn>arn:aws:iam::123456789012:instance-profile/{name}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate>\
                 <Roles/></member>"
            )
        };
        let all: String = names.iter().map(profile).collect();
        result(&format!("<IsTruncated>false</IsTruncated><InstanceProfiles>{all}</InstanceProfiles>"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_leaves_its_profiles_before_it_goes() {
        let script = Replay::default()
            .on("ListInstanceProfilesForRole", profiles(&["nodes", "batch"]))
            .on("RemoveRoleFromInstanceProfile", result(""))
            .on("RemoveRoleFromInstanceProfile", Reply::Error(404, "NoSuchEntity"))
            .on("DeleteRole", result(""));
        Role::delete(&script.aws(), &"nodes".into(), &Role::default()).await.unwrap();
        let sent = script.finish();
        let calls: Vec<&str> = sent.iter().map(|sent| sent.what.as_str()).collect();
        assert_eq!(calls[0], "ListInstanceProfilesForRole");
        assert_eq!(calls[3], "DeleteRole");
        assert!(sent[2].body.contains("InstanceProfileName=batch") && sent[2].body.contains("RoleName=nodes"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_that_is_gone_is_deleted() {
        let script = Replay::default()
            .on("ListInstanceProfilesForRole", Reply::Error(404, "NoSuchEntity"))
            .on("DeleteRole", Reply::Error(404, "NoSuchEntity"));
        Role::delete(&script.aws(), &"nodes".into(), &Role::default()).await.unwrap();
        script.finish();
    }
}
