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
