//! The operations of elasticache that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "elasticache", aws_sdk_elasticache:
    AddTagsToResource, CreateCacheCluster, CreateCacheParameterGroup, CreateCacheSubnetGroup, CreateReplicationGroup,
    CreateUser, CreateUserGroup, DecreaseReplicaCount, DeleteCacheCluster, DeleteCacheParameterGroup,
    DeleteCacheSubnetGroup, DeleteReplicationGroup, DeleteUser, DeleteUserGroup, *DescribeCacheClusters,
    *DescribeCacheParameterGroups, *DescribeCacheParameters, *DescribeCacheSubnetGroups, *DescribeReplicationGroups,
    *DescribeUserGroups, *DescribeUsers, DisassociateGlobalReplicationGroup, IncreaseReplicaCount, ListTagsForResource,
    ModifyCacheCluster, ModifyCacheParameterGroup, ModifyCacheSubnetGroup, ModifyReplicationGroup,
    ModifyReplicationGroupShardConfiguration, ModifyUser, ModifyUserGroup, RemoveTagsFromResource,
    ResetCacheParameterGroup,
}
