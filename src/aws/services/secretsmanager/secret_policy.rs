//! `aws_secretsmanager_secret_policy`

use super::prelude::*;
use crate::kind::diff::same_document;

updates! {
    pub enum SecretPolicyUpdate {
        Policy => [PutResourcePolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = SecretPolicyUpdate)]
pub struct SecretPolicy {
    /// Whether a policy that lets everybody in is refused.
    #[field(update = Policy, write_only)]
    block_public_policy: Option<bool>,
    /// The ARN of the secret.
    #[field(computed)]
    id: Option<String>,
    /// Who may do what with the secret.
    #[field(update = Policy, required, policy)]
    policy: Option<String>,
    /// The ARN of the secret.
    #[field(immutable, required)]
    secret_arn: Option<String>,
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<SecretPolicy> {
    let ask = aws.read().secretsmanager().get_resource_policy().secret_id(id.as_str());
    let policy = filled(absent_is_none(aws.send(ask).await)?.and_then(|reply| reply.resource_policy));
    let arn = Some(id.to_string());
    Ok(policy.map(|policy| SecretPolicy {
        block_public_policy: None,
        id: arn.clone(),
        policy: Some(policy),
        secret_arn: arn,
    }))
}

async fn put(aws: &Aws, want: &SecretPolicy) -> Result<(), CloudError> {
    let request = aws.write().secretsmanager().put_resource_policy();
    let request = request.set_secret_id(want.secret_arn.clone()).set_resource_policy(want.policy.clone());
    aws.done(request.set_block_public_policy(want.block_public_policy)).await
}

#[async_trait]
impl Resource for SecretPolicy {
    const TYPE: &'static str = "aws_secretsmanager_secret_policy";
    const DOC: &'static str = "The policy of a secret.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutResourcePolicy];
    const DELETE_CALLS: Calls = calls![DeleteResourcePolicy];
    const LAGS: &'static [LagReply] = lags::SECRET_POLICY;
    const IMPORT_ID: &'static str = "SECRET_ARN";
    const RELATIONS: Relations = Relations { identity: &["secret_arn"], part_of: &["secret_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
secret_arn: ${database.arn}
policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Principal: {AWS: \"arn:aws:iam::123456789012:role/reports\"}
      Action: secretsmanager:GetSecretValue
      Resource: \"*\"
";

    type Update = SecretPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(arn) = wanted.secret_arn.clone().map(PhysicalId::from) else { return Ok(None) };
        // Whatever else is there is replaced by the call that is sent again.
        let live = read_one(aws, &arn).await?;
        let same = |live: SecretPolicy| same_document(live.policy.as_deref(), wanted.policy.as_deref());
        Ok(live.is_some_and(same).then_some(arn))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.secret_arn.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: SecretPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            SecretPolicyUpdate::Policy => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().secretsmanager().delete_resource_policy().secret_id(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("secret_arn")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, request};

    #[tokio::test(start_paused = true)]
    async fn a_secret_without_a_policy_has_none() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({"ARN": "arn", "ResourcePolicy": "{\"Version\":\"2012-10-17\"}"})))
            .on("/", Reply::Json(json!({"ARN": "arn", "Name": "database"})))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let aws = script.aws();
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(SecretPolicy::read(&aws, &[request("arn", &[])]).await.remove(0).unwrap().is_some());
        }
        assert_eq!(found, [true, false, false]);
        script.finish();
    }
}
