//! `aws_cloudfront_origin_request_policy`

use super::names::{Cookies, PolicyHeaders, QueryStrings, problems, sort};
use super::prelude::*;

updates! {
    pub enum OriginRequestPolicyUpdate {
        Policy => [UpdateOriginRequestPolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = OriginRequestPolicyUpdate)]
#[sdk(from = sdk::OriginRequestPolicyConfig, into = sdk::OriginRequestPolicyConfig)]
pub struct OriginRequestPolicy {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What it is for.
    #[field(update = Policy, length = 0..=128, filled)]
    comment: Option<String>,
    /// The cookies that are sent.
    #[field(update = Policy, required)]
    cookies_config: Option<Cookies>,
    /// What the next change has to name.
    #[field(computed, changes_on_update, by_hand)]
    etag: Option<String>,
    /// The headers that are sent.
    #[field(update = Policy, required)]
    headers_config: Option<PolicyHeaders>,
    /// AWS's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(update = Policy, required, length = 1..=128, pattern = "[A-Za-z0-9_-]+")]
    name: Option<String>,
    /// The parts of the query that are sent.
    #[field(update = Policy, required)]
    query_strings_config: Option<QueryStrings>,
}

/// The policies of the account. CloudFront's lists have no paginator in the SDK.
async fn own(aws: &Aws) -> Result<Vec<sdk::OriginRequestPolicy>, CloudError> {
    let kind = sdk::OriginRequestPolicyType::Custom;
    let (mut marker, mut found) = (None, Vec::new());
    loop {
        let request = aws.read().cloudfront().list_origin_request_policies().r#type(kind.clone()).set_marker(marker);
        let Some(list) = aws.send(request).await?.origin_request_policy_list else { return Ok(found) };
        found.extend(list.items.unwrap_or_default().into_iter().filter_map(|one| one.origin_request_policy));
        marker = filled(list.next_marker);
        if marker.is_none() {
            return Ok(found);
        }
    }
}

impl OriginRequestPolicy {
    fn sorted(mut self) -> Self {
        sort(&mut self.cookies_config, &mut self.headers_config, &mut self.query_strings_config);
        self
    }
}

#[async_trait]
impl Kept for OriginRequestPolicy {
    async fn describe(aws: &Aws, id: &str) -> Read<Self> {
        let request = aws.read().cloudfront().get_origin_request_policy().id(id);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let Some(config) = reply.origin_request_policy.and_then(|live| live.origin_request_policy_config) else {
            return Err(missing(<GetOriginRequestPolicy as Named>::NAME, "config"));
        };
        let arn = format!("arn:{}:cloudfront::{}:origin-request-policy/{id}", aws.partition(), aws.account().await?);
        let live = Self::from_sdk(config)?;
        Ok(Some(Self { arn: Some(arn), etag: reply.e_tag, id: Some(id.to_string()), ..live }))
    }

    fn etag(self) -> Option<String> {
        self.etag
    }
}

#[async_trait]
impl Resource for OriginRequestPolicy {
    const TYPE: &'static str = "aws_cloudfront_origin_request_policy";
    const DOC: &'static str = "What CloudFront sends to an origin beside what its cache goes by.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateOriginRequestPolicy];
    const DELETE_CALLS: Calls = calls![DeleteOriginRequestPolicy];
    const LAGS: &'static [LagReply] = lags::ORIGIN_REQUEST_POLICY;
    const IMPORT_ID: &'static str = "ID";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: api
cookies_config: {cookie_behavior: all}
headers_config: {header_behavior: whitelist, headers: {items: [Accept-Language]}}
query_strings_config: {query_string_behavior: all}
";

    type Update = OriginRequestPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_each(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let sent: sdk::OriginRequestPolicyConfig = wanted.to_sdk()?;
        let listed = own(aws).await?.into_iter().map(|live| (live.id, live.origin_request_policy_config));
        same_as_sent(&sent, listed, |config| &config.name, |config| Ok(Self::from_sdk(config)?.sorted()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request =
            aws.write().cloudfront().create_origin_request_policy().origin_request_policy_config(want.to_sdk()?);
        aws.made(request, |reply| reply.origin_request_policy.map(|live| live.id)).await
    }

    async fn update(aws: &Aws, call: OriginRequestPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            OriginRequestPolicyUpdate::Policy => {
                let request = aws.write().cloudfront().update_origin_request_policy().id(id.as_str());
                let request = request.set_if_match(etag::<Self>(aws, id).await?);
                aws.done(request.origin_request_policy_config(want.to_sdk()?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(etag) = etag::<Self>(aws, id).await? else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_origin_request_policy().id(id.as_str()).if_match(etag)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        problems(properties, "")
    }
}
