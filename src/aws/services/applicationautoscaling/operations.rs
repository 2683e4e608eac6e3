//! The operations of Application Auto Scaling that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "application-autoscaling", aws_sdk_applicationautoscaling:
    DeleteScalingPolicy, DeleteScheduledAction, DeregisterScalableTarget, *DescribeScalableTargets,
    *DescribeScalingPolicies, *DescribeScheduledActions, ListTagsForResource, PutScalingPolicy, PutScheduledAction,
    RegisterScalableTarget, TagResource, UntagResource,
}
