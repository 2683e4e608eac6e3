//! The operations of events that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "events", aws_sdk_eventbridge:
    CreateEventBus, DeleteEventBus, DeleteRule, DescribeEventBus, ListRules, ListTagsForResource, ListTargetsByRule,
    PutRule, PutTargets, RemoveTargets, TagResource, UntagResource, UpdateEventBus,
}
