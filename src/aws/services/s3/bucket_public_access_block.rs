//! `aws_s3_bucket_public_access_block`

use super::prelude::*;

updates! {
    pub enum BucketPublicAccessBlockUpdate {
        Block => [PutPublicAccessBlock],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = BucketPublicAccessBlockUpdate)]
#[sdk(from = sdk::PublicAccessBlockConfiguration, into = sdk::PublicAccessBlockConfiguration)]
pub struct BucketPublicAccessBlock {
    /// Whether calls that set a public ACL are refused.
    #[field(update = Block, default = false)]
    block_public_acls: Option<bool>,
    /// Whether calls that set a public bucket policy are refused.
    #[field(update = Block, default = false)]
    block_public_policy: Option<bool>,
    /// The bucket.
    #[field(immutable, required, by_hand)]
    bucket: Option<String>,
    /// The bucket's name.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// Whether public ACLs that are there have no effect.
    #[field(update = Block, default = false)]
    ignore_public_acls: Option<bool>,
    /// Whether a public policy gives access to the account and AWS services only.
    #[field(update = Block, default = false)]
    restrict_public_buckets: Option<bool>,
}

impl BucketPublicAccessBlock {
    /// What is absent is off.
    fn complete(self) -> Self {
        let on = |switch: Option<bool>| Some(switch.unwrap_or(false));
        Self {
            block_public_acls: on(self.block_public_acls),
            block_public_policy: on(self.block_public_policy),
            ignore_public_acls: on(self.ignore_public_acls),
            restrict_public_buckets: on(self.restrict_public_buckets),
            ..self
        }
    }
}

#[async_trait]
impl Setting for BucketPublicAccessBlock {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), None)
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let reply = absent_is_none(aws.send(aws.read().s3().get_public_access_block().bucket(&key.bucket)).await)?;
        let Some(live) = reply.and_then(|reply| reply.public_access_block_configuration) else { return Ok(None) };
        let bucket = Some(key.bucket.clone());
        Ok(Some(Self { id: bucket.clone(), bucket, ..Self::from_sdk(live)?.complete() }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let request = aws.write().s3().put_public_access_block().bucket(&key.bucket);
        aws.done(request.public_access_block_configuration(want.clone().complete().to_sdk()?)).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        let sent = |of: &Self| ToSdk::<sdk::PublicAccessBlockConfiguration>::to_sdk(&of.clone().complete());
        Ok(sent(live)? == sent(want)?)
    }
}

#[async_trait]
impl Resource for BucketPublicAccessBlock {
    const TYPE: &'static str = "aws_s3_bucket_public_access_block";
    const DOC: &'static str = "What public access to a bucket is blocked.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutPublicAccessBlock];
    const DELETE_CALLS: Calls = calls![DeletePublicAccessBlock];
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
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(
        aws: &Aws,
        call: BucketPublicAccessBlockUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            BucketPublicAccessBlockUpdate::Block => {
                Self::put(aws, &BucketKey::parse(change.id), change.want, None).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().s3().delete_public_access_block().bucket(id.as_str());
        aws.gone(request).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
