//! `aws_iam_instance_profile`

use async_trait::async_trait;
use aws_sdk_iam::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations,
    Value,
};

use super::account::{self, Entity, Key};
use super::name::name_problem;
use super::tagging;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::{Tags, made_by};
use crate::services::iam::lags;
use crate::updates;

updates! {
    pub enum InstanceProfileUpdate {
        Role => ["iam:RemoveRoleFromInstanceProfile", "iam:AddRoleToInstanceProfile"],
        Tags => ["iam:TagInstanceProfile", "iam:UntagInstanceProfile"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = InstanceProfileUpdate)]
pub struct InstanceProfile {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// When it was created.
    #[field(computed)]
    create_date: Option<String>,
    /// The profile's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, required)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    path: Option<String>,
    /// The name of the role that instances get.
    #[field(update = Role, after_create)]
    role: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// AWS's id of the profile.
    #[field(computed)]
    unique_id: Option<String>,
}

impl From<sdk::InstanceProfile> for InstanceProfile {
    fn from(profile: sdk::InstanceProfile) -> Self {
        Self {
            arn: Some(profile.arn),
            create_date: tagging::date(profile.create_date),
            id: Some(profile.instance_profile_name.clone()),
            name: Some(profile.instance_profile_name),
            path: Some(profile.path),
            // A profile holds at most one role.
            role: profile.roles.into_iter().next().map(|role| role.role_name),
            tags: None,
            tags_all: tagging::from_sdk(profile.tags),
            unique_id: Some(profile.instance_profile_id),
        }
    }
}

async fn live(aws: &Aws, name: &str) -> Read<InstanceProfile> {
    Ok(match absent_is_none(account::one(aws, Key::Profile(name.to_string())).await)? {
        Some(Entity::Profile(profile)) => Some(*profile),
        _ => None,
    })
}

async fn remove_role(aws: &Aws, profile: &str, role: &str) -> Result<(), CloudError> {
    let request = aws.write().iam().remove_role_from_instance_profile().instance_profile_name(profile).role_name(role);
    gone_is_fine(aws.call("iam:RemoveRoleFromInstanceProfile", request.send()).await)
}

/// Makes `want` the only role. What is there is read first: adding the same role twice is an error.
async fn set_role(aws: &Aws, profile: &str, want: Option<&str>) -> Result<(), CloudError> {
    let current = live(aws, profile).await?.and_then(|live| live.role);
    if current.as_deref() == want {
        return Ok(());
    }
    if let Some(current) = current {
        remove_role(aws, profile, &current).await?;
    }
    if let Some(role) = want {
        let request = aws.write().iam().add_role_to_instance_profile().instance_profile_name(profile).role_name(role);
        aws.call("iam:AddRoleToInstanceProfile", request.send()).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for InstanceProfile {
    const TYPE: &'static str = "aws_iam_instance_profile";
    const DOC: &'static str = "What gives EC2 instances a role.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["iam:CreateInstanceProfile"];
    const DELETE_CALLS: &'static [&'static str] = &["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"];
    const LAGS: &'static [LagReply] = lags::INSTANCE_PROFILE;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], part_of: &["role"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: nodes
role: ${nodes.name}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "a random name cannot be recognised after a crash: write `name`")];
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = InstanceProfileUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| Some(Key::Profile(request.id.to_string()));
        let pick = |entity: &Entity, _: &ReadRequest| match entity {
            Entity::Profile(profile) => Some(profile.as_ref().clone()),
            _ => None,
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        let ours = live(aws, name).await?;
        let ours = ours.filter(|profile| made_by(profile.tags_all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .iam()
            .create_instance_profile()
            .set_instance_profile_name(want.name.clone())
            .set_path(want.path.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("iam:CreateInstanceProfile", request.send()).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: InstanceProfileUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, name) = (aws.write().iam(), id.as_str());
        match call {
            InstanceProfileUpdate::Role => set_role(aws, name, want.role.as_deref()).await?,
            InstanceProfileUpdate::Tags => {
                let (set, remove) = tagging::change(prior.tags_all.as_ref(), want.tags_all.as_ref());
                if set.is_some() {
                    let request = iam.tag_instance_profile().instance_profile_name(name).set_tags(set);
                    aws.call("iam:TagInstanceProfile", request.send()).await?;
                }
                if remove.is_some() {
                    let request = iam.untag_instance_profile().instance_profile_name(name).set_tag_keys(remove);
                    aws.call("iam:UntagInstanceProfile", request.send()).await?;
                }
            }
        }
        Ok(())
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let name = id.as_str();
        let Some(profile) = live(aws, name).await? else { return Ok(()) };
        if let Some(role) = profile.role {
            remove_role(aws, name, &role).await?;
        }
        let request = aws.write().iam().delete_instance_profile().instance_profile_name(name);
        gone_is_fine(aws.call("iam:DeleteInstanceProfile", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 128).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(NaturalKey::of(Self::TYPE, properties, &["name"]).map(NaturalKey::any_case).into_iter().collect())
    }
}
