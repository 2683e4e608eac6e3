//! `aws_secretsmanager_secret_rotation`

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;

use super::prelude::*;

updates! {
    pub enum SecretRotationUpdate {
        Rotation => [RotateSecret],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SecretRotationUpdate)]
#[sdk(from = DescribeSecretOutput)]
pub struct SecretRotation {
    /// The ARN of the secret.
    #[field(computed, sdk = arn)]
    id: Option<String>,
    /// Whether the secret also gets a new value when its rotation is declared or changed.
    #[field(local, default = true)]
    rotate_immediately: Option<bool>,
    /// Whether the secret gets new values.
    #[field(computed)]
    rotation_enabled: Option<bool>,
    /// The function that makes new values; none for a secret that its service rotates.
    #[field(update = Rotation, filled)]
    rotation_lambda_arn: Option<String>,
    /// When the secret gets a new value.
    #[field(update = Rotation, required, read_by_hand)]
    rotation_rules: Option<Rules>,
    /// The secret.
    #[field(immutable, required, sdk = arn)]
    secret_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RotationRulesType, into = sdk::RotationRulesType)]
pub struct Rules {
    /// Days between two values.
    #[field(range = 1..=1000)]
    automatically_after_days: Option<i64>,
    /// For how long a rotation may take: `3h`.
    #[field(aws_default, filled, length = 2..=3, pattern = "[0-9h]+")]
    duration: Option<String>,
    /// The moments: `cron(0 16 1,15 * ? *)`, `rate(10 days)`.
    #[field(filled, length = 1..=256)]
    schedule_expression: Option<String>,
}

/// A secret that does not rotate has no rotation.
fn rotation(live: DescribeSecretOutput) -> Result<Option<SecretRotation>, CloudError> {
    if live.rotation_enabled != Some(true) || live.deleted_date.is_some() {
        return Ok(None);
    }
    let mut rules: Rules = incoming(live.rotation_rules.clone(), "rotation_rules")?.unwrap_or_default();
    if rules.schedule_expression.is_some() {
        // Then it is what AWS makes of the expression.
        rules.automatically_after_days = None;
    }
    Ok(Some(SecretRotation { rotation_rules: Some(rules), ..SecretRotation::from_sdk(live)? }))
}

async fn read_one(aws: &Aws, id: &str) -> Read<SecretRotation> {
    let reply = absent_is_none(aws.send(aws.read().secretsmanager().describe_secret().secret_id(id)).await)?;
    reply.map_or(Ok(None), rotation)
}

/// The token by which a rotation that is asked for twice is one: 32 characters or more.
fn token(operation: &Operation) -> String {
    format!("wildfire-rotation-{:0>26}", operation.id.as_str())
}

async fn rotate(aws: &Aws, want: &SecretRotation, operation: &Operation) -> Result<PhysicalId, CloudError> {
    let request = aws
        .write()
        .secretsmanager()
        .rotate_secret()
        .set_secret_id(want.secret_id.clone())
        .client_request_token(token(operation))
        .set_rotation_lambda_arn(filled(want.rotation_lambda_arn.clone()))
        .set_rotation_rules(outgoing(&want.rotation_rules, "rotation_rules")?)
        .rotate_immediately(want.rotate_immediately.unwrap_or(true));
    aws.made(request, |reply| reply.arn).await
}

#[async_trait]
impl Resource for SecretRotation {
    const TYPE: &'static str = "aws_secretsmanager_secret_rotation";
    const DOC: &'static str = "When a secret gets a new value, and from which function.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![RotateSecret];
    const DELETE_CALLS: Calls = calls![CancelRotateSecret];
    const LAGS: &'static [LagReply] = lags::SECRET_ROTATION;
    const IMPORT_ID: &'static str = "SECRET_ARN";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["secret_id"], part_of: &["secret_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
secret_id: ${database.id}
rotation_lambda_arn: ${rotate.arn}
rotation_rules:
  automatically_after_days: 30
";

    type Update = SecretRotationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // Whatever else is there is replaced by the call that is sent again.
        let same = |live: &SecretRotation| {
            let (have, want) = (live.rotation_rules.clone(), wanted.rotation_rules.clone());
            let (have, mut want) = (have.unwrap_or_default(), want.unwrap_or_default());
            want.duration = want.duration.or(have.duration.clone());
            have == want && live.rotation_lambda_arn == filled(wanted.rotation_lambda_arn.clone())
        };
        let live = read_one(aws, wanted.secret_id.as_deref().unwrap_or_default()).await?;
        Ok(live.filter(same).and_then(|live| live.id).map(PhysicalId::from))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        rotate(aws, want, operation).await
    }

    async fn update(aws: &Aws, call: SecretRotationUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            SecretRotationUpdate::Rotation => rotate(aws, change.want, change.operation).await.map(drop),
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().secretsmanager().cancel_rotate_secret().secret_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let Some(rules @ Value::Map(_)) = properties.get("rotation_rules") else { return Vec::new() };
        let written = |name: &str| rules.get(name).is_some_and(|value| !value.is_null());
        let wrong = written("automatically_after_days") == written("schedule_expression");
        let message = "one of automatically_after_days and schedule_expression is written here";
        wrong.then(|| problem("rotation_rules", message)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database-AbCdEf";

    fn described(more: serde_json::Value) -> Reply {
        let mut body = json!({"ARN": ARN, "RotationEnabled": true, "RotationLambdaARN": "arn:f"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        Reply::Json(body)
    }

    fn want() -> SecretRotation {
        let rules = Rules { schedule_expression: Some("rate(10 days)".into()), ..Rules::default() };
        SecretRotation {
            rotation_lambda_arn: Some("arn:f".into()),
            rotation_rules: Some(rules),
            secret_id: Some(ARN.into()),
            ..SecretRotation::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn days_that_an_expression_makes_are_not_read() {
        let rules = json!({"RotationRules": {"AutomaticallyAfterDays": 10, "ScheduleExpression": "rate(10 days)"}});
        let script = Replay::default()
            .on("/", described(rules.clone()))
            .on("/", described(json!({"RotationEnabled": false})))
            .on("/", described(json!({"DeletedDate": 1_700_000_000})))
            .on("/", described(rules))
            .on("/", described(json!({"RotationRules": {"AutomaticallyAfterDays": 10}})));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let read = async || SecretRotation::read(&aws, &[request(ARN, &[])]).await.remove(0).unwrap();
        assert_eq!(read().await.unwrap().rotation_rules, want().rotation_rules);
        assert_eq!((read().await, read().await), (None, None));
        assert_eq!(SecretRotation::find(&aws, &recover, &want()).await, Ok(Some(ARN.into())));
        assert_eq!(SecretRotation::find(&aws, &recover, &want()).await, Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_rotation_that_is_asked_for_twice_has_one_token() {
        let reply = Reply::Json(json!({"ARN": ARN}));
        let script = Replay::default().on("/", reply.clone()).on("/", reply);
        let aws = script.aws();
        for _ in 0..2 {
            SecretRotation::create(&aws, &want(), &operation()).await.unwrap();
        }
        let sent = script.finish();
        let tokens = sent[0].member("/ClientRequestToken");
        assert_eq!(tokens, sent[1].member("/ClientRequestToken"));
        assert!(tokens.as_str().is_some_and(|token| (32..=64).contains(&token.len())));
        assert_eq!(sent[0].member("/RotateImmediately"), true);
    }
}
