//! `aws_iam_role_policy`

use super::inline::{self, InlinePolicy, joined, natural, parts};
use super::prelude::*;

updates! {
    pub enum RolePolicyUpdate {
        Document => [PutRolePolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RolePolicyUpdate)]
pub struct RolePolicy {
    /// The role and the name: `ROLE:NAME`.
    #[field(computed)]
    id: Option<String>,
    /// The name, unique in the role.
    #[field(immutable, generated)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// What the policy allows and denies.
    #[field(update = Document, required, policy)]
    policy: Option<String>,
    /// The name of the role.
    #[field(immutable, required)]
    role: Option<String>,
}

async fn put(aws: &Aws, id: &PhysicalId, document: Option<&str>) -> Result<(), CloudError> {
    let (role, name) = parts(id, RolePolicy::IMPORT_ID)?;
    let request = aws
        .write()
        .iam()
        .put_role_policy()
        .role_name(role)
        .policy_name(name)
        .policy_document(document.unwrap_or_default());
    aws.done(request).await
}

impl InlinePolicy for RolePolicy {
    fn key(role: String, name: String) -> Key {
        Key::Inline(role, name)
    }

    fn live(id: &PhysicalId, role: String, name: String, document: String) -> Self {
        Self { id: Some(id.to_string()), name: Some(name), name_prefix: None, policy: Some(document), role: Some(role) }
    }

    fn document(&self) -> Option<&str> {
        self.policy.as_deref()
    }
}

#[async_trait]
impl Resource for RolePolicy {
    const TYPE: &'static str = "aws_iam_role_policy";
    const DOC: &'static str = "A policy that is part of one role.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutRolePolicy];
    const DELETE_CALLS: Calls = calls![DeleteRolePolicy];
    const LAGS: &'static [LagReply] = lags::ROLE_POLICY;
    const IMPORT_ID: &'static str = "ROLE:NAME";
    const RELATIONS: Relations = Relations { identity: &["role", "name"], part_of: &["role"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
role: ${nodes.name}
name: scale
policy:
  Version: \"2012-10-17\"
  Statement:
    - {Effect: Allow, Action: \"autoscaling:Describe*\", Resource: \"*\"}
";

    type Update = RolePolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        inline::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        inline::find(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = joined(want.role.as_deref(), want.name.as_deref());
        put(aws, &id, want.policy.as_deref()).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: RolePolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            RolePolicyUpdate::Document => put(aws, id, want.policy.as_deref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (role, name) = parts(id, Self::IMPORT_ID)?;
        let request = aws.write().iam().delete_role_policy().role_name(role).policy_name(name);
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 128).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "role")
    }
}
