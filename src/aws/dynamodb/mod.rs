//! DynamoDB: tables.

mod lags;
mod table;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[&Typed::<table::Table>::new()];
