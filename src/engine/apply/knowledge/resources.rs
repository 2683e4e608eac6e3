//! What a run knows of each resource and data source.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::model::Value;
use crate::plan::Plan;

/// How far the attributes of a resource are known. From left to right only.
#[derive(Clone)]
pub(in crate::apply) enum KnownAttributes {
    /// As the plan foresaw them, without the secrets that no plan holds.
    Planned(Arc<Value>),
    /// As planned, with those secrets.
    Completed(Arc<Value>),
    /// As this run has read them.
    Read(Arc<Value>),
}

impl KnownAttributes {
    pub(in crate::apply) fn value(&self) -> &Arc<Value> {
        match self {
            Self::Planned(value) | Self::Completed(value) | Self::Read(value) => value,
        }
    }
}

/// What is known of one path.
#[derive(Default)]
struct Resource {
    attributes: Option<KnownAttributes>,
    /// A step on it was not done. What depends on it must not rely on its attributes, and they are kept all the same: they
    /// are what a later call about the resource itself starts from.
    lost: bool,
    /// Of a data source: its result with its secrets.
    revealed: Option<Arc<Value>>,
    /// Some step has waited for it, which has no step of its own.
    awaited: bool,
    /// This run has created it.
    created: bool,
}

/// What a run knows of each resource and data source, by path. For one task: nothing is borrowed across an await.
#[derive(Default)]
pub(in crate::apply) struct Knowledge {
    resources: RefCell<HashMap<String, Resource>>,
}

impl Knowledge {
    pub(in crate::apply) fn of_plan(plan: &Plan) -> Self {
        let knowledge = Self::default();
        for (path, value) in &plan.planned {
            let planned = KnownAttributes::Planned(Arc::clone(value));
            knowledge.change(path, |resource| resource.attributes = Some(planned));
        }
        knowledge
    }

    /// The attributes, whether or not the resource is lost.
    pub(in crate::apply) fn attributes(&self, path: &str) -> Option<KnownAttributes> {
        self.look(path, |resource| resource.attributes.clone()).flatten()
    }

    /// The attributes as this run has read them.
    pub(in crate::apply) fn read(&self, path: &str) -> Option<Arc<Value>> {
        match self.attributes(path)? {
            KnownAttributes::Read(value) => Some(value),
            KnownAttributes::Planned(_) | KnownAttributes::Completed(_) => None,
        }
    }

    pub(in crate::apply) fn set_read(&self, path: &str, attributes: Value) {
        let read = KnownAttributes::Read(Arc::new(attributes));
        self.change(path, |resource| resource.attributes = Some(read));
    }

    /// Adds the secrets to planned attributes.
    pub(in crate::apply) fn complete(&self, path: &str, attributes: Arc<Value>) {
        self.change(path, |resource| resource.attributes = Some(KnownAttributes::Completed(attributes)));
    }

    pub(in crate::apply) fn is_lost(&self, path: &str) -> bool {
        self.look(path, |resource| resource.lost).unwrap_or_default()
    }

    pub(in crate::apply) fn lose(&self, path: &str) {
        self.change(path, |resource| resource.lost = true);
    }

    pub(in crate::apply) fn revealed(&self, path: &str) -> Option<Arc<Value>> {
        self.look(path, |resource| resource.revealed.clone()).flatten()
    }

    pub(in crate::apply) fn reveal(&self, path: &str, result: Value) {
        self.change(path, |resource| resource.revealed = Some(Arc::new(result)));
    }

    /// Notes that a step waits for it; true the first time.
    pub(in crate::apply) fn begin_wait(&self, path: &str) -> bool {
        self.change(path, |resource| !std::mem::replace(&mut resource.awaited, true))
    }

    pub(in crate::apply) fn is_created(&self, path: &str) -> bool {
        self.look(path, |resource| resource.created).unwrap_or_default()
    }

    pub(in crate::apply) fn set_created(&self, path: &str) {
        self.change(path, |resource| resource.created = true);
    }

    fn look<T>(&self, path: &str, look: impl FnOnce(&Resource) -> T) -> Option<T> {
        self.resources.borrow().get(path).map(look)
    }

    fn change<T>(&self, path: &str, change: impl FnOnce(&mut Resource) -> T) -> T {
        change(self.resources.borrow_mut().entry(path.to_string()).or_default())
    }
}
