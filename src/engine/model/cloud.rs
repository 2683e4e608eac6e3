//! The traits through which the engine reaches a cloud.
//!
//! `Catalog` is pure: what types there are and what they look like. `Cloud` makes calls. The engine's
//! tests implement both in memory; the `aws` crate implements them for AWS.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Address, Batch, DataSchema, Foreseen, LagReply, Mutation, NaturalKey, OpId, PhysicalId, Placement, PropertyPath,
    Question, ReservedTags, Scope, StackId, TypeSchema, Value,
};

/// What is wrong with a resource's properties, beyond what the schema tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub path: PropertyPath,
    pub message: String,
    pub help: Option<String>,
}

/// The types that can be declared.
pub trait Catalog: Send + Sync {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema>;
    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema>;
    /// Every resource type, by name.
    fn types(&self) -> Vec<&'static TypeSchema>;
    fn data_types(&self) -> Vec<&'static DataSchema>;
    /// What is wrong with the name of a region, and what to do; `None` when there is, or may be, such a region.
    fn region_problem(&self, _name: &str) -> Option<(String, Option<String>)> {
        None
    }
    /// Tags that a stage cannot give to its resources.
    fn reserved_tags(&self) -> &'static [ReservedTags] {
        &[]
    }
    /// True for the name of a resource type that the vocabulary has and this catalog does not.
    fn is_unimplemented(&self, _type_name: &str) -> bool {
        false
    }
    /// Checks that need more than metadata, on properties that may hold unknowns. No I/O.
    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem>;
    /// The physical id of a resource whose name says it all before it exists (`aws_s3_bucket`: its bucket).
    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId>;

    /// How many parts of the versions of an object are its major version.
    fn major_parts(&self, _type_name: &str, _live: &Value) -> usize {
        1
    }
    /// The names under which AWS keeps such a resource, and no other. Properties may hold unknowns; what they are part of is
    /// left out.
    fn natural_keys(&self, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        self.schema(type_name).map(|schema| schema.natural_keys(properties)).unwrap_or_default()
    }
    /// The same for a resource in `place`.
    fn natural_keys_in(&self, place: &Placement, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        let scope = self.schema(type_name).map_or(Scope::Region, |schema| schema.scope);
        self.natural_keys(type_name, properties).into_iter().map(|key| key.within(place, scope)).collect()
    }
    /// How a call of the type may share a request with others in its place; `None`: it is sent alone. Properties may hold
    /// unknowns.
    fn batch(&self, _type_name: &str, _call: &Mutation) -> Option<Batch> {
        None
    }
}

/// Who the credentials belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub account: String,
    pub arn: String,
    pub region: String,
}

/// An AWS operation, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `ec2`
    pub service: String,
    /// `DescribeVpcs`
    pub operation: String,
    pub request_id: Option<String>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

/// What a failed call means for whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The credentials may not do this. Never an absence.
    AccessDenied,
    /// There are no credentials, or they have expired.
    NoCredentials,
    NotFound,
    AlreadyExists,
    /// Too many calls; AWS did nothing.
    Throttled,
    /// Not now: something it depends on is not ready, or is still in use.
    Busy,
    /// Whether AWS did it is not known: the reply was lost, or a 5xx came back.
    Ambiguous,
    /// What answered is not AWS, or not in a form that can be read: a proxy, a captive portal, a reply cut short. Whether
    /// AWS did it is not known, and asking again at once brings the same. Never an absence.
    Unreadable,
    /// The request never left: no connection, a fence, a cancelled run.
    NotSent,
    /// AWS refused the request as it is.
    Rejected,
}

/// A failed call. `message` never holds a request body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct CloudError {
    pub kind: ErrorKind,
    /// AWS's code: `InvalidVpcID.NotFound`.
    pub code: Option<String>,
    pub message: String,
    pub call: Option<Call>,
    /// For a denied call, the actions that a policy would have to allow: `s3:ListBucket`.
    pub permissions: Vec<String>,
    /// The reply is known to pass: what lags.
    pub lag: Option<&'static LagReply>,
}

impl CloudError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, code: None, message: message.into(), call: None, permissions: Vec::new(), lag: None }
    }

    /// For a denied call: what to allow.
    pub fn help_if_denied(&self) -> Option<String> {
        if self.kind != ErrorKind::AccessDenied {
            return None;
        }
        let of_call = || self.call.as_ref().map(|call| format!("{}:{}", call.service, call.operation));
        let actions = match self.permissions.join("` and `") {
            named if !named.is_empty() => format!("`{named}`"),
            _ => of_call().map_or("the call".to_string(), |action| format!("`{action}`")),
        };
        Some(format!("allow {actions} for these credentials"))
    }

    /// True when the same call may succeed later without any change of ours.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled | ErrorKind::Busy)
    }

    /// True when a call that failed so may have been carried out, or may yet be.
    pub fn may_have_landed(&self) -> bool {
        matches!(self.kind, ErrorKind::Ambiguous | ErrorKind::Unreadable)
    }
}

/// What to read: the resource, and which of its properties somebody asks about.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRequest {
    pub id: PhysicalId,
    /// Properties that are declared or in state. A sub-resource that costs a call of its own is read only for these.
    pub properties: Vec<String>,
    /// The tags that state remembers. Where another source says the same, the service need not be asked for them; what
    /// is not the same is always read from the service itself. None: read them.
    pub known_tags: Option<KnownTags>,
    /// What state remembers: all that there is of a type that is [in state](TypeSchema::in_state) only.
    pub remembered: Option<Value>,
}

/// All tags of a resource, as state remembers them, but for those of wildfire itself.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownTags {
    pub arn: String,
    pub tags: BTreeMap<String, String>,
}

impl ReadRequest {
    /// A request that takes nothing for known.
    pub fn new(id: PhysicalId, properties: Vec<String>) -> Self {
        Self { id, properties, known_tags: None, remembered: None }
    }
}

/// A mutating call: who makes it and how it is recognised afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub id: OpId,
    pub address: Address,
    /// How often this very call was sent before, in this run or an earlier one.
    pub attempt: u32,
    /// Where the call goes.
    pub place: Placement,
}

/// The tag of a resource that names the stack which made it: `test/main`.
pub const STACK_TAG: &str = "wildfire:stage";

impl Operation {
    pub fn stack(&self) -> &StackId {
        &self.address.stack
    }

    /// The tags that mark a new resource as ours, in tag-safe characters.
    pub fn tags(&self) -> [(String, String); 3] {
        [
            (STACK_TAG.into(), self.address.stack.to_string()),
            ("wildfire:address".into(), self.address.to_tag()),
            ("wildfire:op".into(), self.id.to_string()),
        ]
    }
}

/// What a create call returned.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    pub id: PhysicalId,
    /// Attributes that only the create call returns; usually none, as a read follows.
    pub attributes: Value,
}

/// A create whose outcome is not known: look for what it made.
#[derive(Clone, Debug, PartialEq)]
pub struct Recover {
    pub operation: Operation,
    /// The properties that were sent.
    pub wanted: Value,
}

/// A resource that a recovery found and proved to be ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub id: PhysicalId,
}

/// Whether a resource can be used by what depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Readiness {
    Ready,
    /// AWS is at work; its own word for the status.
    Pending(String),
    /// It will never become ready.
    Failed(String),
    /// It is going away; not there for anyone but the deletion that waits.
    Deleting,
}

/// Calls to a cloud, each in a place: the one that is named, or that of the operation. Every method may be called
/// concurrently.
#[async_trait]
pub trait Cloud: Send + Sync {
    async fn identity(&self) -> Result<Identity, CloudError>;

    /// Reads resources of one type in as few calls as the API allows. The answers come in the order of
    /// `wanted`; `Ok(None)` means that AWS said it does not exist, and nothing else means that.
    async fn read(
        &self,
        place: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>>;

    /// Reads a data source. A secret is not read: an unknown that names its version stands for it
    /// ([`secret_version::unread`](super::secret_version::unread)).
    async fn read_data(&self, place: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError>;

    /// Reads a data source with its secrets, of exactly the versions in `read`, which is what `read_data` returned.
    async fn reveal_data(&self, place: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError>;

    /// Looks for the result of a create whose reply was lost. Two matches are an error.
    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError>;

    /// Asked before a create is announced, for types whose create call carries no mark of ours: is there nothing yet that
    /// a search would later take for what the call made? What then appears is not older than the intent.
    ///
    /// # Errors
    /// `AlreadyExists` when there is.
    async fn check_no_lookalike(
        &self,
        _type_name: &str,
        _want: &Value,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
        Ok(())
    }

    /// Sends one create call. `want` holds the properties with defaults, and `tags_all` with our own tags.
    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError>;

    /// Makes the update call `call` of the type. `prior` is what was read last. Idempotent.
    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError>;

    /// Deletes; a resource that is gone already is a success.
    async fn delete(
        &self,
        place: &Placement,
        type_name: &str,
        id: &PhysicalId,
        prior: &Value,
    ) -> Result<(), CloudError>;

    /// Sends one call alone; returns the id of the resource.
    async fn send(&self, type_name: &str, call: &Mutation) -> Result<Created, CloudError> {
        let same = |id: &PhysicalId| Created { id: id.clone(), attributes: Value::Null };
        match call {
            Mutation::Create { want, operation } => self.create(type_name, want, operation).await,
            Mutation::Update { id, call, want, prior, operation } => {
                self.update(type_name, id, call, want, prior, operation).await.map(|()| same(id))
            }
            Mutation::Delete { id, prior, place } => self.delete(place, type_name, id, prior).await.map(|()| same(id)),
        }
    }

    /// Sends calls of one type and place whose [`Catalog::batch`] has the same key as one request. One answer for each, in their order.
    ///
    /// # Errors
    /// Of the request as a whole: none of the calls was done, or, where the error says so, nobody knows.
    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        let mut answers = Vec::with_capacity(calls.len());
        for call in calls {
            answers.push(self.send(type_name, call).await);
        }
        Ok(answers)
    }

    /// What a change would come to, of a type of which the cloud decides by itself. Nothing is changed.
    async fn foresee(&self, question: &Question) -> Result<Foreseen, CloudError> {
        let message = format!("differences of {} are decided by its marks", question.type_name);
        Err(CloudError::new(ErrorKind::Rejected, message))
    }

    fn readiness(&self, type_name: &str, live: &Value) -> Readiness;

    /// How long to wait before the next look at pending resources of the type.
    fn poll_interval(&self, type_name: &str) -> Duration;
}
