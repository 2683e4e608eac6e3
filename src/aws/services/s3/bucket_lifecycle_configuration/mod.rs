//! `aws_s3_bucket_lifecycle_configuration`

mod rules;

use async_trait::async_trait;
use aws_sdk_s3::types::{
    self as sdk, BucketLifecycleConfiguration as Configuration, TransitionDefaultMinimumObjectSize,
};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use self::rules::{LifecycleRule, sdk_rule};
use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::incomplete;
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketLifecycleUpdate {
        Rules => ["s3:PutBucketLifecycleConfiguration"],
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

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketLifecycleConfiguration> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let request =
        aws.read().s3().get_bucket_lifecycle_configuration().bucket(&bucket).set_expected_bucket_owner(owner.clone());
    let Some(reply) = absent_is_none(aws.call("s3:GetBucketLifecycleConfiguration", request.send()).await)? else {
        return Ok(None);
    };
    let Some(rules) = reply.rules.filter(|rules| !rules.is_empty()) else { return Ok(None) };
    Ok(Some(BucketLifecycleConfiguration {
        bucket: Some(bucket),
        expected_bucket_owner: owner,
        id: Some(id.to_string()),
        rule: Some(rules.into_iter().map(LifecycleRule::from).collect()),
        transition_default_minimum_object_size: reply
            .transition_default_minimum_object_size
            .map(|size| size.as_str().to_string()),
    }))
}

fn sdk_rules(want: &BucketLifecycleConfiguration) -> Result<Vec<sdk::LifecycleRule>, CloudError> {
    want.rule.iter().flatten().map(sdk_rule).collect()
}

async fn put(
    aws: &Aws,
    id: &PhysicalId,
    want: &BucketLifecycleConfiguration,
    prior: Option<&BucketLifecycleConfiguration>,
) -> Result<(), CloudError> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let configuration = Configuration::builder().set_rules(Some(sdk_rules(want)?)).build().map_err(incomplete)?;
    // The call replaces everything: a size that nobody declares stays what it is.
    let size = [Some(want), prior].into_iter().flatten();
    let size = size.filter_map(|of| of.transition_default_minimum_object_size.as_deref()).find(|size| !size.is_empty());
    let request = aws
        .write()
        .s3()
        .put_bucket_lifecycle_configuration()
        .bucket(bucket)
        .set_expected_bucket_owner(owner)
        .set_transition_default_minimum_object_size(size.map(TransitionDefaultMinimumObjectSize::from))
        .lifecycle_configuration(configuration);
    aws.call("s3:PutBucketLifecycleConfiguration", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for BucketLifecycleConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_lifecycle_configuration";
    const DOC: &'static str = "What happens to a bucket's objects as they grow old.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketLifecycleConfiguration"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteBucketLifecycle"];
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
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("rule.prefix", "deprecated; write filter: [{prefix: …}]")];
    // A lifecycle configuration takes a while to be seen by every server of S3.
    const CONSISTENCY_SECONDS: u32 = 30;

    type Update = BucketLifecycleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let Some(live) = read_one(aws, &id).await? else { return Ok(None) };
        Ok((sdk_rules(&live)? == sdk_rules(wanted)?).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), want.expected_bucket_owner.as_deref()).id();
        put(aws, &id, want, None).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: BucketLifecycleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            BucketLifecycleUpdate::Rules => put(aws, id, want, Some(prior)).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        let request = aws.write().s3().delete_bucket_lifecycle().bucket(bucket).set_expected_bucket_owner(owner);
        gone_is_fine(aws.call("s3:DeleteBucketLifecycle", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
