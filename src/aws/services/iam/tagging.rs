//! Tags in IAM's shape.

use aws_sdk_iam::types::Tag;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::connection::operation::Request;
use crate::kind::convert::{Built, FromSdk, ToSdk, Unfit};
use crate::kind::tags::{Tagged, Tags, tag_change};

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

/// Brings the tags from `prior` to `want`; a request that has nothing to do is not sent.
pub(super) async fn retag<S: Request, R: Request>(
    aws: &Aws,
    prior: &Tagged,
    want: &Tagged,
    set: impl FnOnce(Option<Vec<Tag>>) -> S,
    remove: impl FnOnce(Option<Vec<String>>) -> R,
) -> Result<(), CloudError> {
    let change = tag_change(prior.all.as_ref(), want.all.as_ref());
    if !change.set.is_empty() {
        aws.done(set(Some(change.set.to_sdk()?))).await?;
    }
    if !change.remove.is_empty() {
        aws.done(remove(Some(change.remove))).await?;
    }
    Ok(())
}
