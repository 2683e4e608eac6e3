//! What IAM answers while something lags, by type. It is eventually consistent:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>.

use wildfire_engine::model::LagReply;

const EVENTUAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency";

pub(super) const ROLE: &[LagReply] = &[
    LagReply::unseen(
        &["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
        "MalformedPolicyDocument",
        &["Invalid principal in policy"],
        "a principal of the trust policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/8905",
    ),
    LagReply::unseen(
        &["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
        "NoSuchEntity",
        &[],
        "the policy of the permissions boundary",
        EVENTUAL,
    ),
    LagReply::in_use(
        &["iam:DeleteRole"],
        "DeleteConflict",
        &[],
        "a policy or an instance profile of the role",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
    ),
];

pub(super) const POLICY: &[LagReply] = &[LagReply::in_use(
    &["iam:DeletePolicy"],
    "DeleteConflict",
    &[],
    "an attachment of the policy",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html",
)];

pub(super) const ROLE_POLICY: &[LagReply] =
    &[LagReply::unseen(&["iam:PutRolePolicy"], "NoSuchEntity", &[], "the role", EVENTUAL)];

pub(super) const ROLE_POLICY_ATTACHMENT: &[LagReply] =
    &[LagReply::unseen(&["iam:AttachRolePolicy"], "NoSuchEntity", &[], "the role or the policy", EVENTUAL)];

pub(super) const INSTANCE_PROFILE: &[LagReply] = &[
    LagReply::unseen(&["iam:AddRoleToInstanceProfile"], "NoSuchEntity", &[], "the role or the profile", EVENTUAL),
    LagReply::in_use(
        &["iam:DeleteInstanceProfile"],
        "DeleteConflict",
        &[],
        "the role in the profile",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html",
    ),
];

/// A provider refers to nothing at AWS, and nothing holds it.
pub(super) const OPENID_CONNECT_PROVIDER: &[LagReply] = &[];

pub(super) const USER: &[LagReply] = &[
    LagReply::unseen(
        &["iam:CreateUser", "iam:PutUserPermissionsBoundary"],
        "NoSuchEntity",
        &[],
        "the policy of the permissions boundary",
        EVENTUAL,
    ),
    LagReply::in_use(
        &["iam:DeleteUser"],
        "DeleteConflict",
        &["must detach all policies"],
        "a policy of the user",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html",
    ),
];

pub(super) const USER_POLICY_ATTACHMENT: &[LagReply] =
    &[LagReply::unseen(&["iam:AttachUserPolicy"], "NoSuchEntity", &[], "the user or the policy", EVENTUAL)];

pub(super) const GROUP: &[LagReply] = &[LagReply::in_use(
    &["iam:DeleteGroup"],
    "DeleteConflict",
    &[],
    "a policy or a user of the group",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html",
)];

pub(super) const GROUP_POLICY_ATTACHMENT: &[LagReply] =
    &[LagReply::unseen(&["iam:AttachGroupPolicy"], "NoSuchEntity", &[], "the group or the policy", EVENTUAL)];

pub(super) const USER_POLICY: &[LagReply] =
    &[LagReply::unseen(&["iam:PutUserPolicy"], "NoSuchEntity", &[], "the user", EVENTUAL)];

pub(super) const GROUP_POLICY: &[LagReply] =
    &[LagReply::unseen(&["iam:PutGroupPolicy"], "NoSuchEntity", &[], "the group", EVENTUAL)];

pub(super) const POLICY_ATTACHMENT: &[LagReply] = &[LagReply::unseen(
    &["iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy"],
    "NoSuchEntity",
    &[],
    "the policy, or whoever gets it",
    EVENTUAL,
)];

pub(super) const GROUP_MEMBERSHIP: &[LagReply] =
    &[LagReply::unseen(&["iam:AddUserToGroup"], "NoSuchEntity", &[], "the group or the user", EVENTUAL)];

pub(super) const SERVICE_LINKED_ROLE: &[LagReply] =
    &[LagReply::unseen(&["iam:TagRole", "iam:UpdateRole"], "NoSuchEntity", &[], "the role", EVENTUAL)];

/// A policy refers to nothing at AWS, and nothing holds it.
pub(super) const ACCOUNT_PASSWORD_POLICY: &[LagReply] = &[];

/// Nor does an alias.
pub(super) const ACCOUNT_ALIAS: &[LagReply] = &[];

pub(super) const SERVER_CERTIFICATE: &[LagReply] = &[LagReply::in_use(
    &["iam:DeleteServerCertificate"],
    "DeleteConflict",
    &[],
    "a balancer or a distribution that uses the certificate",
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html",
)];
