//! Secrets Manager: secrets and their versions.

mod lags;
pub(crate) mod operations;
mod prelude;
mod secret;
mod secret_version;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] =
    &[&Typed::<secret::Secret>::new(), &Typed::<secret_version::SecretVersion>::new()];
