//! `aws_s3_bucket_cors_configuration`

use super::prelude::*;

updates! {
    pub enum BucketCorsUpdate {
        Rules => [PutBucketCors],
    }
}

/// S3's limit.
const MOST_RULES: usize = 100;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = BucketCorsUpdate)]
pub struct BucketCorsConfiguration {
    /// The bucket.
    #[field(immutable, required)]
    bucket: Option<String>,
    /// What web pages of other origins may do, at most 100 rules.
    #[field(update = Rules, required, set)]
    cors_rule: Option<Vec<CorsRule>>,
    /// The account that must own the bucket.
    #[field(immutable)]
    expected_bucket_owner: Option<String>,
    /// The bucket's name, and its owner if one is expected.
    #[field(computed)]
    id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CorsRule, into = sdk::CorsRule)]
pub struct CorsRule {
    /// Headers that a preflight request may ask for.
    #[field(set, filled)]
    allowed_headers: Option<Vec<String>>,
    /// HTTP methods that are allowed.
    #[field(required, set)]
    allowed_methods: Option<Vec<String>>,
    /// Origins that are allowed; `*` is any.
    #[field(required, set)]
    allowed_origins: Option<Vec<String>>,
    /// Headers of the reply that scripts may see.
    #[field(set, filled)]
    expose_headers: Option<Vec<String>>,
    /// A name for the rule, at most 255 characters.
    #[field(filled)]
    id: Option<String>,
    /// Seconds for which a browser may keep the answer to a preflight request.
    #[field(optional)]
    max_age_seconds: Option<i64>,
}

#[async_trait]
impl Setting for BucketCorsConfiguration {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), self.expected_bucket_owner.as_deref())
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_cors().bucket(&key.bucket);
        let reply = absent_is_none(aws.send(request.set_expected_bucket_owner(key.owner.clone())).await)?;
        let rules = filled(reply.and_then(|reply| reply.cors_rules));
        let Some(cors_rule) = incoming(rules, "cors_rule")? else { return Ok(None) };
        Ok(Some(Self {
            bucket: Some(key.bucket.clone()),
            cors_rule: Some(cors_rule),
            expected_bucket_owner: key.owner.clone(),
            id: Some(key.id().to_string()),
        }))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let rules = outgoing(&want.cors_rule, "cors_rule")?;
        let configuration = sdk::CorsConfiguration::builder().set_cors_rules(rules).build().map_err(incomplete)?;
        let request = aws.write().s3().put_bucket_cors().bucket(&key.bucket);
        aws.done(request.set_expected_bucket_owner(key.owner.clone()).cors_configuration(configuration)).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        Ok(live.cors_rule == want.cors_rule)
    }
}

#[async_trait]
impl Resource for BucketCorsConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_cors_configuration";
    const DOC: &'static str = "What web pages of other origins may do with a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketCors];
    const DELETE_CALLS: Calls = calls![DeleteBucketCors];
    const LAGS: &'static [LagReply] = lags::CORS;
    const IMPORT_ID: &'static str = "BUCKET[,OWNER]";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
cors_rule:
  - allowed_methods: [GET, HEAD]
    allowed_origins: [\"https://www.acme.example\"]
    allowed_headers: [\"*\"]
    max_age_seconds: 3000
";

    type Update = BucketCorsUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketCorsUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketCorsUpdate::Rules => Self::put(aws, &BucketKey::parse(change.id), change.want, None).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        let request = aws.write().s3().delete_bucket_cors().bucket(bucket).set_expected_bucket_owner(owner);
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let rules = properties.get("cors_rule").and_then(Value::as_list).map_or(0, <[Value]>::len);
        match rules > MOST_RULES {
            true => vec![problem("cors_rule", format!("{rules} rules; S3 takes at most {MOST_RULES}"))],
            false => Vec::new(),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}
