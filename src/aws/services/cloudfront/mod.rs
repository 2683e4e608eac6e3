//! CloudFront: distributions, and what they refer to.

mod cache_policy;
mod distribution;
mod function;
mod kept;
mod lags;
#[cfg(test)]
mod lives;
mod names;
pub(crate) mod operations;
mod origin_access_control;
mod origin_request_policy;
mod prelude;
mod response_headers_policy;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<cache_policy::CachePolicy>::new(),
    &Typed::<distribution::Distribution>::new(),
    &Typed::<function::Function>::new(),
    &Typed::<origin_access_control::OriginAccessControl>::new(),
    &Typed::<origin_request_policy::OriginRequestPolicy>::new(),
    &Typed::<response_headers_policy::ResponseHeadersPolicy>::new(),
];
