//! Whose bucket: every call names the account that has to own it.
//!
//! Names of buckets are shared by all accounts. A bucket that somebody else has made under the name that a stage declares,
//! and opened to everybody, would be taken for the stage's own: state would be written into it, and read from it.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tokio::sync::OnceCell;
use wildfire_engine::model::Identity;

/// S3 answers 403 when the bucket is another account's:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>
const HEADER: &str = "x-amz-expected-bucket-owner";
/// They are about no bucket, or about one that nobody owns yet.
const WITHOUT: [&str; 2] = ["CreateBucket", "ListBuckets"];

/// Adds the account of the credentials to calls that name no owner. It is known from the first call of every command,
/// which asks whose account this is.
#[derive(Clone, Debug)]
pub(crate) struct ExpectedOwner(pub Arc<OnceCell<Identity>>);

#[dyn_dispatch_hint]
impl Intercept for ExpectedOwner {
    fn name(&self) -> &'static str {
        "wildfire's bucket owner"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("", Metadata::name);
        let headers = context.request_mut().headers_mut();
        if let Some(identity) = self.0.get()
            && !WITHOUT.contains(&operation)
            && headers.get(HEADER).is_none()
        {
            headers.insert(HEADER, identity.account.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::fake;

    const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
                            <Arn>arn:aws:iam::123456789012:user/a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";

    /// An S3 that answers with the owner that it was told to expect.
    fn account() -> crate::Aws {
        fake::aws(|asked| match asked.action() {
            "GetCallerIdentity" => (200, IDENTITY.into()),
            _ => {
                let owner = asked.header(HEADER).unwrap_or("nobody");
                (403, format!("<Error><Code>AccessDenied</Code><Message>{owner}</Message></Error>"))
            }
        })
    }

    #[tokio::test]
    async fn every_call_about_a_bucket_names_its_owner() {
        let aws = account();
        aws.identity().await.unwrap();
        for s3 in [aws.read().s3(), aws.store().s3(), aws.write().s3()] {
            let read = s3.get_bucket_policy().bucket("b");
            assert_eq!(aws.call("s3:GetBucketPolicy", read.send()).await.unwrap_err().message, "123456789012");
            let write = s3.put_object().bucket("b").key("k");
            assert_eq!(aws.call("s3:PutObject", write.send()).await.unwrap_err().message, "123456789012");
            let other = s3.delete_bucket_cors().bucket("b").expected_bucket_owner("210987654321");
            assert_eq!(aws.call("s3:DeleteBucketCors", other.send()).await.unwrap_err().message, "210987654321");
            let create = s3.create_bucket().bucket("b");
            assert_eq!(aws.call("s3:CreateBucket", create.send()).await.unwrap_err().message, "nobody");
        }
    }
}
