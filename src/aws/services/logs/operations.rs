//! The operations of logs that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "logs", aws_sdk_cloudwatchlogs:
    AssociateKmsKey, CreateLogGroup, CreateLogStream, DeleteLogGroup, DeleteLogStream, DeleteMetricFilter,
    DeleteResourcePolicy, DeleteRetentionPolicy, *DescribeLogGroups, *DescribeLogStreams, *DescribeMetricFilters,
    DescribeResourcePolicies, DisassociateKmsKey, ListTagsForResource, PutMetricFilter, PutResourcePolicy,
    PutRetentionPolicy, TagResource, UntagResource,
}
