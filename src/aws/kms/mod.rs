//! KMS: keys and their aliases.

mod alias;
mod key;
mod lags;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<alias::Alias>::new(), &Typed::<key::Key>::new()];
