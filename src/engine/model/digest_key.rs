//! The key of the digests that stand for secrets in state.
//!
//! State and key are kept in different places (a bucket, and the lock table), so that a copy of the state alone does not
//! let anyone test guesses of a weak secret. Leaves out: where it is kept (`state`), and what is digested (`secret`).

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A key, or none for state that was never under a lock.
///
/// Never shown, and no part of what is printed: it cannot be serialised.
#[derive(Clone, Default)]
pub struct DigestKey(Option<Arc<str>>);

impl DigestKey {
    /// `text` is random, and as long as it likes.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(Some(text.into()))
    }

    /// As it is kept.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// HMAC-SHA256 of `message` (RFC 2104); none without a key.
    pub fn sign(&self, message: &[u8]) -> Option<[u8; 32]> {
        let key = Sha256::digest(self.text()?);
        let mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        Some(mac.chain_update(message).finalize().into_bytes().into())
    }
}

/// The time it takes says nothing about where two keys differ.
impl PartialEq for DigestKey {
    fn eq(&self, other: &Self) -> bool {
        match (self.text(), other.text()) {
            (Some(own), Some(other)) => own.as_bytes().ct_eq(other.as_bytes()).into(),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for DigestKey {}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "DigestKey(…)" } else { "DigestKey(none)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_signs_as_hmac_does() {
        // Python: hmac.new(hashlib.sha256(b"key").digest(), b"message", "sha256").hexdigest()
        let signed = DigestKey::new("key").sign(b"message").expect("there is a key");
        let hex: String = hex::encode(signed);
        assert_eq!(hex, "f2d38830fc8f84e6229a78cbbafdbcf946522bc114a8e2d6c91f1f32ece297f8");
        assert_eq!(DigestKey::default().sign(b"message"), None);
    }

    #[test]
    fn it_is_not_shown() {
        assert!(!format!("{:?}", DigestKey::new("digest-key-text")).contains("digest-key-text"));
    }
}
