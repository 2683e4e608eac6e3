//! The operations of route53 that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "route53", aws_sdk_route53:
    AssociateVPCWithHostedZone, ChangeResourceRecordSets, ChangeTagsForResource, CreateHealthCheck, CreateHostedZone,
    DeleteHealthCheck, DeleteHostedZone, DisassociateVPCFromHostedZone, GetChange, GetHealthCheck, GetHostedZone,
    *ListHealthChecks, *ListHostedZones, ListHostedZonesByVPC, ListResourceRecordSets, ListTagsForResource,
    ListTagsForResources, UpdateHealthCheck, UpdateHostedZoneComment,
}
