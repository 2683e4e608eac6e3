//! Secrets Manager: secrets, their versions, policies and rotation.

mod lags;
pub(crate) mod operations;
mod prelude;
mod secret;
mod secret_policy;
mod secret_rotation;
mod secret_version;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<secret::Secret>::new(),
    &Typed::<secret_version::SecretVersion>::new(),
    &Typed::<secret_policy::SecretPolicy>::new(),
    &Typed::<secret_rotation::SecretRotation>::new(),
];
