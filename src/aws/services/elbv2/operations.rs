//! The operations of elasticloadbalancing that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "elasticloadbalancing", aws_sdk_elasticloadbalancingv2:
    AddListenerCertificates, AddTags, CreateListener, CreateLoadBalancer, CreateRule, CreateTargetGroup, DeleteListener,
    DeleteLoadBalancer, DeleteRule, DeleteTargetGroup, DeregisterTargets, DescribeCapacityReservation,
    DescribeListenerAttributes, *DescribeListenerCertificates, *DescribeListeners, DescribeLoadBalancerAttributes,
    *DescribeLoadBalancers, *DescribeRules, DescribeTags, DescribeTargetGroupAttributes, *DescribeTargetGroups,
    DescribeTargetHealth, ModifyCapacityReservation, ModifyIpPools, ModifyListener, ModifyListenerAttributes,
    ModifyLoadBalancerAttributes, ModifyRule, ModifyTargetGroup, ModifyTargetGroupAttributes, RegisterTargets,
    RemoveListenerCertificates, RemoveTags, SetIpAddressType, SetRulePriorities, SetSecurityGroups, SetSubnets,
}
