//! What CloudWatch Logs answers while something lags.

use wildfire_engine::model::LagReply;

const KEY_CALLS: &[&str] = &["logs:CreateLogGroup", "logs:AssociateKmsKey"];
const KEY_WORDS: &[&str] = &["The specified KMS key does not exist or is not allowed to be used"];
const NEW_KEY: &str = "https://github.com/hashicorp/terraform-provider-aws/issues/29282";

pub(super) const LOG_GROUP: &[LagReply] = &[
    LagReply::unseen(KEY_CALLS, "AccessDeniedException", KEY_WORDS, "the key, or its policy", NEW_KEY),
    LagReply::unseen(KEY_CALLS, "InvalidParameterException", KEY_WORDS, "the key, or its policy", NEW_KEY),
    LagReply::in_use(
        &["logs:CreateLogGroup", "logs:DeleteLogGroup"],
        "OperationAbortedException",
        &[],
        "another change of the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
    ),
];

pub(super) const METRIC_FILTER: &[LagReply] = &[
    LagReply::unseen(
        &["logs:PutMetricFilter"],
        "ResourceNotFoundException",
        &[],
        "the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html",
    ),
    LagReply::in_use(
        &["logs:PutMetricFilter", "logs:DeleteMetricFilter"],
        "OperationAbortedException",
        &[],
        "another change of the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html",
    ),
];

pub(super) const RESOURCE_POLICY: &[LagReply] = &[LagReply::in_use(
    &["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"],
    "OperationAbortedException",
    &[],
    "another change of the policies",
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html",
)];

pub(super) const LOG_STREAM: &[LagReply] = &[
    LagReply::unseen(
        &["logs:CreateLogStream"],
        "ResourceNotFoundException",
        &[],
        "the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html",
    ),
    LagReply::in_use(
        &["logs:DeleteLogStream"],
        "OperationAbortedException",
        &[],
        "another change of the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html",
    ),
];

const NEW_DESTINATION: &str =
    "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/logs/subscription_filter.go";
const PUT_FILTER: &[&str] = &["logs:PutSubscriptionFilter"];

pub(super) const SUBSCRIPTION_FILTER: &[LagReply] = &[
    LagReply::unseen(
        PUT_FILTER,
        "ResourceNotFoundException",
        &[],
        "the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html",
    ),
    LagReply::unseen(
        PUT_FILTER,
        "InvalidParameterException",
        &["Could not deliver test message to specified"],
        "the stream, or the role",
        NEW_DESTINATION,
    ),
    LagReply::unseen(
        PUT_FILTER,
        "InvalidParameterException",
        &["Could not execute the lambda function"],
        "the permission of the function",
        NEW_DESTINATION,
    ),
    LagReply::unseen(
        PUT_FILTER,
        "ValidationException",
        &["Make sure you have given CloudWatch Logs permission to assume the provided role"],
        "the role",
        NEW_DESTINATION,
    ),
    LagReply::in_use(
        &["logs:PutSubscriptionFilter", "logs:DeleteSubscriptionFilter"],
        "OperationAbortedException",
        &[],
        "another change of the log group",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html",
    ),
];
