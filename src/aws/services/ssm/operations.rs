//! The operations of ssm that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "ssm", aws_sdk_ssm:
    AddTagsToResource, DeleteParameter, *DescribeParameters, GetParameter, GetParameters, ListTagsForResource,
    PutParameter, RemoveTagsFromResource,
}
