//! `aws_ssm_parameter`

use async_trait::async_trait;
use aws_sdk_ssm::types::{self as sdk, ParameterType};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::connection::call::missing;
use crate::kind::resource::{DataSource, Secrets};

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Parameter {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The parameter's name.
    #[field(computed)]
    id: Option<String>,
    /// The value, unless the parameter is a SecureString; may be shown.
    #[field(computed)]
    insecure_value: Option<String>,
    /// The name, with a version or a label after a colon if need be.
    #[field(immutable, required)]
    name: Option<String>,
    /// String, StringList or SecureString.
    #[field(computed)]
    r#type: Option<String>,
    /// The value; never shown. That of a SecureString is read by an apply only.
    #[field(computed, sensitive)]
    value: Option<String>,
    /// The version that was read.
    #[field(computed)]
    version: Option<i64>,
    /// Whether a SecureString is decrypted.
    #[field(immutable, default = true)]
    with_decryption: Option<bool>,
}

#[async_trait]
impl DataSource for Parameter {
    const TYPE: &'static str = "aws_ssm_parameter";
    const DOC: &'static str = "A parameter of Systems Manager.";
    const READ_CALLS: &'static [&'static str] = &["ssm:GetParameter"];
    const EXAMPLE: &'static str = "name: /acme/test/database/password\n";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let live = get(aws, arguments.name.clone(), false).await?;
        let secret = live.r#type == Some(ParameterType::SecureString);
        let unread = secret && arguments.with_decryption.unwrap_or(true);
        Ok(Self {
            arn: live.arn,
            id: arguments.name.clone(),
            insecure_value: live.value.clone().filter(|_| !secret),
            name: arguments.name.clone(),
            r#type: live.r#type.map(|kind| kind.as_str().to_string()),
            value: live.value.filter(|_| !unread),
            version: Some(live.version),
            with_decryption: arguments.with_decryption,
        })
    }

    fn secrets(&self) -> Option<Secrets> {
        let unread = self.value.is_none() && self.r#type.as_deref() == Some(ParameterType::SecureString.as_str());
        unread.then(|| Secrets {
            attributes: &["value"],
            what: self.arn.clone().or_else(|| self.name.clone()).unwrap_or_default(),
            version: self.version.unwrap_or_default().to_string(),
        })
    }

    async fn reveal(aws: &Aws, read: &Self) -> Result<Self, CloudError> {
        // The ARN has neither version nor label, which the name may have. A parameter of another account is found by
        // nothing else.
        let selector = match (&read.arn, read.version) {
            (Some(arn), Some(version)) => Some(format!("{arn}:{version}")),
            _ => read.name.clone(),
        };
        let live = get(aws, selector, true).await?;
        Ok(Self { value: live.value, ..read.clone() })
    }
}

async fn get(aws: &Aws, name: Option<String>, decrypt: bool) -> Result<sdk::Parameter, CloudError> {
    const CALL: &str = "ssm:GetParameter";
    let request = aws.read().ssm().get_parameter().set_name(name).with_decryption(decrypt);
    aws.call(CALL, request.send()).await?.parameter.ok_or_else(|| missing(CALL, "Parameter"))
}
