//! A cloud in memory that keeps what it is given, for every type that has a schema.
//!
//! What AWS would choose is what the test says, or made up from the address: the same in every run. Everything is there at
//! once and nothing fails.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::model::{
    Catalog, Change, Cloud, CloudError, Created, ErrorKind, Field, Found, Identity, Map, Operation, PhysicalId,
    Placement, ReadRequest, Readiness, Recover, Ty, Value,
};

/// What the test says of one thing.
#[derive(Clone, Debug)]
pub(super) struct Mock {
    /// Its path within the stack.
    pub path: String,
    /// Known once the stack is compiled.
    pub type_name: Option<&'static str>,
    pub values: Map,
}

pub(super) struct Memory {
    catalog: &'static dyn Catalog,
    account: String,
    region: String,
    attributes: Vec<Mock>,
    /// Of data sources.
    answers: Mutex<Vec<Mock>>,
    objects: Mutex<BTreeMap<(String, String), Map>>,
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    pub fn new(catalog: &'static dyn Catalog, account: &str, region: &str, mocks: [Vec<Mock>; 2]) -> Self {
        let (account, region, [attributes, answers]) = (account.to_string(), region.to_string(), mocks);
        Self { catalog, account, region, attributes, answers: Mutex::new(answers), objects: Mutex::default() }
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<(String, String), Map>> {
        locked(&self.objects)
    }

    /// The result of the data source at a path, whose arguments are known; `None` when the test does not say it.
    pub fn answer(&self, path: &str, type_name: &str, arguments: &Value) -> Option<Value> {
        let mut answers = locked(&self.answers);
        let mock = answers.iter_mut().find(|mock| mock.path == path)?;
        let schema = self.catalog.data_schema(type_name)?;
        mock.type_name = Some(schema.name);
        Some(answered(&schema.fields, arguments, &mock.values))
    }

    /// What a resource is now.
    pub fn object(&self, type_name: &str, id: &str) -> Option<Map> {
        self.objects().get(&(type_name.to_string(), id.to_string())).cloned()
    }

    fn fields(&self, type_name: &str) -> &'static [Field] {
        self.catalog.schema(type_name).map_or(&[], |schema| schema.fields.as_slice())
    }

    /// The field of all tags, which are sent and have no call of their own.
    fn all_tags(&self, type_name: &str) -> Option<&'static str> {
        self.catalog.schema(type_name)?.tags.map(|rule| rule.all)
    }

    /// What only AWS sets.
    fn made_up(&self, field: &Field, type_name: &str, id: &str) -> Value {
        let inside = |fields: &[Field]| {
            let one = |field: &Field| (field.name.to_string(), self.made_up(field, type_name, id));
            Value::Map(fields.iter().map(one).collect())
        };
        if let Some(fields) = field.ty.blocks() {
            // One of each, so that what is in it can be referred to.
            return Value::List(vec![inside(fields)]);
        }
        match &field.ty {
            Ty::Object(fields) => inside(fields),
            Ty::String | Ty::Version if field.name == "arn" || field.name.ends_with("_arn") => {
                format!("arn:aws:{}:{}:{}:{id}", service(type_name), self.region, self.account).into()
            }
            Ty::String | Ty::Version if field.name == "owner_id" => self.account.as_str().into(),
            Ty::String | Ty::Version => format!("{}-of-{id}", field.name.replace('_', "-")).into(),
            Ty::Int | Ty::Number => Value::Int(1),
            Ty::Float => Value::Float(1.0),
            Ty::Bool => Value::Bool(false),
            Ty::List(_) | Ty::Set(_) | Ty::Tuple(_) => Value::List(Vec::new()),
            Ty::Map(_) => Value::Map(Map::new()),
            Ty::Any => Value::Null,
        }
    }
}

/// The word behind `aws_`.
fn service(type_name: &str) -> &str {
    type_name.trim_start_matches("aws_").split('_').next().unwrap_or_default()
}

fn refused(kind: ErrorKind, message: String) -> CloudError {
    CloudError::new(kind, message)
}

#[async_trait]
impl Cloud for Memory {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Ok(Identity {
            account: self.account.clone(),
            arn: format!("arn:aws:iam::{}:user/test", self.account),
            region: self.region.clone(),
        })
    }

    async fn read(
        &self,
        _: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        let secret = |field: &&Field| field.write_only || matches!(field.change, Change::Local);
        let hidden: Vec<&str> = self.fields(type_name).iter().filter(secret).map(|field| field.name).collect();
        let look = |request: &ReadRequest| {
            let mut map = self.object(type_name, request.id.as_str())?;
            map.retain(|name, _| !hidden.contains(&name.as_str()));
            Some(Value::Map(map))
        };
        wanted.iter().map(|request| Ok(look(request))).collect()
    }

    /// Asked during an apply, for data sources whose arguments are known only then.
    async fn read_data(&self, _: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError> {
        let agrees = |mock: &&Mock| {
            let given = arguments.as_map().into_iter().flatten();
            mock.type_name.is_none_or(|of| of == type_name)
                && given.into_iter().all(|(name, value)| mock.values.get(name).is_none_or(|other| other == value))
        };
        let answers = locked(&self.answers);
        match (answers.iter().find(agrees), self.catalog.data_schema(type_name)) {
            (Some(mock), Some(schema)) => Ok(answered(&schema.fields, arguments, &mock.values)),
            _ => {
                let message = format!("the test does not say what a data source of type {type_name} answers");
                Err(refused(ErrorKind::Rejected, message))
            }
        }
    }

    async fn reveal_data(&self, place: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError> {
        self.read_data(place, type_name, read).await
    }

    async fn find(&self, _: &str, _: &Recover) -> Result<Option<Found>, CloudError> {
        Ok(None)
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        let want = want.as_map().cloned().unwrap_or_default();
        let path = operation.address.path();
        let mocked = self.attributes.iter().find(|mock| mock.path == path).map(|mock| &mock.values);
        let natural = self.catalog.natural_id(type_name, &Value::Map(want.clone())).map(|id| id.to_string());
        let mocked_id = mocked.and_then(|map| map.get("id")).and_then(Value::as_str).map(String::from);
        let id = mocked_id.or(natural).unwrap_or_else(|| {
            // A replacement has another id than what it replaces.
            let digest = hex::encode(Sha256::digest(format!("{path} {}", operation.id)));
            format!("{}-{}", type_name.trim_start_matches("aws_").replace('_', "-"), &digest[..8])
        });
        let mut object = Map::new();
        let all_tags = self.all_tags(type_name);
        for field in self.fields(type_name) {
            let is_sent = field.is_property() || all_tags == Some(field.name);
            let value = match (mocked.and_then(|map| map.get(field.name)), want.get(field.name)) {
                (_, Some(value)) if is_sent && !value.is_null() => value.clone(),
                (Some(value), _) => typed(value, &field.ty),
                (None, _) if !field.is_property() => self.made_up(field, type_name, &id),
                _ => continue,
            };
            object.insert(field.name.to_string(), value);
        }
        object.insert("id".into(), id.as_str().into());
        match self.objects().entry((type_name.to_string(), id.clone())) {
            std::collections::btree_map::Entry::Occupied(_) => {
                Err(refused(ErrorKind::AlreadyExists, format!("{id} exists already")))
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(object);
                Ok(Created { id: id.into(), attributes: Value::Null })
            }
        }
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        _: &Value,
        _: &Operation,
    ) -> Result<(), CloudError> {
        let mut objects = self.objects();
        let Some(object) = objects.get_mut(&(type_name.to_string(), id.to_string())) else {
            return Err(refused(ErrorKind::NotFound, format!("{id} does not exist")));
        };
        let rule = self.catalog.schema(type_name).and_then(|schema| schema.tags);
        let is_updated = |field: &Field| matches!(field.change, Change::Update(name) if name == call);
        let tags =
            rule.filter(|rule| self.fields(type_name).iter().any(|field| rule.own == field.name && is_updated(field)));
        let of_call = |field: &&Field| is_updated(field) || tags.is_some_and(|rule| rule.all == field.name);
        for field in self.fields(type_name).iter().filter(of_call) {
            match want.get(field.name) {
                Some(value) if !value.is_null() => drop(object.insert(field.name.to_string(), value.clone())),
                _ => drop(object.shift_remove(field.name)),
            }
        }
        Ok(())
    }

    async fn delete(&self, _: &Placement, type_name: &str, id: &PhysicalId, _: &Value) -> Result<(), CloudError> {
        self.objects().remove(&(type_name.to_string(), id.to_string()));
        Ok(())
    }

    fn readiness(&self, _: &str, _: &Value) -> Readiness {
        Readiness::Ready
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::from_secs(1)
    }
}

/// The attributes of a data source: its arguments, what the test says, and nothing for the rest.
fn answered(fields: &[Field], arguments: &Value, values: &Map) -> Value {
    let mut out = arguments.as_map().cloned().unwrap_or_default();
    for field in fields {
        match values.get(field.name) {
            Some(value) => drop(out.insert(field.name.to_string(), typed(value, &field.ty))),
            None if !out.contains_key(field.name) => drop(out.insert(field.name.to_string(), Value::Null)),
            None => {}
        }
    }
    Value::Map(out)
}

/// A value of a test's file in the type that AWS returns.
fn typed(value: &Value, ty: &Ty) -> Value {
    match (ty, value) {
        (Ty::String | Ty::Version, value) => value.scalar_text().map_or_else(|| value.clone(), Value::String),
        (Ty::Any, Value::Written(_)) => value.clone().in_document(),
        (_, Value::List(items)) if ty.is_list() => {
            let one = |(index, item): (usize, &Value)| typed(item, ty.element(index).unwrap_or(&Ty::Any));
            Value::List(items.iter().enumerate().map(one).collect())
        }
        (Ty::Map(_) | Ty::Object(_), Value::Map(map)) => {
            let one = |(key, item): (&String, &Value)| (key.clone(), typed(item, ty.entry(key).unwrap_or(&Ty::Any)));
            Value::Map(map.iter().map(one).collect())
        }
        _ => value.bare().clone(),
    }
}
