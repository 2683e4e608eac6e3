use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::model::{Created, Found, Identity, Operation, PhysicalId, Placement, Readiness, Recover, Value};
use crate::read::wanted;

/// Answers by id; a type waits for all others to have been asked, so that reading one after the other would hang.
struct Echo {
    barrier: tokio::sync::Barrier,
}

#[async_trait]
impl Cloud for Echo {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Err(CloudError::new(ErrorKind::NoCredentials, "none"))
    }

    async fn read(&self, _: &Placement, _: &str, wanted: &[ReadRequest]) -> Vec<Result<Option<Value>, CloudError>> {
        self.barrier.wait().await;
        let answer = |request: &ReadRequest| match request.id.as_str() {
            "gone" => Some(Ok(None)),
            "denied" => Some(Err(CloudError::new(ErrorKind::AccessDenied, "no"))),
            "silent" => None,
            id => Some(Ok(Some(Value::from(id)))),
        };
        wanted.iter().filter_map(answer).collect()
    }

    async fn read_data(&self, _: &Placement, _: &str, _: &Value) -> Result<Value, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "not here"))
    }

    async fn reveal_data(&self, _: &Placement, _: &str, _: &Value) -> Result<Value, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "not here"))
    }

    async fn find(&self, _: &str, _: &Recover) -> Result<Option<Found>, CloudError> {
        Ok(None)
    }

    async fn create(&self, _: &str, _: &Value, _: &Operation) -> Result<Created, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "not here"))
    }

    async fn update(
        &self,
        _: &str,
        _: &PhysicalId,
        _: &str,
        _: &Value,
        _: &Value,
        _: &Operation,
    ) -> Result<(), CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "not here"))
    }

    async fn delete(&self, _: &Placement, _: &str, _: &PhysicalId, _: &Value) -> Result<(), CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, "not here"))
    }

    fn readiness(&self, _: &str, _: &Value) -> Readiness {
        Readiness::Ready
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::from_secs(1)
    }
}

#[tokio::test]
async fn types_are_read_together_and_an_error_is_no_absence() {
    let item = |type_name: &str, id: &str| {
        ((Placement::HOME, Arc::from(type_name)), ReadRequest::new(id.into(), vec!["a".to_string()]))
    };
    let requests = wanted([
        item("one", "here"),
        item("one", "gone"),
        item("one", "here"),
        item("two", "denied"),
        item("three", "silent"),
    ]);
    assert_eq!(requests[&(Placement::HOME, Arc::from("one"))].len(), 2);
    let cloud = Echo { barrier: tokio::sync::Barrier::new(3) };
    let live = read(&cloud, requests).await;
    let get = |type_name: &str, id: &str| live.get(&Placement::HOME, type_name, &id.into()).cloned();
    assert_eq!(get("one", "here"), Some(Live::Found(Arc::new(Value::from("here")))));
    assert_eq!(get("one", "gone"), Some(Live::Absent));
    assert!(matches!(get("two", "denied"), Some(Live::Failed(error)) if error.kind == ErrorKind::AccessDenied));
    assert!(matches!(get("three", "silent"), Some(Live::Failed(_))));
}
