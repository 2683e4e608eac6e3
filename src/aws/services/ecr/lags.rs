//! What ECR answers while something lags, by type.

use wildfire_engine::model::LagReply;

pub(super) const REPOSITORY: &[LagReply] = &[LagReply::unseen(
    &["ecr:CreateRepository"],
    "KmsException",
    &[],
    "the key, or its policy",
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
)];

pub(super) const LIFECYCLE_POLICY: &[LagReply] = &[LagReply::unseen(
    &["ecr:PutLifecyclePolicy"],
    "RepositoryNotFoundException",
    &[],
    "the repository",
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html",
)];

pub(super) const REPOSITORY_POLICY: &[LagReply] = &[
    LagReply::unseen(
        &["ecr:SetRepositoryPolicy"],
        "RepositoryNotFoundException",
        &[],
        "the repository",
        "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html",
    ),
    LagReply::unseen(
        &["ecr:SetRepositoryPolicy"],
        "InvalidParameterException",
        &["Invalid repository policy provided"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/19374",
    ),
];
