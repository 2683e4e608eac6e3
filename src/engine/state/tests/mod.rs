//! Tests of the lock and of the export, and the faulty machine that the journal's tests use too.

pub(crate) mod faults;
mod lock;
mod terraform;

/// A head object with this content, the right checksum, and the HMAC under `key`, if there is one.
pub(crate) fn head_object(content: &[u8], key: &crate::model::DigestKey) -> Vec<u8> {
    super::head::wrapped(content, key)
}
