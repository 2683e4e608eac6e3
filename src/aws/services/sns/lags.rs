//! What SNS answers while something lags, by type.

use wildfire_engine::model::LagReply;

/// A principal of a policy is too new to be seen.
const fn new_principal(calls: &'static [&'static str]) -> LagReply {
    LagReply::unseen(
        calls,
        "InvalidParameter",
        &["PrincipalNotFound"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform-provider-aws/issues/26041",
    )
}

pub(super) const TOPIC: &[LagReply] = &[new_principal(&["sns:CreateTopic", "sns:SetTopicAttributes"])];

pub(super) const TOPIC_POLICY: &[LagReply] = &[
    new_principal(&["sns:SetTopicAttributes"]),
    LagReply::unseen(
        &["sns:SetTopicAttributes"],
        "NotFound",
        &["Topic does not exist"],
        "the topic",
        "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
    ),
];

pub(super) const SUBSCRIPTION: &[LagReply] = &[LagReply::unseen(
    &["sns:Subscribe"],
    "NotFound",
    &["Topic does not exist"],
    "the topic",
    "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
)];
