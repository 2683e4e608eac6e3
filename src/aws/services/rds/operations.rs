//! The operations of rds that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "rds", aws_sdk_rds:
    AddRoleToDBCluster, AddTagsToResource, CreateDBCluster, CreateDBClusterParameterGroup, CreateDBInstance,
    CreateDBInstanceReadReplica,
    CreateDBParameterGroup, CreateDBSubnetGroup, DeleteDBCluster, DeleteDBClusterParameterGroup, DeleteDBInstance,
    DeleteDBParameterGroup, DeleteDBSubnetGroup, *DescribeDBClusterParameterGroups, *DescribeDBClusterParameters,
    *DescribeDBClusters, *DescribeDBInstances, *DescribeDBParameterGroups, *DescribeDBParameters,
    *DescribeDBSubnetGroups, DisableHttpEndpoint, EnableHttpEndpoint, ListTagsForResource, ModifyDBCluster,
    ModifyDBClusterParameterGroup, ModifyDBInstance, ModifyDBParameterGroup, ModifyDBSubnetGroup,
    PromoteReadReplica, PromoteReadReplicaDBCluster, RemoveFromGlobalCluster, RemoveRoleFromDBCluster, RemoveTagsFromResource,
    ResetDBClusterParameterGroup, ResetDBParameterGroup, RestoreDBClusterFromS3, RestoreDBClusterFromSnapshot,
    RestoreDBClusterToPointInTime, RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceFromS3,
    RestoreDBInstanceToPointInTime,
}
