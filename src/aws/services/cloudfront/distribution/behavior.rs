//! How a distribution answers the requests of a path.

// CloudFront advises cache policies in place of some members, and takes those all the same.
#![allow(deprecated)]

use super::lists::none;
use crate::services::cloudfront::names::quantity;
use crate::services::cloudfront::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ForwardedValues, into = sdk::ForwardedValues)]
pub struct ForwardedValues {
    /// The cookies that go to the origin.
    #[field(required)]
    cookies: Option<ForwardedCookies>,
    /// The headers that go to the origin and tell objects apart; `*` is all of them.
    #[field(set, filled)]
    headers: Option<Vec<String>>,
    /// Whether the query goes to the origin.
    #[field(required)]
    query_string: Option<bool>,
    /// The parts of the query that tell objects apart; without them all do.
    #[field(filled)]
    query_string_cache_keys: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CookiePreference, into = sdk::CookiePreference)]
pub struct ForwardedCookies {
    /// Whether all go, none, or those in the list.
    #[field(required, one_of = ["all", "none", "whitelist"])]
    forward: Option<String>,
    /// The names of those that go.
    #[field(set, filled)]
    whitelisted_names: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FunctionAssociation, into = sdk::FunctionAssociation)]
pub struct FunctionAssociation {
    /// When it runs.
    #[field(required, one_of = ["viewer-request", "viewer-response"])]
    event_type: Option<String>,
    /// The ARN of the function of CloudFront.
    #[field(required)]
    function_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LambdaFunctionAssociation, into = sdk::LambdaFunctionAssociation)]
pub struct LambdaAssociation {
    /// When it runs.
    #[field(required, one_of = ["viewer-request", "viewer-response", "origin-request", "origin-response"])]
    event_type: Option<String>,
    /// Whether it sees the body of a request.
    #[field(default = false)]
    include_body: Option<bool>,
    /// The ARN of a version of a Lambda function in us-east-1.
    #[field(required, sdk = lambda_function_arn)]
    lambda_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::GrpcConfig, into = sdk::GrpcConfig)]
pub struct Grpc {
    /// Whether requests of gRPC are taken.
    #[field(default = false)]
    enabled: Option<bool>,
}

fn methods(list: &Option<Vec<String>>) -> Vec<sdk::Method> {
    list.iter().flatten().map(|method| sdk::Method::from(method.as_str())).collect()
}

fn allowed(allowed: &Option<Vec<String>>, cached: &Option<Vec<String>>) -> Result<sdk::AllowedMethods, Unfit> {
    let (allowed, cached) = (methods(allowed), methods(cached));
    let cached = sdk::CachedMethods::builder().quantity(quantity(&cached)).set_items(Some(cached)).build().built()?;
    let methods = sdk::AllowedMethods::builder().quantity(quantity(&allowed)).set_items(Some(allowed));
    methods.cached_methods(cached).build().built()
}

/// A behaviour: `$extra` is what only this one has.
macro_rules! behavior {
    ($(#[$doc:meta])* $name:ident, $sdk:ident, { $($extra:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
        #[serde(default)]
        #[fields(block)]
        #[sdk(from = sdk::$sdk, into = sdk::$sdk)]
        pub struct $name {
            /// The methods that a request may have.
            #[field(required, set, sdk = allowed_methods.items)]
            allowed_methods: Option<Vec<String>>,
            /// The cache policy, by its id.
            #[field(filled, conflicts = ["forwarded_values"])]
            cache_policy_id: Option<String>,
            /// The methods whose answers are kept.
            #[field(required, set, sdk = allowed_methods.cached_methods.items)]
            cached_methods: Option<Vec<String>>,
            /// Whether answers are compressed for whoever takes that.
            #[field(default = false)]
            compress: Option<bool>,
            /// Seconds for which an object is kept whose origin says nothing, without a cache policy.
            #[field(aws_default, range = 0..=2147483647)]
            default_ttl: Option<i64>,
            /// The field-level encryption, by its id.
            #[field(filled)]
            field_level_encryption_id: Option<String>,
            /// What goes to the origin, without policies.
            #[field(optional)]
            forwarded_values: Option<ForwardedValues>,
            /// Functions of CloudFront that run on requests and answers.
            #[field(set, filled, sdk = function_associations)]
            function_association: Option<Vec<FunctionAssociation>>,
            /// Whether requests of gRPC are taken.
            #[field(optional)]
            grpc_config: Option<Grpc>,
            /// Lambda functions that run on requests and answers.
            #[field(set, filled, sdk = lambda_function_associations)]
            lambda_function_association: Option<Vec<LambdaAssociation>>,
            /// Seconds for which an object is kept at most, without a cache policy.
            #[field(aws_default, range = 0..=2147483647)]
            max_ttl: Option<i64>,
            /// Seconds for which an object is kept at least, without a cache policy.
            #[field(default = 0, range = 0..=2147483647)]
            min_ttl: Option<i64>,
            /// The origin request policy, by its id.
            #[field(filled)]
            origin_request_policy_id: Option<String>,
            /// The ARN of what gets a log as it happens.
            #[field(filled)]
            realtime_log_config_arn: Option<String>,
            /// The response headers policy, by its id.
            #[field(filled)]
            response_headers_policy_id: Option<String>,
            /// Whether media are streamed in Microsoft's way.
            #[field(optional)]
            smooth_streaming: Option<bool>,
            /// The origin or origin group that is asked, by its id.
            #[field(required)]
            target_origin_id: Option<String>,
            /// The groups of keys that may sign URLs and cookies.
            #[field(set, filled)]
            trusted_key_groups: Option<Vec<String>>,
            /// The accounts that may sign URLs and cookies.
            #[field(set, filled)]
            trusted_signers: Option<Vec<String>>,
            /// What becomes of requests without encryption.
            #[field(required, one_of = ["allow-all", "https-only", "redirect-to-https"])]
            viewer_protocol_policy: Option<String>,
            $($extra)*
        }

        impl $name {
            /// As it is sent: complete, as an update has to be.
            pub(super) fn request(&self) -> Result<sdk::$sdk, Unfit> {
                let mut part: sdk::$sdk = self.to_sdk()?;
                part.allowed_methods = Some(allowed(&self.allowed_methods, &self.cached_methods)?);
                if part.cache_policy_id.is_some() {
                    // The policy has them, and CloudFront refuses both.
                    (part.min_ttl, part.default_ttl, part.max_ttl) = (None, None, None);
                }
                part.smooth_streaming.get_or_insert(false);
                part.field_level_encryption_id.get_or_insert_default();
                part.function_associations.get_or_insert(none::<_, FunctionAssociation>()?);
                part.lambda_function_associations.get_or_insert(none::<_, LambdaAssociation>()?);
                part.trusted_key_groups.get_or_insert(none::<_, String>()?);
                part.trusted_signers.get_or_insert(none::<_, String>()?);
                Ok(part)
            }
        }
    };
}

behavior!(DefaultBehavior, DefaultCacheBehavior, {});
behavior!(OrderedBehavior, CacheBehavior, {
    /// Which paths it is about: `images/*.jpg`.
    #[field(required)]
    path_pattern: Option<String>,
});
