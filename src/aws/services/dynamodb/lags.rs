//! What DynamoDB answers while something lags.

use wildfire_engine::model::LagReply;

const KEY_CALLS: &[&str] = &["dynamodb:CreateTable", "dynamodb:UpdateTable"];

pub(super) const TABLE: &[LagReply] = &[
    // "KMS validation error: … Key '…' does not exist"
    LagReply::unseen(
        KEY_CALLS,
        "ValidationException",
        &["KMS validation error", "does not exist"],
        "the key",
        "https://github.com/aws-solutions/generative-ai-application-builder-on-aws/issues/29",
    ),
    LagReply::unseen(
        KEY_CALLS,
        "AccessDeniedException",
        &["KMS key access denied"],
        "the key, or its policy",
        "https://github.com/aws/aws-cdk/issues/18616",
    ),
    // Up to 500 tables may be at work at the same time, and one index of a table.
    LagReply::in_use(
        &["dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable"],
        "LimitExceededException",
        &[],
        "other tables and indexes at work",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html#API_CreateTable_Errors",
    ),
    LagReply::in_use(
        &["dynamodb:UpdateTable", "dynamodb:DeleteTable"],
        "ResourceInUseException",
        &[],
        "an earlier change of the table",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html#API_UpdateTable_Errors",
    ),
    // Backups of a new table are switched on in the background, a little after it is active.
    LagReply::unseen(
        &["dynamodb:UpdateContinuousBackups"],
        "ContinuousBackupsUnavailableException",
        &[],
        "the backups of the new table",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html",
    ),
];
