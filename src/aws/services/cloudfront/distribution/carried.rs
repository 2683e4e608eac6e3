//! What an update takes over from the configuration that is there.
//!
//! `UpdateDistribution` replaces the whole: what is not in the request is gone
//! (<https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html>). The vocabulary has not all
//! of it, and leaves some to AWS.

// CloudFront advises cache policies in place of some members, and takes those all the same.
#![allow(deprecated)]

use crate::services::cloudfront::prelude::*;

/// Puts into `config` what `live` has and nobody can declare, or has not declared and AWS decides about.
pub(super) fn carry(config: &mut sdk::DistributionConfig, live: &sdk::DistributionConfig) {
    config.anycast_ip_list_id.clone_from(&live.anycast_ip_list_id);
    config.cache_tag_config.clone_from(&live.cache_tag_config);
    config.connection_function_association.clone_from(&live.connection_function_association);
    config.connection_mode.clone_from(&live.connection_mode);
    config.tenant_config.clone_from(&live.tenant_config);
    config.viewer_mtls_config.clone_from(&live.viewer_mtls_config);
    if config.continuous_deployment_policy_id.is_none() {
        config.continuous_deployment_policy_id.clone_from(&live.continuous_deployment_policy_id);
    }
    logging(&mut config.logging, live.logging.as_ref());
    for origin in config.origins.iter_mut().flat_map(|origins| &mut origins.items) {
        let there = live.origins.iter().flat_map(|origins| &origins.items).find(|there| there.id == origin.id);
        if let Some(there) = there {
            self::origin(origin, there);
        }
    }
    for group in config.origin_groups.iter_mut().flat_map(|groups| groups.items.iter_mut().flatten()) {
        let mut there = live.origin_groups.iter().flat_map(|groups| groups.items.iter().flatten());
        if let Some(there) = there.find(|there| there.id == group.id) {
            group.selection_criteria.clone_from(&there.selection_criteria);
        }
    }
    if let (Some(behavior), Some(there)) = (&mut config.default_cache_behavior, &live.default_cache_behavior)
        && behavior.cache_policy_id.is_none()
    {
        behavior.default_ttl = behavior.default_ttl.or(there.default_ttl);
        behavior.max_ttl = behavior.max_ttl.or(there.max_ttl);
    }
    for behavior in config.cache_behaviors.iter_mut().flat_map(|behaviors| behaviors.items.iter_mut().flatten()) {
        let mut there = live.cache_behaviors.iter().flat_map(|behaviors| behaviors.items.iter().flatten());
        if let Some(there) = there.find(|there| there.path_pattern == behavior.path_pattern)
            && behavior.cache_policy_id.is_none()
        {
            behavior.default_ttl = behavior.default_ttl.or(there.default_ttl);
            behavior.max_ttl = behavior.max_ttl.or(there.max_ttl);
        }
    }
}

/// The newer kind of logs has a setting here as well, while the older one is off.
fn logging(logging: &mut Option<sdk::LoggingConfig>, live: Option<&sdk::LoggingConfig>) {
    if let (Some(logging), Some(live)) = (logging, live)
        && !logging.enabled
        && !live.enabled
    {
        *logging = live.clone();
    }
}

fn origin(origin: &mut sdk::Origin, there: &sdk::Origin) {
    origin.response_completion_timeout = there.response_completion_timeout;
    if let (Some(bucket), Some(there)) = (&mut origin.s3_origin_config, &there.s3_origin_config) {
        bucket.origin_read_timeout = there.origin_read_timeout;
    }
    if let (Some(custom), Some(there)) = (&mut origin.custom_origin_config, &there.custom_origin_config) {
        custom.ip_address_type.clone_from(&there.ip_address_type);
        custom.origin_mtls_config.clone_from(&there.origin_mtls_config);
    }
    if let (Some(vpc), Some(there)) = (&mut origin.vpc_origin_config, &there.vpc_origin_config) {
        vpc.owner_account_id.clone_from(&there.owner_account_id);
    }
}
