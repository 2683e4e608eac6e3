//! `aws_iam_role`

use async_trait::async_trait;
use aws_sdk_iam::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations,
    Value,
};

use super::account::{self, Entity, Key};
use super::document::decoded;
use super::name::name_problem;
use super::tagging;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::int;
use crate::kind::resource::{Change, Read, Resource, asks_for};
use crate::kind::tags::{Tags, made_by};
use crate::services::iam::lags;
use crate::updates;

updates! {
    pub enum RoleUpdate {
        Trust => ["iam:UpdateAssumeRolePolicy"],
        Settings => ["iam:UpdateRole"],
        Boundary => ["iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"],
        Tags => ["iam:TagRole", "iam:UntagRole"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RoleUpdate)]
pub struct Role {
    /// The ARN.
    #[field(computed)]
    pub(super) arn: Option<String>,
    /// Who may assume the role: the trust policy.
    #[field(update = Trust, required, policy)]
    assume_role_policy: Option<String>,
    /// When it was created.
    #[field(computed)]
    create_date: Option<String>,
    /// What the role is for.
    #[field(update = Settings)]
    description: Option<String>,
    /// Whether a deletion first detaches and deletes policies that others put on the role.
    #[field(local, default = false)]
    force_detach_policies: Option<bool>,
    /// The role's name.
    #[field(computed)]
    id: Option<String>,
    /// For how many seconds a session may last, 3600 to 43200.
    #[field(update = Settings, default = 3600, range = 3600..=43200)]
    max_session_duration: Option<i64>,
    /// The name, unique in the account.
    #[field(immutable, required)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    path: Option<String>,
    /// The ARN of the policy that bounds what the role may be granted.
    #[field(update = Boundary)]
    permissions_boundary: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// AWS's id of the role, which a new role of the same name does not share.
    #[field(computed)]
    unique_id: Option<String>,
}

impl From<sdk::Role> for Role {
    fn from(role: sdk::Role) -> Self {
        Self {
            arn: Some(role.arn),
            assume_role_policy: role.assume_role_policy_document.as_deref().map(decoded),
            create_date: tagging::date(role.create_date),
            description: role.description.filter(|text| !text.is_empty()),
            force_detach_policies: None,
            id: Some(role.role_name.clone()),
            max_session_duration: role.max_session_duration.map(i64::from),
            name: Some(role.role_name),
            path: Some(role.path),
            permissions_boundary: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
            tags: None,
            tags_all: tagging::from_sdk(role.tags),
            unique_id: Some(role.role_id),
        }
    }
}

impl Role {
    /// From the account's details, which lack what `listed` has. Where nobody asks about that, it counts as AWS's
    /// defaults.
    pub(super) fn from_details(details: sdk::RoleDetail, listed: Option<&sdk::Role>) -> Self {
        let document = details.assume_role_policy_document.as_deref();
        Self {
            arn: details.arn,
            assume_role_policy: document.map(decoded),
            create_date: details.create_date.and_then(tagging::date),
            description: listed.and_then(|role| role.description.clone()).filter(|text| !text.is_empty()),
            force_detach_policies: None,
            id: details.role_name.clone(),
            max_session_duration: listed.map_or(Some(3600), |role| role.max_session_duration).map(i64::from),
            name: details.role_name,
            path: details.path,
            permissions_boundary: details.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
            tags: None,
            tags_all: tagging::from_sdk(details.tags),
            unique_id: details.role_id,
        }
    }
}

/// Takes the policies off the role, which keep AWS from deleting it.
async fn empty(aws: &Aws, role: &str) -> Result<(), CloudError> {
    let iam = aws.write().iam();
    let Some(attached) = absent_is_none(account::attached(aws, role).await)? else { return Ok(()) };
    for arn in attached {
        let request = iam.detach_role_policy().role_name(role).policy_arn(arn);
        gone_is_fine(aws.call("iam:DetachRolePolicy", request.send()).await)?;
    }
    let mut marker = None;
    let mut names = Vec::new();
    loop {
        let request = aws.read().iam().list_role_policies().role_name(role).set_marker(marker);
        let Some(page) = absent_is_none(aws.call("iam:ListRolePolicies", request.send()).await)? else { break };
        names.extend(page.policy_names);
        marker = page.marker.filter(|marker| page.is_truncated && !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    for name in names {
        let request = iam.delete_role_policy().role_name(role).policy_name(name);
        gone_is_fine(aws.call("iam:DeleteRolePolicy", request.send()).await)?;
    }
    Ok(())
}

/// Takes the role out of its instance profiles, or AWS would not delete it
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>). A profile that is declared gets its role
/// again when that is there.
async fn leave_profiles(aws: &Aws, role: &str) -> Result<(), CloudError> {
    let mut marker = None;
    let mut names = Vec::new();
    loop {
        let request = aws.read().iam().list_instance_profiles_for_role().role_name(role).set_marker(marker);
        let reply = absent_is_none(aws.call("iam:ListInstanceProfilesForRole", request.send()).await)?;
        let Some(page) = reply else { break };
        names.extend(page.instance_profiles.into_iter().map(|profile| profile.instance_profile_name));
        marker = page.marker.filter(|marker| page.is_truncated && !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    for name in names {
        let request = aws.write().iam().remove_role_from_instance_profile().instance_profile_name(name).role_name(role);
        gone_is_fine(aws.call("iam:RemoveRoleFromInstanceProfile", request.send()).await)?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Role {
    const TYPE: &'static str = "aws_iam_role";
    const DOC: &'static str = "An identity that services, workloads and people assume.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["iam:CreateRole"];
    const DELETE_CALLS: &'static [&'static str] =
        &["iam:ListInstanceProfilesForRole", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteRole"];
    const LAGS: &'static [LagReply] = lags::ROLE;
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
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[
        ("inline_policy", "Terraform deprecates it: write one aws_iam_role_policy for each policy"),
        ("managed_policy_arns", "Terraform deprecates it: write one aws_iam_role_policy_attachment for each policy"),
        ("name_prefix", "a random name cannot be recognised after a crash: write `name`"),
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
            Some(Entity::Role(role)) if made_by(role.tags_all.as_ref(), recover.operation.id.as_str()) => {
                Ok(Some(name.into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .iam()
            .create_role()
            .set_role_name(want.name.clone())
            .set_path(want.path.clone())
            .set_assume_role_policy_document(want.assume_role_policy.clone())
            .set_description(want.description.clone())
            .set_max_session_duration(want.max_session_duration.map(int))
            .set_permissions_boundary(want.permissions_boundary.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("iam:CreateRole", request.send()).await?;
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
                aws.call("iam:UpdateAssumeRolePolicy", request.send()).await?;
            }
            RoleUpdate::Settings => {
                let request = iam
                    .update_role()
                    .role_name(name)
                    .description(want.description.clone().unwrap_or_default())
                    .set_max_session_duration(want.max_session_duration.map(int));
                aws.call("iam:UpdateRole", request.send()).await?;
            }
            RoleUpdate::Boundary => match &want.permissions_boundary {
                Some(arn) => {
                    let request = iam.put_role_permissions_boundary().role_name(name).permissions_boundary(arn);
                    aws.call("iam:PutRolePermissionsBoundary", request.send()).await?;
                }
                None => {
                    let request = iam.delete_role_permissions_boundary().role_name(name);
                    gone_is_fine(aws.call("iam:DeleteRolePermissionsBoundary", request.send()).await)?;
                }
            },
            RoleUpdate::Tags => {
                let (set, remove) = tagging::change(prior.tags_all.as_ref(), want.tags_all.as_ref());
                if set.is_some() {
                    let request = iam.tag_role().role_name(name).set_tags(set);
                    aws.call("iam:TagRole", request.send()).await?;
                }
                if remove.is_some() {
                    let request = iam.untag_role().role_name(name).set_tag_keys(remove);
                    aws.call("iam:UntagRole", request.send()).await?;
                }
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
        gone_is_fine(aws.call("iam:DeleteRole", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(seconds) = properties.get("max_session_duration").and_then(Value::as_int)
            && !(3600..=43_200).contains(&seconds)
        {
            problems.push(Problem {
                path: "max_session_duration".into(),
                message: "a session lasts 3600 to 43200 seconds".into(),
                help: None,
            });
        }
        problems.extend(name_problem(properties, 64));
        problems
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
