//! Lambda: functions, who may call them, their aliases, and what feeds them.

mod alias;
mod event_source_mapping;
mod function;
mod lags;
mod name;
pub(crate) mod operations;
mod permission;
mod prelude;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<function::Function>::new(),
    &Typed::<permission::Permission>::new(),
    &Typed::<alias::Alias>::new(),
    &Typed::<event_source_mapping::EventSourceMapping>::new(),
];
