//! EventBridge: event buses, rules and their targets.

mod bus;
mod lags;
pub(crate) mod operations;
mod prelude;
mod rule;
mod tagging;
mod target;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] =
    &[&Typed::<rule::Rule>::new(), &Typed::<target::Target>::new(), &Typed::<bus::Bus>::new()];
