//! Application Auto Scaling: what is scaled, by which measure, and when.

mod key;
mod lags;
pub(crate) mod operations;
mod policy;
mod prelude;
mod scheduled_action;
mod target;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<target::Target>::new(),
    &Typed::<policy::Policy>::new(),
    &Typed::<scheduled_action::ScheduledAction>::new(),
];
