//! From typed to erased: authors write typed [`Resource`]s, the engine sees values. [`Typed`] is the bridge, and the only one.

use std::any::TypeId;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wildfire_engine::model::secret::is_digest;
use wildfire_engine::model::secret_version::unread;
use wildfire_engine::model::{
    Batch, CloudError, Created, DataSchema, ErrorKind, Found, Mutation, NaturalKey, Operation, PhysicalId, Problem,
    ReadRequest, Readiness, Recover, TypeSchema, Value, refused,
};

use super::resource::{Change, DataSource, Member, Read, Resource, Update};
use crate::Aws;
use crate::connection::call::declaring;
use crate::kind::{tag_index, tags_together, vocabulary};

/// In place of the attributes of what AWS is at work with where no read shows it: the status.
const AT_WORK: &str = "wildfire:at_work";

/// A resource type without its Rust type.
#[async_trait]
pub trait Kind: Send + Sync {
    fn schema(&self) -> &'static TypeSchema;
    fn validate(&self, properties: &Value) -> Vec<Problem>;
    fn natural_id(&self, properties: &Value) -> Option<PhysicalId>;
    fn natural_keys(&self, properties: &Value) -> Vec<NaturalKey>;
    fn readiness(&self, live: &Value) -> Readiness;
    fn poll_interval(&self) -> Duration;
    async fn read(&self, aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Value>>;
    async fn find(&self, aws: &Aws, recover: &Recover) -> Result<Option<Found>, CloudError>;
    async fn check_no_lookalike(&self, aws: &Aws, want: &Value, operation: &Operation) -> Result<(), CloudError>;
    async fn create(&self, aws: &Aws, want: &Value, operation: &Operation) -> Result<Created, CloudError>;
    async fn update(
        &self,
        aws: &Aws,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError>;
    async fn delete(&self, aws: &Aws, id: &PhysicalId, prior: &Value) -> Result<(), CloudError>;
    fn batch(&self, call: &Mutation) -> Option<Batch>;
    async fn send_together(
        &self,
        aws: &Aws,
        calls: &[Mutation],
    ) -> Result<Vec<Result<PhysicalId, CloudError>>, CloudError>;
}

/// A data source without its Rust type.
#[async_trait]
pub trait DataKind: Send + Sync {
    fn schema(&self) -> &'static DataSchema;
    async fn read(&self, aws: &Aws, arguments: &Value) -> Result<Value, CloudError>;
    async fn reveal(&self, aws: &Aws, read: &Value) -> Result<Value, CloudError>;
}

/// A [`Resource`] or [`DataSource`] as a [`Kind`] or [`DataKind`].
pub struct Typed<R>(PhantomData<fn() -> R>);

impl<R> Typed<R> {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// What is made of a Rust type, once.
fn once<R: 'static, T: Send + Sync + 'static>(
    made: &RwLock<HashMap<TypeId, &'static T>>,
    make: impl FnOnce() -> T,
) -> &'static T {
    let of = TypeId::of::<R>();
    if let Some(known) = made.read().unwrap_or_else(PoisonError::into_inner).get(&of) {
        return known;
    }
    let mut made = made.write().unwrap_or_else(PoisonError::into_inner);
    made.entry(of).or_insert_with(|| Box::leak(Box::new(make())))
}

/// The schema of a resource type.
fn schema<R: Resource>() -> &'static TypeSchema {
    static SCHEMAS: LazyLock<RwLock<HashMap<TypeId, &'static TypeSchema>>> = LazyLock::new(RwLock::default);
    let tags: &[&str] = if R::TAGS_TAKE_A_CALL { &tag_index::TAGS } else { &[] };
    let make = || TypeSchema {
        apart: R::APART.iter().chain(tags).copied().collect(),
        doc: R::DOC,
        create_once: R::CREATE_ONCE,
        create_calls: R::CREATE_CALLS.to_vec(),
        delete_calls: R::DELETE_CALLS.to_vec(),
        update_calls: <R::Update as Update>::ALL.iter().map(|(name, calls)| (*name, calls.to_vec())).collect(),
        unsupported: R::UNSUPPORTED.to_vec(),
        exactly_one: R::EXACTLY_ONE.iter().map(|names| names.to_vec()).collect(),
        relations: R::RELATIONS,
        scope: R::SCOPE,
        import_id: R::IMPORT_ID,
        waits_for_deletion: R::WAITS_FOR_DELETION,
        usual_seconds: R::USUAL_SECONDS,
        consistency_seconds: R::CONSISTENCY_SECONDS,
        lags: R::LAGS.to_vec(),
        terraform_version: R::TERRAFORM_VERSION,
        terraform_defaults: R::TERRAFORM_DEFAULTS.to_vec(),
        example: R::EXAMPLE,
        ..TypeSchema::new(R::TYPE, R::fields())
    };
    once::<R, _>(&SCHEMAS, || vocabulary::told(make()))
}

/// The typed form of what the engine holds. Absent and null are the same; unknowns, and secrets of which state keeps
/// only a digest, are left out.
fn typed<R: DeserializeOwned + Default>(type_name: &str, value: &Value) -> Result<R, CloudError> {
    if value.is_null() {
        return Ok(R::default());
    }
    serde_json::from_value(known_part(value)).map_err(|error| {
        CloudError::new(ErrorKind::Rejected, format!("the properties do not fit {type_name}: {error}"))
    })
}

/// The typed form of what is about to be sent. Conversions to the SDK's types rely on what the schema allows, so that nothing
/// is left out of a request.
fn sendable<R: Resource>(want: &Value) -> Result<R, CloudError> {
    match refused(&schema::<R>().fields, want) {
        Some((path, why)) => Err(CloudError::new(ErrorKind::Rejected, format!("`{path}` cannot be sent: {why}"))),
        None => typed(R::TYPE, want),
    }
}

fn known_part(value: &Value) -> serde_json::Value {
    match value {
        Value::Unknown(_) => serde_json::Value::Null,
        Value::List(items) => items.iter().filter(|item| !is_withheld(item)).map(known_part).collect(),
        Value::Map(map) => map
            .iter()
            .filter(|(_, item)| !item.is_null() && !is_withheld(item))
            .map(|(key, item)| (key.clone(), known_part(item)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.to_json(),
    }
}

fn is_withheld(value: &Value) -> bool {
    matches!(value, Value::Unknown(_)) || is_digest(value)
}

/// The erased form: nulls are left out, as "AWS has none" and "absent" are the same.
fn erased<R: Serialize>(typed: &R) -> Result<Value, CloudError> {
    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Map(map) => map
                .into_iter()
                .filter(|(_, item)| !item.is_null())
                .map(|(key, item)| (key, without_nulls(item)))
                .collect::<wildfire_engine::model::Map>()
                .into(),
            Value::List(items) => items.into_iter().map(without_nulls).collect::<Vec<_>>().into(),
            other => other,
        }
    }
    match serde_json::to_value(typed) {
        Ok(json) => Ok(without_nulls(Value::from_json(json))),
        Err(error) => Err(CloudError::new(ErrorKind::Rejected, error.to_string())),
    }
}

#[async_trait]
impl<R: Resource> Kind for Typed<R> {
    fn schema(&self) -> &'static TypeSchema {
        schema::<R>()
    }

    fn validate(&self, properties: &Value) -> Vec<Problem> {
        R::validate(properties)
    }

    fn natural_id(&self, properties: &Value) -> Option<PhysicalId> {
        R::natural_id(properties)
    }

    fn natural_keys(&self, properties: &Value) -> Vec<NaturalKey> {
        R::natural_keys(properties).unwrap_or_else(|| schema::<R>().natural_keys(properties))
    }

    fn readiness(&self, live: &Value) -> Readiness {
        if let Some(status) = live.get(AT_WORK).and_then(Value::as_str) {
            return Readiness::Pending(status.to_string());
        }
        typed::<R>(R::TYPE, live).map_or(Readiness::Ready, |live| live.readiness())
    }

    fn poll_interval(&self) -> Duration {
        Duration::from_secs(R::POLL_SECONDS.into())
    }

    async fn read(&self, aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Value>> {
        let at_work = R::at_work(aws, wanted).await;
        if at_work.iter().any(Option::is_some) {
            return self.read_the_rest(aws, wanted, at_work).await;
        }
        let read = async |wanted: &[ReadRequest]| -> Vec<Read<Value>> {
            let answers = R::read(aws, wanted).await;
            answers.into_iter().map(|answer| answer?.map(|live| erased(&live)).transpose()).collect()
        };
        match R::TAGS_TAKE_A_CALL {
            true => tag_index::read_with(aws, wanted, read).await,
            false => read(wanted).await,
        }
    }

    async fn find(&self, aws: &Aws, recover: &Recover) -> Result<Option<Found>, CloudError> {
        let wanted = typed::<R>(R::TYPE, &recover.wanted)?;
        Ok(R::find(aws, recover, &wanted).await?.map(|id| Found { id }))
    }

    async fn check_no_lookalike(&self, aws: &Aws, want: &Value, operation: &Operation) -> Result<(), CloudError> {
        let recover = Recover { operation: operation.clone(), wanted: want.clone() };
        let want = typed::<R>(R::TYPE, want)?;
        if !want.found_by_content(aws) {
            return Ok(());
        }
        match R::find(aws, &recover, &want).await {
            Ok(None) => Ok(()),
            Ok(Some(id)) => Err(CloudError::new(ErrorKind::AlreadyExists, format!("{id} exists already"))),
            // Whoever may not look finds nothing after a lost reply either, so nothing can be mistaken for ours.
            Err(error) if error.kind == ErrorKind::AccessDenied => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn create(&self, aws: &Aws, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        let want = sendable::<R>(want)?;
        let id = declaring(R::TYPE, R::CREATE_CALLS, R::create(aws, &want, operation)).await?;
        Ok(Created { id, attributes: Value::Null })
    }

    async fn update(
        &self,
        aws: &Aws,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        let calls = R::Update::ALL.iter().find(|(name, _)| *name == call).map_or(&[][..], |(_, calls)| *calls);
        let Some(call) = R::Update::from_name(call) else {
            let message = format!("{} has no update call {call}", R::TYPE);
            return Err(CloudError::new(ErrorKind::Rejected, message));
        };
        let (want, prior) = (sendable::<R>(want)?, typed::<R>(R::TYPE, prior)?);
        let change = Change { id, want: &want, prior: &prior, operation };
        declaring(R::TYPE, calls, R::update(aws, call, &change)).await
    }

    async fn delete(&self, aws: &Aws, id: &PhysicalId, prior: &Value) -> Result<(), CloudError> {
        let prior = typed::<R>(R::TYPE, prior)?;
        declaring(R::TYPE, R::DELETE_CALLS, R::delete(aws, id, &prior)).await
    }

    fn batch(&self, call: &Mutation) -> Option<Batch> {
        R::batch(call).or_else(|| tags_together::batch(schema::<R>(), R::TAGS_TOGETHER, call))
    }

    async fn send_together(
        &self,
        aws: &Aws,
        calls: &[Mutation],
    ) -> Result<Vec<Result<PhysicalId, CloudError>>, CloudError> {
        let of_tags = calls.first().filter(|call| R::batch(call).is_none());
        if let Some(change) = of_tags.and_then(|call| tags_together::change(schema::<R>(), call)) {
            return tags_together::send(self, aws, calls, change).await;
        }
        let members = calls.iter().map(member::<R>).collect::<Result<Vec<_>, _>>()?;
        // Calls of one request have its operation on their lists.
        let declared = calls.first().map_or(&[][..], calls_of::<R>);
        let ids = declaring(R::TYPE, declared, R::send_together(aws, &members)).await?;
        Ok(ids.into_iter().map(Ok).collect())
    }
}

impl<R: Resource> Typed<R> {
    /// Reads what AWS is not at work with any more. Of the rest only that is told.
    async fn read_the_rest(&self, aws: &Aws, wanted: &[ReadRequest], at_work: Vec<Option<String>>) -> Vec<Read<Value>> {
        let idle = |status: Option<&Option<String>>| status.is_none_or(Option::is_none);
        let rest = wanted.iter().enumerate().filter(|(index, _)| idle(at_work.get(*index)));
        let rest: Vec<ReadRequest> = rest.map(|(_, request)| request.clone()).collect();
        let mut answers = match rest.is_empty() {
            true => Vec::new(),
            false => R::read(aws, &rest).await,
        }
        .into_iter();
        let mut at_work = at_work.into_iter();
        let mut one = |request: &ReadRequest| -> Read<Value> {
            match at_work.next().flatten() {
                Some(status) => Ok(Some(Value::from([("id", request.id.as_str().into()), (AT_WORK, status.into())]))),
                None => match answers.next() {
                    Some(answer) => answer?.map(|live| erased(&live)).transpose(),
                    None => Err(CloudError::new(ErrorKind::Unreadable, format!("{} was not read", request.id))),
                },
            }
        };
        wanted.iter().map(&mut one).collect()
    }
}

/// The calls that the type declares for a call.
pub(super) fn calls_of<R: Resource>(call: &Mutation) -> &'static [&'static str] {
    match call {
        Mutation::Create { .. } => R::CREATE_CALLS,
        Mutation::Delete { .. } => R::DELETE_CALLS,
        Mutation::Update { call, .. } => {
            R::Update::ALL.iter().find(|(name, _)| name == call).map_or(&[][..], |(_, calls)| *calls)
        }
    }
}

fn member<R: Resource>(call: &Mutation) -> Result<Member<R>, CloudError> {
    Ok(match call {
        Mutation::Create { want, operation } => {
            Member::Create { want: sendable::<R>(want)?, operation: operation.clone() }
        }
        Mutation::Update { id, want, .. } => Member::Update { id: id.clone(), want: sendable::<R>(want)? },
        Mutation::Delete { id, prior, .. } => Member::Delete { id: id.clone(), prior: typed::<R>(R::TYPE, prior)? },
    })
}

/// The schema of a data source.
fn data_schema<D: DataSource>() -> &'static DataSchema {
    static SCHEMAS: LazyLock<RwLock<HashMap<TypeId, &'static DataSchema>>> = LazyLock::new(RwLock::default);
    once::<D, _>(&SCHEMAS, || DataSchema {
        doc: D::DOC,
        read_calls: D::READ_CALLS.to_vec(),
        example: D::EXAMPLE,
        secret: D::SECRET.to_vec(),
        ..DataSchema::new(D::TYPE, D::fields())
    })
}

#[async_trait]
impl<D: DataSource> DataKind for Typed<D> {
    fn schema(&self) -> &'static DataSchema {
        data_schema::<D>()
    }

    async fn read(&self, aws: &Aws, arguments: &Value) -> Result<Value, CloudError> {
        let arguments = typed::<D>(D::TYPE, arguments)?;
        let read = D::read(aws, &arguments).await?;
        let mut value = erased(&read)?;
        if let (Some(secrets), Value::Map(map)) = (read.secrets(), &mut value) {
            for name in secrets.attributes {
                map.insert(name.to_string(), unread(&secrets.what, name, &secrets.version));
            }
        }
        Ok(value)
    }

    async fn reveal(&self, aws: &Aws, read: &Value) -> Result<Value, CloudError> {
        let read = typed::<D>(D::TYPE, read)?;
        erased(&D::reveal(aws, &read).await?)
    }
}
