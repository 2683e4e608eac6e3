//! A store and a lock table in memory: for tests, and for `bootstrap` before the bucket exists.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::frame::sha256;
use super::{LockRow, LockTable, ObjectStore, Precondition, Put, RowPut, StoreError};

/// Objects in memory. As with S3, equal content has an equal ETag.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
}

/// Lock rows in memory.
#[derive(Debug, Default)]
pub struct MemoryLock {
    rows: Mutex<BTreeMap<String, LockRow>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No invariant spans two statements under the lock, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl ObjectStore for MemoryStore {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        Ok(locked(&self.objects).get(key).map(|body| (body.clone(), sha256(body))))
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        let mut objects = locked(&self.objects);
        let holds = match (&condition, objects.get(key)) {
            (Precondition::None, _) | (Precondition::Absent, None) => true,
            (Precondition::Absent, Some(_)) | (Precondition::Unchanged(_), None) => false,
            (Precondition::Unchanged(etag), Some(there)) => sha256(there) == *etag,
        };
        if !holds {
            return Ok(Put::Conflict);
        }
        let etag = sha256(&body);
        objects.insert(key.to_string(), body);
        Ok(Put::Written { etag })
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        locked(&self.objects).remove(key);
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let objects = locked(&self.objects);
        let from = objects.range(prefix.to_string()..);
        Ok(from.map(|(key, _)| key).take_while(|key| key.starts_with(prefix)).cloned().collect())
    }

    fn location(&self) -> String {
        "memory".into()
    }
}

#[async_trait]
impl LockTable for MemoryLock {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError> {
        Ok(locked(&self.rows).get(key).cloned())
    }

    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError> {
        let mut rows = locked(&self.rows);
        if rows.get(key).map(|there| there.version.as_str()) != expected {
            return Ok(RowPut::Conflict);
        }
        rows.insert(key.to_string(), row.clone());
        Ok(RowPut::Written)
    }

    fn location(&self) -> String {
        "memory".into()
    }
}
