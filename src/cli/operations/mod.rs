//! What commands do between their arguments and what they show. An operation knows no command, and several commands may
//! share one.

pub mod adoption;
pub mod apply;
pub mod bootstrap;
pub mod look;
pub mod rearrange;
