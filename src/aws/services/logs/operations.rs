//! The operations of logs that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "logs", aws_sdk_cloudwatchlogs:
    AssociateKmsKey, CreateLogGroup, DeleteLogGroup, DeleteRetentionPolicy, *DescribeLogGroups, DisassociateKmsKey,
    ListTagsForResource, PutRetentionPolicy, TagResource, UntagResource,
}
