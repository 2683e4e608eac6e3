//! `aws_s3_bucket_policy`

use async_trait::async_trait;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketPolicyUpdate {
        Policy => ["s3:PutBucketPolicy"],
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

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketPolicy> {
    let request = aws.read().s3().get_bucket_policy().bucket(id.as_str());
    let reply = absent_is_none(aws.call("s3:GetBucketPolicy", request.send()).await)?;
    let Some(policy) = reply.and_then(|reply| reply.policy).filter(|policy| !policy.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(BucketPolicy { bucket: Some(id.to_string()), id: Some(id.to_string()), policy: Some(policy) }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketPolicy) -> Result<(), CloudError> {
    let request = aws.write().s3().put_bucket_policy().bucket(id.as_str()).set_policy(want.policy.clone());
    aws.call("s3:PutBucketPolicy", request.send()).await.map(|_| ())
}

fn document(policy: &BucketPolicy) -> Option<serde_json::Value> {
    serde_json::from_str(policy.policy.as_deref()?).ok()
}

#[async_trait]
impl Resource for BucketPolicy {
    const TYPE: &'static str = "aws_s3_bucket_policy";
    const DOC: &'static str = "The policy of a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketPolicy"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteBucketPolicy"];
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
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        // AWS may write a policy in another way; then it is put again, which does no harm.
        Ok(live.is_some_and(|live| document(&live) == document(wanted)).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), None).id();
        put(aws, &id, want).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: BucketPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketPolicyUpdate::Policy => put(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().s3().delete_bucket_policy().bucket(id.as_str());
        gone_is_fine(aws.call("s3:DeleteBucketPolicy", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
