//! `aws_caller_identity`

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::resource::DataSource;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct CallerIdentity {
    /// The account's 12 digits.
    #[field(computed)]
    account_id: Option<String>,
    /// The ARN of the user or of the session of a role.
    #[field(computed)]
    arn: Option<String>,
    /// The account's 12 digits.
    #[field(computed)]
    id: Option<String>,
    /// The unique id of the user or role.
    #[field(computed)]
    user_id: Option<String>,
}

#[async_trait]
impl DataSource for CallerIdentity {
    const TYPE: &'static str = "aws_caller_identity";
    const DOC: &'static str = "Who the credentials belong to.";
    const READ_CALLS: &'static [&'static str] = &["sts:GetCallerIdentity"];
    const EXAMPLE: &'static str = "{}\n";

    async fn read(aws: &Aws, _arguments: &Self) -> Result<Self, CloudError> {
        let reply = aws.call("sts:GetCallerIdentity", aws.read().sts().get_caller_identity().send()).await?;
        Ok(Self { account_id: reply.account.clone(), arn: reply.arn, id: reply.account, user_id: reply.user_id })
    }
}
