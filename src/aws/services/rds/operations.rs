//! The operations of rds that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "rds", aws_sdk_rds:
    AddRoleToDBCluster, AddSourceIdentifierToSubscription, AddTagsToResource, CreateDBCluster, CreateDBClusterEndpoint,
    CreateDBClusterParameterGroup, CreateDBClusterSnapshot, CreateDBInstance, CreateDBInstanceReadReplica,
    CreateDBParameterGroup, CreateDBSnapshot, CreateDBSubnetGroup, CreateEventSubscription, CreateOptionGroup,
    DeleteDBCluster, DeleteDBClusterEndpoint, DeleteDBClusterParameterGroup, DeleteDBClusterSnapshot, DeleteDBInstance,
    DeleteDBParameterGroup, DeleteDBSnapshot, DeleteDBSubnetGroup, DeleteEventSubscription, DeleteOptionGroup,
    *DescribeDBClusterEndpoints, *DescribeDBClusterParameterGroups, *DescribeDBClusterParameters,
    DescribeDBClusterSnapshotAttributes, *DescribeDBClusterSnapshots, *DescribeDBClusters, *DescribeDBInstances,
    *DescribeDBParameterGroups, *DescribeDBParameters, DescribeDBSnapshotAttributes, *DescribeDBSnapshots,
    *DescribeDBSubnetGroups, *DescribeEventSubscriptions, *DescribeOptionGroups, DisableHttpEndpoint,
    EnableHttpEndpoint, ListTagsForResource, ModifyDBCluster, ModifyDBClusterEndpoint, ModifyDBClusterParameterGroup,
    ModifyDBClusterSnapshotAttribute, ModifyDBInstance, ModifyDBParameterGroup, ModifyDBSnapshotAttribute,
    ModifyDBSubnetGroup, ModifyEventSubscription, ModifyOptionGroup, PromoteReadReplica, PromoteReadReplicaDBCluster,
    RemoveFromGlobalCluster, RemoveRoleFromDBCluster, RemoveSourceIdentifierFromSubscription, RemoveTagsFromResource,
    ResetDBClusterParameterGroup, ResetDBParameterGroup, RestoreDBClusterFromS3, RestoreDBClusterFromSnapshot,
    RestoreDBClusterToPointInTime, RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceFromS3,
    RestoreDBInstanceToPointInTime,
}
