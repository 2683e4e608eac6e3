//! `aws_cloudfront_distribution`

mod behavior;
mod blocks;
mod carried;
mod checks;
mod lists;
mod origin;
mod request;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use wildfire_engine::model::{ErrorKind, NaturalKey, Readiness};

use self::behavior::{DefaultBehavior, OrderedBehavior};
use self::blocks::{
    ActiveKeyGroups, ActiveSigners, ErrorResponse, Logging, OriginGroup, Restrictions, ViewerCertificate,
};
use self::origin::Origin;
use super::prelude::*;
use crate::kind::convert::{incoming_text, sent_tags};
use crate::kind::tags::{Tagged, Tags, arn_to_tag, retag};

updates! {
    pub enum DistributionUpdate {
        Config => [UpdateDistribution],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DistributionUpdate)]
#[sdk(from = sdk::DistributionConfig, create = sdk::builders::DistributionConfigBuilder)]
pub struct Distribution {
    /// The names that are its own besides the one that CloudFront gives it.
    #[field(update = Config, set, filled)]
    aliases: Option<Vec<String>>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// What tells the request that made it from all others.
    #[field(computed)]
    caller_reference: Option<String>,
    /// What it is for.
    #[field(update = Config, length = 0..=128, filled)]
    comment: Option<String>,
    /// The policy that sends a part of the requests to another distribution, by its id.
    #[field(update = Config, aws_default, filled)]
    continuous_deployment_policy_id: Option<String>,
    /// What is answered in place of errors.
    #[field(update = Config, set, filled, sdk = custom_error_responses)]
    custom_error_response: Option<Vec<ErrorResponse>>,
    /// How requests are answered that no other behaviour is about.
    #[field(update = Config, required, sent_by_hand)]
    default_cache_behavior: Option<DefaultBehavior>,
    /// The object that stands for `/`: `index.html`.
    #[field(update = Config, filled, length = 0..=255)]
    default_root_object: Option<String>,
    /// The name that CloudFront gives it.
    #[field(computed, by_hand)]
    domain_name: Option<String>,
    /// Whether it answers requests.
    #[field(update = Config, required)]
    enabled: Option<bool>,
    /// What the next change has to name.
    #[field(computed, changes_on_update, by_hand)]
    etag: Option<String>,
    /// The zone of Route 53 for records that are aliases of distributions.
    #[field(computed, by_hand)]
    hosted_zone_id: Option<String>,
    /// The newest version of HTTP that is spoken.
    #[field(update = Config, default = "http2", forms = Case, one_of = ["http1.1", "http2", "http2and3", "http3"])]
    http_version: Option<String>,
    /// AWS's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// How many invalidations are under way.
    #[field(computed, changes_on_update, by_hand)]
    in_progress_validation_batches: Option<i64>,
    /// Whether it has addresses of IPv6.
    #[field(update = Config, default = false)]
    is_ipv6_enabled: Option<bool>,
    /// When it was changed last.
    #[field(computed, changes_on_update, by_hand, forms = Timestamp)]
    last_modified_time: Option<String>,
    /// Where requests are logged.
    #[field(update = Config, by_hand)]
    logging_config: Option<Logging>,
    /// How requests are answered, by their paths; the first that fits counts.
    #[field(update = Config, filled, sdk = cache_behaviors, sent_by_hand)]
    ordered_cache_behavior: Option<Vec<OrderedBehavior>>,
    /// Where objects come from.
    #[field(update = Config, required, set, sdk = origins, sent_by_hand)]
    origin: Option<Vec<Origin>>,
    /// Pairs of origins, of which the second one stands in for the first.
    #[field(update = Config, set, filled, sdk = origin_groups)]
    origin_group: Option<Vec<OriginGroup>>,
    /// Which of CloudFront's places answer.
    #[field(update = Config, default = "PriceClass_All")]
    #[field(one_of = ["PriceClass_100", "PriceClass_200", "PriceClass_All"])]
    price_class: Option<String>,
    /// Who gets answers.
    #[field(update = Config, required)]
    restrictions: Option<Restrictions>,
    /// Whether a deletion leaves it at AWS, disabled.
    #[field(local, default = false)]
    retain_on_delete: Option<bool>,
    /// Whether another distribution is tried out with it.
    #[field(immutable, default = false)]
    staging: Option<bool>,
    /// AWS's word for the status.
    #[field(computed, changes_on_update, by_hand)]
    status: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, by_hand)]
    tags: Tagged,
    /// The groups of keys whose signatures are taken.
    #[field(computed, changes_on_update, by_hand)]
    trusted_key_groups: Option<Vec<ActiveKeyGroups>>,
    /// The accounts whose signatures are taken.
    #[field(computed, changes_on_update, by_hand)]
    trusted_signers: Option<Vec<ActiveSigners>>,
    /// The certificate for requests with encryption.
    #[field(update = Config, required, sent_by_hand)]
    viewer_certificate: Option<ViewerCertificate>,
    /// Whether a change is waited for until it is everywhere.
    #[field(local, default = true)]
    wait_for_deployment: Option<bool>,
    /// The web ACL: its ARN, or its id where it is of the older kind.
    #[field(update = Config, filled)]
    web_acl_id: Option<String>,
    /// AWS's word for the status, while a change of this run is waited for.
    #[field(computed)]
    _deploying: Option<String>,
}

const DEPLOYED: &str = "Deployed";

/// The distributions that this connection has changed, and that are waited for.
#[derive(Default)]
struct Deploying(Mutex<HashSet<String>>);

impl Deploying {
    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn wait_for(aws: &Aws, id: &str, want: &Distribution) {
    if want.wait_for_deployment != Some(false) {
        aws.memory::<Deploying>().with(|deploying| deploying.insert(id.into()));
    }
}

/// The zone of all distributions: <https://docs.aws.amazon.com/general/latest/gr/cf_region.html>
fn zone(partition: &str) -> &'static str {
    if partition == "aws-cn" { "Z3RFFRIM2A3IF5" } else { "Z2FDTNDATAQYW2" }
}

async fn describe(aws: &Aws, request: &ReadRequest) -> Read<Distribution> {
    let id = request.id.as_str();
    let reply = aws.send(aws.read().cloudfront().get_distribution().id(id)).await;
    let Some(reply) = absent_is_none(reply)? else { return Ok(None) };
    let lacks = |what| missing(<GetDistribution as Named>::NAME, what);
    let mut live = reply.distribution.ok_or_else(|| lacks("distribution"))?;
    let config = live.distribution_config.take().ok_or_else(|| lacks("config"))?;
    let tags = match asks_for(request, &["tags", "tags_all"]) {
        true => {
            let request = aws.read().cloudfront().list_tags_for_resource().resource(&live.arn);
            let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
            let all = incoming(reply.tags, "tags")?;
            Tagged { own: None, all: Some(all.unwrap_or_default()) }
        }
        false => Tagged::default(),
    };
    let waits = aws.memory::<Deploying>().with(|deploying| {
        if live.status == DEPLOYED {
            deploying.remove(id);
        }
        deploying.contains(id)
    });
    Ok(Some(Distribution {
        arn: Some(live.arn),
        domain_name: Some(live.domain_name),
        etag: reply.e_tag,
        hosted_zone_id: Some(zone(aws.partition()).into()),
        id: Some(live.id),
        in_progress_validation_batches: Some(live.in_progress_invalidation_batches.into()),
        last_modified_time: incoming_text(Some(live.last_modified_time), "last_modified_time")?,
        _deploying: waits.then(|| live.status.clone()),
        status: Some(live.status),
        tags,
        trusted_key_groups: incoming(live.active_trusted_key_groups.map(|one| vec![one]), "trusted_key_groups")?,
        trusted_signers: incoming(live.active_trusted_signers.map(|one| vec![one]), "trusted_signers")?,
        ..request::read(config)?
    }))
}

/// The configuration, and the version that a change of it has to name.
async fn config(aws: &Aws, id: &str) -> Result<Option<(sdk::DistributionConfig, Option<String>)>, CloudError> {
    let reply = aws.send(aws.read().cloudfront().get_distribution_config().id(id)).await;
    let Some(reply) = absent_is_none(reply)? else { return Ok(None) };
    let config = reply.distribution_config;
    Ok(Some((config.ok_or_else(|| missing(<GetDistributionConfig as Named>::NAME, "config"))?, reply.e_tag)))
}

async fn put(aws: &Aws, id: &str, config: sdk::DistributionConfig, etag: Option<String>) -> Result<(), CloudError> {
    let request = aws.write().cloudfront().update_distribution().id(id).set_if_match(etag);
    aws.done(request.distribution_config(config)).await
}

fn busy(message: String) -> CloudError {
    CloudError::new(ErrorKind::Busy, message)
}

#[async_trait]
impl Resource for Distribution {
    const TYPE: &'static str = "aws_cloudfront_distribution";
    const DOC: &'static str = "Answers requests all over the world, out of a cache where it can.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateDistributionWithTags];
    const DELETE_CALLS: Calls = calls![UpdateDistribution, DeleteDistribution];
    const LAGS: &'static [LagReply] = lags::DISTRIBUTION;
    const APART: &'static [&'static str] = &["tags", "tags_all"];
    const TERRAFORM_VERSION: u32 = 1;
    const IMPORT_ID: &'static str = "ID";
    const EXAMPLE: &'static str = "\
enabled: true
comment: The site
default_root_object: index.html
origin:
  - origin_id: site
    domain_name: ${site.bucket_regional_domain_name}
    origin_access_control_id: ${control.id}
default_cache_behavior:
  target_origin_id: site
  viewer_protocol_policy: redirect-to-https
  allowed_methods: [GET, HEAD]
  cached_methods: [GET, HEAD]
  cache_policy_id: 658327ea-f89d-4fab-a63d-7e88639e58f6
  compress: true
restrictions: {geo_restriction: {restriction_type: none}}
viewer_certificate: {cloudfront_default_certificate: true}
";
    const USUAL_SECONDS: u32 = 240;
    const POLL_SECONDS: u32 = 10;

    type Update = DistributionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // No list has the versions, nor all of the configuration.
        join_all(wanted.iter().map(|request| describe(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let token = recover.operation.id.as_str();
        let request = aws.read().cloudfront().list_distributions();
        let all = aws.pages(request, |page| page.distribution_list.and_then(|list| list.items)).await?;
        // The list has no references. What was sent has this comment.
        let comment = wanted.comment.clone().unwrap_or_default();
        for live in all.into_iter().filter(|live| live.comment == comment) {
            if config(aws, &live.id).await?.is_some_and(|(config, _)| config.caller_reference == token) {
                wait_for(aws, &live.id, wanted);
                return Ok(Some(live.id.into()));
            }
        }
        Ok(None)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let config = request::config(want, operation.id.as_str(), None)?;
        let tags = sent_tags(&want.tags)?.unwrap_or_else(|| sdk::Tags::builder().build());
        let whole = sdk::DistributionConfigWithTags::builder().distribution_config(config).tags(tags).build();
        let request = aws.write().cloudfront().create_distribution_with_tags();
        let request = request.distribution_config_with_tags(whole.built()?);
        let id = aws.made(request, |reply| reply.distribution.map(|live| live.id)).await?;
        wait_for(aws, id.as_str(), want);
        Ok(id)
    }

    async fn update(aws: &Aws, call: DistributionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            DistributionUpdate::Config => {
                let there = config(aws, id.as_str()).await?;
                let (live, etag) = there.ok_or_else(|| missing(<GetDistributionConfig as Named>::NAME, "config"))?;
                let config = request::config(want, &live.caller_reference, Some(&live))?;
                put(aws, id.as_str(), config, etag).await?;
                wait_for(aws, id.as_str(), want);
                Ok(())
            }
            DistributionUpdate::Tags => {
                let (cloudfront, arn) = (aws.write().cloudfront(), arn_to_tag(prior.arn.as_deref())?);
                let set =
                    async |tags: Tags| aws.done(cloudfront.tag_resource().resource(arn).tags(tags.to_sdk()?)).await;
                let remove = async |keys: Vec<String>| {
                    let keys = sdk::TagKeys::builder().set_items(Some(keys)).build();
                    aws.done(cloudfront.untag_resource().resource(arn).tag_keys(keys)).await
                };
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let id = id.as_str();
        aws.memory::<Deploying>().with(|deploying| deploying.remove(id));
        let Some((mut config, etag)) = config(aws, id).await? else { return Ok(()) };
        let retained = prior.retain_on_delete == Some(true);
        if config.enabled {
            config.enabled = false;
            put(aws, id, config, etag).await?;
            if !retained {
                return Err(busy(format!("CloudFront is disabling {id}")));
            }
        }
        if retained {
            return Ok(());
        }
        let reply = aws.send(aws.read().cloudfront().get_distribution().id(id)).await;
        let Some(reply) = absent_is_none(reply)? else { return Ok(()) };
        if reply.distribution.is_some_and(|live| live.status != DEPLOYED) {
            return Err(busy(format!("CloudFront is disabling {id}")));
        }
        aws.gone(aws.write().cloudfront().delete_distribution().id(id).set_if_match(reply.e_tag)).await
    }

    fn readiness(&self) -> Readiness {
        self._deploying.clone().map_or(Readiness::Ready, Readiness::Pending)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(checks::names(properties))
    }
}
