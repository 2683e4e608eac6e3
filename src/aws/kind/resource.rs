//! What a resource type is made of.

use std::borrow::Borrow;
use std::collections::HashMap;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wildfire_engine::model::{
    Batch, CloudError, CreateOnce, ErrorKind, Fields, LagReply, Literal, Mutation, NaturalKey, Operation, PhysicalId,
    Problem, ReadRequest, Readiness, Recover, Relations, Scope, Value,
};

use crate::Aws;
pub use crate::kind::tags_together::TagsTogether;

/// The answer for one resource: `Ok(None)` means that AWS said it does not exist.
pub type Read<R> = Result<Option<R>, CloudError>;

/// An update of one resource.
pub struct Change<'a, R> {
    pub id: &'a PhysicalId,
    pub want: &'a R,
    /// What was read last.
    pub prior: &'a R,
    pub operation: &'a Operation,
}

impl<R> Clone for Change<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Change<'_, R> {}

/// A call of a request that several resources share.
pub enum Member<R: Resource> {
    Create {
        want: R,
        operation: Operation,
    },
    /// The update that [`Resource::batch`] lets share a request.
    Update {
        id: PhysicalId,
        want: R,
    },
    Delete {
        id: PhysicalId,
        prior: R,
    },
}

/// `service:Operation` of calls: `calls![CreateVpc]`.
pub type Calls = &'static [&'static str];

/// Properties that are refused, each with the reason.
pub type Refused = &'static [(&'static str, &'static str)];

/// The update calls of a type; made by [`updates!`](crate::updates).
pub trait Update: Copy + Send + Sync + 'static {
    /// Name and AWS operations of each call, in the order in which they are made.
    const ALL: &'static [(&'static str, &'static [&'static str])];
    fn from_name(name: &str) -> Option<Self>;
}

/// Declares the update calls of a type, in the order in which they are made, with the AWS operations of each.
#[macro_export]
macro_rules! updates {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($variant:ident => $operations:tt),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $($variant),* }

        impl $crate::kind::resource::Update for $name {
            const ALL: &'static [(&'static str, &'static [&'static str])] =
                &[$((stringify!($variant), $crate::operation_names!($operations))),*];

            fn from_name(name: &str) -> Option<Self> {
                $(if name == stringify!($variant) { return Some(Self::$variant); })*
                let _ = name;
                None
            }
        }
    };
}

/// The names of a list of operations; literals are names already.
#[macro_export]
macro_rules! operation_names {
    ([$($name:literal),+ $(,)?]) => { &[$($name),+] };
    ([$($operation:ident),+ $(,)?]) => { $crate::calls![$($operation),+] };
}

/// A resource type. The struct's fields are its properties and attributes; facts are derived, calls are written by hand.
#[async_trait]
pub trait Resource: Fields + Serialize + DeserializeOwned + Default + Send + Sync + 'static {
    /// `aws_subnet`
    const TYPE: &'static str;
    /// What it is, in a sentence.
    const DOC: &'static str;
    const CREATE_ONCE: CreateOnce;
    /// `service:Operation` of everything that `create` sends.
    const CREATE_CALLS: &'static [&'static str];
    const DELETE_CALLS: &'static [&'static str];
    /// What the service answers to these calls while something that they refer to lags; empty: nothing is known to.
    const LAGS: &'static [LagReply];
    /// The form of the import id: `VPC_ID`, `ROUTE_TABLE_ID_DESTINATION`.
    const IMPORT_ID: &'static str;
    /// The properties of an example, as YAML.
    const EXAMPLE: &'static str;
    /// Properties of the vocabulary that are refused, with the reason; nested ones as `block.name`.
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[];
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[];
    /// The version of the type's schema in Terraform's AWS provider 5.100, for states that are given back to Terraform.
    const TERRAFORM_VERSION: u32 = 0;
    /// Arguments that its provider keeps in state alone and that are not here, with their defaults.
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[];
    /// What tells its objects apart at AWS, and what they are to others.
    const RELATIONS: Relations = Relations::NONE;
    /// How far its services reach: a type of a global service is the same in all regions.
    const SCOPE: Scope = Scope::Region;
    /// The deletion takes time: wait until `read` finds nothing.
    const WAITS_FOR_DELETION: bool = false;
    /// Usual seconds until it is ready.
    const USUAL_SECONDS: u32 = 2;
    /// Seconds for which reads may not see a new one.
    const CONSISTENCY_SECONDS: u32 = 10;
    /// Seconds between two looks at pending ones.
    const POLL_SECONDS: u32 = 5;
    /// Reading the tags takes a call for each resource, and the tagging API of the region knows them as well.
    const TAGS_TAKE_A_CALL: bool = false;
    /// Properties and attributes, other than such tags, for which a read makes calls of their own. After a step that has sent
    /// them, or is not about them, they are not asked for.
    const APART: &'static [&'static str] = &[];
    /// How the tags of several go in one request.
    const TAGS_TOGETHER: TagsTogether = TagsTogether::No;

    type Update: Update;

    /// One answer per request, in their order, with as few calls as the API allows.
    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>>;

    /// Looks for what a create whose reply was lost made, and proves that it is ours: by op tag, by token, or by name
    /// together with the recorded intent. Two matches are an error.
    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError>;

    /// The create call carries neither a tag nor a token of ours, so `find` matches by content. Such a create is announced
    /// only while `find` finds nothing, so that what it finds after a lost reply is not older than the intent.
    fn found_by_content(&self, _aws: &Aws) -> bool {
        false
    }

    /// Sends the create call, once. `want.tags_all` holds every tag, our own included.
    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError>;

    /// Makes one update call. Idempotent.
    async fn update(aws: &Aws, call: Self::Update, change: &Change<'_, Self>) -> Result<(), CloudError>;

    /// Deletes it. A resource that no longer exists counts as deleted. `prior` is what state remembers, local settings included.
    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError>;

    /// How a call may share a request with others of the type: `want`, or the `prior` of a deletion, may hold unknowns. None: it
    /// is sent alone.
    fn batch(_call: &Mutation) -> Option<Batch> {
        None
    }

    /// Sends calls of one [`Resource::batch`] key in one request, all of which happens or nothing; returns the ids, in their
    /// order. Needed where there is such a key.
    async fn send_together(_aws: &Aws, _calls: &[Member<Self>]) -> Result<Vec<PhysicalId>, CloudError> {
        Err(CloudError::new(ErrorKind::Rejected, format!("{} has no request for several", Self::TYPE)))
    }

    fn readiness(&self) -> Readiness {
        Readiness::Ready
    }

    /// Done before the tags of several are changed together, where more belongs to it. May be done again.
    async fn before_tags(_aws: &Aws, _ids: &[PhysicalId]) -> Result<(), CloudError> {
        Ok(())
    }

    /// What AWS is still at work with of what this run has sent, in its own word for the status, where no read shows it. One
    /// answer per request; empty: nothing is.
    async fn at_work(_aws: &Aws, _wanted: &[ReadRequest]) -> Vec<Option<String>> {
        Vec::new()
    }

    /// Checks beyond the schema, on a map of properties that may hold unknowns.
    fn validate(_properties: &Value) -> Vec<Problem> {
        Vec::new()
    }

    /// The names under which AWS keeps one such object at most, where more goes into them than the values of
    /// [`Relations::identity`]. Absent: those.
    fn natural_keys(_properties: &Value) -> Option<Vec<NaturalKey>> {
        None
    }

    /// The id, where the properties tell it before the resource exists.
    fn natural_id(_properties: &Value) -> Option<PhysicalId> {
        None
    }
}

/// A data source: the struct's `immutable` fields are its arguments.
#[async_trait]
pub trait DataSource: Fields + Serialize + DeserializeOwned + Default + Send + Sync + 'static {
    const TYPE: &'static str;
    const DOC: &'static str;
    const READ_CALLS: &'static [&'static str];
    const EXAMPLE: &'static str;
    /// Attributes that are secret whatever the arguments are.
    const SECRET: &'static [&'static str] = &[];

    /// Reads it; not finding it is an error with kind `NotFound`. A secret is left out.
    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError>;

    /// The attributes that `read` left out because they are secret.
    fn secrets(&self) -> Option<Secrets> {
        None
    }

    /// Reads it with its secrets, of exactly the version that `read` found.
    async fn reveal(_aws: &Aws, read: &Self) -> Result<Self, CloudError> {
        let message = format!("{} has no secrets", Self::TYPE);
        let _ = read;
        Err(CloudError::new(ErrorKind::Rejected, message))
    }
}

/// Secret attributes of a data source, and what tells one value of them from the next.
pub struct Secrets {
    pub attributes: &'static [&'static str],
    /// What tells the secret from every other one: an ARN.
    pub what: String,
    pub version: String,
}

/// One error for every request of a batch that failed as a whole.
pub(crate) fn all_failed<R>(wanted: &[ReadRequest], error: &CloudError) -> Vec<Read<R>> {
    wanted.iter().map(|_| Err(error.clone())).collect()
}

/// The answers of a read that was made for all requests at once: `one` takes that of each. A failure is everybody's.
pub(crate) fn each<F, R>(
    wanted: &[ReadRequest],
    found: Result<F, CloudError>,
    one: impl Fn(&F, &ReadRequest) -> Read<R>,
) -> Vec<Read<R>> {
    match found {
        Ok(found) => wanted.iter().map(|request| one(&found, request)).collect(),
        Err(error) => all_failed(wanted, &error),
    }
}

/// The same of what was found under the id of each.
pub(crate) fn found_by_id<R: Clone>(
    wanted: &[ReadRequest],
    found: Result<impl Borrow<HashMap<String, R>>, CloudError>,
) -> Vec<Read<R>> {
    each(wanted, found, |found, request| Ok(found.borrow().get(request.id.as_str()).cloned()))
}

/// True when any request asks about one of `properties`.
pub(crate) fn asks_for(request: &ReadRequest, properties: &[&str]) -> bool {
    request.properties.iter().any(|asked| properties.contains(&asked.as_str()))
}
