//! What ECS answers while something lags, by type.

use wildfire_engine::model::LagReply;

const LINKED_ROLE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html";
const DELETE_CLUSTER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html";
const PROVIDERS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html";
const REGISTER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";

pub(super) const CLUSTER: &[LagReply] = &[
    LagReply::unseen(
        &["ecs:CreateCluster"],
        "InvalidParameterException",
        &["service linked role"],
        "the role of ECS itself, which the first cluster of an account makes",
        LINKED_ROLE,
    ),
    LagReply::in_use(
        &["ecs:DeleteCluster"],
        "ClusterContainsServicesException",
        &[],
        "a service of the cluster",
        DELETE_CLUSTER,
    ),
    LagReply::in_use(
        &["ecs:DeleteCluster"],
        "ClusterContainsTasksException",
        &[],
        "a task of the cluster",
        DELETE_CLUSTER,
    ),
    LagReply::in_use(
        &["ecs:DeleteCluster"],
        "ClusterContainsContainerInstancesException",
        &[],
        "an instance of the cluster",
        DELETE_CLUSTER,
    ),
    LagReply::in_use(
        &["ecs:UpdateCluster", "ecs:DeleteCluster"],
        "UpdateInProgressException",
        &[],
        "another change of the cluster",
        DELETE_CLUSTER,
    ),
];

pub(super) const CLUSTER_CAPACITY_PROVIDERS: &[LagReply] = &[
    LagReply::unseen(&["ecs:PutClusterCapacityProviders"], "ClusterNotFoundException", &[], "the cluster", PROVIDERS),
    LagReply::unseen(
        &["ecs:PutClusterCapacityProviders"],
        "InvalidParameterException",
        &["service linked role"],
        "the role of ECS itself",
        LINKED_ROLE,
    ),
    LagReply::in_use(
        &["ecs:PutClusterCapacityProviders"],
        "UpdateInProgressException",
        &[],
        "another change of the cluster",
        PROVIDERS,
    ),
    LagReply::in_use(
        &["ecs:PutClusterCapacityProviders"],
        "ResourceInUseException",
        &[],
        "a service or a task that runs on a provider",
        PROVIDERS,
    ),
];

pub(super) const TASK_DEFINITION: &[LagReply] = &[LagReply::unseen(
    &["ecs:RegisterTaskDefinition"],
    "ClientException",
    &["role", "not valid"],
    "a role of the task",
    REGISTER,
)];

const CREATE_SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";

pub(super) const SERVICE: &[LagReply] = &[
    LagReply::unseen(&["ecs:CreateService"], "ClusterNotFoundException", &[], "the cluster", CREATE_SERVICE),
    LagReply::unseen(
        &["ecs:CreateService"],
        "InvalidParameterException",
        &["service linked role"],
        "the role of ECS itself",
        LINKED_ROLE,
    ),
    LagReply::unseen(
        &["ecs:CreateService", "ecs:UpdateService"],
        "InvalidParameterException",
        &["does not have an associated load balancer"],
        "the listener of the target group",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html",
    ),
    LagReply::in_use(
        &["ecs:CreateService"],
        "InvalidParameterException",
        &["still Draining"],
        "the service of that name which is being deleted",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html",
    ),
    LagReply::in_use(&["ecs:UpdateService"], "ServiceNotActiveException", &[], "the service", CREATE_SERVICE),
];
