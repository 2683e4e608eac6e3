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

/// How long a batch stays open after somebody joined it.
const WINDOW: Duration = Duration::from_millis(2);
/// So many windows in a row, however many join.
const WINDOWS: usize = 25;

type Answer<V> = Result<Arc<HashMap<String, V>>, CloudError>;

struct Open<V> {
    ids: BTreeSet<String>,
    /// How many have asked.
    askers: usize,
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
                    open.askers += 1;
                    open.answer.clone()
                }
                None => {
                    let batch = Arc::clone(self);
                    let answer = async move {
                        // Reads that start together may take longer than a window to do so, as the first one of a
                        // service builds its client; and whoever joins late finds the time over, and drives the rest.
                        let mut askers = 1;
                        for _ in 0..WINDOWS {
                            tokio::time::sleep(WINDOW).await;
                            let now = batch.askers();
                            if now == askers {
                                break;
                            }
                            askers = now;
                        }
                        let closed = batch.open.lock().unwrap_or_else(PoisonError::into_inner).take();
                        let ids = closed.map(|open| open.ids.into_iter().collect()).unwrap_or_default();
                        fetch(ids).await.map(Arc::new)
                    }
                    .boxed()
                    .shared();
                    *open = Some(Open { ids: ids.into_iter().collect(), askers: 1, answer: answer.clone() });
                    answer
                }
            }
        };
        answer.await
    }

    fn askers(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map_or(0, |open| open.askers)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn those_that_start_together_are_answered_together_however_slowly_they_start() {
        let (batch, calls) = (Arc::new(Batch::<usize>::new()), Arc::new(AtomicUsize::new(0)));
        let ask = |id: &'static str| {
            let (batch, calls) = (Arc::clone(&batch), Arc::clone(&calls));
            async move {
                // Longer than a window, without giving way.
                std::thread::sleep(2 * WINDOW);
                let fetch = move |ids: Vec<String>| async move {
                    calls.fetch_add(1, Ordering::Relaxed);
                    Ok(ids.into_iter().map(|id| (id.clone(), id.len())).collect())
                };
                batch.load([id.to_string()], fetch).await
            }
        };
        let answers = join_all(["a", "bb", "ccc"].map(ask)).await;
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|found| found.len() == 3)));
        let later = ask("a").await;
        assert_eq!(calls.load(Ordering::Relaxed), 2, "nothing is kept");
        assert!(later.is_ok_and(|found| found.len() == 1));
    }
}
