//! `aws_iam_group_policy_attachment`

use super::attachment::{joined, natural, parts, problems, split};
use super::prelude::*;

updates! {
    pub enum GroupPolicyAttachmentUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = GroupPolicyAttachmentUpdate)]
pub struct GroupPolicyAttachment {
    /// The group and the policy: `GROUP/POLICY_ARN`.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the managed policy.
    #[field(immutable, required)]
    policy_arn: Option<String>,
    /// The name of the group.
    #[field(immutable, required)]
    group: Option<String>,
}

#[async_trait]
impl Resource for GroupPolicyAttachment {
    const TYPE: &'static str = "aws_iam_group_policy_attachment";
    const DOC: &'static str = "A managed policy on a group.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AttachGroupPolicy];
    const DELETE_CALLS: Calls = calls![DetachGroupPolicy];
    const LAGS: &'static [LagReply] = lags::GROUP_POLICY_ATTACHMENT;
    const IMPORT_ID: &'static str = "GROUP/POLICY_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["group", "policy_arn"], part_of: &["group", "policy_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
group: ${developers.name}
policy_arn: arn:aws:iam::aws:policy/ReadOnlyAccess
";

    type Update = GroupPolicyAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| split(&request.id).map(|(group, _)| Key::GroupAttached(group));
        let pick = |entity: &Entity, request: &ReadRequest| {
            let (group, arn) = split(&request.id)?;
            let Entity::Attached(attached) = entity else { return None };
            attached.contains(&arn).then(|| GroupPolicyAttachment {
                id: Some(request.id.to_string()),
                policy_arn: Some(arn),
                group: Some(group),
            })
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(group), Some(arn)) = (&wanted.group, &wanted.policy_arn) else { return Ok(None) };
        match absent_is_none(account::one(aws, Key::GroupAttached(group.clone())).await)? {
            Some(Entity::Attached(attached)) => Ok(attached.contains(arn).then(|| joined(group, arn))),
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (group, arn) = (want.group.as_deref().unwrap_or_default(), want.policy_arn.as_deref().unwrap_or_default());
        aws.done(aws.write().iam().attach_group_policy().group_name(group).policy_arn(arn)).await?;
        Ok(joined(group, arn))
    }

    async fn update(
        _aws: &Aws,
        call: GroupPolicyAttachmentUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, arn) = parts(id, Self::IMPORT_ID)?;
        aws.gone(aws.write().iam().detach_group_policy().group_name(group).policy_arn(arn)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        problems(properties, "group")
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "group")
    }
}
