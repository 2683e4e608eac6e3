//! Tags in the shape of Secrets Manager.

use aws_sdk_secretsmanager::types::Tag;

use crate::kind::convert::{FromSdk, ToSdk, Unfit};
use crate::kind::tags::{Tags, pairs};

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(pairs(live, |tag| (tag.key, tag.value)))
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        Ok(self.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
    }
}
