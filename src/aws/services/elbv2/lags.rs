//! What Elastic Load Balancing answers while something lags, by type.
//!
//! The codes are those of the API reference, that new ids may be unknown to other services for a while is in
//! <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>.

use wildfire_engine::model::LagReply;

const EVENTUAL: &str = "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html";
const LISTENER_CODES: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
const RULE_CODES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html";

const fn new(calls: &'static [&'static str], code: &'static str, what: &'static str, source: &'static str) -> LagReply {
    LagReply::unseen(calls, code, &[], what, source)
}

pub(super) const LOAD_BALANCER: &[LagReply] = &[
    new(
        &["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:SetSubnets"],
        "SubnetNotFound",
        "a subnet",
        EVENTUAL,
    ),
    LagReply::unseen(
        &["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:SetSecurityGroups"],
        "InvalidSecurityGroup",
        &["does not exist"],
        "a security group",
        EVENTUAL,
    ),
    LagReply::unseen(
        &["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:SetSubnets"],
        "InvalidSubnet",
        &["has no internet gateway"],
        "the internet gateway's attachment to the VPC",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
    ),
    LagReply::unseen(
        &["elasticloadbalancing:ModifyLoadBalancerAttributes"],
        "InvalidConfigurationRequest",
        &["Access Denied for bucket"],
        "the policy of the bucket for logs",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
    ),
    new(
        &["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:SetSubnets"],
        "AllocationIdNotFound",
        "an Elastic IP address",
        EVENTUAL,
    ),
];

pub(super) const TARGET_GROUP: &[LagReply] = &[LagReply::in_use(
    &["elasticloadbalancing:DeleteTargetGroup"],
    "ResourceInUse",
    &[],
    "a listener or a rule that sent to the group",
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html",
)];

pub(super) const LISTENER: &[LagReply] = &[
    new(
        &["elasticloadbalancing:CreateListener", "elasticloadbalancing:ModifyListener"],
        "CertificateNotFound",
        "the certificate",
        LISTENER_CODES,
    ),
    new(
        &["elasticloadbalancing:CreateListener", "elasticloadbalancing:ModifyListener"],
        "TargetGroupNotFound",
        "the target group",
        LISTENER_CODES,
    ),
    new(&["elasticloadbalancing:CreateListener"], "LoadBalancerNotFound", "the load balancer", LISTENER_CODES),
];

pub(super) const LISTENER_RULE: &[LagReply] = &[
    new(
        &["elasticloadbalancing:CreateRule", "elasticloadbalancing:ModifyRule"],
        "TargetGroupNotFound",
        "the target group",
        RULE_CODES,
    ),
    new(&["elasticloadbalancing:CreateRule"], "ListenerNotFound", "the listener", RULE_CODES),
    LagReply::in_use(
        &["elasticloadbalancing:SetRulePriorities"],
        "PriorityInUse",
        &[],
        "the rule that had the priority",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html",
    ),
];

pub(super) const LISTENER_CERTIFICATE: &[LagReply] = &[
    new(
        &["elasticloadbalancing:AddListenerCertificates"],
        "CertificateNotFound",
        "the certificate",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html",
    ),
    new(
        &["elasticloadbalancing:AddListenerCertificates"],
        "ListenerNotFound",
        "the listener",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html",
    ),
];

pub(super) const TARGET_GROUP_ATTACHMENT: &[LagReply] = &[
    LagReply::unseen(
        &["elasticloadbalancing:RegisterTargets"],
        "InvalidTarget",
        &["not in a running state"],
        "the instance, which starts",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
    ),
    new(
        &["elasticloadbalancing:RegisterTargets"],
        "TargetGroupNotFound",
        "the target group",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
    ),
];
