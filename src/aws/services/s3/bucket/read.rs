//! Reading buckets: one listing, and a call for each property that it does not tell.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_s3::types::{BucketLocationConstraint, ObjectLockEnabled};
use futures::future::join_all;

use super::{Bucket, REGIONAL};
use crate::kind::resource::all_failed;
use crate::services::s3::prelude::*;

/// The account's buckets and, where the listing tells, their regions.
async fn list(aws: Aws) -> Result<HashMap<String, Option<String>>, CloudError> {
    let request = aws.read().s3().list_buckets().max_buckets(1000);
    let pair = |bucket: sdk::Bucket| Some((bucket.name?, bucket.bucket_region));
    Ok(aws.pages(request, |page| page.buckets).await?.into_iter().filter_map(pair).collect())
}

/// A location constraint as a region: the oldest two have names of their own.
pub(super) fn region_of(constraint: Option<&str>) -> String {
    match constraint {
        None | Some("") => "us-east-1".to_string(),
        Some("EU") => "eu-west-1".to_string(),
        Some(region) => region.to_string(),
    }
}

/// The regions of buckets, by name. A bucket stays in its region, so it is asked for once.
#[derive(Default)]
struct Regions(Mutex<HashMap<String, String>>);

impl Regions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        // Whoever panicked with the lock has put a whole name in, or none.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps in mind where a bucket was made.
pub(super) fn remember_region(aws: &Aws, name: &str, region: &str) {
    aws.memory::<Regions>().lock().insert(name.to_string(), region.to_string());
}

/// The name may come back somewhere else.
pub(super) fn forget_region(aws: &Aws, name: &str) {
    aws.memory::<Regions>().lock().remove(name);
}

/// The region of a bucket that is there, or was when somebody asked.
async fn region(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    if let Some(known) = aws.memory::<Regions>().lock().get(name) {
        return Ok(Some(known.clone()));
    }
    let region = ask_region(aws, name).await?;
    if let Some(region) = &region {
        remember_region(aws, name, region);
    }
    Ok(region)
}

async fn ask_region(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let request = aws.read().s3().get_bucket_location().bucket(name);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.map(|reply| region_of(reply.location_constraint.as_ref().map(BucketLocationConstraint::as_str))))
}

pub(super) async fn head(aws: &Aws, name: &str) -> Result<Option<Option<String>>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().s3().head_bucket().bucket(name)).await)?;
    Ok(reply.map(|reply| reply.bucket_region))
}

/// The tags; nothing when there is no such bucket, which a listing may show for a while after its end.
async fn tags(aws: &Aws, name: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().s3().get_bucket_tagging().bucket(name);
    match aws.send(request).await {
        Ok(reply) => Ok(Some(Tags::from_sdk(reply.tag_set)?)),
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => Ok(None),
        // A bucket without tags answers NoSuchTagSet.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Some(Tags::new())),
        Err(error) => Err(error),
    }
}

async fn object_lock(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let request = aws.read().s3().get_object_lock_configuration().bucket(name);
    let reply = absent_is_none(aws.send(request).await)?;
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
        bucket.tags.all = Some(tags);
    }
    if asks_for(request, &["object_lock_enabled"]) {
        bucket.object_lock_enabled = Some(object_lock(aws, name).await?);
    }
    Ok(Some(bucket))
}

/// One answer for each request; one listing tells which of the buckets are there.
pub(super) async fn buckets(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Bucket>> {
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
