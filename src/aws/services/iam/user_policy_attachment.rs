//! `aws_iam_user_policy_attachment`

use super::attachment::{joined, natural, parts, problems, split};
use super::prelude::*;

updates! {
    pub enum UserPolicyAttachmentUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = UserPolicyAttachmentUpdate)]
pub struct UserPolicyAttachment {
    /// The user and the policy: `USER/POLICY_ARN`.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the managed policy.
    #[field(immutable, required)]
    policy_arn: Option<String>,
    /// The name of the user.
    #[field(immutable, required)]
    user: Option<String>,
}

#[async_trait]
impl Resource for UserPolicyAttachment {
    const TYPE: &'static str = "aws_iam_user_policy_attachment";
    const DOC: &'static str = "A managed policy on a user.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AttachUserPolicy];
    const DELETE_CALLS: Calls = calls![DetachUserPolicy];
    const LAGS: &'static [LagReply] = lags::USER_POLICY_ATTACHMENT;
    const IMPORT_ID: &'static str = "USER/POLICY_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["user", "policy_arn"], part_of: &["user", "policy_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
user: ${ci.name}
policy_arn: arn:aws:iam::aws:policy/ReadOnlyAccess
";

    type Update = UserPolicyAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| split(&request.id).map(|(user, _)| Key::UserAttached(user));
        let pick = |entity: &Entity, request: &ReadRequest| {
            let (user, arn) = split(&request.id)?;
            let Entity::Attached(attached) = entity else { return None };
            attached.contains(&arn).then(|| UserPolicyAttachment {
                id: Some(request.id.to_string()),
                policy_arn: Some(arn),
                user: Some(user),
            })
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(user), Some(arn)) = (&wanted.user, &wanted.policy_arn) else { return Ok(None) };
        match absent_is_none(account::one(aws, Key::UserAttached(user.clone())).await)? {
            Some(Entity::Attached(attached)) => Ok(attached.contains(arn).then(|| joined(user, arn))),
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (user, arn) = (want.user.as_deref().unwrap_or_default(), want.policy_arn.as_deref().unwrap_or_default());
        aws.done(aws.write().iam().attach_user_policy().user_name(user).policy_arn(arn)).await?;
        Ok(joined(user, arn))
    }

    async fn update(
        _aws: &Aws,
        call: UserPolicyAttachmentUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (user, arn) = parts(id, Self::IMPORT_ID)?;
        aws.gone(aws.write().iam().detach_user_policy().user_name(user).policy_arn(arn)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        problems(properties, "user")
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "user")
    }
}
