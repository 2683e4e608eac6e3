//! One call for many askers.
//!
//! Several types share a describe call (route tables, their routes, their associations). Each asks for the
//! ids it needs; what is asked within a moment is fetched together.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use wildfire_engine::model::CloudError;

/// How long a batch stays open for others to join.
const WINDOW: Duration = Duration::from_millis(2);

type Answer<V> = Result<Arc<HashMap<String, V>>, CloudError>;

struct Open<V> {
    ids: BTreeSet<String>,
    answer: Shared<BoxFuture<'static, Answer<V>>>,
}

/// Collects ids and fetches them together. Nothing is kept: a later asker gets a fresh answer.
pub(crate) struct Batch<V> {
    open: Mutex<Option<Open<V>>>,
}

impl<V: Send + Sync + 'static> Batch<V> {
    pub(crate) fn new() -> Self {
        Self { open: Mutex::new(None) }
    }

    /// The values of `ids`, and perhaps others that somebody else asked for. What does not exist is not in the map.
    /// `fetch` of the first asker of a batch is used for all of them.
    pub(crate) async fn load<F, Fut>(self: &Arc<Self>, ids: impl IntoIterator<Item = String>, fetch: F) -> Answer<V>
    where
        F: FnOnce(Vec<String>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<HashMap<String, V>, CloudError>> + Send + 'static,
    {
        let answer = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            match open.as_mut() {
                Some(open) => {
                    open.ids.extend(ids);
                    open.answer.clone()
                }
                None => {
                    let batch = Arc::clone(self);
                    let answer = async move {
                        tokio::time::sleep(WINDOW).await;
                        let closed = batch.open.lock().unwrap_or_else(PoisonError::into_inner).take();
                        let ids = closed.map(|open| open.ids.into_iter().collect()).unwrap_or_default();
                        fetch(ids).await.map(Arc::new)
                    }
                    .boxed()
                    .shared();
                    *open = Some(Open { ids: ids.into_iter().collect(), answer: answer.clone() });
                    answer
                }
            }
        };
        answer.await
    }
}
