//! Systems Manager: parameters.

mod lags;
pub(crate) mod operations;
mod parameter;
mod prelude;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<parameter::Parameter>::new()];
