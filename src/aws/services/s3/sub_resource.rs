//! What the sub-resources of a bucket share: their id, and that one exists at most once per bucket.

use wildfire_engine::model::{PhysicalId, Value};

/// The id of a sub-resource: `BUCKET`, or `BUCKET,OWNER` when an owner is expected.
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
