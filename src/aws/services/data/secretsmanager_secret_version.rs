//! `aws_secretsmanager_secret_version`

use std::collections::HashMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::connection::call::missing;
use crate::kind::resource::{DataSource, Secrets};

/// The stage of the version that is in force.
const CURRENT: &str = "AWSCURRENT";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct SecretVersion {
    /// The ARN of the secret.
    #[field(computed)]
    arn: Option<String>,
    /// The id of the secret and of the version or stage, with a `|` between them.
    #[field(computed)]
    id: Option<String>,
    /// The ARN or the name of the secret.
    #[field(immutable, required)]
    secret_id: Option<String>,
    /// The secret, when it is text; never shown, and read by an apply only.
    #[field(computed, sensitive)]
    secret_string: Option<String>,
    /// The version; by default the one that `version_stage` names.
    #[field(immutable)]
    version_id: Option<String>,
    /// The stage of the version.
    #[field(immutable, default = "AWSCURRENT")]
    version_stage: Option<String>,
    /// All stages of the version.
    #[field(computed)]
    version_stages: Option<Vec<String>>,
}

#[async_trait]
impl DataSource for SecretVersion {
    const TYPE: &'static str = "aws_secretsmanager_secret_version";
    const DOC: &'static str =
        "A version of a secret of Secrets Manager. A plan asks which one there is, and never what it says.";
    const READ_CALLS: &'static [&'static str] = &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];
    const SECRET: &'static [&'static str] = &["secret_string"];
    const EXAMPLE: &'static str = "secret_id: acme/test/database\n";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        const CALL: &str = "secretsmanager:DescribeSecret";
        let request = aws.read().secretsmanager().describe_secret().set_secret_id(arguments.secret_id.clone());
        let live = aws.call(CALL, request.send()).await?;
        let stage = arguments.version_stage.as_deref().unwrap_or(CURRENT);
        let mut stages = live.version_ids_to_stages.unwrap_or_default();
        let version = match &arguments.version_id {
            Some(version) => version.clone(),
            None => in_stage(&stages, stage).ok_or_else(|| {
                let secret = arguments.secret_id.as_deref().unwrap_or_default();
                CloudError::new(ErrorKind::NotFound, format!("{secret} has no version in the stage {stage}"))
            })?,
        };
        let id = format!(
            "{}|{}",
            arguments.secret_id.as_deref().unwrap_or_default(),
            arguments.version_id.as_deref().unwrap_or(stage)
        );
        Ok(Self {
            arn: Some(live.arn.ok_or_else(|| missing(CALL, "ARN"))?),
            id: Some(id),
            version_stages: stages.remove(&version),
            version_id: Some(version),
            ..arguments.clone()
        })
    }

    fn secrets(&self) -> Option<Secrets> {
        Some(Secrets {
            attributes: Self::SECRET,
            what: self.arn.clone().unwrap_or_default(),
            version: self.version_id.clone().unwrap_or_default(),
        })
    }

    async fn reveal(aws: &Aws, read: &Self) -> Result<Self, CloudError> {
        const CALL: &str = "secretsmanager:GetSecretValue";
        let request = aws.read().secretsmanager().get_secret_value();
        let request = request.set_secret_id(read.arn.clone()).set_version_id(read.version_id.clone());
        let live = aws.call(CALL, request.send()).await?;
        let Some(text) = live.secret_string else {
            let secret = read.secret_id.as_deref().unwrap_or_default();
            return Err(CloudError::new(ErrorKind::Rejected, format!("{secret} is binary, and only text can be used")));
        };
        Ok(Self { secret_string: Some(text), ..read.clone() })
    }
}

fn in_stage(stages: &HashMap<String, Vec<String>>, stage: &str) -> Option<String> {
    stages.iter().find(|(_, stages)| stages.iter().any(|other| other == stage)).map(|(version, _)| version.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_of_the_stage() {
        let stages = HashMap::from([
            ("old".to_string(), vec!["AWSPREVIOUS".to_string()]),
            ("new".to_string(), vec![CURRENT.to_string(), "green".to_string()]),
        ]);
        assert_eq!(in_stage(&stages, CURRENT).as_deref(), Some("new"));
        assert_eq!(in_stage(&stages, "AWSPREVIOUS").as_deref(), Some("old"));
        assert_eq!(in_stage(&stages, "blue"), None);
    }
}
