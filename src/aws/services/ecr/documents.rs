//! Documents of a repository, each of which a repository has once at most: one call sets it, whatever was there before.

use async_trait::async_trait;
use futures::future::join_all;
use wildfire_engine::model::{CloudError, PhysicalId, ReadRequest, Value};

use crate::Aws;
use crate::kind::diff::same_document;
use crate::kind::resource::{Read, Resource};

/// Such a document. Its id is the name of the repository.
#[async_trait]
pub(super) trait Document: Resource {
    fn repository(&self) -> Option<&str>;
    fn text(&self) -> Option<&str>;

    /// The document of a repository; nothing where it has none.
    async fn get(aws: &Aws, repository: &str) -> Read<Self>;

    async fn put(aws: &Aws, repository: &str, text: &str) -> Result<(), CloudError>;
}

/// [`Resource::read`] of documents: ECR has a call for each repository.
pub(super) async fn read_documents<D: Document>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<D>> {
    join_all(wanted.iter().map(|request| D::get(aws, request.id.as_str()))).await
}

/// [`Resource::find`] of documents. What is there counts only if it is what was sent; otherwise it is sent again, which does
/// no harm.
pub(super) async fn find_document<D: Document>(aws: &Aws, wanted: &D) -> Result<Option<PhysicalId>, CloudError> {
    let Some(repository) = wanted.repository() else { return Ok(None) };
    let live = D::get(aws, repository).await?;
    Ok(live.is_some_and(|live| same_document(live.text(), wanted.text())).then(|| repository.into()))
}

/// [`Resource::create`] of documents.
pub(super) async fn create_document<D: Document>(aws: &Aws, want: &D) -> Result<PhysicalId, CloudError> {
    let repository = want.repository().unwrap_or_default();
    D::put(aws, repository, want.text().unwrap_or_default()).await?;
    Ok(repository.into())
}

/// [`Resource::natural_id`] of documents.
pub(super) fn natural(properties: &Value) -> Option<PhysicalId> {
    Some(properties.get("repository")?.as_str()?.into())
}
