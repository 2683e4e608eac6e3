//! DynamoDB: tables.

mod lags;
pub(crate) mod operations;
mod prelude;
mod table;
mod tagging;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<table::Table>::new()];
