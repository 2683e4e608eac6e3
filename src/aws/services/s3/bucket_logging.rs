//! `aws_s3_bucket_logging`

use super::prelude::*;

updates! {
    pub enum BucketLoggingUpdate {
        Logging => [PutBucketLogging],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = BucketLoggingUpdate)]
#[sdk(from = sdk::LoggingEnabled, into = sdk::LoggingEnabled)]
pub struct BucketLogging {
    /// The bucket.
    #[field(immutable, required, by_hand)]
    bucket: Option<String>,
    /// The account that must own the bucket.
    #[field(immutable, by_hand)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The bucket that the logs go to.
    #[field(update = Logging, required)]
    target_bucket: Option<String>,
    /// Who may do what with the logs, where the bucket of the logs has ACLs.
    #[field(update = Logging, set, filled, sdk = target_grants)]
    target_grant: Option<Vec<TargetGrant>>,
    /// What the keys of the logs are made of.
    #[field(update = Logging)]
    target_object_key_format: Option<KeyFormat>,
    /// What the keys of the logs begin with.
    #[field(update = Logging, required)]
    target_prefix: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetGrant, into = sdk::TargetGrant)]
pub struct TargetGrant {
    /// Who.
    #[field(required)]
    grantee: Option<Grantee>,
    /// What.
    #[field(required, one_of = ["FULL_CONTROL", "READ", "WRITE"])]
    permission: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Grantee, into = sdk::Grantee)]
pub struct Grantee {
    /// The name that AWS shows.
    #[field(computed)]
    display_name: Option<String>,
    /// The address of an account.
    #[field(filled)]
    email_address: Option<String>,
    /// The canonical id of an account.
    #[field(filled)]
    id: Option<String>,
    /// What the grantee is known by.
    #[field(required, one_of = ["CanonicalUser", "AmazonCustomerByEmail", "Group"])]
    r#type: Option<String>,
    /// The URI of a group.
    #[field(filled)]
    uri: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetObjectKeyFormat, into = sdk::TargetObjectKeyFormat)]
pub struct KeyFormat {
    /// A folder for each day.
    #[field(conflicts = ["simple_prefix"])]
    partitioned_prefix: Option<PartitionedPrefix>,
    /// The prefix, then the time.
    #[field(conflicts = ["partitioned_prefix"])]
    simple_prefix: Option<SimplePrefix>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PartitionedPrefix, into = sdk::PartitionedPrefix)]
pub struct PartitionedPrefix {
    /// Whether the day is that of the events or of the delivery.
    #[field(required, one_of = ["EventTime", "DeliveryTime"])]
    partition_date_source: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SimplePrefix, into = sdk::SimplePrefix)]
pub struct SimplePrefix {}

impl BucketLogging {
    fn sent(&self) -> Result<sdk::LoggingEnabled, Unfit> {
        self.to_sdk()
    }
}

#[async_trait]
impl Setting for BucketLogging {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_logging().bucket(&key.bucket);
        let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.owner.clone())).await)?;
        let Some(live) = reply.and_then(|reply| reply.logging_enabled) else { return Ok(None) };
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
            ..Self::from_sdk(live)?
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let status = sdk::BucketLoggingStatus::builder().logging_enabled(want.sent()?).build();
        let request = aws.write().s3().put_bucket_logging().bucket(&key.bucket);
        aws.done(request.set_expected_bucket_owner(key.owner.clone()).bucket_logging_status(status)).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        Ok(live.sent()? == want.sent()?)
    }
}

#[async_trait]
impl Resource for BucketLogging {
    const TYPE: &'static str = "aws_s3_bucket_logging";
    const DOC: &'static str = "The log of requests for a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketLogging];
    const DELETE_CALLS: Calls = calls![PutBucketLogging];
    const LAGS: &'static [LagReply] = lags::LOGGING;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
target_bucket: ${logs.id}
target_prefix: images/
target_object_key_format: {partitioned_prefix: {partition_date_source: EventTime}}
";

    type Update = BucketLoggingUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketLoggingUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketLoggingUpdate::Logging => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        let request = aws.write().s3().put_bucket_logging().bucket(bucket).set_expected_bucket_owner(owner);
        aws.gone(request.bucket_logging_status(sdk::BucketLoggingStatus::builder().build())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_comes_back() {
        let grantee = Grantee { id: Some("abc".into()), r#type: Some("CanonicalUser".into()), ..Grantee::default() };
        let want = BucketLogging {
            target_bucket: Some("logs".into()),
            target_grant: Some(vec![TargetGrant { grantee: Some(grantee), permission: Some("READ".into()) }]),
            target_object_key_format: Some(KeyFormat { simple_prefix: Some(SimplePrefix {}), ..KeyFormat::default() }),
            target_prefix: Some(String::new()),
            ..BucketLogging::default()
        };
        let live = BucketLogging::from_sdk(want.sent().unwrap()).unwrap();
        assert!(BucketLogging::same(&live, &want).unwrap());
        assert_eq!(live.target_grant, want.target_grant);
        let bare = BucketLogging { target_object_key_format: None, ..want.clone() };
        assert!(!BucketLogging::same(&live, &bare).unwrap());
    }
}
