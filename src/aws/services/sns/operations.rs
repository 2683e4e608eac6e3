//! The operations of sns that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "sns", aws_sdk_sns:
    CreateTopic, DeleteTopic, GetSubscriptionAttributes, GetTopicAttributes, *ListSubscriptionsByTopic,
    ListTagsForResource, SetSubscriptionAttributes, SetTopicAttributes, Subscribe, TagResource, Unsubscribe,
    UntagResource,
}
