//! State: what wildfire made and where, its store and its lock.
//!
//! Owns: the state document, the head object with compare-and-swap, snapshots and segments, the lock row
//! and its lease, the document that Terraform reads. Leaves out: what an entry of the journal means
//! (`journal`), and S3 and DynamoDB (the `aws` crate implements [`ObjectStore`] and [`LockTable`]).
//!
//! Safety comes from the head's compare-and-swap ([`Chain`]), liveness from the lease ([`acquire`]).

mod chain;
mod error;
pub(crate) mod frame;
mod head;
mod ids;
mod keys;
mod lease;
mod load;
mod lock;
mod memory;
mod retry;
mod sealer;
mod store;
pub mod terraform;
mod types;

#[cfg(test)]
pub(crate) mod tests;

pub use chain::Chain;
pub use error::{LockError, StateError};
pub use head::Place;
pub use ids::{Ids, Ulids};
pub use keys::Keys;
pub use lease::{Lease, LockGuard};
pub use load::{Known, Stored, load};
pub use lock::{LockTimes, Owner, acquire, lock_row};
pub use memory::{MemoryLock, MemoryStore};
pub use sealer::{Context, SealError, Sealed, Sealer};
pub use store::{LockRow, LockTable, ObjectStore, Precondition, Put, RowPut, StoreError};
pub use types::{Deposed, Object, ObjectId, OutputState, Pending, PendingCall, ResourceState, State, UsedPlan};
