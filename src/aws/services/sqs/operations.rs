//! The operations of sqs that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "sqs", aws_sdk_sqs:
    CreateQueue, DeleteQueue, GetQueueAttributes, GetQueueUrl, ListQueueTags, SetQueueAttributes, TagQueue,
    UntagQueue,
}
