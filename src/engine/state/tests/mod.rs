//! Tests of the lock and of the export, and the faulty machine that the journal's tests use too.

pub(crate) mod faults;
mod lock;
mod terraform;
