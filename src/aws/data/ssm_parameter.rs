//! `aws_ssm_parameter`

use async_trait::async_trait;
use aws_sdk_ssm::types::ParameterType;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::call::missing;
use crate::resource::DataSource;

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
    /// The value; never shown.
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
        const CALL: &str = "ssm:GetParameter";
        let request = aws
            .read()
            .ssm()
            .get_parameter()
            .set_name(arguments.name.clone())
            .with_decryption(arguments.with_decryption.unwrap_or(true));
        let live = aws.call(CALL, request.send()).await?.parameter.ok_or_else(|| missing(CALL, "Parameter"))?;
        let secret = live.r#type == Some(ParameterType::SecureString);
        Ok(Self {
            arn: live.arn,
            id: arguments.name.clone(),
            insecure_value: live.value.clone().filter(|_| !secret),
            name: arguments.name.clone(),
            r#type: live.r#type.map(|kind| kind.as_str().to_string()),
            value: live.value,
            version: Some(live.version),
            with_decryption: arguments.with_decryption,
        })
    }
}
