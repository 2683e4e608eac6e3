//! Describe calls that ask for many ids at once.

use std::future::Future;

use aws_sdk_ec2::types::Filter;
use futures::FutureExt;
use futures::future::try_join_all;
use wildfire_engine::model::{CloudError, ReadRequest};

use super::tagging::{FILTER_VALUES, filter};
use crate::connection::call::absent_is_none;

/// What has any of `ids` in the filter `name`, with as few calls as a filter's values allow. Ids that do not exist
/// are left out, where a list of ids would fail as a whole.
pub(super) async fn by_filter<T, F>(
    name: &str,
    ids: &[String],
    describe: impl Fn(Vec<Filter>) -> F,
) -> Result<Vec<T>, CloudError>
where
    F: Future<Output = Result<Vec<T>, CloudError>>,
{
    let mut found = Vec::new();
    for chunk in ids.chunks(FILTER_VALUES) {
        found.extend(describe(vec![filter(name, chunk.iter().cloned())]).await?);
    }
    Ok(found)
}

/// What has any of `ids`, for describe calls without a filter for ids, or where few implementations of the API have
/// it. A list with an id that does not exist fails as a whole: then each is asked for alone.
pub(super) async fn by_id<T, F>(ids: &[String], describe: impl Fn(Vec<String>) -> F) -> Result<Vec<T>, CloudError>
where
    F: Future<Output = Result<Vec<T>, CloudError>>,
{
    let mut found = Vec::new();
    for chunk in ids.chunks(FILTER_VALUES) {
        match absent_is_none(describe(chunk.to_vec()).await)? {
            Some(items) => found.extend(items),
            None if chunk.len() == 1 => {}
            None => {
                let alone = chunk.iter().map(|id| describe(vec![id.clone()]).map(absent_is_none));
                found.extend(try_join_all(alone).await?.into_iter().flatten().flatten());
            }
        }
    }
    Ok(found)
}

/// The ids of the requests.
pub(super) fn ids(wanted: &[ReadRequest]) -> Vec<String> {
    wanted.iter().map(|request| request.id.to_string()).collect()
}
