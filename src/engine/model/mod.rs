//! The vocabulary that every other module speaks.
//!
//! Owns: values and where they came from, addresses, the metadata of resource types, diagnostics,
//! and the traits through which the engine reaches a cloud. Leaves out: how any of it is parsed,
//! planned, stored or sent.

mod address;
mod batch;
mod cloud;
mod diagnostic;
mod digest_key;
mod fence;
mod foreseen;
mod form;
mod lag;
mod nearest;
mod origin;
mod placement;
pub mod redactor;
mod relations;
mod schema;
pub mod secret;
pub mod secret_version;
mod topological;
mod types;
mod value;
mod version;
pub mod visible;
mod written;

pub use address::{Address, AddressError, OpId, PhysicalId, Segment, StackId};
pub use batch::{Batch, Mutation, Room, key_part, requests};
pub use cloud::{
    Call, Catalog, Cloud, CloudError, Created, ErrorKind, Found, Identity, KnownTags, Operation, Problem, ReadRequest,
    Readiness, Recover, STACK_TAG,
};
pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity};
pub use digest_key::DigestKey;
pub use fence::Fence;
pub use foreseen::{Answers, Decided, Foreseen, Question};
pub use form::{Form, dns_name, flag, is_version, moment};
pub use lag::{Lag, LagReply};
pub use nearest::nearest;
pub use origin::{Origin, Origins, PropertyPath, Sources, Span, Step};
pub use placement::{Placement, Scope, is_account_id};
pub use relations::{Inline, NaturalKey, Network, Relations};
pub use schema::{
    Beginning, Cause, Change, CreateOnce, DataSchema, Field, FieldType, Fields, LastSnapshot, Literal, Normal,
    ReservedTags, TagRule, Ty, TypeSchema, is_own_tag, refused, text, texts,
};
pub use secret::SecretPaths;
pub(crate) use topological::topological;
pub use types::Types;
pub use value::{Map, Unknown, Value};
pub use version::{Standing, standing, standing_by};
pub use written::Written;
