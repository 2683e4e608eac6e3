use std::sync::Mutex;

use super::*;
use crate::model::{Address, DataSchema, Field, OpId, Ty, Types};

/// A cloud that remembers what it was asked.
#[derive(Default)]
struct Heard(&'static str, Mutex<Vec<String>>);

impl Heard {
    fn note(&self, what: &str) {
        self.1.lock().unwrap().push(what.to_string());
    }
}

#[async_trait]
impl Cloud for Heard {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Ok(Identity { account: self.0.into(), arn: String::new(), region: String::new() })
    }

    async fn read(
        &self,
        _: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        self.note(&format!("read {type_name}"));
        wanted.iter().map(|_| Ok(None)).collect()
    }

    async fn read_data(&self, _: &Placement, type_name: &str, _: &Value) -> Result<Value, CloudError> {
        self.note(&format!("data {type_name}"));
        Ok(Value::Null)
    }

    async fn reveal_data(&self, _: &Placement, _: &str, _: &Value) -> Result<Value, CloudError> {
        Ok(Value::Null)
    }

    async fn find(&self, _: &str, _: &Recover) -> Result<Option<Found>, CloudError> {
        Ok(None)
    }

    async fn create(&self, type_name: &str, _: &Value, _: &Operation) -> Result<Created, CloudError> {
        self.note(&format!("create {type_name}"));
        Ok(Created { id: self.0.into(), attributes: Value::Null })
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
        Ok(())
    }

    async fn delete(&self, _: &Placement, _: &str, _: &PhysicalId, _: &Value) -> Result<(), CloudError> {
        Ok(())
    }

    fn readiness(&self, _: &str, _: &Value) -> Readiness {
        Readiness::Pending(self.0.into())
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::ZERO
    }
}

fn types(names: &[&'static str], data: &[&'static str]) -> Arc<dyn Catalog> {
    let field = || vec![Field::new("id", Ty::String).computed()];
    let types = names.iter().map(|name| TypeSchema::new(*name, field()).doc(names[0])).collect();
    Arc::new(Types::new(types, data.iter().map(|name| DataSchema::new(*name, field())).collect()))
}

fn both() -> (Clouds, [Arc<Heard>; 2]) {
    let catalogs = Catalogs::new([types(&["one_a", "shared"], &["one_d"]), types(&["two_a", "shared"], &["two_d"])]);
    let heard = [Arc::new(Heard("one", Mutex::default())), Arc::new(Heard("two", Mutex::default()))];
    let all = heard.iter().map(|cloud| cloud.clone() as Arc<dyn Cloud>).collect();
    (Clouds::new(catalogs, all), heard)
}

#[test]
fn a_type_is_that_of_the_first_catalog_that_knows_it() {
    let (clouds, _) = both();
    let names: Vec<_> = clouds.catalogs.types().iter().map(|schema| (schema.name, schema.doc)).collect();
    assert_eq!(names, [("one_a", "one_a"), ("shared", "one_a"), ("two_a", "two_a")]);
    assert!(clouds.catalogs.schema("three").is_none() && clouds.catalogs.data_schema("two_d").is_some());
    assert!(clouds.catalogs.schema("two_d").is_none(), "a data source is no resource");
}

#[tokio::test]
async fn a_call_goes_to_the_cloud_that_has_the_type() {
    let (clouds, [one, two]) = both();
    let address: Address = "test/main:a".parse().unwrap();
    let operation = Operation { id: OpId::new("op"), address, attempt: 0, place: Placement::HOME };
    clouds.create("two_a", &Value::Null, &operation).await.unwrap();
    clouds.create("shared", &Value::Null, &operation).await.unwrap();
    clouds.read(&Placement::HOME, "two_a", &[]).await;
    clouds.read_data(&Placement::HOME, "one_d", &Value::Null).await.unwrap();
    assert_eq!(*one.1.lock().unwrap(), ["create shared", "data one_d"]);
    assert_eq!(*two.1.lock().unwrap(), ["create two_a", "read two_a"]);
    assert_eq!(clouds.readiness("two_a", &Value::Null), Readiness::Pending("two".into()));
    assert_eq!(clouds.identity().await.unwrap().account, "one");
}

#[tokio::test]
async fn what_no_cloud_has_is_refused() {
    let (clouds, _) = both();
    let request = ReadRequest::new("x".into(), Vec::new());
    let answers = clouds.read(&Placement::HOME, "three", &[request]).await;
    assert!(matches!(&answers[..], [Err(error)] if error.kind == ErrorKind::Rejected), "{answers:?}");
    assert!(clouds.read_data(&Placement::HOME, "two_a", &Value::Null).await.is_err());
}
