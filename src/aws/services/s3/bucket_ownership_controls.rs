//! `aws_s3_bucket_ownership_controls`

use super::prelude::*;

updates! {
    pub enum BucketOwnershipControlsUpdate {
        Rule => [PutBucketOwnershipControls],
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OwnershipControlsRule, into = sdk::OwnershipControlsRule)]
pub struct OwnershipRule {
    /// Who owns the objects that others write, and whether ACLs have any effect.
    #[field(required, one_of = ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])]
    object_ownership: Option<String>,
}

#[async_trait]
impl Setting for BucketOwnershipControls {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), None)
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_ownership_controls().bucket(&key.bucket);
        let controls = absent_is_none(aws.send(request).await)?.and_then(|reply| reply.ownership_controls);
        let first = controls.and_then(|controls| controls.rules.into_iter().next());
        let Some(rule) = incoming(first, "rule")? else { return Ok(None) };
        let bucket = Some(key.bucket.clone());
        Ok(Some(Self { id: bucket.clone(), bucket, rule: Some(rule) }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let rule: Option<sdk::OwnershipControlsRule> = outgoing(&want.rule, "rule")?;
        let controls = sdk::OwnershipControls::builder().set_rules(rule.map(|rule| vec![rule]));
        let request = aws.write().s3().put_bucket_ownership_controls().bucket(&key.bucket);
        aws.done(request.ownership_controls(controls.build().map_err(incomplete)?)).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        Ok(live.rule == want.rule)
    }
}

#[async_trait]
impl Resource for BucketOwnershipControls {
    const TYPE: &'static str = "aws_s3_bucket_ownership_controls";
    const DOC: &'static str = "Who owns the objects of a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketOwnershipControls];
    const DELETE_CALLS: Calls = calls![DeleteBucketOwnershipControls];
    const LAGS: &'static [LagReply] = lags::OWNERSHIP_CONTROLS;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
rule: {object_ownership: BucketOwnerEnforced}
";

    type Update = BucketOwnershipControlsUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(
        aws: &Aws,
        call: BucketOwnershipControlsUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            BucketOwnershipControlsUpdate::Rule => {
                Self::put(aws, &BucketKey::parse(change.id), change.want, None).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().s3().delete_bucket_ownership_controls().bucket(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
