//! `aws_s3_bucket`

mod name;
mod read;
#[cfg(test)]
mod tests;

use aws_sdk_s3::types::BucketLocationConstraint;
use wildfire_engine::model::Scope;

use self::name::name_problem;
use self::read::{forget_region, head, remember_region};
use super::prelude::*;
use super::tagging::complete_tags;
use super::{empty::empty, website};
use crate::kind::tags::made_by;

updates! {
    pub enum BucketUpdate {
        Tags => [PutBucketTagging],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketUpdate)]
pub struct Bucket {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The bucket's name, unique in all of AWS.
    #[field(immutable, generated)]
    bucket: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "bucket", conflicts = ["bucket"], length = 1..=37)]
    bucket_prefix: Option<String>,
    /// The bucket's domain name without a region.
    #[field(computed)]
    bucket_domain_name: Option<String>,
    /// The bucket's domain name in its region.
    #[field(computed)]
    bucket_regional_domain_name: Option<String>,
    /// Whether a deletion first deletes every object and version in the bucket.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The Route 53 zone of the region's website endpoints.
    #[field(computed)]
    hosted_zone_id: Option<String>,
    /// The bucket's name.
    #[field(computed)]
    id: Option<String>,
    /// Whether objects can be locked against deletion.
    #[field(immutable, aws_default)]
    object_lock_enabled: Option<bool>,
    /// The region that the bucket is in.
    #[field(computed)]
    region: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, after_create)]
    tags: Tagged,
    /// The domain of the region's website endpoints.
    #[field(computed)]
    website_domain: Option<String>,
    /// The endpoint of the bucket's website, should it have one.
    #[field(computed)]
    website_endpoint: Option<String>,
}

/// Attributes that follow from the region.
const REGIONAL: &[&str] =
    &["bucket_regional_domain_name", "hosted_zone_id", "region", "website_domain", "website_endpoint"];

impl Bucket {
    /// Everything that follows from the name, and from the region where that is known.
    fn named(aws: &Aws, name: &str, region: Option<&str>) -> Self {
        let suffix = website::suffix(aws.partition());
        let website = region.map(|region| website::domain(region, suffix));
        Self {
            arn: Some(format!("arn:{}:s3:::{name}", aws.partition())),
            bucket: Some(name.to_string()),
            bucket_domain_name: Some(format!("{name}.s3.{suffix}")),
            bucket_regional_domain_name: region.map(|region| format!("{name}.s3.{region}.{suffix}")),
            hosted_zone_id: region.and_then(website::hosted_zone_id).map(String::from),
            id: Some(name.to_string()),
            region: region.map(String::from),
            website_endpoint: website.as_ref().map(|website| format!("{name}.{website}")),
            website_domain: website,
            ..Self::default()
        }
    }
}

async fn put_tags(aws: &Aws, name: &str, tags: &Tags) -> Result<(), CloudError> {
    // AWS's own tags stay by themselves, and are refused in a request.
    let own: Tags =
        tags.iter().filter(|(key, _)| !key.starts_with("aws:")).map(|(k, v)| (k.clone(), v.clone())).collect();
    let tagging = sdk::Tagging::builder().set_tag_set(Some(own.to_sdk()?)).build().map_err(incomplete)?;
    aws.done(aws.write().s3().put_bucket_tagging().bucket(name).tagging(tagging)).await
}

async fn create_bucket(aws: &Aws, want: &Bucket, tags: Option<&Tags>) -> Result<(), CloudError> {
    let region = Some(aws.region()).filter(|region| *region != "us-east-1").map(BucketLocationConstraint::from);
    let tags: Option<Vec<sdk::Tag>> = tags.map(Tags::to_sdk).transpose()?;
    let configuration = (region.is_some() || tags.is_some())
        .then(|| sdk::CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(tags).build());
    let request = aws
        .write()
        .s3()
        .create_bucket()
        .set_bucket(want.bucket.clone())
        .set_create_bucket_configuration(configuration)
        .set_object_lock_enabled_for_bucket(want.object_lock_enabled.filter(|enabled| *enabled));
    aws.done(request).await
}

/// S3-compatible stores may not know tags in the create call.
fn tags_are_refused(error: &CloudError) -> bool {
    matches!(
        error.code.as_deref().unwrap_or_default(),
        "MalformedXML"
            | "NotImplemented"
            | "InvalidArgument"
            | "InvalidRequest"
            | "IllegalLocationConstraintException"
            | "InvalidLocationConstraint"
    )
}

#[async_trait]
impl Resource for Bucket {
    const TYPE: &'static str = "aws_s3_bucket";
    const DOC: &'static str = "A bucket for objects.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateBucket];
    const DELETE_CALLS: Calls = calls![DeleteObjects, DeleteBucket];
    const LAGS: &'static [LagReply] = lags::BUCKET;
    const SCOPE: Scope = Scope::World;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const APART: &'static [&'static str] = &[
        "bucket_regional_domain_name",
        "hosted_zone_id",
        "object_lock_enabled",
        "region",
        "website_domain",
        "website_endpoint",
    ];
    const EXAMPLE: &'static str = "\
bucket: acme-test-images
force_destroy: false
tags: {purpose: images}
";
    const UNSUPPORTED: Refused = &[
        ("acceleration_status", "transfer acceleration is not managed"),
        ("acl", "ACLs are off on new buckets; use aws_s3_bucket_ownership_controls and aws_s3_bucket_acl"),
        ("policy", "use aws_s3_bucket_policy"),
        ("request_payer", "requester-pays buckets are not managed"),
        ("cors_rule", "use aws_s3_bucket_cors_configuration"),
        ("grant", "ACLs are off on new buckets; use aws_s3_bucket_ownership_controls and aws_s3_bucket_acl"),
        ("lifecycle_rule", "use aws_s3_bucket_lifecycle_configuration"),
        ("logging", "use aws_s3_bucket_logging"),
        ("object_lock_configuration", "write object_lock_enabled; default retention is not managed"),
        ("replication_configuration", "the inline form is deprecated, and replication is not managed yet"),
        ("server_side_encryption_configuration", "use aws_s3_bucket_server_side_encryption_configuration"),
        ("versioning", "use aws_s3_bucket_versioning"),
        ("website", "use aws_s3_bucket_website_configuration"),
    ];

    type Update = BucketUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read::buckets(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.bucket.clone() else { return Ok(None) };
        let request = ReadRequest::new(
            PhysicalId::from(name.clone()),
            ["tags_all", "object_lock_enabled", "region"].map(String::from).to_vec(),
        );
        let live = Self::read(aws, &[request]).await.pop().transpose()?.flatten();
        let Some(live) = live else { return Ok(None) };
        if made_by(live.tags.all.as_ref(), recover.operation.id.as_str()) {
            return Ok(Some(name.into()));
        }
        // Amazon's S3 takes tags in the create call, so a bucket without them is somebody else's there. Not every other
        // store does: with one of those, what nobody has tagged, in this region and with the same lock, and was not there
        // when the call was announced, is what the call made.
        let untagged = live.tags.all.as_ref().is_none_or(Tags::is_empty);
        let same = live.region.as_deref() == Some(aws.region())
            && live.object_lock_enabled.unwrap_or(false) == wanted.object_lock_enabled.unwrap_or(false);
        Ok((untagged && same && aws.is_elsewhere()).then(|| name.into()))
    }

    fn found_by_content(&self, aws: &Aws) -> bool {
        aws.is_elsewhere()
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.bucket.clone().unwrap_or_default();
        // In us-east-1 CreateBucket succeeds on a bucket of one's own that exists, and resets its ACL.
        match head(aws, &name).await {
            Ok(None) => {}
            Ok(Some(_)) => {
                let message = format!("the bucket {name} exists already");
                return Err(CloudError::new(ErrorKind::AlreadyExists, message));
            }
            // Somebody else's bucket, or one in another region: CreateBucket says it best.
            Err(error) if matches!(error.kind, ErrorKind::AccessDenied | ErrorKind::Rejected) => {}
            Err(mut error) => {
                if error.kind == ErrorKind::Ambiguous {
                    error.kind = ErrorKind::NotSent;
                }
                return Err(error);
            }
        }
        let tags = want.tags.all.as_ref().filter(|tags| !tags.is_empty());
        match create_bucket(aws, want, tags).await {
            Err(error) if tags.is_some() && aws.is_elsewhere() && tags_are_refused(&error) => {
                create_bucket(aws, want, None).await?;
            }
            result => result?,
        }
        remember_region(aws, &name, aws.region());
        Ok(name.into())
    }

    async fn update(aws: &Aws, call: BucketUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            BucketUpdate::Tags => {
                let tags = complete_tags(prior.tags.all.as_ref(), want.tags.all.as_ref(), operation);
                put_tags(aws, id.as_str(), &tags).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.force_destroy == Some(true) {
            empty(aws, id.as_str(), prior.object_lock_enabled == Some(true)).await?;
        }
        forget_region(aws, id.as_str());
        let request = aws.write().s3().delete_bucket().bucket(id.as_str());
        let deleted = aws.gone(request).await;
        deleted.map_err(|mut error| {
            if error.code.as_deref() == Some("BucketNotEmpty") {
                error.message =
                    format!("the bucket {id} is not empty: empty it, or set force_destroy to true and apply");
            }
            error
        })
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let name = properties.get("bucket").and_then(Value::as_str);
        name.and_then(name_problem).map(|message| problem("bucket", message)).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(PhysicalId::from(properties.get("bucket")?.as_str()?))
    }
}
