//! The key of the digests that stand for secrets in state.
//!
//! State and key are kept in different places (a bucket, and the lock table), so that a copy of the state alone does not
//! allow to test guesses of a weak secret. Leaves out: where it is kept (`state`), and what is digested (`secret`).

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// A key, or none for state that was never under a lock.
///
/// No part of what state says: two states with different keys are equal. Never shown.
/// No part of what is printed: it cannot be serialised.
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
        let key: [u8; 32] = Sha256::digest(self.text()?).into();
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
        Some(Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into())
    }
}

impl PartialEq for DigestKey {
    fn eq(&self, _: &Self) -> bool {
        true
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
        let hex: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "f2d38830fc8f84e6229a78cbbafdbcf946522bc114a8e2d6c91f1f32ece297f8");
        assert_eq!(DigestKey::default().sign(b"message"), None);
    }

    #[test]
    fn it_is_not_shown() {
        assert!(!format!("{:?}", DigestKey::new("digest-key-text")).contains("digest-key-text"));
    }
}
