//! `aws_s3_bucket_server_side_encryption_configuration`

use async_trait::async_trait;
use aws_sdk_s3::types::{self as sdk, ServerSideEncryption};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::incomplete;
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketEncryptionUpdate {
        Rules => ["s3:PutBucketEncryption"],
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EncryptionRule {
    /// What happens to objects that are written without a word about encryption.
    #[field(optional)]
    apply_server_side_encryption_by_default: Option<EncryptionDefault>,
    /// Whether a key of the bucket saves calls to KMS.
    #[field(default = false)]
    bucket_key_enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EncryptionDefault {
    /// The KMS key; without one, AWS's key for S3.
    #[field(forms = Arn)]
    kms_master_key_id: Option<String>,
    /// The algorithm.
    #[field(required, one_of = ["AES256", "aws:kms", "aws:kms:dsse"])]
    sse_algorithm: Option<String>,
}

impl From<sdk::ServerSideEncryptionRule> for EncryptionRule {
    fn from(rule: sdk::ServerSideEncryptionRule) -> Self {
        let default = rule.apply_server_side_encryption_by_default.map(|default| EncryptionDefault {
            kms_master_key_id: default.kms_master_key_id.filter(|key| !key.is_empty()),
            sse_algorithm: Some(default.sse_algorithm.as_str().to_string()),
        });
        Self {
            apply_server_side_encryption_by_default: default,
            bucket_key_enabled: Some(rule.bucket_key_enabled.unwrap_or(false)),
        }
    }
}

fn to_sdk(rule: &EncryptionRule) -> Result<sdk::ServerSideEncryptionRule, CloudError> {
    let default = rule.apply_server_side_encryption_by_default.as_ref().map(|default| {
        sdk::ServerSideEncryptionByDefault::builder()
            .set_sse_algorithm(default.sse_algorithm.as_deref().map(ServerSideEncryption::from))
            .set_kms_master_key_id(default.kms_master_key_id.clone().filter(|key| !key.is_empty()))
            .build()
            .map_err(incomplete)
    });
    Ok(sdk::ServerSideEncryptionRule::builder()
        .set_apply_server_side_encryption_by_default(default.transpose()?)
        .set_bucket_key_enabled(rule.bucket_key_enabled)
        .build())
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketServerSideEncryptionConfiguration> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let request = aws.read().s3().get_bucket_encryption().bucket(&bucket).set_expected_bucket_owner(owner.clone());
    let reply = absent_is_none(aws.call("s3:GetBucketEncryption", request.send()).await)?;
    let Some(live) = reply.and_then(|reply| reply.server_side_encryption_configuration) else { return Ok(None) };
    Ok(Some(BucketServerSideEncryptionConfiguration {
        bucket: Some(bucket),
        expected_bucket_owner: owner,
        id: Some(id.to_string()),
        rule: Some(live.rules.into_iter().map(EncryptionRule::from).collect()),
    }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketServerSideEncryptionConfiguration) -> Result<(), CloudError> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let rules = want.rule.iter().flatten().map(to_sdk).collect::<Result<Vec<_>, _>>()?;
    let configuration =
        sdk::ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build().map_err(incomplete)?;
    let request = aws
        .write()
        .s3()
        .put_bucket_encryption()
        .bucket(bucket)
        .set_expected_bucket_owner(owner)
        .server_side_encryption_configuration(configuration);
    aws.call("s3:PutBucketEncryption", request.send()).await.map(|_| ())
}

/// The rules with absent and false alike.
fn rules(of: &BucketServerSideEncryptionConfiguration) -> Vec<EncryptionRule> {
    let complete = |rule: &EncryptionRule| EncryptionRule {
        bucket_key_enabled: Some(rule.bucket_key_enabled.unwrap_or(false)),
        ..rule.clone()
    };
    of.rule.iter().flatten().map(complete).collect()
}

#[async_trait]
impl Resource for BucketServerSideEncryptionConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_server_side_encryption_configuration";
    const DOC: &'static str = "How a bucket encrypts new objects; every bucket has at least AES256.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketEncryption"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteBucketEncryption"];
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
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        Ok(live.is_some_and(|live| rules(&live) == rules(wanted)).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), want.expected_bucket_owner.as_deref()).id();
        put(aws, &id, want).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: BucketEncryptionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketEncryptionUpdate::Rules => put(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        // The bucket goes back to AES256; there is no bucket without encryption.
        let request = aws.write().s3().delete_bucket_encryption().bucket(bucket).set_expected_bucket_owner(owner);
        gone_is_fine(aws.call("s3:DeleteBucketEncryption", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
