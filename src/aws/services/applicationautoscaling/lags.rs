//! What Application Auto Scaling answers while something lags, by type.

use wildfire_engine::model::LagReply;

const REGISTER: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
const POLICY_CALL: &str = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html";
const ACTION_CALL: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html";

pub(super) const TARGET: &[LagReply] = &[
    LagReply::unseen(
        &["application-autoscaling:RegisterScalableTarget"],
        "ValidationException",
        &["doesn't exist"],
        "what is scaled",
        REGISTER,
    ),
    LagReply::unseen(
        &["application-autoscaling:RegisterScalableTarget"],
        "ValidationException",
        &["Unable to assume IAM role"],
        "the role",
        REGISTER,
    ),
    LagReply::in_use(
        &["application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget"],
        "ConcurrentUpdateException",
        &[],
        "another change of the target",
        REGISTER,
    ),
];

pub(super) const POLICY: &[LagReply] = &[
    LagReply::unseen(
        &["application-autoscaling:PutScalingPolicy"],
        "ObjectNotFoundException",
        &[],
        "the target",
        POLICY_CALL,
    ),
    LagReply::unseen(
        &["application-autoscaling:PutScalingPolicy"],
        "FailedResourceAccessException",
        &[],
        "the role of the target",
        POLICY_CALL,
    ),
    LagReply::in_use(
        &["application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"],
        "ConcurrentUpdateException",
        &[],
        "another change of the target",
        POLICY_CALL,
    ),
];

pub(super) const SCHEDULED_ACTION: &[LagReply] = &[
    LagReply::unseen(
        &["application-autoscaling:PutScheduledAction"],
        "ObjectNotFoundException",
        &[],
        "the target",
        ACTION_CALL,
    ),
    LagReply::in_use(
        &["application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"],
        "ConcurrentUpdateException",
        &[],
        "another change of the target",
        ACTION_CALL,
    ),
];
