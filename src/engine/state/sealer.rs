//! Encryption of what is kept outside of the state bucket, under the key of a stage.
//!
//! Owns: the trait, which the `aws` crate implements. Leaves out: what is encrypted (a saved plan, in `pipeline`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::model::CloudError;

/// What a key is bound to: names and values that are no secrets, and have to be the same when it is used again.
pub type Context = BTreeMap<String, String>;

/// Encrypted bytes, and what it takes to decrypt them; all in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The data key, encrypted under the key of the stage.
    pub key: String,
    pub nonce: String,
    pub data: String,
}

/// Why bytes were not encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SealError {
    /// They are not what was sealed under this context.
    #[error("it does not decrypt: {0}")]
    Broken(String),
    /// The service that holds the key did not do it.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// Encrypts and decrypts under the key of a stage.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// Costs one call.
    async fn seal(&self, plain: &[u8], context: &Context) -> Result<Sealed, SealError>;
    /// Costs one call.
    async fn open(&self, sealed: &Sealed, context: &Context) -> Result<Vec<u8>, SealError>;
}
