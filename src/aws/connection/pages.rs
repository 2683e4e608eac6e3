//! Following the pages of a listing.

use std::future::Future;

use wildfire_engine::model::CloudError;

/// Asks for page after page, to the end. `page` gets the token of the page, none for the first, and returns its items
/// and the token of the next one.
pub(crate) async fn pages<T, F>(mut page: impl FnMut(Option<String>) -> F) -> Result<Vec<T>, CloudError>
where
    F: Future<Output = Result<(Option<Vec<T>>, Option<String>), CloudError>>,
{
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let (items, next) = page(token).await?;
        found.extend(items.unwrap_or_default());
        token = next.filter(|next| !next.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}
