//! The operations of eks that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "eks", aws_sdk_eks:
    AssociateEncryptionConfig, CreateCluster, CreateNodegroup, DeleteCluster, DeleteNodegroup, DescribeCluster,
    DescribeNodegroup, TagResource, UntagResource, UpdateClusterConfig, UpdateClusterVersion, UpdateNodegroupConfig,
    UpdateNodegroupVersion,
}
