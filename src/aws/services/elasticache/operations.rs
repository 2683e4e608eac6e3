//! The operations of elasticache that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "elasticache", aws_sdk_elasticache:
    AddTagsToResource, CreateCacheParameterGroup, CreateCacheSubnetGroup, CreateReplicationGroup,
    DecreaseReplicaCount, DeleteCacheParameterGroup, DeleteCacheSubnetGroup, DeleteReplicationGroup,
    *DescribeCacheClusters, *DescribeCacheParameterGroups, *DescribeCacheParameters, *DescribeCacheSubnetGroups,
    *DescribeReplicationGroups, DisassociateGlobalReplicationGroup, IncreaseReplicaCount, ListTagsForResource,
    ModifyCacheParameterGroup, ModifyCacheSubnetGroup, ModifyReplicationGroup,
    ModifyReplicationGroupShardConfiguration, RemoveTagsFromResource, ResetCacheParameterGroup,
}
