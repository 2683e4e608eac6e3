//! What EventBridge answers while something lags, by type.

use wildfire_engine::model::LagReply;

const PUT_RULE: &str = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html";
const PUT_TARGETS: &str = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html";
const DELETE_RULE: &str = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html";

pub(super) const RULE: &[LagReply] = &[
    LagReply::unseen(&["events:PutRule"], "ResourceNotFoundException", &[], "the event bus", PUT_RULE),
    LagReply::in_use(
        &["events:DeleteRule"],
        "ValidationException",
        &["can't be deleted since it has targets"],
        "a target of the rule",
        DELETE_RULE,
    ),
    LagReply::in_use(
        &["events:PutRule", "events:DeleteRule"],
        "ConcurrentModificationException",
        &[],
        "another change of the rule",
        PUT_RULE,
    ),
];

pub(super) const TARGET: &[LagReply] = &[
    LagReply::unseen(&["events:PutTargets"], "ResourceNotFoundException", &[], "the rule", PUT_TARGETS),
    LagReply::in_use(
        &["events:PutTargets", "events:RemoveTargets"],
        "ConcurrentModificationException",
        &[],
        "another change of the rule",
        PUT_TARGETS,
    ),
];

pub(super) const BUS: &[LagReply] = &[
    LagReply::in_use(
        &["events:CreateEventBus", "events:UpdateEventBus", "events:DeleteEventBus"],
        "ConcurrentModificationException",
        &[],
        "another change of the event bus",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html",
    ),
    LagReply::unseen(
        &["events:CreateEventBus"],
        "ResourceNotFoundException",
        &[],
        "the partner's source",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html",
    ),
];
