//! Tags in S3's shape.

use aws_sdk_s3::types::Tag;
use wildfire_engine::model::{Operation, is_own_tag};

use crate::kind::convert::{Built, FromSdk, ToSdk, Unfit};
use crate::kind::tags::Tags;
use crate::kind::vocabulary::reserved_tag;

/// S3 replaces all tags: what is wanted, and the reserved tags that are there. What is without our own tags gets them.
pub(super) fn complete_tags(prior: Option<&Tags>, want: Option<&Tags>, operation: &Operation) -> Tags {
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

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(live.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        self.iter().map(|(key, value)| Tag::builder().key(key).value(value).build().built()).collect()
    }
}
