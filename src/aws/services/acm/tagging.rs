//! Tags in ACM's shape.

use aws_sdk_acm::types::Tag;

use crate::kind::convert::{Built, FromSdk, ToSdk, Unfit};
use crate::kind::tags::Tags;

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(live.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        self.iter().map(|(key, value)| Tag::builder().key(key).value(value).build().built()).collect()
    }
}
