//! Generated values: resources that no cloud holds. They are made once, kept in state, and stay until they are replaced.
//!
//! Owns: their types, and how a value is made. Every value follows from the id of the operation that makes it and from the
//! properties, and what is read of one follows from its id and the properties. So a run that is killed loses nothing, and
//! nothing is made twice. Leaves out: secrets, which never go to state.

mod draw;
mod moments;
mod random;
#[cfg(test)]
mod tests;
mod types;
mod words;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::{
    Cloud, CloudError, Created, ErrorKind, Found, Identity, Map, Operation, PhysicalId, Placement, ReadRequest,
    Readiness, Recover, Value,
};
pub use types::CATALOG;
use types::kind;

/// How the values of a type are made.
struct Kind {
    name: &'static str,
    /// A new value, as text.
    make: fn(&Operation, &Map) -> String,
    /// The attributes that a value and properties have.
    attributes: fn(&str, &Map) -> Map,
    /// Whether the time of a value is over.
    is_over: fn(&str, &Map, Timestamp) -> bool,
}

/// The cloud of generated values. It makes no calls.
#[derive(Debug, Default)]
pub struct Local {
    /// Properties of what this process has made or changed: state is told of them later.
    known: Mutex<HashMap<(String, PhysicalId), Map>>,
    /// The time, where a test sets it.
    now: Option<Timestamp>,
}

impl Local {
    /// With a clock that stands still.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Some(now), ..Self::default() }
    }

    fn learn(&self, type_name: &str, id: &PhysicalId, want: &Value) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((type_name.to_string(), id.clone()), want.as_map().cloned().unwrap_or_default());
    }

    fn look(&self, kind: &Kind, request: &ReadRequest) -> Option<Value> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let remembered = || request.remembered.as_ref()?.as_map().cloned();
        let made = known.get(&(kind.name.to_string(), request.id.clone())).cloned();
        let properties = made.or_else(remembered).unwrap_or_default();
        let now = self.now.unwrap_or_else(Timestamp::now);
        let value = value(&request.id);
        if (kind.is_over)(value, &properties, now) {
            return None;
        }
        let mut all = properties;
        let attributes = (kind.attributes)(value, &all);
        all.extend(attributes);
        Some(Value::Map(all))
    }
}

/// A value is made more than once in a stage; the operation tells one from the other: `brave-otter#01J9…`. What is imported
/// may be the value alone.
fn id(kind: &Kind, operation: &Operation, want: &Value) -> PhysicalId {
    format!("{}#{}", (kind.make)(operation, &properties(want)), operation.id).into()
}

fn value(id: &PhysicalId) -> &str {
    let is_operation = |text: &str| text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match id.as_str().rsplit_once('#') {
        Some((value, operation)) if is_operation(operation) => value,
        _ => id.as_str(),
    }
}

fn known(type_name: &str) -> Result<&'static Kind, CloudError> {
    kind(type_name).ok_or_else(|| {
        CloudError::new(ErrorKind::Rejected, format!("this version of wildfire has no type {type_name}"))
    })
}

fn properties(value: &Value) -> Map {
    value.as_map().cloned().unwrap_or_default()
}

#[async_trait]
impl Cloud for Local {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Ok(Identity { account: String::new(), arn: String::new(), region: String::new() })
    }

    async fn read(
        &self,
        _: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        match known(type_name) {
            Ok(kind) => wanted.iter().map(|request| Ok(self.look(kind, request))).collect(),
            Err(error) => wanted.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn read_data(&self, _: &Placement, type_name: &str, _: &Value) -> Result<Value, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, format!("this version of wildfire has no data source {type_name}")))
    }

    async fn reveal_data(&self, place: &Placement, type_name: &str, _: &Value) -> Result<Value, CloudError> {
        self.read_data(place, type_name, &Value::Null).await
    }

    /// What the operation makes, it has made: nothing else could have become of it.
    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError> {
        Ok(Some(Found { id: id(known(type_name)?, &wanted.operation, &wanted.wanted) }))
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        let id = id(known(type_name)?, operation, want);
        self.learn(type_name, &id, want);
        Ok(Created { id, attributes: Value::Null })
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        _call: &str,
        want: &Value,
        _prior: &Value,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
        self.learn(type_name, id, want);
        Ok(())
    }

    async fn delete(&self, _: &Placement, type_name: &str, id: &PhysicalId, _prior: &Value) -> Result<(), CloudError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&(type_name.to_string(), id.clone()));
        Ok(())
    }

    fn readiness(&self, _: &str, _: &Value) -> Readiness {
        Readiness::Ready
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::from_secs(1)
    }
}
