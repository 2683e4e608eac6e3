//! `aws_iam_role_policy_attachment`

use super::attachment::{joined, natural, parts, problems, split};
use super::prelude::*;

updates! {
    pub enum RolePolicyAttachmentUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RolePolicyAttachmentUpdate)]
pub struct RolePolicyAttachment {
    /// The role and the policy: `ROLE/POLICY_ARN`.
    #[field(computed)]
    id: Option<String>,
    /// The ARN of the managed policy.
    #[field(immutable, required)]
    policy_arn: Option<String>,
    /// The name of the role.
    #[field(immutable, required)]
    role: Option<String>,
}

#[async_trait]
impl Resource for RolePolicyAttachment {
    const TYPE: &'static str = "aws_iam_role_policy_attachment";
    const DOC: &'static str = "A managed policy on a role.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AttachRolePolicy];
    const DELETE_CALLS: Calls = calls![DetachRolePolicy];
    const LAGS: &'static [LagReply] = lags::ROLE_POLICY_ATTACHMENT;
    const IMPORT_ID: &'static str = "ROLE/POLICY_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["role", "policy_arn"], part_of: &["role", "policy_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
role: ${nodes.name}
policy_arn: arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy
";

    type Update = RolePolicyAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| split(&request.id).map(|(role, _)| Key::Attached(role));
        let pick = |entity: &Entity, request: &ReadRequest| {
            let (role, arn) = split(&request.id)?;
            let Entity::Attached(attached) = entity else { return None };
            attached.contains(&arn).then(|| RolePolicyAttachment {
                id: Some(request.id.to_string()),
                policy_arn: Some(arn),
                role: Some(role),
            })
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(role), Some(arn)) = (&wanted.role, &wanted.policy_arn) else { return Ok(None) };
        let attached = absent_is_none(account::attached(aws, role).await)?.unwrap_or_default();
        Ok(attached.contains(arn).then(|| joined(role, arn)))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (role, arn) = (want.role.as_deref().unwrap_or_default(), want.policy_arn.as_deref().unwrap_or_default());
        let request = aws.write().iam().attach_role_policy().role_name(role).policy_arn(arn);
        aws.done(request).await?;
        Ok(joined(role, arn))
    }

    async fn update(
        _aws: &Aws,
        call: RolePolicyAttachmentUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (role, arn) = parts(id, Self::IMPORT_ID)?;
        let request = aws.write().iam().detach_role_policy().role_name(role).policy_arn(arn);
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        problems(properties, "role")
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "role")
    }
}
