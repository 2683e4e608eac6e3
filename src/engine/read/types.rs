//! What was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{CloudError, PhysicalId, Value};

/// The answer for one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    Found(Arc<Value>),
    /// AWS said that it does not exist.
    Absent,
    Failed(CloudError),
}

/// Everything that was read, by type and physical id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveSet(pub BTreeMap<(Arc<str>, PhysicalId), Live>);

impl LiveSet {
    pub fn get(&self, type_name: &str, id: &PhysicalId) -> Option<&Live> {
        self.0.get(&(Arc::from(type_name), id.clone()))
    }
}
