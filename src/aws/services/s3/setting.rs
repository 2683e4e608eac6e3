//! Settings of a bucket, each of which a bucket has once at most: one call sets it, whatever was there before.

use async_trait::async_trait;
use futures::future::join_all;
use wildfire_engine::model::{CloudError, PhysicalId, ReadRequest, Recover, Value};

use crate::Aws;
use crate::kind::resource::{Read, Resource};

/// Such a setting.
#[async_trait]
pub(super) trait Setting: Resource {
    /// Where it is declared to be.
    fn key(&self) -> BucketKey;

    /// The setting of a bucket; nothing where S3 has none.
    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self>;

    /// Sets it. `prior` is what was read last, where it was there.
    async fn put(aws: &Aws, key: &BucketKey, want: &Self, prior: Option<&Self>) -> Result<(), CloudError>;

    /// Whether `live` is what a call that was sent for `want` leaves behind.
    ///
    /// # Errors
    /// `want` cannot be sent.
    fn same(live: &Self, want: &Self) -> Result<bool, CloudError>;
}

/// [`Resource::read`] of settings: S3 has a call for each bucket.
pub(super) async fn read_settings<S: Setting>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<S>> {
    let keys: Vec<BucketKey> = wanted.iter().map(|request| BucketKey::parse(&request.id)).collect();
    join_all(keys.iter().map(|key| S::get(aws, key))).await
}

/// [`Resource::find`] of settings. The call sets a value under the bucket's name: what is there counts only if it is what
/// was sent. Otherwise it is sent again, which does no harm.
pub(super) async fn find_setting<S: Setting>(
    aws: &Aws,
    recover: &Recover,
    wanted: &S,
) -> Result<Option<PhysicalId>, CloudError> {
    let Some(id) = BucketKey::natural(&recover.wanted) else { return Ok(None) };
    let Some(live) = S::get(aws, &BucketKey::parse(&id)).await? else { return Ok(None) };
    Ok(S::same(&live, wanted)?.then_some(id))
}

/// [`Resource::create`] of settings.
pub(super) async fn create_setting<S: Setting>(aws: &Aws, want: &S) -> Result<PhysicalId, CloudError> {
    let key = want.key();
    S::put(aws, &key, want, None).await?;
    Ok(key.id())
}

/// The id of a setting: `BUCKET`, or `BUCKET,OWNER` when an owner is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BucketKey {
    pub bucket: String,
    pub owner: Option<String>,
}

impl BucketKey {
    pub(super) fn new(bucket: Option<&str>, owner: Option<&str>) -> Self {
        Self {
            bucket: bucket.unwrap_or_default().to_string(),
            owner: owner.filter(|owner| !owner.is_empty()).map(String::from),
        }
    }

    pub(super) fn parse(id: &PhysicalId) -> Self {
        match id.as_str().split_once(',') {
            Some((bucket, owner)) => Self::new(Some(bucket), Some(owner)),
            None => Self::new(Some(id.as_str()), None),
        }
    }

    pub(super) fn id(&self) -> PhysicalId {
        match &self.owner {
            Some(owner) => PhysicalId::from(format!("{},{owner}", self.bucket)),
            None => PhysicalId::from(self.bucket.clone()),
        }
    }

    /// The id that the properties tell, once they are known.
    pub(super) fn natural(properties: &Value) -> Option<PhysicalId> {
        let bucket = properties.get("bucket")?.as_str()?;
        let owner = match properties.get("expected_bucket_owner") {
            None | Some(Value::Null) => None,
            Some(owner) => Some(owner.as_str()?),
        };
        Some(Self::new(Some(bucket), owner).id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_part_of_the_id() {
        for id in ["images", "images,123456789012"] {
            assert_eq!(BucketKey::parse(&PhysicalId::from(id)).id().as_str(), id);
        }
    }

    #[test]
    fn an_unknown_owner_leaves_the_id_open() {
        let unknown = Value::Unknown(wildfire_engine::model::Unknown::one("data.me"));
        let properties = Value::from([("bucket", Value::from("images")), ("expected_bucket_owner", unknown)]);
        assert_eq!(BucketKey::natural(&properties), None);
    }
}
