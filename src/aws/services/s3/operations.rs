//! The operations of s3 that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "s3", aws_sdk_s3:
    CreateBucket, DeleteBucket, DeleteBucketCors, DeleteBucketEncryption, DeleteBucketLifecycle,
    DeleteBucketOwnershipControls, DeleteBucketPolicy, DeleteObject, DeleteObjects, DeletePublicAccessBlock,
    GetBucketCors, GetBucketEncryption, GetBucketLifecycleConfiguration, GetBucketLocation,
    GetBucketOwnershipControls, GetBucketPolicy, GetBucketTagging, GetBucketVersioning, GetObject,
    GetObjectLockConfiguration, GetPublicAccessBlock, HeadBucket, *ListBuckets, ListObjectVersions, *ListObjectsV2,
    PutBucketCors, PutBucketEncryption, PutBucketLifecycleConfiguration, PutBucketOwnershipControls, PutBucketPolicy,
    PutBucketTagging, PutBucketVersioning, PutObject, PutPublicAccessBlock,
}
