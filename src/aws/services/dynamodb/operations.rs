//! The operations of dynamodb that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "dynamodb", aws_sdk_dynamodb:
    CreateTable, DeleteTable, DescribeContinuousBackups, DescribeTable, DescribeTimeToLive, GetItem,
    ListTagsOfResource, PutItem, TagResource, UntagResource, UpdateContinuousBackups, UpdateTable, UpdateTimeToLive,
}
