//! ARNs of what EC2 returns without one.

use wildfire_engine::model::CloudError;

use crate::Aws;

/// `arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1`. `owner` is the account in the reply; where a reply has none it is
/// the caller's, as only its own resources are returned then.
pub(super) async fn arn(aws: &Aws, owner: Option<&str>, kind: &str, id: &str) -> Result<String, CloudError> {
    let owner = match owner {
        Some(owner) => owner,
        None => aws.account().await?,
    };
    Ok(format!("arn:{}:ec2:{}:{owner}:{kind}/{id}", aws.partition(), aws.region()))
}
