//! Deleting every version of an object.

use super::{Place, locks};
use crate::services::s3::prelude::*;

/// Deletes all versions and delete markers of the key. `force` lets go what is held, and goes past governance.
///
/// # Errors
/// A version is held or retained.
pub(super) async fn delete_all(aws: &Aws, place: &Place<'_>, force: bool) -> Result<(), CloudError> {
    loop {
        // Every round starts at the front, as what was listed before is deleted by then. The key itself comes before those
        // that go on after it.
        let request = aws.read().s3().list_object_versions().bucket(place.bucket).prefix(place.key).max_keys(1000);
        let Some(page) = absent_is_none(aws.send(request).await)? else { return Ok(()) };
        let versions = page.versions.unwrap_or_default().into_iter().map(|version| (version.key, version.version_id));
        let markers = page.delete_markers.unwrap_or_default().into_iter().map(|marker| (marker.key, marker.version_id));
        let ours = versions.chain(markers).filter(|(key, _)| key.as_deref() == Some(place.key));
        let ids: Vec<String> = ours.filter_map(|(_, id)| id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            delete(aws, place, &id, force).await?;
        }
    }
}

async fn delete(aws: &Aws, place: &Place<'_>, version: &str, force: bool) -> Result<(), CloudError> {
    let request = || {
        let request = aws.write().s3().delete_object().bucket(place.bucket).key(place.key).version_id(version);
        request.set_bypass_governance_retention(force.then_some(true))
    };
    match aws.gone(request()).await {
        // A version that is held.
        Err(error) if force && error.kind == ErrorKind::AccessDenied => {
            locks::hold(aws, place, Some(version), "OFF").await.map_err(|_| error)?;
            aws.gone(request()).await
        }
        answer => answer,
    }
}
