//! The state document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Address, DigestKey, OpId, PhysicalId, Placement, StackId, Value};

use super::StateError;
use super::head::check_owner;

/// The state of a stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub stack: StackId,
    /// 12 digits; state of another account is refused.
    pub account: String,
    pub region: String,
    /// A UUID made with the first write; a new one means a new history.
    pub lineage: String,
    /// Grows by one with every committed group of entries.
    pub serial: u64,
    /// By path within the stack: `network.private["a"]`.
    #[serde(default)]
    pub resources: BTreeMap<String, ResourceState>,
    /// Predecessors of replacements that still exist, oldest first, by the path that they had. No list is empty; a
    /// path may be here and not in `resources`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deposed: BTreeMap<String, Vec<Deposed>>,
    #[serde(default)]
    pub outputs: BTreeMap<String, OutputState>,
    /// Calls whose outcome is not known, by operation.
    #[serde(default)]
    pub pending: BTreeMap<OpId, Pending>,
    /// Creates that were given up, as a search found nothing of them, or that were sent more than once. A request of theirs
    /// may still be under way, so later runs search again, whatever they find, until none can be.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doubtful: BTreeMap<OpId, Pending>,
    /// Resources that were let go of, while creates are in doubt: a search may find them, and they are not
    /// ours any more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forgotten: BTreeSet<ObjectId>,
    /// Kept in the lock row, and never with the state.
    #[serde(skip)]
    pub digest_key: DigestKey,
    /// The saved plans that were applied last, oldest first: none is applied twice. An older one is refused by its
    /// serial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<UsedPlan>,
}

/// One object at AWS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct ObjectId {
    pub type_name: String,
    pub id: PhysicalId,
    pub place: Placement,
}

/// An [`ObjectId`] in a document: type, id, and the place where it is not the stage's.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Home(String, PhysicalId),
    Elsewhere(String, PhysicalId, Placement),
}

impl From<Written> for ObjectId {
    fn from(written: Written) -> Self {
        match written {
            Written::Home(type_name, id) => Self { type_name, id, place: Placement::HOME },
            Written::Elsewhere(type_name, id, place) => Self { type_name, id, place },
        }
    }
}

impl From<ObjectId> for Written {
    fn from(ObjectId { type_name, id, place }: ObjectId) -> Self {
        match place.is_home() {
            true => Written::Home(type_name, id),
            false => Written::Elsewhere(type_name, id, place),
        }
    }
}

/// An object of state: a resource, or one that was replaced.
#[derive(Clone, Copy, Debug)]
pub struct Object<'s> {
    pub type_name: &'s Arc<str>,
    pub id: &'s PhysicalId,
    pub place: &'s Placement,
    pub attributes: &'s Value,
}

impl Object<'_> {
    pub fn object_id(&self) -> ObjectId {
        ObjectId { type_name: self.type_name.to_string(), id: self.id.clone(), place: self.place.clone() }
    }
}

/// A saved plan that was applied, or whose apply began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsedPlan {
    /// Of the file.
    pub id: String,
    /// `user@host`
    pub who: String,
    /// RFC 3339, of the clock of whoever applied it; for people only.
    pub at: String,
}

/// One resource that wildfire manages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceState {
    #[serde(rename = "type")]
    pub type_name: Arc<str>,
    pub id: PhysicalId,
    /// Where it is; nothing is written of what is where the stage is.
    #[serde(default, skip_serializing_if = "Placement::is_home")]
    pub place: Placement,
    /// Properties and attributes as last read or written; sensitive ones as digests. Tags without our own.
    pub attributes: Value,
    /// Direct dependencies, as paths within the stack; the order of a destroy without configuration.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dependencies: BTreeSet<String>,
    /// Paths of attributes that are sensitive beyond the schema.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sensitive: BTreeSet<String>,
    /// Remembered so that it holds when the YAML is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prevent_destroy: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create_before_destroy: bool,
    /// Update calls that belong to the create and are not made yet, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<String>,
    /// The operation that created it; none when it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<OpId>,
    /// It was created, and no run has recorded a read of it yet: `attributes` are what was sent, and what AWS makes of
    /// them is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// It was created and never became ready: the next plan replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// A resource that was replaced and is not deleted yet.
///
/// It stands beside the resources, not inside the one that replaced it, because it can outlive that one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deposed {
    /// 8 hex digits, unique within the path.
    pub key: String,
    #[serde(rename = "type")]
    pub type_name: Arc<str>,
    pub id: PhysicalId,
    /// See [`ResourceState::place`].
    #[serde(default, skip_serializing_if = "Placement::is_home")]
    pub place: Placement,
    pub attributes: Value,
    /// See [`ResourceState::dependencies`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dependencies: BTreeSet<String>,
    /// See [`ResourceState::created_by`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<OpId>,
}

impl ResourceState {
    pub fn object(&self) -> Object<'_> {
        let Self { type_name, id, place, attributes, .. } = self;
        Object { type_name, id, place, attributes }
    }
}

impl Deposed {
    pub fn object(&self) -> Object<'_> {
        let Self { type_name, id, place, attributes, .. } = self;
        Object { type_name, id, place, attributes }
    }

    /// The object as the resource again, with the settings of the one that took its place.
    pub fn resource(&self, successor: &ResourceState) -> ResourceState {
        ResourceState {
            type_name: self.type_name.clone(),
            id: self.id.clone(),
            place: self.place.clone(),
            attributes: self.attributes.clone(),
            dependencies: self.dependencies.clone(),
            created_by: self.created_by.clone(),
            unfinished: Vec::new(),
            unread: false,
            failed: None,
            ..successor.clone()
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputState {
    /// Null when sensitive: the value is not written.
    pub value: Value,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
}

/// A call that was announced and not finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    pub operation: OpId,
    /// Within the stack.
    pub path: String,
    #[serde(rename = "type")]
    pub type_name: Arc<str>,
    /// Where the call goes. See [`ResourceState::place`].
    #[serde(default, skip_serializing_if = "Placement::is_home")]
    pub place: Placement,
    pub call: PendingCall,
    /// SHA-256 of the parameters, in hex.
    pub digest: String,
    /// Wall clock of the writer, RFC 3339; for people only, never compared.
    pub at: String,
    /// How often it was sent.
    pub attempts: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PendingCall {
    Create {
        /// The properties that were sent, sensitive ones redacted: what `find` needs.
        wanted: Value,
        /// See [`ResourceState`]; written so that a recovery records the whole resource.
        dependencies: BTreeSet<String>,
        prevent_destroy: bool,
        create_before_destroy: bool,
        unfinished: Vec<String>,
        /// The new resource takes the place of one that becomes deposed under this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        depose: Option<String>,
    },
    Update {
        id: PhysicalId,
        call: String,
    },
    Delete {
        id: PhysicalId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposed: Option<String>,
    },
}

impl State {
    /// The state of a stack that has none.
    pub fn empty(stack: StackId, account: String, region: String, lineage: String) -> Self {
        Self {
            stack,
            account,
            region,
            lineage,
            serial: 0,
            resources: BTreeMap::new(),
            deposed: BTreeMap::new(),
            outputs: BTreeMap::new(),
            pending: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            plans: Vec::new(),
            digest_key: DigestKey::default(),
        }
    }

    /// The entry of a saved plan that was applied already, if it is one of the last.
    pub fn used_plan(&self, id: &str) -> Option<&UsedPlan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    pub fn resource(&self, address: &Address) -> Option<&ResourceState> {
        self.resources.get(address.path())
    }

    /// Refuses the state of another stack or account.
    pub fn check(&self, stack: &StackId, account: &str) -> Result<(), StateError> {
        check_owner(&format!("the state of {}", self.stack), (&self.stack, &self.account), (stack, account))
    }

    /// The addresses of all resources and of all deposed objects, sorted by path. A path that is no address (no
    /// wildfire writes one) is left out.
    pub fn addresses(&self) -> Vec<Address> {
        let paths: BTreeSet<&String> = self.resources.keys().chain(self.deposed.keys()).collect();
        paths.into_iter().filter_map(|path| Address::in_stack(&self.stack, path).ok()).collect()
    }

    /// All resources, and then all deposed objects.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        self.held().map(|(_, _, object)| object)
    }

    /// The same with their paths, and the keys under which deposed ones are kept.
    pub fn held(&self) -> impl Iterator<Item = (&str, Option<&str>, Object<'_>)> {
        let current = self.resources.iter().map(|(path, resource)| (path.as_str(), None, resource.object()));
        let deposed = self.deposed.iter().flat_map(|(path, objects)| {
            objects.iter().map(move |object| (path.as_str(), Some(object.key.as_str()), object.object()))
        });
        current.chain(deposed)
    }

    /// True when nothing happened since a plan was made from `lineage` at `serial`. A plan of a stack that was never
    /// written has an empty lineage: the first apply gives it one.
    pub fn is_at(&self, lineage: &str, serial: u64) -> bool {
        self.serial == serial && (self.lineage == lineage || (lineage.is_empty() && serial == 0))
    }

    /// The deposed objects at `path`, oldest first.
    pub fn deposed_at(&self, path: &str) -> &[Deposed] {
        self.deposed.get(path).map_or(&[], Vec::as_slice)
    }
}
