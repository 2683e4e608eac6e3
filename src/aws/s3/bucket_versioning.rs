//! `aws_s3_bucket_versioning`

use async_trait::async_trait;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, VersioningConfiguration};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, CreateOnce, Operation, PhysicalId, ReadRequest, Recover, Value};

use crate::call::{absent_is_none, gone_is_fine};
use crate::resource::{Read, Resource};
use crate::{Aws, updates};

updates! {
    pub enum BucketVersioningUpdate {
        Versioning => ["s3:PutBucketVersioning"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketVersioningUpdate)]
pub struct BucketVersioning {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The account that must own the bucket.
    #[field(immutable)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed)]
    id: Option<String>,
    /// The MFA device's serial number and code, needed to change `mfa_delete`.
    #[field(local, sensitive)]
    mfa: Option<String>,
    /// What is kept of overwritten and deleted objects.
    #[field(update = Versioning, required)]
    versioning_configuration: Option<Configuration>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Configuration {
    /// Whether deletions need an MFA code.
    #[field(aws_default, one_of = ["Enabled", "Disabled"])]
    mfa_delete: Option<String>,
    /// Whether versions are kept.
    #[field(required, one_of = ["Enabled", "Suspended", "Disabled"])]
    status: Option<String>,
}

/// Import ids of bucket sub-resources: `BUCKET` or `BUCKET,OWNER`.
fn split(id: &PhysicalId) -> (String, Option<String>) {
    match id.as_str().split_once(',') {
        Some((bucket, owner)) => (bucket.to_string(), Some(owner.to_string())),
        None => (id.to_string(), None),
    }
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketVersioning> {
    let (bucket, owner) = split(id);
    let request = aws.read().s3().get_bucket_versioning().bucket(&bucket).set_expected_bucket_owner(owner.clone());
    let Some(reply) = absent_is_none(aws.call("s3:GetBucketVersioning", request.send()).await)? else {
        return Ok(None);
    };
    // A bucket that never had versioning answers without a status: this sub-resource does not exist.
    let Some(status) = reply.status else { return Ok(None) };
    Ok(Some(BucketVersioning {
        bucket: Some(bucket),
        expected_bucket_owner: owner,
        id: Some(id.to_string()),
        mfa: None,
        versioning_configuration: Some(Configuration {
            mfa_delete: reply.mfa_delete.map(|mfa| mfa.as_str().to_string()),
            status: Some(status.as_str().to_string()),
        }),
    }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketVersioning, status: &str) -> Result<(), CloudError> {
    let (bucket, owner) = split(id);
    let mfa_delete = want.versioning_configuration.as_ref().and_then(|wanted| wanted.mfa_delete.as_deref());
    let configuration = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::from(status))
        .set_mfa_delete(mfa_delete.map(MfaDelete::from))
        .build();
    let request = aws
        .write()
        .s3()
        .put_bucket_versioning()
        .bucket(bucket)
        .set_expected_bucket_owner(owner)
        .set_mfa(want.mfa.clone())
        .versioning_configuration(configuration);
    aws.call("s3:PutBucketVersioning", request.send()).await.map(|_| ())
}

fn wanted_status(want: &BucketVersioning) -> &str {
    let wanted = want.versioning_configuration.as_ref();
    wanted.and_then(|configuration| configuration.status.as_deref()).unwrap_or("Suspended")
}

#[async_trait]
impl Resource for BucketVersioning {
    const TYPE: &'static str = "aws_s3_bucket_versioning";
    const DOC: &'static str = "Whether a bucket keeps the versions of its objects.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketVersioning"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:PutBucketVersioning"];
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
versioning_configuration: {status: Enabled}
";

    type Update = BucketVersioningUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The call sets a value under the bucket's name: what is there counts only if it is what was sent.
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        let same = live.is_some_and(|live| wanted_status(&live) == wanted_status(wanted));
        Ok(same.then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let bucket = want.bucket.clone().unwrap_or_default();
        let id = match &want.expected_bucket_owner {
            Some(owner) => PhysicalId::from(format!("{bucket},{owner}")),
            None => PhysicalId::from(bucket),
        };
        put(aws, &id, want, wanted_status(want)).await?;
        Ok(id)
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: BucketVersioningUpdate,
        want: &Self,
        _prior: &Self,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
        match call {
            BucketVersioningUpdate::Versioning => put(aws, id, want, wanted_status(want)).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        // Versioning cannot be taken away, only suspended.
        gone_is_fine(put(aws, id, prior, "Suspended").await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let bucket = properties.get("bucket")?.as_str()?;
        match properties.get("expected_bucket_owner").and_then(Value::as_str) {
            Some(owner) => Some(PhysicalId::from(format!("{bucket},{owner}"))),
            None => Some(PhysicalId::from(bucket)),
        }
    }
}
