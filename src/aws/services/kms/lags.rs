//! What KMS answers while something lags, by type.

use wildfire_engine::model::LagReply;

pub(super) const KEY: &[LagReply] = &[
    LagReply::unseen(
        &["kms:CreateKey", "kms:PutKeyPolicy"],
        "MalformedPolicyDocumentException",
        &["invalid principals"],
        "a principal of the key policy",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
    ),
    LagReply::unseen(
        &["kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:DisableKey"],
        "NotFoundException",
        &[],
        "the key",
        "https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency",
    ),
];

pub(super) const ALIAS: &[LagReply] = &[LagReply::unseen(
    &["kms:CreateAlias", "kms:UpdateAlias"],
    "NotFoundException",
    &[],
    "the key",
    "https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency",
)];

pub(super) const GRANT: &[LagReply] = &[
    LagReply::unseen(
        &["kms:CreateGrant"],
        "InvalidArnException",
        &[],
        "the role or the user",
        "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/kms/grant.go",
    ),
    LagReply::unseen(
        &["kms:CreateGrant"],
        "NotFoundException",
        &[],
        "the key",
        "https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency",
    ),
];
