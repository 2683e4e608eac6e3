//! `aws_iam_instance_profile`

use aws_sdk_iam::operation::create_instance_profile::builders::CreateInstanceProfileFluentBuilder;

use super::prelude::*;

updates! {
    pub enum InstanceProfileUpdate {
        Role => [RemoveRoleFromInstanceProfile, AddRoleToInstanceProfile],
        Tags => [TagInstanceProfile, UntagInstanceProfile],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = InstanceProfileUpdate)]
#[sdk(from = sdk::InstanceProfile, create = CreateInstanceProfileFluentBuilder)]
pub struct InstanceProfile {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// When it was created.
    #[field(computed, forms = Timestamp)]
    create_date: Option<String>,
    /// The profile's name.
    #[field(computed, sdk = instance_profile_name)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, generated, sdk = instance_profile_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// The path before the name in the ARN.
    #[field(immutable, default = "/")]
    path: Option<String>,
    /// The name of the role that instances get.
    #[field(update = Role, after_create, by_hand)]
    role: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// AWS's id of the profile.
    #[field(computed, sdk = instance_profile_id)]
    unique_id: Option<String>,
}

impl InstanceProfile {
    pub(super) fn from_live(profile: sdk::InstanceProfile) -> Result<Self, Unfit> {
        // A profile holds at most one role.
        let role = profile.roles.first().map(|role| role.role_name.clone());
        Ok(Self { role, ..Self::from_sdk(profile)? })
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
    aws.gone(request).await
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
        aws.done(request).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for InstanceProfile {
    const TYPE: &'static str = "aws_iam_instance_profile";
    const DOC: &'static str = "What gives EC2 instances a role.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateInstanceProfile];
    const DELETE_CALLS: Calls = calls![RemoveRoleFromInstanceProfile, DeleteInstanceProfile];
    const LAGS: &'static [LagReply] = lags::INSTANCE_PROFILE;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], part_of: &["role"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: nodes
role: ${nodes.name}
";
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
        let ours = ours.filter(|profile| made_by(profile.tags.all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().iam().create_instance_profile())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: InstanceProfileUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, name) = (aws.write().iam(), id.as_str());
        match call {
            InstanceProfileUpdate::Role => set_role(aws, name, want.role.as_deref()).await?,
            InstanceProfileUpdate::Tags => {
                let set = |tags| iam.tag_instance_profile().instance_profile_name(name).set_tags(tags);
                let remove = |keys| iam.untag_instance_profile().instance_profile_name(name).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await?;
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
        aws.gone(request).await
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
