//! The operations of ecr that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "ecr", aws_sdk_ecr:
    CreateRepository, DeleteLifecyclePolicy, DeleteRepository, DeleteRepositoryPolicy, *DescribeRepositories,
    GetLifecyclePolicy, GetRepositoryPolicy, ListTagsForResource, PutImageScanningConfiguration,
    PutImageTagMutability, PutLifecyclePolicy, SetRepositoryPolicy, TagResource, UntagResource,
}
