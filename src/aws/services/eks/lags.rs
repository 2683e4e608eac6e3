//! What EKS answers while something lags, by type.

use wildfire_engine::model::LagReply;

const NEW_ROLE: &str = "https://github.com/aws/containers-roadmap/issues/1533";
const NEW_KEY: &str = "https://github.com/hashicorp/terraform-provider-aws/issues/49247";
const GRANT: &str = "https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/2432";
const NODE_ROLE: &str = "https://github.com/bottlerocket-os/bottlerocket-update-operator/issues/316";
const CLUSTER_ROLE: &str = "https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html";

const fn role(code: &'static str, message: &'static [&'static str], source: &'static str) -> LagReply {
    LagReply::unseen(&["eks:CreateCluster"], code, message, "the cluster's role", source)
}

const fn key(code: &'static str, message: &'static [&'static str], source: &'static str) -> LagReply {
    LagReply::unseen(
        &["eks:CreateCluster", "eks:AssociateEncryptionConfig"],
        code,
        message,
        "the key of the secrets, or its policy",
        source,
    )
}

pub(super) const CLUSTER: &[LagReply] = &[
    // "Role with arn: …, could not be assumed because it does not exist or the trusted entity is not correct"
    role("InvalidParameterException", &["ole", "could not be assumed"], NEW_ROLE),
    role("InvalidRequestException", &["ole", "could not be assumed"], NEW_ROLE),
    role("InvalidParameterException", &[":role/", "does not exist"], NEW_ROLE),
    // The policies of the role lag behind their attachment.
    role("InvalidParameterException", &["doesn't have the Amazon EKS Managed Policies"], CLUSTER_ROLE),
    role("InvalidParameterException", &["IAM role's policy must include"], CLUSTER_ROLE),
    key("InvalidParameterException", &["Access denied to KMS key"], NEW_KEY),
    key("InvalidRequestException", &["to perform kms:CreateGrant"], GRANT),
    LagReply::in_use(
        &["eks:DeleteCluster"],
        "ResourceInUseException",
        &[],
        "a node group of the cluster",
        "https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html",
    ),
];

const fn node_role(code: &'static str, message: &'static [&'static str], source: &'static str) -> LagReply {
    LagReply::unseen(&["eks:CreateNodegroup"], code, message, "the role of the nodes", source)
}

pub(super) const NODE_GROUP: &[LagReply] = &[
    // "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole …"
    node_role("InvalidParameterException", &["not found in the trust relationships"], NODE_ROLE),
    node_role("InvalidParameterException", &[":role/", "does not exist"], NEW_ROLE),
    node_role("InvalidParameterException", &["ole", "could not be assumed"], NEW_ROLE),
    node_role("InvalidRequestException", &["ole", "could not be assumed"], NEW_ROLE),
];

const NOT_ACTIVE: &str = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html";
const ENTRY: &str = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html";
const POLICY: &str = "https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html";
const POD_IDENTITY: &str = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html";

pub(super) const ADDON: &[LagReply] = &[
    LagReply::unseen(
        &["eks:CreateAddon", "eks:UpdateAddon"],
        "InvalidParameterException",
        &[":role/", "does not exist"],
        "the role of the add-on",
        NEW_ROLE,
    ),
    LagReply::in_use(
        &["eks:CreateAddon", "eks:UpdateAddon", "eks:DeleteAddon"],
        "ResourceInUseException",
        &[],
        "another change of the cluster or the add-on",
        NOT_ACTIVE,
    ),
    LagReply::in_use(&["eks:CreateAddon"], "InvalidRequestException", &["not in ACTIVE"], "the cluster", NOT_ACTIVE),
];

pub(super) const ACCESS_ENTRY: &[LagReply] = &[
    LagReply::unseen(
        &["eks:CreateAccessEntry"],
        "InvalidParameterException",
        &["principalArn is invalid"],
        "the principal",
        ENTRY,
    ),
    LagReply::unseen(&["eks:CreateAccessEntry"], "ResourceNotFoundException", &["rincipal"], "the principal", ENTRY),
];

pub(super) const ACCESS_POLICY_ASSOCIATION: &[LagReply] =
    &[LagReply::unseen(&["eks:AssociateAccessPolicy"], "ResourceNotFoundException", &[], "the access entry", POLICY)];

pub(super) const POD_IDENTITY_ASSOCIATION: &[LagReply] = &[
    LagReply::unseen(
        &["eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation"],
        "InvalidParameterException",
        &["ole"],
        "the role, or its trust in pods",
        POD_IDENTITY,
    ),
    LagReply::unseen(&["eks:CreatePodIdentityAssociation"], "ResourceNotFoundException", &[], "the role", POD_IDENTITY),
];
