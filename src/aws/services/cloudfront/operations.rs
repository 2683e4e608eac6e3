//! The operations of cloudfront that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "cloudfront", aws_sdk_cloudfront:
    CreateCachePolicy, CreateFunction, CreateOriginAccessControl, CreateOriginRequestPolicy,
    CreateResponseHeadersPolicy, DeleteCachePolicy, DeleteFunction, DeleteOriginAccessControl,
    DeleteOriginRequestPolicy, DeleteResponseHeadersPolicy, DescribeFunction, GetCachePolicy, GetFunction,
    GetOriginAccessControl, GetOriginRequestPolicy, GetResponseHeadersPolicy, ListCachePolicies,
    *ListOriginAccessControls, ListOriginRequestPolicies, ListResponseHeadersPolicies, PublishFunction,
    UpdateCachePolicy, UpdateFunction, UpdateOriginAccessControl, UpdateOriginRequestPolicy,
    UpdateResponseHeadersPolicy,
}
