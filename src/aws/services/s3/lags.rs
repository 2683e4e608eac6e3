//! What S3 answers while something lags, by type. Its codes:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>.

use wildfire_engine::model::LagReply;

const CODES: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList";

/// The bucket is too new to be seen by the call.
const fn new_bucket(calls: &'static [&'static str]) -> LagReply {
    LagReply::unseen(calls, "NoSuchBucket", &[], "the bucket", CODES)
}

/// Another change of the bucket's settings is at work.
const fn changing(calls: &'static [&'static str]) -> LagReply {
    LagReply::in_use(calls, "OperationAborted", &[], "another change of the bucket", CODES)
}

/// A bucket of that name was deleted a moment ago.
pub(super) const BUCKET: &[LagReply] = &[
    LagReply::in_use(&["s3:CreateBucket"], "OperationAborted", &[], "the deletion of a bucket of the name", CODES),
    new_bucket(&["s3:PutBucketTagging"]),
];

const ACL_CALLS: &[&str] = &["s3:PutBucketAcl"];
pub(super) const ACL: &[LagReply] = &[new_bucket(ACL_CALLS), changing(ACL_CALLS)];

const OBJECT_CALLS: &[&str] = &["s3:PutObject"];
pub(super) const OBJECT: &[LagReply] = &[new_bucket(OBJECT_CALLS)];

const POLICY_CALLS: &[&str] = &["s3:PutBucketPolicy"];
pub(super) const BUCKET_POLICY: &[LagReply] = &[
    LagReply::unseen(
        POLICY_CALLS,
        "MalformedPolicy",
        &["Invalid principal in policy"],
        "a principal of the policy",
        "https://github.com/hashicorp/terraform/pull/4315",
    ),
    new_bucket(POLICY_CALLS),
    changing(POLICY_CALLS),
];

const CORS_CALLS: &[&str] = &["s3:PutBucketCors"];
pub(super) const CORS: &[LagReply] = &[new_bucket(CORS_CALLS), changing(CORS_CALLS)];

const LIFECYCLE_CALLS: &[&str] = &["s3:PutBucketLifecycleConfiguration"];
pub(super) const LIFECYCLE: &[LagReply] = &[new_bucket(LIFECYCLE_CALLS), changing(LIFECYCLE_CALLS)];

const OWNERSHIP_CALLS: &[&str] = &["s3:PutBucketOwnershipControls"];
pub(super) const OWNERSHIP_CONTROLS: &[LagReply] = &[new_bucket(OWNERSHIP_CALLS), changing(OWNERSHIP_CALLS)];

const ACCESS_CALLS: &[&str] = &["s3:PutPublicAccessBlock"];
pub(super) const PUBLIC_ACCESS_BLOCK: &[LagReply] = &[new_bucket(ACCESS_CALLS), changing(ACCESS_CALLS)];

/// The key is not looked at until something is written.
pub(super) const ENCRYPTION: &[LagReply] = &[new_bucket(ENCRYPTION_CALLS), changing(ENCRYPTION_CALLS)];
const ENCRYPTION_CALLS: &[&str] = &["s3:PutBucketEncryption"];

const VERSIONING_CALLS: &[&str] = &["s3:PutBucketVersioning"];
pub(super) const VERSIONING: &[LagReply] = &[new_bucket(VERSIONING_CALLS), changing(VERSIONING_CALLS)];

const WEBSITE_CALLS: &[&str] = &["s3:PutBucketWebsite"];
pub(super) const WEBSITE: &[LagReply] = &[new_bucket(WEBSITE_CALLS), changing(WEBSITE_CALLS)];

const NOTIFICATION_CALLS: &[&str] = &["s3:PutBucketNotificationConfiguration"];
pub(super) const NOTIFICATION: &[LagReply] = &[
    // S3 sends a message for a trial, which the target's policy has to allow by then.
    LagReply::unseen(
        NOTIFICATION_CALLS,
        "InvalidArgument",
        &["Unable to validate the following destination configurations"],
        "the target, or its policy",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications.html",
    ),
    new_bucket(NOTIFICATION_CALLS),
    changing(NOTIFICATION_CALLS),
];

const LOGGING_CALLS: &[&str] = &["s3:PutBucketLogging"];
pub(super) const LOGGING: &[LagReply] = &[
    LagReply::unseen(
        LOGGING_CALLS,
        "InvalidTargetBucketForLogging",
        &[],
        "the bucket of the logs, or its policy",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
    ),
    new_bucket(LOGGING_CALLS),
    changing(LOGGING_CALLS),
];
