//! The state bucket, the lock table and the key of a stage, as the engine's [`ObjectStore`], [`LockTable`] and [`Sealer`].
//!
//! [`ObjectStore`]: wildfire_engine::state::ObjectStore
//! [`LockTable`]: wildfire_engine::state::LockTable
//! [`Sealer`]: wildfire_engine::state::Sealer

mod bucket;
mod seal;
mod table;

pub use bucket::BucketStore;
pub use seal::KmsSealer;
pub use table::DynamoLock;
