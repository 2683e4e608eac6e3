//! A store and a lock table behind the crash switch.

use std::sync::Arc;

use async_trait::async_trait;

use super::faults::Process;
use crate::state::{LockRow, LockTable, ObjectStore, Precondition, Put, RowPut, StoreError};

/// One process's connection to a store or to a table. Each write is two interactions for the crash switch, as a process
/// may die before it and before it hears of it; each read is one.
pub struct Connection<T> {
    inner: Arc<T>,
    crash: Arc<Process>,
}

impl<T> Connection<T> {
    pub fn new(inner: Arc<T>, crash: Arc<Process>) -> Self {
        Self { inner, crash }
    }
}

#[async_trait]
impl<T: ObjectStore> ObjectStore for Connection<T> {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        self.crash.point().await;
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        self.crash.point().await;
        let result = self.inner.put(key, body, condition).await;
        self.crash.point().await;
        result
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.crash.point().await;
        let result = self.inner.delete(key).await;
        self.crash.point().await;
        result
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.crash.point().await;
        self.inner.list(prefix).await
    }

    fn location(&self) -> String {
        self.inner.location()
    }
}

#[async_trait]
impl<T: LockTable> LockTable for Connection<T> {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError> {
        self.crash.point().await;
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError> {
        self.crash.point().await;
        let result = self.inner.put(key, row, expected).await;
        self.crash.point().await;
        result
    }

    fn location(&self) -> String {
        self.inner.location()
    }
}
