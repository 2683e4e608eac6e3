//! What EC2 Auto Scaling answers while something lags, by type.

use wildfire_engine::model::LagReply;

const CREATE: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html#API_CreateAutoScalingGroup_Errors";
const DELETE: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html#API_DeleteAutoScalingGroup_Errors";
const REFRESH: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html#API_StartInstanceRefresh_Errors";
const HOOK: &str = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/adding-lifecycle-hooks.html";
const SCHEDULED: &str =
    "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html";
const NOTIFIED: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html";
const SCALING: &str =
    "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html#API_PutScalingPolicy_Errors";
const TARGETS: &str =
    "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html";

const CONFIGURE: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html#API_CreateLaunchConfiguration_Errors";
const UNCONFIGURE: &str = "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLaunchConfiguration.html#API_DeleteLaunchConfiguration_Errors";

pub(super) const GROUP: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"],
        "ValidationError",
        &["nvalid", "nstance profile"],
        "the instance profile of the template",
        CREATE,
    ),
    LagReply::unseen(
        &["autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"],
        "ValidationError",
        &["launch template", "does not exist"],
        "the launch template",
        CREATE,
    ),
    LagReply::in_use(
        &[
            "autoscaling:UpdateAutoScalingGroup",
            "autoscaling:DeleteAutoScalingGroup",
            "autoscaling:DeleteWarmPool",
            "autoscaling:PutWarmPool",
        ],
        "ScalingActivityInProgress",
        &[],
        "an activity of the group",
        DELETE,
    ),
    LagReply::in_use(
        &["autoscaling:DeleteAutoScalingGroup", "autoscaling:DeleteWarmPool"],
        "ResourceInUse",
        &[],
        "an instance of the group",
        DELETE,
    ),
    LagReply::in_use(
        &["autoscaling:CreateAutoScalingGroup"],
        "AlreadyExists",
        &["pending delete"],
        "the group of that name which is being deleted",
        CREATE,
    ),
    LagReply::in_use(
        &["autoscaling:StartInstanceRefresh"],
        "InstanceRefreshInProgress",
        &[],
        "the refresh that is at work",
        REFRESH,
    ),
    LagReply::in_use(
        &["autoscaling:UpdateAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"],
        "ResourceContention",
        &[],
        "another change of the group",
        CREATE,
    ),
];

pub(super) const ATTACHMENT: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:AttachLoadBalancers"],
        "ValidationError",
        &["not found"],
        "the group, or what is attached",
        TARGETS,
    ),
    LagReply::in_use(
        &[
            "autoscaling:AttachLoadBalancerTargetGroups",
            "autoscaling:AttachLoadBalancers",
            "autoscaling:DetachLoadBalancerTargetGroups",
            "autoscaling:DetachLoadBalancers",
        ],
        "ResourceContention",
        &[],
        "another change of the group",
        TARGETS,
    ),
];

pub(super) const LIFECYCLE_HOOK: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:PutLifecycleHook"],
        "ValidationError",
        &["Unable to publish test message"],
        "the role, or its policy",
        HOOK,
    ),
    LagReply::unseen(&["autoscaling:PutLifecycleHook"], "ValidationError", &["not found"], "the group", HOOK),
    LagReply::in_use(
        &["autoscaling:PutLifecycleHook", "autoscaling:DeleteLifecycleHook"],
        "ResourceContention",
        &[],
        "another change of the group",
        HOOK,
    ),
];

pub(super) const SCHEDULE: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:PutScheduledUpdateGroupAction"],
        "ValidationError",
        &["not found"],
        "the group",
        SCHEDULED,
    ),
    LagReply::in_use(
        &["autoscaling:PutScheduledUpdateGroupAction", "autoscaling:DeleteScheduledAction"],
        "ResourceContention",
        &[],
        "another change of the group",
        SCHEDULED,
    ),
];

pub(super) const NOTIFICATION: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:PutNotificationConfiguration"],
        "ValidationError",
        &["not found"],
        "the group",
        NOTIFIED,
    ),
    LagReply::in_use(
        &["autoscaling:PutNotificationConfiguration", "autoscaling:DeleteNotificationConfiguration"],
        "ResourceContention",
        &[],
        "another change of the group",
        NOTIFIED,
    ),
];

pub(super) const POLICY: &[LagReply] = &[
    LagReply::unseen(&["autoscaling:PutScalingPolicy"], "ValidationError", &["not found"], "the group", SCALING),
    LagReply::in_use(
        &["autoscaling:PutScalingPolicy", "autoscaling:DeletePolicy"],
        "ResourceContention",
        &[],
        "another change of the group",
        SCALING,
    ),
];

pub(super) const LAUNCH_CONFIGURATION: &[LagReply] = &[
    LagReply::unseen(
        &["autoscaling:CreateLaunchConfiguration"],
        "ValidationError",
        &["Invalid IamInstanceProfile"],
        "the instance profile",
        CONFIGURE,
    ),
    LagReply::in_use(
        &["autoscaling:DeleteLaunchConfiguration"],
        "ResourceInUse",
        &[],
        "a group that has it",
        UNCONFIGURE,
    ),
];
