//! The operations of cloudfront that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "cloudfront", aws_sdk_cloudfront:
    CreateCachePolicy, CreateOriginAccessControl, CreateOriginRequestPolicy, CreateResponseHeadersPolicy,
    DeleteCachePolicy, DeleteOriginAccessControl, DeleteOriginRequestPolicy, DeleteResponseHeadersPolicy,
    GetCachePolicy, GetOriginAccessControl, GetOriginRequestPolicy, GetResponseHeadersPolicy, ListCachePolicies,
    *ListOriginAccessControls, ListOriginRequestPolicies, ListResponseHeadersPolicies, UpdateCachePolicy,
    UpdateOriginAccessControl, UpdateOriginRequestPolicy, UpdateResponseHeadersPolicy,
}
