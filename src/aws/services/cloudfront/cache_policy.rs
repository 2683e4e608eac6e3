//! `aws_cloudfront_cache_policy`

use super::names::{Cookies, PolicyHeaders, QueryStrings, problems, sort};
use super::prelude::*;

updates! {
    pub enum CachePolicyUpdate {
        Policy => [UpdateCachePolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = CachePolicyUpdate)]
#[sdk(from = sdk::CachePolicyConfig, into = sdk::CachePolicyConfig)]
pub struct CachePolicy {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What it is for.
    #[field(update = Policy, length = 0..=128, filled)]
    comment: Option<String>,
    /// Seconds for which an object is kept whose origin says nothing.
    #[field(update = Policy, default = 86400, range = 0..=2147483647)]
    default_ttl: Option<i64>,
    /// What the next change has to name.
    #[field(computed, changes_on_update, by_hand)]
    etag: Option<String>,
    /// AWS's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// Seconds for which an object is kept at most.
    #[field(update = Policy, default = 31536000, range = 0..=2147483647)]
    max_ttl: Option<i64>,
    /// Seconds for which an object is kept at least.
    #[field(update = Policy, default = 0, range = 0..=2147483647)]
    min_ttl: Option<i64>,
    /// The name, unique in the account.
    #[field(update = Policy, required, length = 1..=128, pattern = "[A-Za-z0-9_-]+")]
    name: Option<String>,
    /// What tells objects of the cache apart, and goes to the origin with a request.
    #[field(update = Policy, required)]
    parameters_in_cache_key_and_forwarded_to_origin: Option<Parameters>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ParametersInCacheKeyAndForwardedToOrigin, into = sdk::ParametersInCacheKeyAndForwardedToOrigin)]
pub struct Parameters {
    /// The cookies.
    #[field(required)]
    cookies_config: Option<Cookies>,
    /// Whether objects that are compressed with Brotli are kept apart.
    #[field(default = false)]
    enable_accept_encoding_brotli: Option<bool>,
    /// Whether objects that are compressed with gzip are kept apart.
    #[field(default = false)]
    enable_accept_encoding_gzip: Option<bool>,
    /// The headers.
    #[field(required)]
    headers_config: Option<PolicyHeaders>,
    /// The parts of the query.
    #[field(required)]
    query_strings_config: Option<QueryStrings>,
}

/// The policies of the account. CloudFront's lists have no paginator in the SDK.
async fn own(aws: &Aws) -> Result<Vec<sdk::CachePolicy>, CloudError> {
    let kind = sdk::CachePolicyType::Custom;
    let (mut marker, mut found) = (None, Vec::new());
    loop {
        let request = aws.read().cloudfront().list_cache_policies().r#type(kind.clone()).set_marker(marker);
        let Some(list) = aws.send(request).await?.cache_policy_list else { return Ok(found) };
        found.extend(list.items.unwrap_or_default().into_iter().filter_map(|one| one.cache_policy));
        marker = filled(list.next_marker);
        if marker.is_none() {
            return Ok(found);
        }
    }
}

impl CachePolicy {
    fn sorted(mut self) -> Self {
        if let Some(parameters) = &mut self.parameters_in_cache_key_and_forwarded_to_origin {
            let Parameters { cookies_config, headers_config, query_strings_config, .. } = parameters;
            sort(cookies_config, headers_config, query_strings_config);
        }
        self
    }
}

#[async_trait]
impl Kept for CachePolicy {
    async fn describe(aws: &Aws, id: &str) -> Read<Self> {
        let request = aws.read().cloudfront().get_cache_policy().id(id);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let Some(config) = reply.cache_policy.and_then(|live| live.cache_policy_config) else {
            return Err(missing(<GetCachePolicy as Named>::NAME, "config"));
        };
        let arn = format!("arn:{}:cloudfront::{}:cache-policy/{id}", aws.partition(), aws.account().await?);
        let live = Self::from_sdk(config)?;
        Ok(Some(Self { arn: Some(arn), etag: reply.e_tag, id: Some(id.to_string()), ..live }))
    }

    fn etag(self) -> Option<String> {
        self.etag
    }
}

#[async_trait]
impl Resource for CachePolicy {
    const TYPE: &'static str = "aws_cloudfront_cache_policy";
    const DOC: &'static str = "What CloudFront tells objects in its cache apart by, and how long it keeps them.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateCachePolicy];
    const DELETE_CALLS: Calls = calls![DeleteCachePolicy];
    const LAGS: &'static [LagReply] = lags::CACHE_POLICY;
    const IMPORT_ID: &'static str = "ID";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: images
default_ttl: 3600
parameters_in_cache_key_and_forwarded_to_origin:
  cookies_config: {cookie_behavior: none}
  headers_config: {header_behavior: none}
  query_strings_config: {query_string_behavior: whitelist, query_strings: {items: [width]}}
";

    type Update = CachePolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_each(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let sent: sdk::CachePolicyConfig = wanted.to_sdk()?;
        let listed = own(aws).await?.into_iter().map(|live| (live.id, live.cache_policy_config));
        same_as_sent(&sent, listed, |config| &config.name, |config| Ok(Self::from_sdk(config)?.sorted()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().cloudfront().create_cache_policy().cache_policy_config(want.to_sdk()?);
        aws.made(request, |reply| reply.cache_policy.map(|live| live.id)).await
    }

    async fn update(aws: &Aws, call: CachePolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            CachePolicyUpdate::Policy => {
                let request = aws.write().cloudfront().update_cache_policy().id(id.as_str());
                let request = request.set_if_match(etag::<Self>(aws, id).await?);
                aws.done(request.cache_policy_config(want.to_sdk()?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(etag) = etag::<Self>(aws, id).await? else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_cache_policy().id(id.as_str()).if_match(etag)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        const PARAMETERS: &str = "parameters_in_cache_key_and_forwarded_to_origin";
        properties.get(PARAMETERS).map_or_else(Vec::new, |parameters| problems(parameters, &format!("{PARAMETERS}.")))
    }
}
