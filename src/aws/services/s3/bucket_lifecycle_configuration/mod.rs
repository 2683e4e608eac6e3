//! `aws_s3_bucket_lifecycle_configuration`

mod rules;

use self::rules::{LifecycleRule, rule_from_sdk, rule_to_sdk};
use super::prelude::*;

updates! {
    pub enum BucketLifecycleUpdate {
        Rules => [PutBucketLifecycleConfiguration],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketLifecycleUpdate)]
pub struct BucketLifecycleConfiguration {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The account that must own the bucket.
    #[field(immutable)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed)]
    id: Option<String>,
    /// What happens to objects as they grow old.
    #[field(update = Rules, required, set)]
    rule: Option<Vec<LifecycleRule>>,
    /// The size below which objects are not moved to other storage classes.
    #[field(update = Rules, aws_default, one_of = ["all_storage_classes_128K", "varies_by_storage_class"])]
    transition_default_minimum_object_size: Option<String>,
}

fn rules(of: &BucketLifecycleConfiguration) -> Result<Vec<sdk::LifecycleRule>, CloudError> {
    Ok(of.rule.iter().flatten().map(rule_to_sdk).collect::<Result<_, Unfit>>()?)
}

#[async_trait]
impl Setting for BucketLifecycleConfiguration {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_lifecycle_configuration().bucket(&key.bucket);
        let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.owner.clone())).await)?;
        let Some(reply) = reply else { return Ok(None) };
        let Some(rules) = filled(reply.rules) else { return Ok(None) };
        let size = reply.transition_default_minimum_object_size;
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
            rule: Some(rules.into_iter().map(rule_from_sdk).collect::<Result<_, _>>()?),
            transition_default_minimum_object_size: incoming(size, "transition_default_minimum_object_size")?,
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, prior: Option<&Self>) -> Result<(), CloudError> {
        let configuration = sdk::BucketLifecycleConfiguration::builder().set_rules(Some(rules(want)?));
        // The call replaces everything: a size that nobody declares stays what it is.
        let sizes = [Some(want), prior].into_iter().flatten();
        let size =
            sizes.filter_map(|of| of.transition_default_minimum_object_size.as_deref()).find(|size| !size.is_empty());
        let request = aws
            .write()
            .s3()
            .put_bucket_lifecycle_configuration()
            .bucket(&key.bucket)
            .set_expected_bucket_owner(key.owner.clone())
            .set_transition_default_minimum_object_size(size.map(sdk::TransitionDefaultMinimumObjectSize::from))
            .lifecycle_configuration(configuration.build().map_err(incomplete)?);
        aws.done(request).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        Ok(rules(live)? == rules(want)?)
    }
}

#[async_trait]
impl Resource for BucketLifecycleConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_lifecycle_configuration";
    const DOC: &'static str = "What happens to a bucket's objects as they grow old.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketLifecycleConfiguration];
    const DELETE_CALLS: Calls = calls![DeleteBucketLifecycle];
    const LAGS: &'static [LagReply] = lags::LIFECYCLE;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${logs.id}
rule:
  - id: old-logs
    status: Enabled
    filter: [{prefix: logs/}]
    transition: [{days: 30, storage_class: STANDARD_IA}]
    expiration: [{days: 365}]
";
    const UNSUPPORTED: Refused = &[("rule.prefix", "deprecated; write filter: [{prefix: …}]")];
    // A lifecycle configuration takes a while to be seen by every server of S3.
    const CONSISTENCY_SECONDS: u32 = 30;

    type Update = BucketLifecycleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketLifecycleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketLifecycleUpdate::Rules => {
                Self::put(aws, &BucketKey::parse(change.id), change.want, Some(change.prior)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        let request = aws.write().s3().delete_bucket_lifecycle().bucket(bucket).set_expected_bucket_owner(owner);
        aws.gone(request).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
