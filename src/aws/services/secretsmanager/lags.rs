//! What Secrets Manager answers while something lags, by type.

use wildfire_engine::model::LagReply;

pub(super) const SECRET: &[LagReply] = &[
    LagReply::in_use(
        &["secretsmanager:CreateSecret"],
        "InvalidRequestException",
        &["scheduled for deletion"],
        "the deletion of a secret of the name",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html",
    ),
    LagReply::unseen(
        &["secretsmanager:PutResourcePolicy"],
        "MalformedPolicyDocumentException",
        &["This resource policy contains an unsupported principal"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/9348",
    ),
    LagReply::unseen(
        &["secretsmanager:PutResourcePolicy"],
        "ResourceNotFoundException",
        &[],
        "the secret",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    ),
];

pub(super) const SECRET_VERSION: &[LagReply] = &[LagReply::unseen(
    &["secretsmanager:PutSecretValue"],
    "ResourceNotFoundException",
    &[],
    "the secret",
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html",
)];

pub(super) const SECRET_POLICY: &[LagReply] = &[
    LagReply::unseen(
        &["secretsmanager:PutResourcePolicy"],
        "MalformedPolicyDocumentException",
        &["This resource policy contains an unsupported principal"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/9348",
    ),
    LagReply::unseen(
        &["secretsmanager:PutResourcePolicy"],
        "ResourceNotFoundException",
        &[],
        "the secret",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
    ),
];

pub(super) const SECRET_ROTATION: &[LagReply] = &[
    LagReply::unseen(
        &["secretsmanager:RotateSecret"],
        "AccessDeniedException",
        &["cannot invoke the specified Lambda function"],
        "the permission that lets Secrets Manager call the function",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html",
    ),
    LagReply::unseen(
        &["secretsmanager:RotateSecret"],
        "ResourceNotFoundException",
        &[],
        "the secret",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html",
    ),
];
