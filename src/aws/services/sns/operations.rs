//! The operations of sns that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "sns", aws_sdk_sns:
    CreateTopic, DeleteTopic, GetTopicAttributes, ListTagsForResource, SetTopicAttributes, TagResource, UntagResource,
}
