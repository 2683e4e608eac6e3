//! What SQS answers while something lags.

use wildfire_engine::model::LagReply;

const SET: &[&str] = &["sqs:CreateQueue", "sqs:SetQueueAttributes"];

/// It has no other words for a principal that it does not know.
const fn new_principal(calls: &'static [&'static str]) -> LagReply {
    LagReply::unseen(
        calls,
        "InvalidAttributeValue",
        &["Invalid value for the parameter Policy"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/31494",
    )
}

pub(super) const QUEUE: &[LagReply] = &[
    new_principal(SET),
    // "Value … for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."
    LagReply::unseen(
        SET,
        "InvalidParameterValue",
        &["RedrivePolicy", "target does not exist"],
        "the dead letter queue",
        "https://github.com/serverless/serverless/issues/5215",
    ),
    LagReply::in_use(
        &["sqs:CreateQueue"],
        "QueueDeletedRecently",
        &[],
        "the deletion of a queue of the name, for 60 seconds",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    ),
];

pub(super) const QUEUE_POLICY: &[LagReply] = &[
    new_principal(&["sqs:SetQueueAttributes"]),
    LagReply::unseen(
        &["sqs:SetQueueAttributes"],
        "QueueDoesNotExist",
        &[],
        "the queue",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    ),
];
