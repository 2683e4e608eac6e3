//! `aws_s3_bucket_versioning`

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDeleteStatus};

use super::prelude::*;
use crate::connection::call::gone_is_fine;
use crate::connection::operation::Operation as _;

updates! {
    pub enum BucketVersioningUpdate {
        Versioning => [PutBucketVersioning],
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::VersioningConfiguration)]
pub struct Configuration {
    /// Whether deletions need an MFA code.
    #[field(aws_default, one_of = ["Enabled", "Disabled"])]
    mfa_delete: Option<String>,
    /// Whether versions are kept.
    #[field(required, one_of = ["Enabled", "Suspended", "Disabled"])]
    status: Option<String>,
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

async fn never_enabled(aws: &Aws, key: &BucketKey) -> Result<(), CloudError> {
    match BucketVersioning::get(aws, key).await? {
        Some(live) if live.status() != "Disabled" => {
            let message = "versioning that was enabled once can only be suspended: write status: Suspended";
            Err(CloudError::new(ErrorKind::Rejected, message))
        }
        _ => Ok(()),
    }
}

impl BucketVersioning {
    fn status(&self) -> &str {
        let configuration = self.versioning_configuration.as_ref();
        configuration.and_then(|configuration| configuration.status.as_deref()).unwrap_or("Suspended")
    }
}

#[async_trait]
impl Setting for BucketVersioning {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_versioning().bucket(&key.bucket);
        let request = request.set_expected_bucket_owner(key.owner.clone());
        let send = async {
            match request.send().await {
                // The SDK insists on the name of the reply's root element, in which stores that speak S3's protocol
                // differ.
                Err(SdkError::ServiceError(reply)) if reply.raw().status().is_success() => {
                    Ok(from_children(reply.raw().body().bytes().unwrap_or_default()))
                }
                other => other,
            }
        };
        let Some(reply) = absent_is_none(aws.call(GetBucketVersioning::NAME, send).await)? else { return Ok(None) };
        // A bucket that never had versioning answers without a status.
        let status = reply.status.as_ref().map_or("Disabled", BucketVersioningStatus::as_str);
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
            mfa: None,
            versioning_configuration: Some(Configuration {
                mfa_delete: incoming(reply.mfa_delete, "mfa_delete")?,
                status: Some(status.to_string()),
            }),
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        if want.status() == "Disabled" {
            // The state of a bucket that never had versioning; no call leads back to it.
            return never_enabled(aws, key).await;
        }
        let request = aws
            .write()
            .s3()
            .put_bucket_versioning()
            .bucket(&key.bucket)
            .set_expected_bucket_owner(key.owner.clone())
            .set_mfa(want.mfa.clone())
            .set_versioning_configuration(outgoing(&want.versioning_configuration, "versioning_configuration")?);
        aws.done(request).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        Ok(live.status() == want.status())
    }
}

#[async_trait]
impl Resource for BucketVersioning {
    const TYPE: &'static str = "aws_s3_bucket_versioning";
    const DOC: &'static str = "Whether a bucket keeps the versions of its objects.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketVersioning];
    const DELETE_CALLS: Calls = calls![PutBucketVersioning];
    const LAGS: &'static [LagReply] = lags::VERSIONING;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
versioning_configuration: {status: Enabled}
";

    type Update = BucketVersioningUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketVersioningUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketVersioningUpdate::Versioning => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.status() == "Disabled" {
            return Ok(());
        }
        // Versioning cannot be taken away, only suspended.
        let mut suspended = prior.clone();
        let configuration = suspended.versioning_configuration.get_or_insert_default();
        configuration.status = Some("Suspended".into());
        gone_is_fine(Self::put(aws, &BucketKey::parse(id), &suspended, None).await)
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
