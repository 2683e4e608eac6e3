//! Tags and dates in IAM's shapes.

use aws_sdk_iam::types::Tag;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::kind::tags::{TagChange, Tags, tag_change};

/// The tags of a create call.
pub(super) fn to_sdk(tags: Option<&Tags>) -> Option<Vec<Tag>> {
    let tags = tags.filter(|tags| !tags.is_empty())?;
    // A tag without key or value is the only one that cannot be built.
    Some(tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect())
}

/// Tags as IAM returns them.
pub(super) fn from_sdk(tags: Option<Vec<Tag>>) -> Option<Tags> {
    Some(tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// The tags to set, in IAM's shape, and the keys to remove; `None` where there is nothing to do.
pub(super) fn change(prior: Option<&Tags>, want: Option<&Tags>) -> (Option<Vec<Tag>>, Option<Vec<String>>) {
    let TagChange { set, remove } = tag_change(prior, want);
    (to_sdk(Some(&set)), Some(remove).filter(|remove| !remove.is_empty()))
}

/// `2026-01-31T10:00:00Z`
pub(super) fn date(date: DateTime) -> Option<String> {
    date.fmt(Format::DateTime).ok()
}
