//! Rate limits: a token bucket per AWS limit, slowed on throttling and recovering slowly.

use std::time::Duration;

/// Placeholder of the limiter's state until calls are metered.
#[derive(Debug, Default)]
pub(crate) struct Limits;

impl Limits {
    pub(crate) async fn ready(&self, _name: &str) {
        tokio::time::sleep(Duration::ZERO).await;
    }

    pub(crate) fn succeeded(&self, _name: &str) {}

    pub(crate) fn throttled(&self, _name: &str) {}
}
