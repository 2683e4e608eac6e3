//! Tests of the lock and of the export, and the faulty machine that the journal's tests use too.

pub(crate) mod faults;
mod lock;
mod terraform;

/// A head object with this content, and the right checksum.
pub(crate) fn head_object(content: &[u8]) -> Vec<u8> {
    super::frame::wrap(super::frame::Format::Head, content).0
}
