//! `aws_s3_bucket_versioning`

use async_trait::async_trait;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, MfaDeleteStatus, VersioningConfiguration};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

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

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketVersioning> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let request = aws.read().s3().get_bucket_versioning().bucket(&bucket).set_expected_bucket_owner(owner.clone());
    let send = async {
        match request.send().await {
            // The SDK insists on the name of the reply's root element, in which stores that speak S3's protocol differ.
            Err(SdkError::ServiceError(reply)) if reply.raw().status().is_success() => {
                Ok(from_children(reply.raw().body().bytes().unwrap_or_default()))
            }
            other => other,
        }
    };
    let Some(reply) = absent_is_none(aws.call("s3:GetBucketVersioning", send).await)? else { return Ok(None) };
    // A bucket that never had versioning answers without a status.
    let status = reply.status.as_ref().map_or("Disabled", BucketVersioningStatus::as_str);
    Ok(Some(BucketVersioning {
        bucket: Some(bucket),
        expected_bucket_owner: owner,
        id: Some(id.to_string()),
        mfa: None,
        versioning_configuration: Some(Configuration {
            mfa_delete: reply.mfa_delete.map(|mfa| mfa.as_str().to_string()),
            status: Some(status.to_string()),
        }),
    }))
}

/// The reply as told by the elements inside of its root, whatever that is called.
fn from_children(body: &[u8]) -> GetBucketVersioningOutput {
    let text = String::from_utf8_lossy(body);
    let child = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.trim().to_string())
    };
    GetBucketVersioningOutput::builder()
        .set_status(child("Status").as_deref().map(BucketVersioningStatus::from))
        .set_mfa_delete(child("MfaDelete").as_deref().map(MfaDeleteStatus::from))
        .build()
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketVersioning, status: &str) -> Result<(), CloudError> {
    if status == "Disabled" {
        // The state of a bucket that never had versioning; no call leads back to it.
        return never_enabled(aws, id).await;
    }
    let BucketKey { bucket, owner } = BucketKey::parse(id);
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

async fn never_enabled(aws: &Aws, id: &PhysicalId) -> Result<(), CloudError> {
    match read_one(aws, id).await? {
        Some(live) if wanted_status(&live) != "Disabled" => {
            let message = "versioning that was enabled once can only be suspended: write status: Suspended";
            Err(CloudError::new(ErrorKind::Rejected, message))
        }
        _ => Ok(()),
    }
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
    const LAGS: &'static [LagReply] = lags::VERSIONING;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
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
        let id = BucketKey::new(want.bucket.as_deref(), want.expected_bucket_owner.as_deref()).id();
        put(aws, &id, want, wanted_status(want)).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: BucketVersioningUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketVersioningUpdate::Versioning => put(aws, id, want, wanted_status(want)).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if wanted_status(prior) == "Disabled" {
            return Ok(());
        }
        // Versioning cannot be taken away, only suspended.
        gone_is_fine(put(aws, id, prior, "Suspended").await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_counts_by_what_is_inside() {
        let reply = from_children(b"<X xmlns='y'><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></X>");
        assert_eq!(reply.status, Some(BucketVersioningStatus::Enabled));
        assert_eq!(reply.mfa_delete, Some(MfaDeleteStatus::Disabled));
        assert_eq!(from_children(b"<X/>").status, None);
    }
}
