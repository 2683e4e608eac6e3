//! The operations of s3 that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "s3", aws_sdk_s3:
    CreateBucket, DeleteBucket, DeleteBucketCors, DeleteBucketEncryption, DeleteBucketLifecycle,
    DeleteBucketOwnershipControls, DeleteBucketPolicy, DeleteBucketWebsite, DeleteObject, DeleteObjects,
    DeletePublicAccessBlock, GetBucketAcl, GetBucketCors, GetBucketEncryption, GetBucketLifecycleConfiguration,
    GetBucketLocation, GetBucketLogging, GetBucketNotificationConfiguration, GetBucketOwnershipControls,
    GetBucketPolicy, GetBucketTagging, GetBucketVersioning, GetBucketWebsite, GetObject, GetObjectLockConfiguration,
    GetObjectTagging, GetPublicAccessBlock, HeadBucket, HeadObject, *ListBuckets, ListObjectVersions, *ListObjectsV2,
    PutBucketAcl, PutBucketCors, PutBucketEncryption, PutBucketLifecycleConfiguration, PutBucketLogging,
    PutBucketNotificationConfiguration, PutBucketOwnershipControls, PutBucketPolicy, PutBucketTagging,
    PutBucketVersioning, PutBucketWebsite, PutObject, PutObjectAcl, PutObjectLegalHold, PutObjectRetention,
    PutObjectTagging, PutPublicAccessBlock,
}
