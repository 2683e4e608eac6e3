//! The cloud, the store and the lock table as one process reaches them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::sabotage::Sabotage;
use super::wire::Wire;
use crate::model::{
    Cloud, CloudError, Created, Found, Identity, Mutation, Operation, PhysicalId, Placement, ReadRequest, Readiness,
    Recover, Value,
};
use crate::simulation::SimCloud;
use crate::state::{LockRow, LockTable, MemoryLock, MemoryStore, ObjectStore, Precondition, Put, RowPut, StoreError};

pub struct RemoteCloud {
    pub wire: Arc<Wire>,
    pub inner: Arc<SimCloud>,
    pub sabotage: Sabotage,
}

#[async_trait]
impl Cloud for RemoteCloud {
    async fn identity(&self) -> Result<Identity, CloudError> {
        let inner = self.inner.clone();
        self.wire.call(async move { inner.identity().await }).await
    }

    async fn read(
        &self,
        place: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        let (inner, type_name, requests) = (self.inner.clone(), type_name.to_string(), wanted.to_vec());
        let place = place.clone();
        match self.wire.call(async move { Ok(inner.read(&place, &type_name, &requests).await) }).await {
            Ok(answers) => answers,
            Err(error) => wanted.iter().map(|_| Err(CloudError::clone(&error))).collect(),
        }
    }

    async fn read_data(&self, place: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError> {
        let (inner, type_name, arguments) = (self.inner.clone(), type_name.to_string(), arguments.clone());
        let place = place.clone();
        self.wire.call(async move { inner.read_data(&place, &type_name, &arguments).await }).await
    }

    async fn reveal_data(&self, place: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError> {
        let (inner, type_name, read) = (self.inner.clone(), type_name.to_string(), read.clone());
        let place = place.clone();
        self.wire.call(async move { inner.reveal_data(&place, &type_name, &read).await }).await
    }

    async fn check_no_lookalike(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<(), CloudError> {
        let (inner, type_name, want, operation) =
            (self.inner.clone(), type_name.to_string(), want.clone(), operation.clone());
        self.wire.call(async move { inner.check_no_lookalike(&type_name, &want, &operation).await }).await
    }

    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError> {
        if self.sabotage == Sabotage::NoSearch {
            return Ok(None);
        }
        let (inner, type_name, wanted) = (self.inner.clone(), type_name.to_string(), wanted.clone());
        self.wire.call(async move { inner.find(&type_name, &wanted).await }).await
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        let (inner, type_name, want, operation) =
            (self.inner.clone(), type_name.to_string(), want.clone(), operation.clone());
        self.wire.call(async move { inner.create(&type_name, &want, &operation).await }).await
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        let (inner, type_name, id, call) = (self.inner.clone(), type_name.to_string(), id.clone(), call.to_string());
        let (want, prior, operation) = (want.clone(), prior.clone(), operation.clone());
        self.wire.call(async move { inner.update(&type_name, &id, &call, &want, &prior, &operation).await }).await
    }

    async fn delete(
        &self,
        place: &Placement,
        type_name: &str,
        id: &PhysicalId,
        prior: &Value,
    ) -> Result<(), CloudError> {
        let (inner, type_name, id, prior) = (self.inner.clone(), type_name.to_string(), id.clone(), prior.clone());
        let place = place.clone();
        self.wire.call(async move { inner.delete(&place, &type_name, &id, &prior).await }).await
    }

    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        let (inner, type_name, calls) = (self.inner.clone(), type_name.to_string(), calls.to_vec());
        self.wire.call(async move { inner.send_together(&type_name, &calls).await }).await
    }

    fn readiness(&self, type_name: &str, live: &Value) -> Readiness {
        self.inner.readiness(type_name, live)
    }

    fn poll_interval(&self, type_name: &str) -> Duration {
        self.inner.poll_interval(type_name)
    }
}

/// What the store was made to hold, in the order in which it came to hold it.
#[derive(Default)]
pub struct Written {
    /// Epoch and serial of each head.
    pub heads: Vec<(u64, u64)>,
    /// Serial of each document for Terraform, and that of the head at that moment.
    pub published: Vec<(u64, u64)>,
}

pub struct RemoteStore {
    pub wire: Arc<Wire>,
    pub inner: Arc<MemoryStore>,
    pub written: Arc<Mutex<Written>>,
    pub sabotage: Sabotage,
}

/// The second line of a head is its label.
fn epoch_and_serial(head: &[u8]) -> Option<(u64, u64)> {
    let label: serde_json::Value = serde_json::from_slice(head.split(|byte| *byte == b'\n').nth(1)?).ok()?;
    Some((label["epoch"].as_u64()?, label["serial"].as_u64()?))
}

impl Written {
    fn note(&mut self, key: &str, body: &[u8]) {
        if key.ends_with("head.json") {
            self.heads.extend(epoch_and_serial(body));
        } else if key.ends_with("terraform.tfstate") {
            let serial = serde_json::from_slice::<serde_json::Value>(body).ok().and_then(|it| it["serial"].as_u64());
            let head = self.heads.last().map_or(0, |(_, serial)| *serial);
            self.published.extend(serial.map(|serial| (serial, head)));
        }
    }
}

#[async_trait]
impl ObjectStore for RemoteStore {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.wire.call(async move { inner.get(&key).await }).await
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        let condition = if self.sabotage == Sabotage::NoCas { Precondition::None } else { condition };
        let (inner, key, written) = (self.inner.clone(), key.to_string(), self.written.clone());
        let operation = async move {
            let outcome = inner.put(&key, body.clone(), condition).await;
            if let Ok(Put::Written { .. }) = &outcome {
                written.lock().unwrap_or_else(PoisonError::into_inner).note(&key, &body);
            }
            outcome
        };
        self.wire.call(operation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.wire.call(async move { inner.delete(&key).await }).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (inner, prefix) = (self.inner.clone(), prefix.to_string());
        self.wire.call(async move { inner.list(&prefix).await }).await
    }

    fn location(&self) -> String {
        "simulated".into()
    }
}

pub struct RemoteTable {
    pub wire: Arc<Wire>,
    pub inner: Arc<MemoryLock>,
}

#[async_trait]
impl LockTable for RemoteTable {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.wire.call(async move { inner.get(&key).await }).await
    }

    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError> {
        let (inner, key, row) = (self.inner.clone(), key.to_string(), row.clone());
        let expected = expected.map(String::from);
        self.wire.call(async move { inner.put(&key, &row, expected.as_deref()).await }).await
    }

    fn location(&self) -> String {
        "simulated".into()
    }
}
