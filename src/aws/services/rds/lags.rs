//! What RDS answers while something lags, by type. Its codes are listed with each call, as in
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html#API_CreateDBCluster_Errors>.

use wildfire_engine::model::LagReply;

const NEW_ROLE: &str = "https://github.com/aws-controllers-k8s/community/issues/2140";
const NEW_KEY: &str = "https://github.com/hashicorp/terraform-provider-aws/issues/16362";
const CREATE_CLUSTER: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html#API_CreateDBCluster_Errors";
const DELETE_CLUSTER: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html#API_DeleteDBCluster_Errors";
const CREATE_INSTANCE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html#API_CreateDBInstance_Errors";

const LAUNCH: &[&str] = &[
    "rds:CreateDBCluster",
    "rds:RestoreDBClusterFromSnapshot",
    "rds:RestoreDBClusterToPointInTime",
    "rds:RestoreDBClusterFromS3",
];
const LAUNCH_OR_CHANGE: &[&str] = &[
    "rds:CreateDBCluster",
    "rds:RestoreDBClusterFromSnapshot",
    "rds:RestoreDBClusterToPointInTime",
    "rds:RestoreDBClusterFromS3",
    "rds:ModifyDBCluster",
];
/// "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
const ROLE_WORDS: &[&str] = &["IAM role ARN value is invalid or does not include the required permissions"];

pub(super) const CLUSTER: &[LagReply] = &[
    LagReply::unseen(
        LAUNCH_OR_CHANGE,
        "InvalidParameterValue",
        ROLE_WORDS,
        "the role of enhanced monitoring or of the import",
        NEW_ROLE,
    ),
    LagReply::unseen(
        &["rds:AddRoleToDBCluster"],
        "InvalidParameterValue",
        &["IAM role ARN value is invalid"],
        "the role",
        NEW_ROLE,
    ),
    LagReply::unseen(LAUNCH_OR_CHANGE, "KMSKeyNotAccessibleFault", &[], "the key, or its policy", NEW_KEY),
    LagReply::unseen(LAUNCH, "DBSubnetGroupNotFoundFault", &[], "the subnet group", CREATE_CLUSTER),
    LagReply::unseen(LAUNCH, "DBClusterParameterGroupNotFound", &[], "the parameter group", CREATE_CLUSTER),
    LagReply::in_use(
        &["rds:ModifyDBCluster", "rds:AddRoleToDBCluster", "rds:RemoveRoleFromDBCluster"],
        "InvalidDBClusterStateFault",
        &[],
        "an earlier change of the cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html#API_ModifyDBCluster_Errors",
    ),
    LagReply::in_use(
        &["rds:DeleteDBCluster"],
        "InvalidDBClusterStateFault",
        &[],
        "an instance of the cluster",
        DELETE_CLUSTER,
    ),
];

pub(super) const CLUSTER_INSTANCE: &[LagReply] = &[
    LagReply::unseen(
        &["rds:CreateDBInstance", "rds:ModifyDBInstance"],
        "InvalidParameterValue",
        ROLE_WORDS,
        "the role of enhanced monitoring",
        NEW_ROLE,
    ),
    LagReply::unseen(
        &["rds:CreateDBInstance", "rds:ModifyDBInstance"],
        "KMSKeyNotAccessibleFault",
        &[],
        "the key of Performance Insights, or its policy",
        NEW_KEY,
    ),
    LagReply::unseen(&["rds:CreateDBInstance"], "DBClusterNotFoundFault", &[], "the cluster", CREATE_INSTANCE),
    LagReply::in_use(
        &["rds:CreateDBInstance"],
        "InvalidDBClusterStateFault",
        &[],
        "a change of the cluster",
        CREATE_INSTANCE,
    ),
    LagReply::in_use(
        &["rds:ModifyDBInstance", "rds:DeleteDBInstance"],
        "InvalidDBInstanceState",
        &[],
        "an earlier change of the instance",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html#API_ModifyDBInstance_Errors",
    ),
];

const MAKE_INSTANCE: &[&str] = &[
    "rds:CreateDBInstance",
    "rds:CreateDBInstanceReadReplica",
    "rds:RestoreDBInstanceFromDBSnapshot",
    "rds:RestoreDBInstanceFromS3",
    "rds:RestoreDBInstanceToPointInTime",
];
const MODIFY_INSTANCE: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html#API_ModifyDBInstance_Errors";

pub(super) const INSTANCE: &[LagReply] = &[
    LagReply::unseen(
        &[
            "rds:CreateDBInstance",
            "rds:CreateDBInstanceReadReplica",
            "rds:RestoreDBInstanceFromS3",
            "rds:ModifyDBInstance",
        ],
        "InvalidParameterValue",
        ROLE_WORDS,
        "the role of enhanced monitoring or of the import",
        NEW_ROLE,
    ),
    LagReply::unseen(MAKE_INSTANCE, "KMSKeyNotAccessibleFault", &[], "the key, or its policy", NEW_KEY),
    LagReply::unseen(MAKE_INSTANCE, "DBSubnetGroupNotFoundFault", &[], "the subnet group", CREATE_INSTANCE),
    LagReply::unseen(MAKE_INSTANCE, "DBParameterGroupNotFound", &[], "the parameter group", CREATE_INSTANCE),
    LagReply::in_use(
        &["rds:CreateDBInstanceReadReplica", "rds:RestoreDBInstanceToPointInTime"],
        "InvalidDBInstanceState",
        &[],
        "a change of the source",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html",
    ),
    LagReply::in_use(
        &["rds:ModifyDBInstance", "rds:DeleteDBInstance", "rds:PromoteReadReplica"],
        "InvalidDBInstanceState",
        &[],
        "an earlier change of the instance",
        MODIFY_INSTANCE,
    ),
];

pub(super) const PARAMETER_GROUP: &[LagReply] = &[LagReply::in_use(
    &["rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup", "rds:DeleteDBParameterGroup"],
    "InvalidDBParameterGroupState",
    &[],
    "an instance that uses the group",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html",
)];

pub(super) const CLUSTER_PARAMETER_GROUP: &[LagReply] = &[LagReply::in_use(
    &["rds:ModifyDBClusterParameterGroup", "rds:ResetDBClusterParameterGroup", "rds:DeleteDBClusterParameterGroup"],
    "InvalidDBParameterGroupState",
    &[],
    "a cluster that uses the group",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html",
)];

pub(super) const SUBNET_GROUP: &[LagReply] = &[LagReply::in_use(
    &["rds:DeleteDBSubnetGroup"],
    "InvalidDBSubnetGroupStateFault",
    &[],
    "a cluster in the group",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html",
)];

pub(super) const OPTION_GROUP: &[LagReply] = &[
    LagReply::in_use(
        &["rds:ModifyOptionGroup", "rds:DeleteOptionGroup"],
        "InvalidOptionGroupStateFault",
        &[],
        "an instance or a snapshot that uses the group",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteOptionGroup.html",
    ),
    LagReply::unseen(
        &["rds:ModifyOptionGroup"],
        "InvalidParameterValue",
        ROLE_WORDS,
        "the role in a setting of an option",
        "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/rds/option_group.go",
    ),
];

pub(super) const CLUSTER_ENDPOINT: &[LagReply] = &[
    LagReply::unseen(
        &["rds:CreateDBClusterEndpoint"],
        "DBClusterNotFoundFault",
        &[],
        "the cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterEndpoint.html",
    ),
    LagReply::unseen(
        &["rds:CreateDBClusterEndpoint", "rds:ModifyDBClusterEndpoint"],
        "DBInstanceNotFound",
        &[],
        "a member",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterEndpoint.html",
    ),
    LagReply::in_use(
        &["rds:CreateDBClusterEndpoint", "rds:ModifyDBClusterEndpoint", "rds:DeleteDBClusterEndpoint"],
        "InvalidDBClusterStateFault",
        &[],
        "a change of the cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterEndpoint.html",
    ),
    LagReply::in_use(
        &["rds:ModifyDBClusterEndpoint", "rds:DeleteDBClusterEndpoint"],
        "InvalidDBClusterEndpointStateFault",
        &[],
        "an earlier change of the endpoint",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterEndpoint.html",
    ),
];

pub(super) const EVENT_SUBSCRIPTION: &[LagReply] = &[
    LagReply::unseen(
        &["rds:CreateEventSubscription", "rds:ModifyEventSubscription"],
        "SNSTopicArnNotFound",
        &[],
        "the topic",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html",
    ),
    LagReply::in_use(
        &["rds:DeleteEventSubscription"],
        "InvalidEventSubscriptionState",
        &[],
        "an earlier change of the subscription",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteEventSubscription.html",
    ),
];

pub(super) const DB_SNAPSHOT: &[LagReply] = &[
    LagReply::unseen(
        &["rds:CreateDBSnapshot"],
        "DBInstanceNotFound",
        &[],
        "the instance",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html",
    ),
    LagReply::in_use(
        &["rds:CreateDBSnapshot"],
        "InvalidDBInstanceState",
        &[],
        "a change of the instance",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html",
    ),
    LagReply::in_use(
        &["rds:DeleteDBSnapshot"],
        "InvalidDBSnapshotState",
        &[],
        "something that is made of the snapshot",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html",
    ),
];

pub(super) const CLUSTER_SNAPSHOT: &[LagReply] = &[
    LagReply::unseen(
        &["rds:CreateDBClusterSnapshot"],
        "DBClusterNotFoundFault",
        &[],
        "the cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html",
    ),
    LagReply::in_use(
        &["rds:CreateDBClusterSnapshot"],
        "InvalidDBClusterStateFault",
        &[],
        "a change of the cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html",
    ),
    LagReply::in_use(
        &["rds:DeleteDBClusterSnapshot"],
        "InvalidDBClusterSnapshotStateFault",
        &[],
        "something that is made of the snapshot",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterSnapshot.html",
    ),
];
