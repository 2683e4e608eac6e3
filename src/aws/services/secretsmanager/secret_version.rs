//! `aws_secretsmanager_secret_version`

use std::collections::HashMap;

use aws_sdk_secretsmanager::primitives::Blob;

use super::prelude::*;
use crate::kind::password::{self, LENGTH, Password};

updates! {
    pub enum SecretVersionUpdate {
        Stages => [UpdateSecretVersionStage],
    }
}

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = SecretVersionUpdate)]
pub struct SecretVersion {
    /// The ARN of the secret.
    #[field(computed)]
    arn: Option<String>,
    /// A password that AWS makes, and that nobody sees on its way into the secret.
    #[field(immutable, ours, write_only)]
    generate: Option<Password>,
    /// The secret as it is written, and the version: `SECRET_ID|VERSION_ID`.
    #[field(computed)]
    id: Option<String>,
    /// The value in Base64, where it is no text.
    #[field(immutable, sensitive, write_only, forms = Base64)]
    secret_binary: Option<String>,
    /// The secret, by its name or ARN.
    #[field(immutable, required)]
    secret_id: Option<String>,
    /// The value.
    #[field(immutable, sensitive, write_only)]
    secret_string: Option<String>,
    /// AWS's id of the version.
    #[field(computed)]
    version_id: Option<String>,
    /// The labels of the version; without any, it becomes the current one.
    #[field(update = Stages, set, aws_default)]
    version_stages: Option<Vec<String>>,
}

fn joined(secret: &str, version: &str) -> PhysicalId {
    format!("{secret}|{version}").into()
}

fn split(id: &PhysicalId) -> (&str, &str) {
    id.as_str().split_once('|').unwrap_or((id.as_str(), ""))
}

/// The version that a create call makes: its token is the version's id, of 32 characters or more.
fn token(operation: &Operation) -> String {
    format!("wildfire-version-{:0>26}", operation.id.as_str())
}

/// A secret's ARN and the labels of its versions; those without a label are on their way out.
struct Versions {
    arn: String,
    stages: HashMap<String, Vec<String>>,
}

async fn versions(aws: &Aws, secret: &str) -> Result<Option<Versions>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().secretsmanager().describe_secret().secret_id(secret)).await)?;
    let there = reply.filter(|live| live.deleted_date.is_none());
    Ok(there.map(|live| Versions {
        arn: live.arn.unwrap_or_default(),
        stages: live.version_ids_to_stages.unwrap_or_default(),
    }))
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<SecretVersion> {
    let (secret, version) = split(id);
    let Some(mut found) = versions(aws, secret).await? else { return Ok(None) };
    let Some(mut stages) = found.stages.remove(version) else { return Ok(None) };
    stages.sort();
    Ok(Some(SecretVersion {
        arn: Some(found.arn),
        id: Some(id.to_string()),
        secret_id: Some(secret.to_string()),
        version_id: Some(version.to_string()),
        version_stages: Some(stages),
        ..SecretVersion::default()
    }))
}

/// Puts a label on one version, and takes it off another.
async fn label(aws: &Aws, secret: &str, stage: &str, onto: Option<&str>, off: Option<&str>) -> Result<(), CloudError> {
    let request = aws.write().secretsmanager().update_secret_version_stage().secret_id(secret).version_stage(stage);
    let request = request.set_move_to_version_id(onto.map(String::from));
    aws.done(request.set_remove_from_version_id(off.map(String::from))).await
}

/// Brings the labels of a version to those that are wanted. Where another version has one, it moves.
async fn relabel(aws: &Aws, id: &PhysicalId, want: &SecretVersion) -> Result<(), CloudError> {
    let (secret, version) = split(id);
    let Some(found) = versions(aws, secret).await? else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("the secret {secret} does not exist")));
    };
    let wanted = want.version_stages.as_deref().unwrap_or_default();
    let there = found.stages.get(version).map(Vec::as_slice).unwrap_or_default();
    for stage in wanted.iter().filter(|stage| !there.contains(stage)) {
        let holds = |(other, stages): &(&String, &Vec<String>)| other.as_str() != version && stages.contains(stage);
        let holder = found.stages.iter().find(holds).map(|(other, _)| other.as_str());
        label(aws, secret, stage, Some(version), holder).await?;
    }
    // The current version stays it until another one is.
    for stage in there.iter().filter(|stage| !wanted.contains(stage) && ![CURRENT, PREVIOUS].contains(&stage.as_str()))
    {
        label(aws, secret, stage, None, Some(version)).await?;
    }
    Ok(())
}

fn binary(want: &SecretVersion) -> Result<Option<Blob>, CloudError> {
    let Some(text) = filled(want.secret_binary.clone()) else { return Ok(None) };
    match aws_smithy_types::base64::decode(text.trim()) {
        Ok(bytes) => Ok(Some(Blob::new(bytes))),
        Err(_) => Err(CloudError::new(ErrorKind::Rejected, "`secret_binary` is not in Base64")),
    }
}

/// What is put into the secret: what is written, or what AWS makes.
async fn text(aws: &Aws, want: &SecretVersion) -> Result<Option<String>, CloudError> {
    let Some(how) = &want.generate else { return Ok(want.secret_string.clone()) };
    let request = aws
        .read()
        .secretsmanager()
        .get_random_password()
        .password_length(how.length.unwrap_or(LENGTH))
        .set_exclude_characters(filled(how.exclude_characters.clone()))
        .set_exclude_lowercase(how.exclude_lowercase)
        .set_exclude_numbers(how.exclude_numbers)
        .set_exclude_punctuation(how.exclude_punctuation)
        .set_exclude_uppercase(how.exclude_uppercase)
        .set_include_space(how.include_space)
        .set_require_each_included_type(how.require_each_included_type);
    match aws.send(request).await?.random_password {
        Some(password) => how.stored(password).map(Some),
        None => Err(CloudError::new(ErrorKind::Rejected, "GetRandomPassword returned no password")),
    }
}

#[async_trait]
impl Resource for SecretVersion {
    const TYPE: &'static str = "aws_secretsmanager_secret_version";
    const DOC: &'static str = "A value of a secret. Another value is another version.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![GetRandomPassword, PutSecretValue];
    const DELETE_CALLS: Calls = calls![UpdateSecretVersionStage];
    const LAGS: &'static [LagReply] = lags::SECRET_VERSION;
    const IMPORT_ID: &'static str = "SECRET_ID|VERSION_ID";
    const RELATIONS: Relations = Relations { part_of: &["secret_id"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["secret_string", "secret_binary", "generate"]];
    const EXAMPLE: &'static str = "\
secret_id: ${database.id}
secret_string: ${input.database_password}
";
    const UNSUPPORTED: Refused = &[
        ("has_secret_string_wo", "secret_string is never read back nor stored; write that"),
        ("secret_string_wo", "secret_string is never read back nor stored; write that"),
        ("secret_string_wo_version", "secret_string is never read back nor stored; write that"),
    ];

    type Update = SecretVersionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let secret = wanted.secret_id.as_deref().unwrap_or_default();
        let Some(found) = versions(aws, secret).await? else { return Ok(None) };
        let version = token(&recover.operation);
        Ok(found.stages.contains_key(&version).then(|| joined(secret, &version)))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let text = text(aws, want).await?;
        let request = aws
            .write()
            .secretsmanager()
            .put_secret_value()
            .set_secret_id(want.secret_id.clone())
            .client_request_token(token(operation))
            .set_secret_string(text)
            .set_secret_binary(binary(want)?)
            .set_version_stages(filled(want.version_stages.clone()));
        let secret = want.secret_id.as_deref().unwrap_or_default();
        aws.made(request, |reply| Some(joined(secret, &reply.version_id?).to_string())).await
    }

    async fn update(aws: &Aws, call: SecretVersionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            SecretVersionUpdate::Stages => relabel(aws, change.id, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        // AWS deletes versions that have no label. The current one cannot be without, and goes with its secret.
        let (secret, version) = split(id);
        let Some(found) = versions(aws, secret).await? else { return Ok(()) };
        for stage in found.stages.get(version).into_iter().flatten().filter(|stage| *stage != CURRENT) {
            label(aws, secret, stage, None, Some(version)).await?;
        }
        Ok(())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        properties.get("generate").and_then(|declared| password::validate("generate", declared)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover};

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database-AbCdEf";

    fn described(stages: serde_json::Value) -> Reply {
        Reply::Json(json!({"ARN": ARN, "Name": "database", "VersionIdsToStages": stages}))
    }

    #[test]
    fn a_token_is_long_enough_and_the_same_each_time() {
        assert!(token(&operation()).len() >= 32);
        assert_eq!(token(&operation()), token(&operation()));
    }

    #[tokio::test(start_paused = true)]
    async fn the_token_of_the_call_proves_the_version() {
        let ours = token(&operation());
        let script = Replay::default()
            .on("/", described(json!({ours.clone(): [CURRENT]})))
            .on("/", described(json!({"v1": [CURRENT]})));
        let (aws, want) = (script.aws(), SecretVersion { secret_id: Some(ARN.into()), ..SecretVersion::default() });
        let found = SecretVersion::find(&aws, &recover(json!({})), &want).await.unwrap();
        assert_eq!(found, Some(joined(ARN, &ours)));
        assert_eq!(SecretVersion::find(&aws, &recover(json!({})), &want).await.unwrap(), None);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_password_goes_from_aws_into_the_secret_and_nowhere_else() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({"RandomPassword": "canary"})))
            .on("/", Reply::Json(json!({"ARN": ARN, "VersionId": "v1"})));
        let generate = Password {
            length: Some(20),
            exclude_punctuation: Some(true),
            key: Some("password".into()),
            template: Some(r#"{"username":"shop"}"#.into()),
            ..Password::default()
        };
        let want = SecretVersion { secret_id: Some(ARN.into()), generate: Some(generate), ..SecretVersion::default() };
        let id = SecretVersion::create(&script.aws(), &want, &operation()).await.unwrap();
        assert_eq!(id, joined(ARN, "v1"));
        let sent = script.finish();
        assert_eq!(
            (sent[0].member("/PasswordLength"), sent[0].member("/ExcludePunctuation")),
            (json!(20), json!(true))
        );
        assert_eq!(sent[1].member("/SecretString"), r#"{"username":"shop","password":"canary"}"#);
        assert_eq!(sent[1].member("/ClientRequestToken"), token(&operation()));
    }

    #[tokio::test(start_paused = true)]
    async fn labels_move_from_whatever_has_them() {
        let script = Replay::default()
            .on("/", described(json!({"v1": [CURRENT, "blue"], "v2": [PREVIOUS, "green"]})))
            .on("/", Reply::Json(json!({})))
            .on("/", Reply::Json(json!({})));
        let want = SecretVersion { version_stages: Some(vec!["blue".into()]), ..SecretVersion::default() };
        relabel(&script.aws(), &joined(ARN, "v2"), &want).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[1].member("/MoveToVersionId"), "v2");
        assert_eq!(sent[1].member("/RemoveFromVersionId"), "v1");
        assert_eq!(
            (sent[2].member("/VersionStage"), sent[2].member("/RemoveFromVersionId")),
            (json!("green"), json!("v2"))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_current_version_stays_with_its_secret() {
        let script = Replay::default()
            .on("/", described(json!({"v1": [CURRENT, "blue"]})))
            .on("/", Reply::Json(json!({})))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let aws = script.aws();
        for _ in 0..2 {
            SecretVersion::delete(&aws, &joined(ARN, "v1"), &SecretVersion::default()).await.unwrap();
        }
        let sent = script.finish();
        assert_eq!((sent.len(), sent[1].member("/VersionStage")), (3, json!("blue")));
    }
}
