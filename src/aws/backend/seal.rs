//! Envelope encryption under the key of a stage: KMS makes a data key for one use, AES-256-GCM encrypts with it.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use wildfire_engine::state::{Context, SealError, Sealed, Sealer};

use crate::Aws;
use crate::connection::call::missing;

/// Encrypts under one KMS key. The context is the encryption context of the key, and bound to the data as well.
pub struct KmsSealer {
    aws: Aws,
    key: String,
}

impl KmsSealer {
    /// `key`: a key id, ARN or alias.
    pub fn new(aws: Aws, key: impl Into<String>) -> Self {
        Self { aws, key: key.into() }
    }
}

#[async_trait]
impl Sealer for KmsSealer {
    async fn seal(&self, plain: &[u8], context: &Context) -> Result<Sealed, SealError> {
        const CALL: &str = "kms:GenerateDataKey";
        // A second call makes a second key, and nothing that lasts: it may be repeated like a read.
        let request = self
            .aws
            .read()
            .kms()
            .generate_data_key()
            .key_id(&self.key)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(pairs(context)));
        let reply = self.aws.call(CALL, request.send()).await?;
        let key = reply.plaintext.ok_or_else(|| missing(CALL, "Plaintext"))?;
        let wrapped = reply.ciphertext_blob.ok_or_else(|| missing(CALL, "CiphertextBlob"))?;
        let (nonce, data) = encrypt(key.as_ref(), plain, context)?;
        Ok(Sealed { key: STANDARD.encode(wrapped), nonce: STANDARD.encode(nonce), data: STANDARD.encode(data) })
    }

    async fn open(&self, sealed: &Sealed, context: &Context) -> Result<Vec<u8>, SealError> {
        const CALL: &str = "kms:Decrypt";
        let (wrapped, nonce, data) = (decoded(&sealed.key)?, decoded(&sealed.nonce)?, decoded(&sealed.data)?);
        let request = self
            .aws
            .read()
            .kms()
            .decrypt()
            .key_id(&self.key)
            .ciphertext_blob(Blob::new(wrapped))
            .set_encryption_context(Some(pairs(context)));
        let reply = match self.aws.call(CALL, request.send()).await {
            Ok(reply) => reply,
            Err(error) if is_foreign(error.code.as_deref()) => return Err(SealError::Broken(error.message)),
            Err(error) => return Err(error.into()),
        };
        let key = reply.plaintext.ok_or_else(|| missing(CALL, "Plaintext"))?;
        decrypt(key.as_ref(), &nonce, data, context)
    }
}

/// KMS says that the key did not make this, or not under this context.
fn is_foreign(code: Option<&str>) -> bool {
    matches!(code, Some("InvalidCiphertextException" | "IncorrectKeyException"))
}

fn pairs(context: &Context) -> HashMap<String, String> {
    context.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn decoded(text: &str) -> Result<Vec<u8>, SealError> {
    STANDARD.decode(text).map_err(|error| SealError::Broken(error.to_string()))
}

/// Under a key that is used for nothing else, so a random nonce cannot come twice.
fn encrypt(key: &[u8], plain: &[u8], context: &Context) -> Result<([u8; NONCE_LEN], Vec<u8>), SealError> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| SealError::Broken("no random numbers".into()))?;
    let mut data = plain.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound(context), &mut data)
        .map_err(|_| SealError::Broken("it is too long".into()))?;
    Ok((nonce, data))
}

fn decrypt(key: &[u8], nonce: &[u8], mut data: Vec<u8>, context: &Context) -> Result<Vec<u8>, SealError> {
    let altered = || SealError::Broken("it was altered".into());
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| altered())?;
    let plain = cipher(key)?.open_in_place(nonce, bound(context), &mut data).map_err(|_| altered())?;
    Ok(plain.to_vec())
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, SealError> {
    let key =
        UnboundKey::new(&AES_256_GCM, key).map_err(|_| SealError::Broken("the data key is not of 256 bits".into()))?;
    Ok(LessSafeKey::new(key))
}

/// Each name and value with its length, so that no two contexts run together to the same bytes.
fn bound(context: &Context) -> Aad<Vec<u8>> {
    let mut bytes = Vec::new();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    Aad::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(stage: &str) -> Context {
        Context::from([("wildfire:stage".to_string(), stage.to_string())])
    }

    #[test]
    fn what_was_encrypted_comes_back_under_its_key_and_context_only() {
        let key = [7; 32];
        let (nonce, data) = encrypt(&key, b"a plan", &context("test")).unwrap();
        assert!(!data.windows(6).any(|bytes| bytes == b"a plan"));
        assert_eq!(decrypt(&key, &nonce, data.clone(), &context("test")).unwrap(), b"a plan");
        assert!(decrypt(&key, &nonce, data.clone(), &context("production")).is_err());
        assert!(decrypt(&[8; 32], &nonce, data.clone(), &context("test")).is_err());
        assert!(decrypt(&key, &nonce[1..], data.clone(), &context("test")).is_err());
        for at in 0..data.len() {
            let mut altered = data.clone();
            altered[at] ^= 1;
            assert!(decrypt(&key, &nonce, altered, &context("test")).is_err());
            assert!(decrypt(&key, &nonce, data[..at].to_vec(), &context("test")).is_err());
        }
        assert!(decrypt(&[7; 31], &nonce, data, &context("test")).is_err());
    }

    #[test]
    fn two_encryptions_differ() {
        let one = encrypt(&[7; 32], b"a plan", &context("test")).unwrap();
        assert_ne!(one, encrypt(&[7; 32], b"a plan", &context("test")).unwrap());
    }
}
