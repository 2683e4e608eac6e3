//! The operations of autoscaling that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "autoscaling", aws_sdk_autoscaling:
    AttachLoadBalancerTargetGroups, AttachLoadBalancers, AttachTrafficSources, CreateAutoScalingGroup,
    CreateOrUpdateTags, DeleteAutoScalingGroup, DeleteLifecycleHook, DeleteScheduledAction, DeleteTags, DeleteWarmPool,
    *DescribeAutoScalingGroups, DescribeLifecycleHooks, *DescribeScheduledActions, DetachLoadBalancerTargetGroups,
    DetachLoadBalancers, DetachTrafficSources, DisableMetricsCollection, EnableMetricsCollection, PutLifecycleHook,
    PutScheduledUpdateGroupAction, PutWarmPool, ResumeProcesses, StartInstanceRefresh, SuspendProcesses,
    UpdateAutoScalingGroup,
}
