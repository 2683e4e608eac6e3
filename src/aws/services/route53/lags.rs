//! What Route 53 answers while something lags, by type.

use wildfire_engine::model::LagReply;

pub(super) const ZONE: &[LagReply] = &[
    LagReply::unseen(
        &["route53:CreateHostedZone", "route53:AssociateVPCWithHostedZone"],
        "InvalidVPCId",
        &[],
        "the VPC",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html#API_CreateHostedZone_Errors",
    ),
    LagReply::in_use(
        &["route53:DeleteHostedZone"],
        "HostedZoneNotEmpty",
        &[],
        "a record in the zone",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html#API_DeleteHostedZone_Errors",
    ),
];

pub(super) const RECORD: &[LagReply] = &[
    LagReply::unseen(
        &["route53:ChangeResourceRecordSets"],
        "NoSuchHostedZone",
        &[],
        "the zone",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
    ),
    LagReply::in_use(
        &["route53:ChangeResourceRecordSets"],
        "PriorRequestNotComplete",
        &[],
        "an earlier change of the zone",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
    ),
];

pub(super) const HEALTH_CHECK: &[LagReply] = &[LagReply::in_use(
    &["route53:ChangeTagsForResource"],
    "PriorRequestNotComplete",
    &[],
    "an earlier change of the health check",
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html",
)];

pub(super) const ZONE_ASSOCIATION: &[LagReply] = &[
    LagReply::unseen(
        &["route53:AssociateVPCWithHostedZone"],
        "NoSuchHostedZone",
        &[],
        "the zone",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html",
    ),
    LagReply::unseen(
        &["route53:AssociateVPCWithHostedZone"],
        "InvalidVPCId",
        &[],
        "the VPC",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html",
    ),
];
