//! The operations of cloudfront that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "cloudfront", aws_sdk_cloudfront:
    CreateCachePolicy, CreateDistributionWithTags, CreateFunction, CreateOriginAccessControl,
    CreateOriginRequestPolicy, CreateResponseHeadersPolicy, DeleteCachePolicy, DeleteDistribution, DeleteFunction,
    DeleteOriginAccessControl, DeleteOriginRequestPolicy, DeleteResponseHeadersPolicy, DescribeFunction,
    GetCachePolicy, GetDistribution, GetDistributionConfig, GetFunction, GetOriginAccessControl,
    GetOriginRequestPolicy, GetResponseHeadersPolicy, ListCachePolicies, *ListDistributions, *ListOriginAccessControls,
    ListOriginRequestPolicies, ListResponseHeadersPolicies, ListTagsForResource, PublishFunction, TagResource,
    UntagResource, UpdateCachePolicy, UpdateDistribution, UpdateFunction, UpdateOriginAccessControl,
    UpdateOriginRequestPolicy, UpdateResponseHeadersPolicy,
}
