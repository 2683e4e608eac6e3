//! The operations of ecs that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "ecs", aws_sdk_ecs:
    CreateCluster, CreateService, DeleteCluster, DeleteService, DeregisterTaskDefinition, DescribeClusters,
    DescribeServices, DescribeTaskDefinition, *ListTaskDefinitions, PutClusterCapacityProviders,
    RegisterTaskDefinition, TagResource, UntagResource, UpdateCluster, UpdateService,
}
