//! What keeps an object from being deleted: a legal hold, and a retention.

use aws_sdk_s3::types::{ObjectLockLegalHold, ObjectLockLegalHoldStatus, ObjectLockRetention, ObjectLockRetentionMode};
use aws_smithy_types::DateTime;

use super::{Object, Place};
use crate::kind::convert::outgoing_text;
use crate::services::s3::prelude::*;

/// Of a version, or of the newest one.
pub(super) async fn hold(aws: &Aws, place: &Place<'_>, version: Option<&str>, status: &str) -> Result<(), CloudError> {
    let hold = ObjectLockLegalHold::builder().status(ObjectLockLegalHoldStatus::from(status)).build();
    let request = aws.write().s3().put_object_legal_hold().bucket(place.bucket).key(place.key).legal_hold(hold);
    aws.done(request.set_version_id(version.map(String::from))).await
}

/// Whether a retention ends earlier than before, or is governed only from now on: that takes a permission of its own.
fn is_less(want: &Object, prior: &Object) -> Result<bool, Unfit> {
    let until = |of: &Object| -> Result<Option<DateTime>, Unfit> {
        outgoing_text(&of.object_lock_retain_until_date, "object_lock_retain_until_date")
    };
    let (want_until, prior_until) = (until(want)?, until(prior)?);
    Ok(prior_until.is_some_and(|prior| want_until.is_none_or(|want| want.secs() < prior.secs()))
        || (prior.object_lock_mode.is_some() && prior.object_lock_mode != want.object_lock_mode))
}

pub(super) async fn retain(aws: &Aws, place: &Place<'_>, want: &Object, prior: &Object) -> Result<(), CloudError> {
    let mode: Option<ObjectLockRetentionMode> = outgoing(&want.object_lock_mode, "object_lock_mode")?;
    let until = outgoing_text(&want.object_lock_retain_until_date, "object_lock_retain_until_date")?;
    let retention = ObjectLockRetention::builder().set_mode(mode).set_retain_until_date(until).build();
    let request = aws.write().s3().put_object_retention().bucket(place.bucket).key(place.key).retention(retention);
    aws.done(request.set_bypass_governance_retention(is_less(want, prior)?.then_some(true))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_less_than_before_takes_the_permission() {
        let object = |mode: &str, until: &str| Object {
            object_lock_mode: Some(mode.into()),
            object_lock_retain_until_date: Some(until.into()),
            ..Object::default()
        };
        let prior = object("GOVERNANCE", "2030-01-02T00:00:00Z");
        let less = |want: &Object| is_less(want, &prior).unwrap();
        assert!(less(&object("GOVERNANCE", "2030-01-01T00:00:00Z")));
        assert!(less(&Object::default()));
        assert!(less(&object("COMPLIANCE", "2030-01-02T00:00:00Z")));
        assert!(!less(&object("GOVERNANCE", "2031-01-01T00:00:00Z")));
        assert!(!is_less(&prior, &Object::default()).unwrap());
    }
}
