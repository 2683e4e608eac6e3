//! `aws_s3_bucket_cors_configuration`

use async_trait::async_trait;
use aws_sdk_s3::types::{self as sdk, CorsConfiguration};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Value,
};

use super::sub_resource::BucketKey;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine};
use crate::kind::convert::{incomplete, int, problem};
use crate::kind::resource::{Change, Read, Resource};
use crate::services::s3::lags;
use crate::updates;

updates! {
    pub enum BucketCorsUpdate {
        Rules => ["s3:PutBucketCors"],
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CorsRule {
    /// Headers that a preflight request may ask for.
    #[field(set)]
    allowed_headers: Option<Vec<String>>,
    /// HTTP methods that are allowed.
    #[field(required, set)]
    allowed_methods: Option<Vec<String>>,
    /// Origins that are allowed; `*` is any.
    #[field(required, set)]
    allowed_origins: Option<Vec<String>>,
    /// Headers of the reply that scripts may see.
    #[field(set)]
    expose_headers: Option<Vec<String>>,
    /// A name for the rule, at most 255 characters.
    #[field(optional)]
    id: Option<String>,
    /// Seconds for which a browser may keep the answer to a preflight request.
    #[field(optional)]
    max_age_seconds: Option<i64>,
}

impl From<sdk::CorsRule> for CorsRule {
    fn from(rule: sdk::CorsRule) -> Self {
        Self {
            allowed_headers: rule.allowed_headers.filter(|headers| !headers.is_empty()),
            allowed_methods: Some(rule.allowed_methods),
            allowed_origins: Some(rule.allowed_origins),
            expose_headers: rule.expose_headers.filter(|headers| !headers.is_empty()),
            id: rule.id.filter(|id| !id.is_empty()),
            max_age_seconds: rule.max_age_seconds.map(i64::from),
        }
    }
}

fn to_sdk(rule: &CorsRule) -> Result<sdk::CorsRule, CloudError> {
    sdk::CorsRule::builder()
        .set_allowed_headers(rule.allowed_headers.clone())
        .set_allowed_methods(rule.allowed_methods.clone())
        .set_allowed_origins(rule.allowed_origins.clone())
        .set_expose_headers(rule.expose_headers.clone())
        .set_id(rule.id.clone())
        .set_max_age_seconds(rule.max_age_seconds.map(int))
        .build()
        .map_err(incomplete)
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<BucketCorsConfiguration> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let request = aws.read().s3().get_bucket_cors().bucket(&bucket).set_expected_bucket_owner(owner.clone());
    let reply = absent_is_none(aws.call("s3:GetBucketCors", request.send()).await)?;
    let Some(rules) = reply.and_then(|reply| reply.cors_rules).filter(|rules| !rules.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(BucketCorsConfiguration {
        bucket: Some(bucket),
        cors_rule: Some(rules.into_iter().map(CorsRule::from).collect()),
        expected_bucket_owner: owner,
        id: Some(id.to_string()),
    }))
}

async fn put(aws: &Aws, id: &PhysicalId, want: &BucketCorsConfiguration) -> Result<(), CloudError> {
    let BucketKey { bucket, owner } = BucketKey::parse(id);
    let rules = want.cors_rule.iter().flatten().map(to_sdk).collect::<Result<Vec<_>, _>>()?;
    let configuration = CorsConfiguration::builder().set_cors_rules(Some(rules)).build().map_err(incomplete)?;
    let request = aws
        .write()
        .s3()
        .put_bucket_cors()
        .bucket(bucket)
        .set_expected_bucket_owner(owner)
        .cors_configuration(configuration);
    aws.call("s3:PutBucketCors", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for BucketCorsConfiguration {
    const TYPE: &'static str = "aws_s3_bucket_cors_configuration";
    const DOC: &'static str = "What web pages of other origins may do with a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: &'static [&'static str] = &["s3:PutBucketCors"];
    const DELETE_CALLS: &'static [&'static str] = &["s3:DeleteBucketCors"];
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
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read_one(aws, &id).await?;
        Ok(live.is_some_and(|live| live.cors_rule == wanted.cors_rule).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = BucketKey::new(want.bucket.as_deref(), want.expected_bucket_owner.as_deref()).id();
        put(aws, &id, want).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: BucketCorsUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            BucketCorsUpdate::Rules => put(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let BucketKey { bucket, owner } = BucketKey::parse(id);
        let request = aws.write().s3().delete_bucket_cors().bucket(bucket).set_expected_bucket_owner(owner);
        gone_is_fine(aws.call("s3:DeleteBucketCors", request.send()).await)
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
