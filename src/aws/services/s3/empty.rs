//! Emptying a bucket, for `force_destroy`.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::convert::incomplete;

/// Deletes every version of every object, in batches of a page (1,000). A bucket that is gone is empty.
///
/// # Errors
/// `Rejected` when an object cannot be deleted, for example because it is locked.
pub(super) async fn empty(aws: &Aws, bucket: &str, bypass_governance: bool) -> Result<(), CloudError> {
    loop {
        let request = aws.read().s3().list_object_versions().bucket(bucket).max_keys(1000);
        // Every round starts at the front, as what was listed before is deleted by then.
        let Some(page) = absent_is_none(aws.send(request).await)? else {
            return Ok(());
        };
        let versions = page.versions.unwrap_or_default().into_iter().map(|version| (version.key, version.version_id));
        let markers = page.delete_markers.unwrap_or_default().into_iter().map(|marker| (marker.key, marker.version_id));
        let objects = versions
            .chain(markers)
            .filter_map(|(key, version)| Some((key?, version)))
            .map(|(key, version)| ObjectIdentifier::builder().key(key).set_version_id(version).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(incomplete)?;
        if objects.is_empty() {
            return Ok(());
        }
        // A call takes at most 1,000 keys, whatever a server puts into one page.
        for chunk in objects.chunks(1000) {
            delete(aws, bucket, chunk.to_vec(), bypass_governance).await?;
        }
    }
}

async fn delete(aws: &Aws, bucket: &str, objects: Vec<ObjectIdentifier>, bypass: bool) -> Result<(), CloudError> {
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build().map_err(incomplete)?;
    let request = aws.write().s3().delete_objects().bucket(bucket).delete(delete);
    let request = request.set_bypass_governance_retention(bypass.then_some(true));
    let reply = aws.send(request).await?;
    let failed = reply.errors.unwrap_or_default();
    match failed.first() {
        None => Ok(()),
        Some(first) => {
            let reason = first.message.as_deref().or(first.code.as_deref()).unwrap_or("no reason given");
            let key = first.key.as_deref().unwrap_or_default();
            let message = format!("{} objects of {bucket} could not be deleted, first {key}: {reason}", failed.len());
            Err(CloudError::new(ErrorKind::Rejected, message))
        }
    }
}
