//! Lambda: functions, who may call them, their aliases, addresses and layers, and what feeds them.

mod alias;
mod event_invoke_config;
mod event_source_mapping;
mod function;
mod function_url;
mod lags;
mod layer_version;
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
    &Typed::<layer_version::LayerVersion>::new(),
    &Typed::<function_url::FunctionUrl>::new(),
    &Typed::<event_invoke_config::EventInvokeConfig>::new(),
];
