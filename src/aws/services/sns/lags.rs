//! What SNS answers while something lags.

use wildfire_engine::model::LagReply;

pub(super) const TOPIC: &[LagReply] = &[LagReply::unseen(
    &["sns:CreateTopic", "sns:SetTopicAttributes"],
    "InvalidParameter",
    &["PrincipalNotFound"],
    "a principal of the policy",
    "https://github.com/hashicorp/terraform-provider-aws/issues/26041",
)];
