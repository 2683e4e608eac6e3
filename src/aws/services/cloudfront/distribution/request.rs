//! A distribution as it is sent, and as it is read.

use super::Distribution;
use super::behavior::{DefaultBehavior, OrderedBehavior};
use super::blocks::{ErrorResponse, Logging, OriginGroup, ViewerCertificate};
use super::carried::carry;
use super::lists::none;
use super::origin::Origin;
use crate::kind::convert::Fill;
use crate::kind::tags::Tags;
use crate::services::cloudfront::names::quantity;
use crate::services::cloudfront::prelude::*;

/// What is wanted, complete: an update is told even of what there is none of. `live` is what an update replaces.
pub(super) fn config(
    want: &Distribution,
    reference: &str,
    live: Option<&sdk::DistributionConfig>,
) -> Result<sdk::DistributionConfig, Unfit> {
    let request = want.fill(sdk::DistributionConfig::builder())?.caller_reference(reference);
    let mut config: sdk::DistributionConfig =
        request.comment(want.comment.clone().unwrap_or_default()).build().built()?;
    config.default_cache_behavior = want.default_cache_behavior.as_ref().map(DefaultBehavior::request).transpose()?;
    let ordered = want.ordered_cache_behavior.iter().flatten().map(OrderedBehavior::request);
    let ordered = ordered.collect::<Result<Vec<_>, _>>()?;
    let behaviors = sdk::CacheBehaviors::builder().quantity(quantity(&ordered)).set_items(Some(ordered));
    config.cache_behaviors = Some(behaviors.build().built()?);
    let origins = want.origin.iter().flatten().map(Origin::request).collect::<Result<Vec<_>, _>>()?;
    let origins = sdk::Origins::builder().quantity(quantity(&origins)).set_items(Some(origins));
    config.origins = Some(origins.build().built()?);
    config.logging = Some(Logging::request(want.logging_config.as_ref())?);
    config.viewer_certificate = want.viewer_certificate.as_ref().map(ViewerCertificate::request).transpose()?;
    config.aliases.get_or_insert(none::<_, String>()?);
    config.custom_error_responses.get_or_insert(none::<_, ErrorResponse>()?);
    config.origin_groups.get_or_insert(none::<_, OriginGroup>()?);
    config.default_root_object.get_or_insert_default();
    config.web_acl_id.get_or_insert_default();
    if let Some(live) = live {
        carry(&mut config, live);
    }
    Ok(config)
}

/// What CloudFront has, as it is written: without what it returns where there is nothing.
pub(super) fn read(config: sdk::DistributionConfig) -> Result<Distribution, Unfit> {
    let logging = config.logging.clone().filter(|logging| logging.enabled);
    let live = Distribution::from_sdk(config)?;
    Ok(Distribution {
        logging_config: incoming(logging, "logging_config")?,
        origin: live.origin.map(|origins| origins.into_iter().map(Origin::tidy).collect()),
        viewer_certificate: live.viewer_certificate.map(ViewerCertificate::tidy),
        ..live
    })
}

impl FromSdk<sdk::Tags> for Tags {
    fn from_sdk(live: sdk::Tags) -> Result<Self, Unfit> {
        let tags = live.items.unwrap_or_default();
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
    }
}

impl ToSdk<sdk::Tags> for Tags {
    fn to_sdk(&self) -> Result<sdk::Tags, Unfit> {
        let tag = |(key, value): (&String, &String)| sdk::Tag::builder().key(key).value(value).build().built();
        let tags = self.iter().map(tag).collect::<Result<Vec<_>, _>>()?;
        Ok(sdk::Tags::builder().set_items(Some(tags)).build())
    }
}
