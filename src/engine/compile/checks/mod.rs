//! Checks that look further than one property.
//!
//! Owns: each resource by itself (`resources`), conditions that the files state (`asserted`), networks, one object that is declared twice, what is missing for a
//! deletion, where secrets may go, files that resources name, and the entries that name addresses (`moved`, `removed`,
//! `import`, `lifecycle`). Everything here tells, and computes nothing that others use.

pub(super) mod asserted;
pub(super) mod declared;
mod deletion;
pub(super) mod late_secrets;
pub(super) mod named_files;
pub(super) mod network;
pub(super) mod objects;
mod resources;
pub(super) mod sensitive;
mod written_keys;

pub(crate) use deletion::{lacks_snapshot_name, snapshot_help};
use network::Networks;
pub(super) use resources::{declarations, instances};
pub(super) use sensitive::Sensitive;
