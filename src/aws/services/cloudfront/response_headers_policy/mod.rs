//! `aws_cloudfront_response_headers_policy`

mod blocks;

use self::blocks::{Cors, CustomHeaders, RemoveHeaders, SecurityHeaders, ServerTiming};
use super::prelude::*;

updates! {
    pub enum ResponseHeadersPolicyUpdate {
        Policy => [UpdateResponseHeadersPolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ResponseHeadersPolicyUpdate)]
#[sdk(from = sdk::ResponseHeadersPolicyConfig, into = sdk::ResponseHeadersPolicyConfig)]
pub struct ResponseHeadersPolicy {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What it is for.
    #[field(update = Policy, length = 0..=128, filled)]
    comment: Option<String>,
    /// What pages of other sites may do.
    #[field(update = Policy)]
    cors_config: Option<Cors>,
    /// Headers that are added.
    #[field(update = Policy)]
    custom_headers_config: Option<CustomHeaders>,
    /// What the next change has to name.
    #[field(computed, changes_on_update, by_hand)]
    etag: Option<String>,
    /// AWS's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(update = Policy, required, length = 1..=128, pattern = "[A-Za-z0-9_-]+")]
    name: Option<String>,
    /// Headers that are taken out.
    #[field(update = Policy)]
    remove_headers_config: Option<RemoveHeaders>,
    /// Headers that tell browsers to be careful.
    #[field(update = Policy)]
    security_headers_config: Option<SecurityHeaders>,
    /// A header that tells how long things took.
    #[field(update = Policy)]
    server_timing_headers_config: Option<ServerTiming>,
}

/// The policies of the account. CloudFront's lists have no paginator in the SDK.
async fn own(aws: &Aws) -> Result<Vec<sdk::ResponseHeadersPolicy>, CloudError> {
    let kind = sdk::ResponseHeadersPolicyType::Custom;
    let (mut marker, mut found) = (None, Vec::new());
    loop {
        let request = aws.read().cloudfront().list_response_headers_policies().r#type(kind.clone()).set_marker(marker);
        let Some(list) = aws.send(request).await?.response_headers_policy_list else { return Ok(found) };
        found.extend(list.items.unwrap_or_default().into_iter().filter_map(|one| one.response_headers_policy));
        marker = filled(list.next_marker);
        if marker.is_none() {
            return Ok(found);
        }
    }
}

impl ResponseHeadersPolicy {
    /// With its lists in one order, and without blocks in which nothing is.
    fn sorted(mut self) -> Self {
        self.cors_config.iter_mut().for_each(Cors::sort);
        self.custom_headers_config.iter_mut().for_each(CustomHeaders::sort);
        self.remove_headers_config.iter_mut().for_each(RemoveHeaders::sort);
        self.custom_headers_config = self.custom_headers_config.filter(|headers| !headers.is_empty());
        self.remove_headers_config = self.remove_headers_config.filter(|headers| !headers.is_empty());
        self.security_headers_config =
            self.security_headers_config.filter(|headers| *headers != SecurityHeaders::default());
        self
    }
}

#[async_trait]
impl Kept for ResponseHeadersPolicy {
    async fn describe(aws: &Aws, id: &str) -> Read<Self> {
        let request = aws.read().cloudfront().get_response_headers_policy().id(id);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let Some(config) = reply.response_headers_policy.and_then(|live| live.response_headers_policy_config) else {
            return Err(missing(<GetResponseHeadersPolicy as Named>::NAME, "config"));
        };
        let arn = format!("arn:{}:cloudfront::{}:response-headers-policy/{id}", aws.partition(), aws.account().await?);
        let live = Self::from_sdk(config)?.sorted();
        Ok(Some(Self { arn: Some(arn), etag: reply.e_tag, id: Some(id.to_string()), ..live }))
    }

    fn etag(self) -> Option<String> {
        self.etag
    }
}

#[async_trait]
impl Resource for ResponseHeadersPolicy {
    const TYPE: &'static str = "aws_cloudfront_response_headers_policy";
    const DOC: &'static str = "Headers that CloudFront adds to its answers, or takes out of them.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateResponseHeadersPolicy];
    const DELETE_CALLS: Calls = calls![DeleteResponseHeadersPolicy];
    const LAGS: &'static [LagReply] = lags::RESPONSE_HEADERS_POLICY;
    const IMPORT_ID: &'static str = "ID";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: site
security_headers_config:
  content_type_options: {override: true}
  strict_transport_security: {access_control_max_age_sec: 31536000, include_subdomains: true, override: true}
";

    type Update = ResponseHeadersPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_each(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let sent: sdk::ResponseHeadersPolicyConfig = wanted.to_sdk()?;
        let listed = own(aws).await?.into_iter().map(|live| (live.id, live.response_headers_policy_config));
        same_as_sent(&sent, listed, |config| &config.name, |config| Ok(Self::from_sdk(config)?.sorted()))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request =
            aws.write().cloudfront().create_response_headers_policy().response_headers_policy_config(want.to_sdk()?);
        aws.made(request, |reply| reply.response_headers_policy.map(|live| live.id)).await
    }

    async fn update(aws: &Aws, call: ResponseHeadersPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            ResponseHeadersPolicyUpdate::Policy => {
                let request = aws.write().cloudfront().update_response_headers_policy().id(id.as_str());
                let request = request.set_if_match(etag::<Self>(aws, id).await?);
                aws.done(request.response_headers_policy_config(want.to_sdk()?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(etag) = etag::<Self>(aws, id).await? else { return Ok(()) };
        aws.gone(aws.write().cloudfront().delete_response_headers_policy().id(id.as_str()).if_match(etag)).await
    }
}
