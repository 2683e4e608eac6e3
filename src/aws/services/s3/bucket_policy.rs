//! `aws_s3_bucket_policy`

use super::prelude::*;
use crate::kind::diff::same_document;

updates! {
    pub enum BucketPolicyUpdate {
        Policy => [PutBucketPolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketPolicyUpdate)]
pub struct BucketPolicy {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The bucket's name.
    #[field(computed)]
    id: Option<String>,
    /// Who may do what with the bucket and its objects.
    #[field(update = Policy, required, policy)]
    policy: Option<String>,
}

#[async_trait]
impl Setting for BucketPolicy {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), None)
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let reply = absent_is_none(aws.send(aws.read().s3().get_bucket_policy().bucket(&key.bucket)).await)?;
        let bucket = Some(key.bucket.clone());
        let policy = filled(reply.and_then(|reply| reply.policy));
        Ok(policy.map(|policy| Self { id: bucket.clone(), bucket, policy: Some(policy) }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let request = aws.write().s3().put_bucket_policy().bucket(&key.bucket);
        aws.done(request.set_policy(want.policy.clone())).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        // AWS may write a policy in another way; then it is put again.
        Ok(same_document(live.policy.as_deref(), want.policy.as_deref()))
    }
}

#[async_trait]
impl Resource for BucketPolicy {
    const TYPE: &'static str = "aws_s3_bucket_policy";
    const DOC: &'static str = "The policy of a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketPolicy];
    const DELETE_CALLS: Calls = calls![DeleteBucketPolicy];
    const LAGS: &'static [LagReply] = lags::BUCKET_POLICY;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Deny
      Principal: \"*\"
      Action: s3:*
      Resource: [\"${images.arn}\", \"${images.arn}/*\"]
      Condition: {Bool: {\"aws:SecureTransport\": \"false\"}}
";

    type Update = BucketPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketPolicyUpdate::Policy => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().s3().delete_bucket_policy().bucket(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
