//! What a function runs: a file, an object of S3 or an image.

use std::path::Path;

use aws_sdk_lambda::operation::update_function_code::builders::UpdateFunctionCodeFluentBuilder;
use aws_smithy_types::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use wildfire_engine::config::DiskFiles;

use super::Function;
use crate::services::lambda::prelude::*;

fn refused(message: String) -> CloudError {
    CloudError::new(ErrorKind::Rejected, message)
}

/// Bytes of an archive that is sent in a call.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(in crate::services::lambda) const MOST_BYTES: u64 = 50 << 20;

/// The content of the file, whose name counts from the folder of the project. It has to be what the plan was made with.
pub(in crate::services::lambda) async fn zip(
    folder: &Path,
    filename: Option<&str>,
    source_code_hash: Option<&str>,
) -> Result<Option<Blob>, CloudError> {
    let Some(name) = filled(filename.map(String::from)) else { return Ok(None) };
    let (files, path) = (DiskFiles::new(folder), name.clone());
    // As with `file()`: a project uploads what is in it, and no link or device is opened.
    let read = tokio::task::spawn_blocking(move || files.read_large(&path, MOST_BYTES + 1)).await;
    let content = read.map_err(std::io::Error::other).flatten();
    let content = content.map_err(|error| refused(format!("the file {name} cannot be read: {error}")))?;
    if content.len() as u64 > MOST_BYTES {
        return Err(refused(format!("the file {name} is larger than 50 MiB")));
    }
    let digest = STANDARD.encode(Sha256::digest(&content));
    match source_code_hash {
        Some(hash) if hash != digest => {
            Err(refused(format!("the file {name} is another one than planned: its digest is {digest}, not {hash}")))
        }
        _ => Ok(Some(Blob::new(content))),
    }
}

/// As a create call takes it.
pub(super) async fn code(folder: &Path, want: &Function) -> Result<sdk::FunctionCode, CloudError> {
    Ok(sdk::FunctionCode::builder()
        .set_zip_file(zip(folder, want.filename.as_deref(), want.source_code_hash.as_deref()).await?)
        .set_s3_bucket(filled(want.s3_bucket.clone()))
        .set_s3_key(filled(want.s3_key.clone()))
        .set_s3_object_version(filled(want.s3_object_version.clone()))
        .set_image_uri(filled(want.image_uri.clone()))
        .build())
}

/// As an update takes it.
pub(super) async fn fill(
    folder: &Path,
    want: &Function,
    request: UpdateFunctionCodeFluentBuilder,
) -> Result<UpdateFunctionCodeFluentBuilder, CloudError> {
    let code = code(folder, want).await?;
    Ok(request
        .set_zip_file(code.zip_file)
        .set_s3_bucket(code.s3_bucket)
        .set_s3_key(code.s3_key)
        .set_s3_object_version(code.s3_object_version)
        .set_image_uri(code.image_uri)
        .set_architectures(outgoing(&want.architectures, "architectures")?)
        .set_publish(want.publish.filter(|publish| *publish)))
}

/// Whether the update of the code is sent too.
pub(super) fn differs(want: &Function, prior: &Function) -> bool {
    let hash = want.source_code_hash.as_ref().or(prior.source_code_hash.as_ref());
    let architectures = want.architectures.as_ref().or(prior.architectures.as_ref());
    hash != prior.source_code_hash.as_ref()
        || architectures != prior.architectures.as_ref()
        || want.image_uri != prior.image_uri
        || want.s3_bucket != prior.s3_bucket
        || want.s3_key != prior.s3_key
        || want.s3_object_version != prior.s3_object_version
}
