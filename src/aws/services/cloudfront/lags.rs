//! What CloudFront answers while something lags, by type.

use wildfire_engine::model::LagReply;

pub(super) const ORIGIN_ACCESS_CONTROL: &[LagReply] = &[LagReply::in_use(
    &["cloudfront:DeleteOriginAccessControl"],
    "OriginAccessControlInUse",
    &[],
    "a distribution that uses it",
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginAccessControl.html",
)];

pub(super) const CACHE_POLICY: &[LagReply] = &[LagReply::in_use(
    &["cloudfront:DeleteCachePolicy"],
    "CachePolicyInUse",
    &[],
    "a distribution that uses it",
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteCachePolicy.html",
)];

pub(super) const ORIGIN_REQUEST_POLICY: &[LagReply] = &[LagReply::in_use(
    &["cloudfront:DeleteOriginRequestPolicy"],
    "OriginRequestPolicyInUse",
    &[],
    "a distribution that uses it",
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginRequestPolicy.html",
)];

pub(super) const RESPONSE_HEADERS_POLICY: &[LagReply] = &[LagReply::in_use(
    &["cloudfront:DeleteResponseHeadersPolicy"],
    "ResponseHeadersPolicyInUse",
    &[],
    "a distribution that uses it",
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteResponseHeadersPolicy.html",
)];

pub(super) const FUNCTION: &[LagReply] = &[LagReply::in_use(
    &["cloudfront:DeleteFunction"],
    "FunctionInUse",
    &[],
    "a distribution that uses it",
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteFunction.html",
)];

pub(super) const DISTRIBUTION: &[LagReply] = &[
    LagReply::unseen(
        &["cloudfront:CreateDistributionWithTags", "cloudfront:UpdateDistribution"],
        "InvalidViewerCertificate",
        &["doesn't exist"],
        "the certificate",
        "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/cloudfront/distribution.go",
    ),
    LagReply::in_use(
        &["cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution"],
        "PreconditionFailed",
        &[],
        "another change of the distribution",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html",
    ),
    LagReply::in_use(
        &["cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution"],
        "InvalidIfMatchVersion",
        &[],
        "another change of the distribution",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html",
    ),
    LagReply::in_use(
        &["cloudfront:DeleteDistribution"],
        "DistributionNotDisabled",
        &[],
        "the deployment of what disables it",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html",
    ),
];
