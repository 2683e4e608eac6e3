//! The operations of route53 that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "route53", aws_sdk_route53:
    AssociateVPCWithHostedZone, ChangeResourceRecordSets, ChangeTagsForResource, CreateHostedZone, DeleteHostedZone,
    DisassociateVPCFromHostedZone, GetChange, GetHostedZone, *ListHostedZones, ListResourceRecordSets,
    ListTagsForResource, ListTagsForResources, UpdateHostedZoneComment,
}
