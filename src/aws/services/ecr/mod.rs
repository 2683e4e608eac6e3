//! ECR: repositories of images, and their policies.

mod documents;
mod lags;
mod lifecycle_policy;
pub(crate) mod operations;
mod prelude;
mod repository;
mod repository_policy;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<repository::Repository>::new(),
    &Typed::<lifecycle_policy::LifecyclePolicy>::new(),
    &Typed::<repository_policy::RepositoryPolicy>::new(),
];
