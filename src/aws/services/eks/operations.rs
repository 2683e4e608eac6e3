//! The operations of eks that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "eks", aws_sdk_eks:
    AssociateAccessPolicy, AssociateEncryptionConfig, CreateAccessEntry, CreateAddon, CreateCluster, CreateNodegroup,
    CreatePodIdentityAssociation, DeleteAccessEntry, DeleteAddon, DeleteCluster, DeleteNodegroup,
    DeletePodIdentityAssociation, DescribeAccessEntry, DescribeAddon, DescribeCluster, DescribeNodegroup,
    DescribePodIdentityAssociation, DisassociateAccessPolicy, *ListAssociatedAccessPolicies,
    *ListPodIdentityAssociations, TagResource, UntagResource, UpdateAccessEntry, UpdateAddon, UpdateClusterConfig,
    UpdateClusterVersion, UpdateNodegroupConfig, UpdateNodegroupVersion, UpdatePodIdentityAssociation,
}
