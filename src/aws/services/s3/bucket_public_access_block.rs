//! `aws_s3_bucket_public_access_block`

use async_trait::async_trait;
use aws_sdk_s3::types::PublicAccessBlockConfiguration;
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
    pub enum BucketPublicAccessBlockUpdate {
        Block => ["s3:PutPublicAccessBlock"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketPublicAccessBlockUpdate)]
pub struct BucketPublicAccessBlock {
    /// Whether calls that set a public ACL are refused.
    #[field(update = Block, default = false)]
    block_public_acls: Option<bool>,
    /// Whether calls that set a public bucket policy are refused.
    #[field(update = Block, default = false)]
    block_public_policy: Option<bool>,
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The bucket's name.
    #[field(computed)]
    id: Option<String>,
    /// Whether public ACLs that are there have no effect.
    #[field(update = Block, default = false)]
    ignore_public_acls: Option<bool>,
    /// Whether a public policy gives access to the account and AWS services only.
    #[field(update = Block, default = false)]
    restrict_public_buckets: Option<bool>,
}

impl BucketPublicAccessBlock {
    fn switches(&self) -> [bool; 4] {
        [self.block_public_acls, self.block_public_policy, self.ignore_public_acls, self.restrict_public_buckets]
            .map(|switch| switch.unwrap_or(false))
    }
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketPublicAccessBlock> {
    let request = aws.read().s3().get_public_access_block().bucket(id.as_str());
    let reply = absent_is_none(aws.call("s3:GetPublicAccessBlock", request.send()).await)?;
    let Some(live) = reply.and_then(|reply| reply.public_access_block_configuration) else { return Ok(None) };
    Ok(Some(BucketPublicAccessBlock {
        block_public_acls: Some(live.block_public_acls.unwrap_or(false)),
        block_public_policy: Some(live.block_public_policy.unwrap_or(false)),
        bucket: Some(id.to_string()),
        id: Some(id.to_string()),
        ignore_public_acls: Some(live.ignore_public_acls.unwrap_or(false)),
        restrict_public_buckets: Some(live.restrict_public_buckets.unwrap_or(false)),
    }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketPublicAccessBlock) -> Result<(), CloudError> {
    let [block_acls, block_policy, ignore_acls, restrict] = want.switches();
    let configuration = PublicAccessBlockConfiguration::builder()
        .block_public_acls(block_acls)
        .block_public_policy(block_policy)
        .ignore_public_acls(ignore_acls)
        .restrict_public_buckets(restrict)
        .build();
    let request =
        aws.write().s3().put_public_access_block().bucket(id.as_str()).public_access_block_configuration(configuration);
    aws.call("s3:PutPublicAccessBlock", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for BucketPublicAccessBlock {
    const TYPE: &'static str = "aws_s3_bucket_public_access_block";
    const DOC: &'static str = "What public access to a bucket is blocked.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutPublicAccessBlock"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeletePublicAccessBlock"];
    const LAGS: &'static [LagReply] = lags::PUBLIC_ACCESS_BLOCK;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
block_public_acls: true
block_public_policy: true
ignore_public_acls: true
restrict_public_buckets: true
";

    type Update = BucketPublicAccessBlockUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        Ok(live.is_some_and(|live| live.switches() == wanted.switches()).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), None).id();
        put(aws, &id, want).await?;
        Ok(id)
    }

    async fn update(
        aws: &Aws,
        call: BucketPublicAccessBlockUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketPublicAccessBlockUpdate::Block => put(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().s3().delete_public_access_block().bucket(id.as_str());
        gone_is_fine(aws.call("s3:DeletePublicAccessBlock", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
