//! What is new each time: ids and the time of day.

use std::time::SystemTime;

/// Where ids and the time of day come from; seeded in tests, so that a run can be repeated.
pub trait Ids: Send + Sync {
    /// 26 characters, letters and digits, unique for ever: operations, owners, versions, object names.
    fn ulid(&self) -> String;
    /// A UUID: the lineage of a new state.
    fn uuid(&self) -> String;
    /// RFC 3339 in UTC; for people only, never compared.
    fn now(&self) -> String;
    /// The clock of this machine. Only ever compared with itself, to notice that the machine has slept.
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Random ids and the clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ulids;

impl Ids for Ulids {
    fn ulid(&self) -> String {
        ulid::Ulid::new().to_string()
    }

    fn uuid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    fn now(&self) -> String {
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}
