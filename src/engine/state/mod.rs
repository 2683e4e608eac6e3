//! State: what wildfire made and where, its store and its lock.
//!
//! Owns: the state document, the head object with compare-and-swap, snapshots and segments, the lock row
//! and its lease, the document that Terraform reads. Leaves out: what an entry of the journal means
//! (`journal`), and S3 and DynamoDB (the `aws` crate implements [`ObjectStore`] and [`LockTable`]).

mod store;
mod types;

pub use store::{LockRow, LockTable, ObjectStore, Precondition, Put, RowPut, StoreError};
pub use types::{Deposed, OutputState, Pending, PendingCall, ResourceState, State};
