//! A cloud that takes AWS's times and keeps its limits, on tokio's clock.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use wildfire_engine::model::{
    Cloud, CloudError, Created, ErrorKind, Found, Identity, Map, Mutation, Operation, PhysicalId, Placement,
    ReadRequest, Readiness, Recover, Value,
};

use crate::catalog::kind_of;

/// There and back, with what the service does before it answers.
pub const LATENCY: Duration = Duration::from_millis(100);

/// Calls at once, and calls a second, as AWS publishes them or as they are known.
pub fn limit(service: &str, reads: bool) -> (f64, f64) {
    match (service, reads) {
        ("route53", _) => (5.0, 5.0),
        ("ec2", true) => (100.0, 20.0),
        ("ec2", false) => (50.0, 5.0),
        ("s3" | "dynamodb", _) => (200.0, 100.0),
        _ => (60.0, 20.0),
    }
}

/// A bucket of calls, and when it was looked at last.
type Tokens = (f64, Instant);

#[derive(Default)]
pub struct Aws {
    objects: Mutex<HashMap<String, (Map, Instant)>>,
    buckets: Mutex<HashMap<(&'static str, bool), Tokens>>,
    calls: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Aws {
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// One call: as late as the limit of its service allows.
    async fn call(&self, type_name: &str, reads: bool) -> Result<(), CloudError> {
        let kind = kind_of(type_name).ok_or_else(|| CloudError::new(ErrorKind::Rejected, "there is no such type"))?;
        let (burst, rate) = limit(kind.service, reads);
        let wait = {
            let now = Instant::now();
            let mut buckets = lock(&self.buckets);
            let (tokens, at) = buckets.entry((kind.service, reads)).or_insert((burst, now));
            *tokens = (*tokens + now.duration_since(*at).as_secs_f64() * rate).min(burst) - 1.0;
            *at = now;
            Duration::from_secs_f64((-*tokens / rate).max(0.0))
        };
        tokio::time::sleep(wait + LATENCY).await;
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn make(&self, type_name: &str, want: &Value) -> Created {
        let name = want.get("name").and_then(Value::as_str).unwrap_or_default();
        let id = format!("{type_name}/{name}");
        let ready = Duration::from_secs(kind_of(type_name).map_or(0, |kind| kind.ready).into());
        let mut map = want.as_map().cloned().unwrap_or_default();
        map.insert("id".into(), id.as_str().into());
        lock(&self.objects).insert(id.clone(), (map, Instant::now() + ready));
        Created { id: id.into(), attributes: Value::Null }
    }

    fn look(&self, id: &str) -> Option<Value> {
        let objects = lock(&self.objects);
        let (map, ready) = objects.get(id)?;
        let mut map = map.clone();
        let status = if *ready > Instant::now() { "creating" } else { "available" };
        map.insert("status".into(), status.into());
        Some(Value::Map(map))
    }
}

#[async_trait]
impl Cloud for Aws {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Ok(Identity { account: "123456789012".into(), arn: String::new(), region: "eu-west-1".into() })
    }

    async fn read(
        &self,
        _: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        // A page has two hundred.
        for _ in 0..wanted.len().div_ceil(200) {
            if let Err(error) = self.call(type_name, true).await {
                return wanted.iter().map(|_| Err(error.clone())).collect();
            }
        }
        wanted.iter().map(|request| Ok(self.look(request.id.as_str()))).collect()
    }

    async fn read_data(&self, _: &Placement, _: &str, _: &Value) -> Result<Value, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "there are no data sources"))
    }

    async fn reveal_data(&self, _: &Placement, _: &str, _: &Value) -> Result<Value, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "there are no data sources"))
    }

    async fn find(&self, _: &str, _: &Recover) -> Result<Option<Found>, CloudError> {
        Ok(None)
    }

    async fn create(&self, type_name: &str, want: &Value, _: &Operation) -> Result<Created, CloudError> {
        self.call(type_name, false).await?;
        Ok(self.make(type_name, want))
    }

    async fn update(
        &self,
        type_name: &str,
        _: &PhysicalId,
        _: &str,
        _: &Value,
        _: &Value,
        _: &Operation,
    ) -> Result<(), CloudError> {
        self.call(type_name, false).await
    }

    async fn delete(&self, _: &Placement, type_name: &str, id: &PhysicalId, _: &Value) -> Result<(), CloudError> {
        self.call(type_name, false).await?;
        lock(&self.objects).remove(id.as_str());
        Ok(())
    }

    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        self.call(type_name, false).await?;
        Ok(calls.iter().map(|call| Ok(self.make(type_name, call.properties()))).collect())
    }

    fn readiness(&self, _: &str, live: &Value) -> Readiness {
        match live.get("status").and_then(Value::as_str) {
            Some("creating") => Readiness::Pending("creating".into()),
            _ => Readiness::Ready,
        }
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::from_secs(5)
    }
}
