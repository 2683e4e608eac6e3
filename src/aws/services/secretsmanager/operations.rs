//! The operations of secretsmanager that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "secretsmanager", aws_sdk_secretsmanager:
    CancelRotateSecret, CreateSecret, DeleteResourcePolicy, DeleteSecret, DescribeSecret, GetRandomPassword,
    GetResourcePolicy, GetSecretValue, PutResourcePolicy, PutSecretValue, RemoveRegionsFromReplication,
    ReplicateSecretToRegions, RotateSecret, TagResource, UntagResource, UpdateSecret, UpdateSecretVersionStage,
}
