//! S3: buckets and their sub-resources.

mod bucket;
mod bucket_acl;
mod bucket_cors_configuration;
mod bucket_lifecycle_configuration;
mod bucket_logging;
mod bucket_notification;
mod bucket_ownership_controls;
mod bucket_policy;
mod bucket_public_access_block;
mod bucket_server_side_encryption_configuration;
mod bucket_versioning;
mod bucket_website_configuration;
mod empty;
mod lags;
mod object;
pub(crate) mod operations;
mod prelude;
mod setting;
mod tagging;
mod website;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<bucket::Bucket>::new(),
    &Typed::<bucket_cors_configuration::BucketCorsConfiguration>::new(),
    &Typed::<bucket_lifecycle_configuration::BucketLifecycleConfiguration>::new(),
    &Typed::<bucket_ownership_controls::BucketOwnershipControls>::new(),
    &Typed::<bucket_policy::BucketPolicy>::new(),
    &Typed::<bucket_public_access_block::BucketPublicAccessBlock>::new(),
    &Typed::<bucket_server_side_encryption_configuration::BucketServerSideEncryptionConfiguration>::new(),
    &Typed::<bucket_versioning::BucketVersioning>::new(),
    &Typed::<bucket_website_configuration::BucketWebsiteConfiguration>::new(),
    &Typed::<bucket_notification::BucketNotification>::new(),
    &Typed::<bucket_logging::BucketLogging>::new(),
    &Typed::<object::Object>::new(),
    &Typed::<bucket_acl::BucketAcl>::new(),
];
