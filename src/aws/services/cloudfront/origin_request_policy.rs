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

/// Every policy of one kind: those of the account (`custom`) or those of AWS (`managed`); of both without a kind.
async fn all(
    aws: &Aws,
    kind: Option<sdk::OriginRequestPolicyType>,
) -> Result<Vec<sdk::OriginRequestPolicy>, CloudError> {
    let (mut marker, mut found) = (None, Vec::new());
    loop {
        let request = aws.read().cloudfront().list_origin_request_policies().set_type(kind.clone()).set_marker(marker);
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

async fn describe(aws: &Aws, id: &str) -> Read<OriginRequestPolicy> {
    let request = aws.read().cloudfront().get_origin_request_policy().id(id);
    let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
    let Some(config) = reply.origin_request_policy.and_then(|live| live.origin_request_policy_config) else {
        return Err(missing(<GetOriginRequestPolicy as crate::connection::operation::Operation>::NAME, "config"));
    };
    let arn = format!("arn:{}:cloudfront::{}:origin-request-policy/{id}", aws.partition(), aws.account().await?);
    let live = OriginRequestPolicy::from_sdk(config)?;
    Ok(Some(OriginRequestPolicy { arn: Some(arn), etag: reply.e_tag, id: Some(id.to_string()), ..live }))
}

/// What the next change of it has to name; nothing where it is gone.
async fn etag(aws: &Aws, id: &str) -> Result<Option<String>, CloudError> {
    Ok(describe(aws, id).await?.and_then(|live| live.etag))
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
        // The list has no entity tags.
        join_all(wanted.iter().map(|request| describe(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let sent: sdk::OriginRequestPolicyConfig = wanted.to_sdk()?;
        let custom = all(aws, Some(sdk::OriginRequestPolicyType::Custom)).await?;
        for live in custom {
            // A list of names has no order, so the whole is compared as it would be read.
            let Some(config) = live.origin_request_policy_config.filter(|config| config.name == sent.name) else {
                continue;
            };
            let same = Self::from_sdk(config)?.sorted() == Self::from_sdk(sent.clone())?.sorted();
            return Ok(same.then(|| live.id.into()));
        }
        Ok(None)
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
                let request = request.set_if_match(etag(aws, id.as_str()).await?);
                aws.done(request.origin_request_policy_config(want.to_sdk()?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(etag) = etag(aws, id.as_str()).await? else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_origin_request_policy().id(id.as_str()).if_match(etag)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        [
            ("cookies_config", "cookie_behavior", "cookies"),
            ("headers_config", "header_behavior", "headers"),
            ("query_strings_config", "query_string_behavior", "query_strings"),
        ]
        .into_iter()
        .flat_map(|(block, behaviour, list)| problems(properties, block, behaviour, list, ""))
        .collect()
    }
}
