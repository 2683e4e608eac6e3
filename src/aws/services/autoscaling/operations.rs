//! The operations of autoscaling that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "autoscaling", aws_sdk_autoscaling:
    AttachLoadBalancerTargetGroups, AttachLoadBalancers, AttachTrafficSources, CreateAutoScalingGroup,
    CreateLaunchConfiguration, CreateOrUpdateTags, DeleteAutoScalingGroup, DeleteLaunchConfiguration,
    DeleteLifecycleHook, DeleteNotificationConfiguration, DeletePolicy, DeleteScheduledAction, DeleteTags,
    DeleteWarmPool, *DescribeAutoScalingGroups, *DescribeLaunchConfigurations, DescribeLifecycleHooks,
    *DescribeNotificationConfigurations, *DescribePolicies, *DescribeScheduledActions, DetachLoadBalancerTargetGroups,
    DetachLoadBalancers, DetachTrafficSources, DisableMetricsCollection, EnableMetricsCollection, PutLifecycleHook,
    PutNotificationConfiguration, PutScalingPolicy, PutScheduledUpdateGroupAction, PutWarmPool, ResumeProcesses,
    StartInstanceRefresh, SuspendProcesses, UpdateAutoScalingGroup,
}
