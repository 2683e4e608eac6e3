//! S3: buckets and their sub-resources.

mod bucket_versioning;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<bucket_versioning::BucketVersioning>::new()];
