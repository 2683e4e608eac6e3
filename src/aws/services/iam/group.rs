//! `aws_iam_group`

use aws_sdk_iam::operation::create_group::builders::CreateGroupFluentBuilder;

use super::prelude::*;

updates! {
    pub enum GroupUpdate {
        Path => [UpdateGroup],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = GroupUpdate)]
#[sdk(from = sdk::Group, from = sdk::GroupDetail, create = CreateGroupFluentBuilder)]
pub struct Group {
    /// The ARN.
    #[field(computed, changed_by = ["Path"])]
    arn: Option<String>,
    /// The group's name.
    #[field(computed, sdk = group_name)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, required, sdk = group_name)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(update = Path, default = "/")]
    path: Option<String>,
    /// AWS's id of the group, which a new group of the same name does not share.
    #[field(computed, sdk = group_id)]
    unique_id: Option<String>,
}

#[async_trait]
impl Resource for Group {
    const TYPE: &'static str = "aws_iam_group";
    const DOC: &'static str = "A group of users, which share its policies.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateGroup];
    const DELETE_CALLS: Calls = calls![DeleteGroup];
    const LAGS: &'static [LagReply] = lags::GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "name: developers\n";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = GroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| Some(Key::Group(request.id.to_string()));
        let pick = |entity: &Entity, _: &ReadRequest| match entity {
            Entity::Group(group) => Some(group.as_ref().clone()),
            _ => None,
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        // Groups have no tags: one of this name and path, where there was none before, is what the call made.
        match absent_is_none(account::one(aws, Key::Group(name.clone())).await)? {
            Some(Entity::Group(live)) if live.path == wanted.path => Ok(Some(name.into())),
            _ => Ok(None),
        }
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().iam().create_group())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: GroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            GroupUpdate::Path => {
                let path = change.want.path.as_deref().unwrap_or("/");
                aws.done(aws.write().iam().update_group().group_name(change.id.as_str()).new_path(path)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().iam().delete_group().group_name(id.as_str())).await
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
