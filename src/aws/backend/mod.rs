//! The state bucket and the lock table, as the engine's [`ObjectStore`] and [`LockTable`].
//!
//! [`ObjectStore`]: wildfire_engine::state::ObjectStore
//! [`LockTable`]: wildfire_engine::state::LockTable

mod bucket;
mod table;

pub use bucket::BucketStore;
pub use table::DynamoLock;
