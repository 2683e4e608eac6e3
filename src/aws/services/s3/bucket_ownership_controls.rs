//! `aws_s3_bucket_ownership_controls`

use async_trait::async_trait;
use aws_sdk_s3::types::{ObjectOwnership, OwnershipControls, OwnershipControlsRule};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::incomplete;
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketOwnershipControlsUpdate {
        Rule => ["s3:PutBucketOwnershipControls"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketOwnershipControlsUpdate)]
pub struct BucketOwnershipControls {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// The bucket's name.
    #[field(computed)]
    id: Option<String>,
    /// Who owns objects.
    #[field(update = Rule, required)]
    rule: Option<OwnershipRule>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct OwnershipRule {
    /// Who owns the objects that others write, and whether ACLs have any effect.
    #[field(required, one_of = ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])]
    object_ownership: Option<String>,
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketOwnershipControls> {
    let request = aws.read().s3().get_bucket_ownership_controls().bucket(id.as_str());
    let reply = absent_is_none(aws.call("s3:GetBucketOwnershipControls", request.send()).await)?;
    let rules = reply.and_then(|reply| reply.ownership_controls).map(|controls| controls.rules).unwrap_or_default();
    let Some(rule) = rules.into_iter().next() else { return Ok(None) };
    Ok(Some(BucketOwnershipControls {
        bucket: Some(id.to_string()),
        id: Some(id.to_string()),
        rule: Some(OwnershipRule { object_ownership: Some(rule.object_ownership.as_str().to_string()) }),
    }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketOwnershipControls) -> Result<(), CloudError> {
    let ownership = want.rule.as_ref().and_then(|rule| rule.object_ownership.as_deref());
    let rule = OwnershipControlsRule::builder()
        .set_object_ownership(ownership.map(ObjectOwnership::from))
        .build()
        .map_err(incomplete)?;
    let controls = OwnershipControls::builder().rules(rule).build().map_err(incomplete)?;
    let request = aws.write().s3().put_bucket_ownership_controls().bucket(id.as_str()).ownership_controls(controls);
    aws.call("s3:PutBucketOwnershipControls", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for BucketOwnershipControls {
    const TYPE: &'static str = "aws_s3_bucket_ownership_controls";
    const DOC: &'static str = "Who owns the objects of a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketOwnershipControls"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteBucketOwnershipControls"];
    const LAGS: &'static [LagReply] = lags::OWNERSHIP_CONTROLS;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
rule: {object_ownership: BucketOwnerEnforced}
";

    type Update = BucketOwnershipControlsUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        Ok(live.is_some_and(|live| live.rule == wanted.rule).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), None).id();
        put(aws, &id, want).await?;
        Ok(id)
    }

    async fn update(
        aws: &Aws,
        call: BucketOwnershipControlsUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketOwnershipControlsUpdate::Rule => put(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().s3().delete_bucket_ownership_controls().bucket(id.as_str());
        gone_is_fine(aws.call("s3:DeleteBucketOwnershipControls", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
