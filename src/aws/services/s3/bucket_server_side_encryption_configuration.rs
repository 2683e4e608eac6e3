//! `aws_s3_bucket_server_side_encryption_configuration`

use super::prelude::*;

updates! {
    pub enum BucketEncryptionUpdate {
        Rules => [PutBucketEncryption],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketEncryptionUpdate)]
pub struct BucketServerSideEncryptionConfiguration {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The account that must own the bucket.
    #[field(immutable)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed)]
    id: Option<String>,
    /// How new objects are encrypted.
    #[field(update = Rules, required, set)]
    rule: Option<Vec<EncryptionRule>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServerSideEncryptionRule, into = sdk::ServerSideEncryptionRule)]
pub struct EncryptionRule {
    /// What happens to objects that are written without a word about encryption.
    #[field(optional)]
    apply_server_side_encryption_by_default: Option<EncryptionDefault>,
    /// Whether a key of the bucket saves calls to KMS.
    #[field(default = false)]
    bucket_key_enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServerSideEncryptionByDefault, into = sdk::ServerSideEncryptionByDefault)]
pub struct EncryptionDefault {
    /// The KMS key; without one, AWS's key for S3.
    #[field(forms = Arn, filled)]
    kms_master_key_id: Option<String>,
    /// The algorithm.
    #[field(required, one_of = ["AES256", "aws:kms", "aws:kms:dsse"])]
    sse_algorithm: Option<String>,
}

/// Absent and false are alike.
fn complete(rule: EncryptionRule) -> EncryptionRule {
    EncryptionRule { bucket_key_enabled: Some(rule.bucket_key_enabled.unwrap_or(false)), ..rule }
}

#[async_trait]
impl Setting for BucketServerSideEncryptionConfiguration {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_encryption().bucket(&key.bucket);
        let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.owner.clone())).await)?;
        let rules = reply.and_then(|reply| reply.server_side_encryption_configuration).map(|live| live.rules);
        let Some(rules) = incoming::<_, Vec<EncryptionRule>>(rules, "rule")? else { return Ok(None) };
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
            rule: Some(rules.into_iter().map(complete).collect()),
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let configuration = sdk::ServerSideEncryptionConfiguration::builder().set_rules(outgoing(&want.rule, "rule")?);
        let request = aws
            .write()
            .s3()
            .put_bucket_encryption()
            .bucket(&key.bucket)
            .set_expected_bucket_owner(key.owner.clone())
            .server_side_encryption_configuration(configuration.build().map_err(incomplete)?);
        aws.done(request).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        let rules = |of: &Self| of.rule.iter().flatten().cloned().map(complete).collect::<Vec<_>>();
        Ok(rules(live) == rules(want))
    }
}

#[async_trait]
impl Resource for BucketServerSideEncryptionConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_server_side_encryption_configuration";
    const DOC: &'static str = "How a bucket encrypts new objects; every bucket has at least AES256.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketEncryption];
    const DELETE_CALLS: Calls = calls![DeleteBucketEncryption];
    const LAGS: &'static [LagReply] = lags::ENCRYPTION;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
rule:
  - apply_server_side_encryption_by_default: {sse_algorithm: \"aws:kms\", kms_master_key_id: \"${key.arn}\"}
    bucket_key_enabled: true
";

    type Update = BucketEncryptionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketEncryptionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketEncryptionUpdate::Rules => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        // The bucket goes back to AES256; there is no bucket without encryption.
        let request = aws.write().s3().delete_bucket_encryption().bucket(bucket).set_expected_bucket_owner(owner);
        aws.gone(request).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
