//! KMS: keys, their aliases and grants.

mod alias;
mod grant;
mod key;
mod lags;
pub(crate) mod operations;
mod prelude;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] =
    &[&Typed::<alias::Alias>::new(), &Typed::<key::Key>::new(), &Typed::<grant::Grant>::new()];
