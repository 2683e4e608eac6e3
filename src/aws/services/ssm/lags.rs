//! What Systems Manager answers while something lags.

use wildfire_engine::model::LagReply;

pub(super) const PARAMETER: &[LagReply] = &[
    LagReply::unseen(
        &["ssm:PutParameter"],
        "InvalidKeyId",
        &[],
        "the key, or its policy",
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
    ),
    LagReply::in_use(
        &["ssm:PutParameter"],
        "TooManyUpdates",
        &[],
        "another change of the parameter",
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
    ),
    LagReply::unseen(
        &["ssm:AddTagsToResource"],
        "InvalidResourceId",
        &[],
        "the parameter",
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html",
    ),
];
