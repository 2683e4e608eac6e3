//! The operations of kms that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "kms", aws_sdk_kms:
    CreateAlias, CreateGrant, CreateKey, Decrypt, DeleteAlias, DescribeKey, DisableKey, DisableKeyRotation, EnableKey,
    EnableKeyRotation, GenerateDataKey, GetKeyPolicy, GetKeyRotationStatus, *ListAliases, *ListGrants, *ListKeys,
    *ListResourceTags, PutKeyPolicy, RetireGrant, RevokeGrant, ScheduleKeyDeletion, TagResource, UntagResource,
    UpdateAlias, UpdateKeyDescription,
}
