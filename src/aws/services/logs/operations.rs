//! The operations of logs that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "logs", aws_sdk_cloudwatchlogs:
    AssociateKmsKey, CreateLogGroup, CreateLogStream, DeleteLogGroup, DeleteLogStream, DeleteMetricFilter,
    DeleteResourcePolicy, DeleteRetentionPolicy, DeleteSubscriptionFilter, *DescribeLogGroups, *DescribeLogStreams,
    *DescribeMetricFilters, DescribeResourcePolicies, *DescribeSubscriptionFilters, DisassociateKmsKey,
    ListTagsForResource, PutMetricFilter, PutResourcePolicy, PutRetentionPolicy, PutSubscriptionFilter, TagResource,
    UntagResource,
}
