//! EC2 Auto Scaling: groups of instances, and what scales them.

mod attachment;
mod group;
mod lags;
mod launch_configuration;
mod lifecycle_hook;
mod named;
mod notification;
pub(crate) mod operations;
mod policy;
mod prelude;
mod schedule;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<group::Group>::new(),
    &Typed::<attachment::Attachment>::new(),
    &Typed::<launch_configuration::LaunchConfiguration>::new(),
    &Typed::<lifecycle_hook::LifecycleHook>::new(),
    &Typed::<notification::Notification>::new(),
    &Typed::<policy::Policy>::new(),
    &Typed::<schedule::Schedule>::new(),
];
