//! What is decided about one object.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::declared::Declared;
use super::protect::Lift;
use super::shown::shown;
use crate::model::secret::{conceal, strip};
use crate::model::{Address, PhysicalId, Placement, SecretPaths, TypeSchema, Value};
use crate::plan::prior::PriorResource;
use crate::plan::{Action, Reason, ResourceChange};

/// What happens to one object. A replacement is one decision about two objects.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Decision {
    /// Its `steps` are filled in later, and the direction of a replacement.
    pub change: ResourceChange,
    pub schema: &'static TypeSchema,
    /// The type of the object at AWS; differs from `schema` when the declaration changed its type.
    pub old_schema: &'static TypeSchema,
    /// Where the object at AWS is; that of the change is where it will be.
    pub old_place: Placement,
    /// What is sent, without what is sensitive; null when nothing is.
    pub want: Value,
    /// Declared `create_before_destroy`.
    pub create_first: bool,
    /// The id that a new object will have, for types where it is known before.
    pub natural_id: Option<PhysicalId>,
    /// The sets written inside of it that other types could make one by one.
    pub inline: Vec<&'static str>,
    /// Update calls, in order: those that follow a create, or those of an update in place.
    pub calls: Vec<&'static str>,
    /// Deletion protection is lifted before the object is deleted.
    pub lift: Option<Lift>,
    /// The object comes into state under this id.
    pub adopt: Option<PhysicalId>,
    /// The object was deposed, and is the current one again.
    pub restore: Option<Restore>,
    /// State learns something that no call tells it.
    pub record: bool,
    /// The deposed object with this key, not the current one.
    pub deposed: Option<String>,
    /// What the configuration says it depends on, data sources that are read during apply included.
    pub needs: BTreeSet<Address>,
    /// What the object at AWS depended on.
    pub held: BTreeSet<Address>,
}

/// The way back of a replacement.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Restore {
    /// Of the deposed object.
    pub key: String,
    /// What the current object becomes deposed under.
    pub depose: String,
}

impl Decision {
    /// Whether AWS has no such object any more, so that its entry leaves state.
    pub fn is_gone(&self) -> bool {
        self.change.reasons.iter().any(|reason| matches!(reason, Reason::GoneAtAws { .. }))
    }

    /// A decision that does nothing yet.
    pub(super) fn new(
        address: &Address,
        schema: &'static TypeSchema,
        old: &'static TypeSchema,
        place: &Placement,
    ) -> Self {
        let change = ResourceChange {
            address: address.clone(),
            previous_address: None,
            type_name: schema.name,
            id: None,
            place: place.clone(),
            action: Action::NoOp,
            reasons: Vec::new(),
            origin: None,
            before: Arc::default(),
            after: Arc::default(),
            sensitive: BTreeSet::new(),
            changes: Vec::new(),
            notes: Vec::new(),
            steps: Vec::new(),
        };
        Self {
            change,
            schema,
            old_schema: old,
            old_place: place.clone(),
            want: Value::Null,
            create_first: false,
            natural_id: None,
            inline: Vec::new(),
            calls: Vec::new(),
            lift: None,
            adopt: None,
            restore: None,
            record: false,
            deposed: None,
            needs: BTreeSet::new(),
            held: BTreeSet::new(),
        }
    }

    /// For an object of state.
    pub(super) fn of_prior(
        address: &Address,
        schema: &'static TypeSchema,
        old: &'static TypeSchema,
        prior: &PriorResource<'_>,
    ) -> Self {
        let mut decision = Self::new(address, schema, old, &prior.state.place);
        decision.change.id = Some(prior.state.id.clone());
        decision.change.previous_address.clone_from(&prior.moved_from);
        if let Some(from) = &prior.moved_from {
            decision.change.reasons.push(Reason::MovedFrom { address: from.clone() });
        }
        decision.held.clone_from(&prior.dependencies);
        decision
    }

    pub(super) fn show_before(&mut self, secrets: &SecretPaths, live: &Value, prior: Option<&Value>) {
        let (before, sensitive) = strip(&self.old_schema.fields, secrets, &shown(self.old_schema, live, prior));
        self.change.before = Arc::new(before);
        self.change.sensitive.extend(sensitive);
    }

    pub(super) fn show_after(&mut self, declared: &Declared<'_>, planned: &Arc<Value>) {
        let (mut after, mut sensitive) = strip(&self.schema.fields, &declared.secrets, planned);
        sensitive.extend(conceal(&declared.evaluated.sensitive, &mut after));
        self.change.after = if sensitive.is_empty() { Arc::clone(planned) } else { Arc::new(after) };
        self.change.sensitive.extend(sensitive);
    }
}
