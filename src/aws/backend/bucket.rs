//! State objects in S3.

use async_trait::async_trait;
use aws_sdk_s3::types::ServerSideEncryption;
use wildfire_engine::model::{CloudError, ErrorKind};
use wildfire_engine::state::{ObjectStore, Precondition, Put, StoreError};

use crate::Aws;
use crate::connection::call::missing;

/// Objects in one bucket. Writes are conditional and are never retried by the SDK: only the protocol above
/// knows whether a repeated write is the same write.
pub struct BucketStore {
    aws: Aws,
    bucket: String,
    kms_key: Option<String>,
}

impl BucketStore {
    /// `kms_key`: a key id, ARN or alias; objects are encrypted with it instead of the bucket's default.
    pub fn new(aws: Aws, bucket: impl Into<String>, kms_key: Option<String>) -> Self {
        Self { aws, bucket: bucket.into(), kms_key }
    }

    /// Some keys of the bucket, the first thousand at most; one call.
    ///
    /// # Errors
    /// The bucket cannot be listed.
    pub async fn some_keys(&self) -> Result<Vec<String>, StoreError> {
        let request = self.aws.store().s3().list_objects_v2().bucket(&self.bucket);
        let page = self.aws.call("s3:ListObjectsV2", request.send()).await.map_err(|error| self.error("", error))?;
        Ok(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect())
    }

    /// `key`: the object, or the prefix of a list.
    fn error(&self, key: &str, mut error: CloudError) -> StoreError {
        if error.code.as_deref() == Some("NoSuchBucket") {
            return StoreError::Missing(self.location());
        }
        error.message = format!("s3://{}/{key}: {}", self.bucket, error.message);
        StoreError::Cloud(error)
    }
}

/// Bytes of an object at most. The state of 100,000 resources has some 200 MB, and whoever may write to the bucket must not
/// be able to fill the memory of a run.
const LIMIT: usize = 512 << 20;

#[async_trait]
impl ObjectStore for BucketStore {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        const CALL: &str = "s3:GetObject";
        let request = self.aws.store().s3().get_object().bucket(&self.bucket).key(key);
        let reply = match self.aws.call(CALL, request.send()).await {
            Ok(reply) => reply,
            Err(error) if error.code.as_deref() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(self.error(key, error)),
        };
        let etag = reply.e_tag.ok_or_else(|| missing(CALL, "ETag"))?;
        let mut body = Vec::new();
        let mut stream = reply.body;
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|error| {
                CloudError::new(ErrorKind::Ambiguous, format!("reading s3://{}/{key} broke off: {error}", self.bucket))
            })?;
            if body.len() + piece.len() > LIMIT {
                let text = format!("s3://{}/{key} has more than {} MiB, and is not read", self.bucket, LIMIT >> 20);
                return Err(CloudError::new(ErrorKind::Rejected, text).into());
            }
            body.extend_from_slice(&piece);
        }
        Ok(Some((body, etag)))
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        const CALL: &str = "s3:PutObject";
        let mut request = self
            .aws
            .write()
            .s3()
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/json")
            .body(body.into());
        if let Some(key) = &self.kms_key {
            request = request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key);
        }
        request = match &condition {
            Precondition::Absent => request.if_none_match("*"),
            Precondition::Unchanged(etag) => request.if_match(etag),
            Precondition::None => request,
        };
        match self.aws.call(CALL, request.send()).await {
            Ok(reply) => Ok(Put::Written { etag: reply.e_tag.ok_or_else(|| missing(CALL, "ETag"))? }),
            Err(error) if condition_failed(&error, &condition) => Ok(Put::Conflict),
            Err(error) => Err(self.error(key, error)),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let request = self.aws.write().s3().delete_object().bucket(&self.bucket).key(key);
        self.aws.call("s3:DeleteObject", request.send()).await.map(|_| ()).map_err(|error| self.error(key, error))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        let mut token = None;
        loop {
            let request = self.aws.store().s3().list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let request = request.set_continuation_token(token);
            let page = self.aws.call("s3:ListObjectsV2", request.send()).await;
            let page = page.map_err(|error| self.error(prefix, error))?;
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
            token = page.next_continuation_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(keys);
            }
        }
    }

    fn location(&self) -> String {
        format!("s3://{}", self.bucket)
    }
}

/// 412: the condition does not hold. 409: another conditional write is under way. 404 on `If-Match`: the object is gone.
fn condition_failed(error: &CloudError, condition: &Precondition) -> bool {
    match error.code.as_deref() {
        Some("PreconditionFailed" | "ConditionalRequestConflict") => true,
        Some("NoSuchKey") => matches!(condition, Precondition::Unchanged(_)),
        _ => false,
    }
}
