//! What ElastiCache answers while something lags, by type.

use wildfire_engine::model::LagReply;

const CREATE_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html";

pub(super) const REPLICATION_GROUP: &[LagReply] = &[
    LagReply::unseen(
        &["elasticache:CreateReplicationGroup"],
        "CacheSubnetGroupNotFoundFault",
        &[],
        "the subnet group",
        CREATE_GROUP,
    ),
    LagReply::unseen(
        &["elasticache:CreateReplicationGroup"],
        "CacheParameterGroupNotFound",
        &[],
        "the parameter group",
        CREATE_GROUP,
    ),
    LagReply::in_use(
        &[
            "elasticache:ModifyReplicationGroup",
            "elasticache:ModifyReplicationGroupShardConfiguration",
            "elasticache:IncreaseReplicaCount",
            "elasticache:DecreaseReplicaCount",
            "elasticache:DeleteReplicationGroup",
        ],
        "InvalidReplicationGroupState",
        &[],
        "an earlier change of the group",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html",
    ),
];

pub(super) const PARAMETER_GROUP: &[LagReply] = &[LagReply::in_use(
    &[
        "elasticache:ModifyCacheParameterGroup",
        "elasticache:ResetCacheParameterGroup",
        "elasticache:DeleteCacheParameterGroup",
    ],
    "InvalidCacheParameterGroupState",
    &[],
    "a replication group that uses the group",
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheParameterGroup.html",
)];

pub(super) const SUBNET_GROUP: &[LagReply] = &[LagReply::in_use(
    &["elasticache:DeleteCacheSubnetGroup"],
    "CacheSubnetGroupInUse",
    &[],
    "a replication group in the group",
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html",
)];

const CREATE_CLUSTER: &str =
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html";

pub(super) const CLUSTER: &[LagReply] = &[
    LagReply::unseen(
        &["elasticache:CreateCacheCluster"],
        "CacheSubnetGroupNotFoundFault",
        &[],
        "the subnet group",
        CREATE_CLUSTER,
    ),
    LagReply::unseen(
        &["elasticache:CreateCacheCluster"],
        "CacheParameterGroupNotFound",
        &[],
        "the parameter group",
        CREATE_CLUSTER,
    ),
    LagReply::in_use(
        &["elasticache:CreateCacheCluster"],
        "InvalidReplicationGroupState",
        &[],
        "a change of the replication group",
        CREATE_CLUSTER,
    ),
    LagReply::in_use(
        &["elasticache:ModifyCacheCluster", "elasticache:DeleteCacheCluster"],
        "InvalidCacheClusterState",
        &[],
        "an earlier change of the cluster",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheCluster.html",
    ),
];

pub(super) const USER: &[LagReply] = &[LagReply::in_use(
    &["elasticache:ModifyUser", "elasticache:DeleteUser"],
    "InvalidUserState",
    &[],
    "an earlier change of the user",
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUser.html",
)];

pub(super) const USER_GROUP: &[LagReply] = &[
    LagReply::unseen(
        &["elasticache:CreateUserGroup", "elasticache:ModifyUserGroup"],
        "UserNotFound",
        &[],
        "a user",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html",
    ),
    LagReply::in_use(
        &["elasticache:ModifyUserGroup", "elasticache:DeleteUserGroup"],
        "InvalidUserGroupState",
        &[],
        "an earlier change of the group",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUserGroup.html",
    ),
];
