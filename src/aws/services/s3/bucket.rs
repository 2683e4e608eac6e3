//! `aws_s3_bucket`

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, ObjectLockEnabled, Tag, Tagging};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations,
    Scope, Value, is_own_tag, reserved_tag,
};

use super::{empty::empty, website};
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::{incomplete, problem};
use crate::kind::resource::{Change, Read, Resource, all_failed, asks_for};
use crate::kind::tags::{Tags, made_by};
use crate::kind::vocabulary::reserved_tag;
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketUpdate {
        Tags => ["s3:PutBucketTagging"],
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
    #[field(immutable, required)]
    bucket: Option<String>,
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
    /// Tags of this resource alone.
    #[field(update = Tags, after_create)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
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
        let suffix = if aws.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
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

/// The account's buckets and, where the listing tells, their regions.
async fn list(aws: Aws) -> Result<HashMap<String, Option<String>>, CloudError> {
    let mut found = HashMap::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws.read().s3().list_buckets().max_buckets(1000).set_continuation_token(token);
        let page = aws.call("s3:ListBuckets", request.send()).await?;
        let pair = |bucket: aws_sdk_s3::types::Bucket| Some((bucket.name?, bucket.bucket_region));
        found.extend(page.buckets.unwrap_or_default().into_iter().filter_map(pair));
        token = page.continuation_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// A location constraint as a region: the oldest two have names of their own.
fn region_of(constraint: Option<&str>) -> String {
    match constraint {
        None | Some("") => "us-east-1".to_string(),
        Some("EU") => "eu-west-1".to_string(),
        Some(region) => region.to_string(),
    }
}

async fn region(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let request = aws.read().s3().get_bucket_location().bucket(name);
    let reply = absent_is_none(aws.call("s3:GetBucketLocation", request.send()).await)?;
    Ok(reply.map(|reply| region_of(reply.location_constraint.as_ref().map(BucketLocationConstraint::as_str))))
}

async fn head(aws: &Aws, name: &str) -> Result<Option<Option<String>>, CloudError> {
    let reply = absent_is_none(aws.call("s3:HeadBucket", aws.read().s3().head_bucket().bucket(name).send()).await)?;
    Ok(reply.map(|reply| reply.bucket_region))
}

/// The tags; nothing when there is no such bucket, which a listing may show for a while after its end.
async fn tags(aws: &Aws, name: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().s3().get_bucket_tagging().bucket(name);
    match aws.call("s3:GetBucketTagging", request.send()).await {
        Ok(reply) => Ok(Some(reply.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => Ok(None),
        // A bucket without tags answers NoSuchTagSet.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Some(Tags::new())),
        Err(error) => Err(error),
    }
}

async fn object_lock(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let request = aws.read().s3().get_object_lock_configuration().bucket(name);
    let reply = absent_is_none(aws.call("s3:GetObjectLockConfiguration", request.send()).await)?;
    let enabled = reply.and_then(|reply| reply.object_lock_configuration?.object_lock_enabled);
    Ok(enabled == Some(ObjectLockEnabled::Enabled))
}

async fn read_one(aws: &Aws, request: &ReadRequest, owned: Option<&HashMap<String, Option<String>>>) -> Read<Bucket> {
    let name = request.id.as_str();
    let listed = match owned {
        Some(owned) => owned.get(name).cloned(),
        None => head(aws, name).await?,
    };
    let Some(listed) = listed else { return Ok(None) };
    let region = match listed {
        // Not every store tells it in the listing.
        None if asks_for(request, REGIONAL) => match region(aws, name).await? {
            None => return Ok(None),
            found => found,
        },
        listed => listed,
    };
    let mut bucket = Bucket::named(aws, name, region.as_deref());
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, name).await? else { return Ok(None) };
        bucket.tags_all = Some(tags);
    }
    if asks_for(request, &["object_lock_enabled"]) {
        bucket.object_lock_enabled = Some(object_lock(aws, name).await?);
    }
    Ok(Some(bucket))
}

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(incomplete)).collect()
}

/// PutBucketTagging replaces all tags: what is wanted, and the reserved tags that are there. A bucket without our own
/// tags gets them.
fn complete_tags(prior: Option<&Tags>, want: Option<&Tags>, operation: &Operation) -> Tags {
    let reserved = |tags: Option<&Tags>| -> Tags {
        let tags = tags.into_iter().flatten().filter(|(key, _)| reserved_tag(key));
        tags.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut all: Tags = want.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    all.extend(reserved(prior));
    if !all.keys().any(|key| is_own_tag(key)) {
        all.extend(operation.tags());
    }
    all
}

async fn put_tags(aws: &Aws, name: &str, tags: &Tags) -> Result<(), CloudError> {
    // AWS's own tags stay by themselves, and are refused in a request.
    let own: Tags =
        tags.iter().filter(|(key, _)| !key.starts_with("aws:")).map(|(k, v)| (k.clone(), v.clone())).collect();
    let tagging = Tagging::builder().set_tag_set(Some(sdk_tags(&own)?)).build().map_err(incomplete)?;
    let request = aws.write().s3().put_bucket_tagging().bucket(name).tagging(tagging);
    aws.call("s3:PutBucketTagging", request.send()).await.map(|_| ())
}

async fn create_bucket(aws: &Aws, want: &Bucket, tags: Option<&Tags>) -> Result<(), CloudError> {
    let region = Some(aws.region()).filter(|region| *region != "us-east-1").map(BucketLocationConstraint::from);
    let tags = tags.map(sdk_tags).transpose()?;
    let configuration = (region.is_some() || tags.is_some())
        .then(|| CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(tags).build());
    let request = aws
        .write()
        .s3()
        .create_bucket()
        .set_bucket(want.bucket.clone())
        .set_create_bucket_configuration(configuration)
        .set_object_lock_enabled_for_bucket(want.object_lock_enabled.filter(|enabled| *enabled));
    aws.call("s3:CreateBucket", request.send()).await.map(|_| ())
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

fn name_problem(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !(3..=63).contains(&name.len()) {
        return Some("a bucket's name has 3 to 63 characters");
    }
    if !name.chars().all(allowed) {
        return Some("a bucket's name has lower-case letters, digits, dots and hyphens only");
    }
    if !name.starts_with(alphanumeric) || !name.ends_with(alphanumeric) {
        return Some("a bucket's name begins and ends with a letter or a digit");
    }
    if name.contains("..") {
        return Some("a bucket's name has no two dots side by side");
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("a bucket's name is not an IP address");
    }
    let reserved = name.starts_with("xn--") || name.starts_with("sthree-") || name.ends_with("-s3alias");
    reserved.then_some("the prefixes xn-- and sthree- and the suffix -s3alias are reserved by AWS")
}

#[async_trait]
impl Resource for Bucket {
    const TYPE: &'static str = "aws_s3_bucket";
    const DOC: &'static str = "A bucket for objects.";
    const SCOPE: Scope = Scope::World;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["s3:CreateBucket"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteObjects", "s3:DeleteBucket"];
    const LAGS: &'static [LagReply] = lags::BUCKET;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
bucket: acme-test-images
force_destroy: false
tags: {purpose: images}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[
        ("acceleration_status", "transfer acceleration is not managed"),
        ("acl", "ACLs are off on new buckets; use aws_s3_bucket_ownership_controls and aws_s3_bucket_policy"),
        ("bucket_prefix", "names are never made up; write bucket"),
        ("policy", "use aws_s3_bucket_policy"),
        ("request_payer", "requester-pays buckets are not managed"),
        ("cors_rule", "use aws_s3_bucket_cors_configuration"),
        ("grant", "ACLs are off on new buckets; use aws_s3_bucket_policy"),
        ("lifecycle_rule", "use aws_s3_bucket_lifecycle_configuration"),
        ("logging", "the inline form is deprecated, and aws_s3_bucket_logging is not managed yet"),
        ("object_lock_configuration", "write object_lock_enabled; default retention is not managed"),
        ("replication_configuration", "the inline form is deprecated, and replication is not managed yet"),
        ("server_side_encryption_configuration", "use aws_s3_bucket_server_side_encryption_configuration"),
        ("versioning", "use aws_s3_bucket_versioning"),
        ("website", "the inline form is deprecated, and websites are not managed yet"),
    ];

    type Update = BucketUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let listing = {
            let aws = aws.clone();
            let ids = wanted.iter().map(|request| request.id.to_string());
            aws.clone().batch("s3:buckets").load(ids, move |_| list(aws)).await
        };
        let owned = match &listing {
            Ok(owned) => Some(owned.as_ref()),
            // Roles that may not list all buckets may still look at their own.
            Err(error) if error.kind == ErrorKind::AccessDenied => None,
            Err(error) => return all_failed(wanted, error),
        };
        join_all(wanted.iter().map(|request| read_one(aws, request, owned))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.bucket.clone() else { return Ok(None) };
        let request = ReadRequest::new(
            PhysicalId::from(name.clone()),
            ["tags_all", "object_lock_enabled", "region"].map(String::from).to_vec(),
        );
        let live = Self::read(aws, &[request]).await.pop().transpose()?.flatten();
        let Some(live) = live else { return Ok(None) };
        if made_by(live.tags_all.as_ref(), recover.operation.id.as_str()) {
            return Ok(Some(name.into()));
        }
        // Amazon's S3 takes tags in the create call, so a bucket without them is somebody else's there. Not every other
        // store does: with one of those, what nobody has tagged, in this region and with the same lock, and was not there
        // when the call was announced, is what the call made.
        let untagged = live.tags_all.as_ref().is_none_or(Tags::is_empty);
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
        let tags = want.tags_all.as_ref().filter(|tags| !tags.is_empty());
        match create_bucket(aws, want, tags).await {
            Err(error) if tags.is_some() && aws.is_elsewhere() && tags_are_refused(&error) => {
                create_bucket(aws, want, None).await?;
            }
            result => result?,
        }
        Ok(name.into())
    }

    async fn update(aws: &Aws, call: BucketUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            BucketUpdate::Tags => {
                let tags = complete_tags(prior.tags_all.as_ref(), want.tags_all.as_ref(), operation);
                put_tags(aws, id.as_str(), &tags).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.force_destroy == Some(true) {
            empty(aws, id.as_str(), prior.object_lock_enabled == Some(true)).await?;
        }
        let request = aws.write().s3().delete_bucket().bucket(id.as_str());
        let deleted = gone_is_fine(aws.call("s3:DeleteBucket", request.send()).await);
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

#[cfg(test)]
mod tests {
    use wildfire_engine::model::{Address, OpId, Placement};

    use super::*;
    use crate::connection::fake;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn replacing_all_tags_keeps_the_reserved_ones() {
        let operation = operation();
        let prior = tags(&[("wildfire:op", "01OLD"), ("aws:cloudformation:stack-id", "x"), ("gone", "1")]);
        let want = tags(&[("team", "platform")]);
        let all = complete_tags(Some(&prior), Some(&want), &operation);
        let expected = tags(&[("wildfire:op", "01OLD"), ("aws:cloudformation:stack-id", "x"), ("team", "platform")]);
        assert_eq!(all, expected);
    }

    #[test]
    fn a_bucket_without_our_tags_gets_them() {
        let all = complete_tags(None, Some(&tags(&[("team", "platform")])), &operation());
        assert_eq!(all.get("wildfire:op").map(String::as_str), Some("01NEW"));
    }

    fn operation() -> Operation {
        let address: Address = "test/main:images".parse().unwrap();
        Operation { id: OpId::new("01NEW"), address, attempt: 0, place: Placement::HOME }
    }

    /// An S3 with the bucket `images`: `tags` are its tags, nothing when it has none.
    fn store(tags: Option<&'static str>) -> impl Fn(&fake::Asked<'_>) -> (u16, String) {
        move |asked| match asked.query() {
            "tagging" => match tags {
                None => (404, "<Error><Code>NoSuchTagSet</Code></Error>".into()),
                Some(op) => {
                    let tag = format!("<Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag>");
                    (200, format!("<Tagging><TagSet>{tag}</TagSet></Tagging>"))
                }
            },
            "object-lock" => (404, "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>".into()),
            "location" => (200, "<LocationConstraint>eu-west-1</LocationConstraint>".into()),
            _ => {
                let bucket = "<Bucket><Name>images</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>";
                let list = format!("<Buckets>{bucket}</Buckets>");
                (200, format!("<ListAllMyBucketsResult>{list}</ListAllMyBucketsResult>"))
            }
        }
    }

    async fn found(aws: &Aws) -> Option<PhysicalId> {
        let wanted = Value::from([("bucket", Value::from("images"))]);
        let kind = crate::registry::kind(Bucket::TYPE).unwrap();
        let found = kind.find(aws, &Recover { operation: operation(), wanted }).await.unwrap();
        found.map(|found| found.id)
    }

    #[tokio::test]
    async fn at_amazon_only_the_tag_of_the_operation_proves_a_bucket() {
        assert_eq!(found(&fake::amazon(store(None))).await, None);
        assert_eq!(found(&fake::amazon(store(Some("01OTHER")))).await, None);
        assert_eq!(found(&fake::amazon(store(Some("01NEW")))).await, Some("images".into()));
    }

    #[tokio::test]
    async fn in_a_store_without_tags_a_bucket_that_was_there_before_stops_the_create() {
        let wanted = Value::from([("bucket", Value::from("images"))]);
        let kind = crate::registry::kind(Bucket::TYPE).unwrap();
        let store = fake::aws(store(None));
        let error = kind.vacant(&store, &wanted, &operation()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AlreadyExists);
        // So what is found after the announcement came after it.
        assert_eq!(found(&store).await, Some("images".into()));
    }

    #[tokio::test]
    async fn a_bucket_that_is_only_in_the_listing_is_gone() {
        let aws = fake::aws(|asked| match asked.query() {
            "tagging" => (404, "<Error><Code>NoSuchBucket</Code></Error>".into()),
            _ => store(None)(asked),
        });
        assert_eq!(found(&aws).await, None);
    }

    #[test]
    fn names_follow_the_rules_of_s3() {
        for good in ["acme-test-images", "a.b", "123"] {
            assert_eq!(name_problem(good), None, "{good}");
        }
        for bad in ["ab", "Acme", "-acme", "acme-", "a..b", "10.0.0.1", "acme_images", "xn--acme"] {
            assert!(name_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn old_location_constraints_are_regions() {
        assert_eq!(region_of(None), "us-east-1");
        assert_eq!(region_of(Some("EU")), "eu-west-1");
        assert_eq!(region_of(Some("eu-central-1")), "eu-central-1");
    }
}
