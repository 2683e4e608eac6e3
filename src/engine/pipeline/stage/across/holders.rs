//! Who holds what: the objects of all states, by their ids and by the names under which AWS keeps one at most.

use std::collections::{BTreeSet, HashMap};

use super::Side;
use crate::model::{Address, Catalog, NaturalKey, PhysicalId, Placement};
use crate::plan::{Action, Plan, Reason, ResourceChange};
use crate::state::Object;

/// An object of a state.
pub(super) struct Holder<'a> {
    /// The position of its stack.
    pub side: usize,
    pub address: Address,
    /// The key under which it is deposed.
    pub deposed: Option<&'a str>,
    pub object: Object<'a>,
    keys: Vec<NaturalKey>,
}

/// The objects of all states.
pub(super) struct Holders<'a> {
    all: Vec<Holder<'a>>,
    by_id: HashMap<(&'a Placement, &'a str, &'a PhysicalId), Vec<usize>>,
    by_name: HashMap<(&'static str, Vec<String>), Vec<usize>>,
}

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its stack keeps it.
    Stays,
    /// It is deleted, or gives the name up.
    Frees,
    /// Its stack lets go of it, and it stays at AWS.
    LetGo,
    /// It is gone at AWS.
    Gone,
}

impl<'a> Holders<'a> {
    pub fn new(sides: &[&'a Side<'a>], catalog: &dyn Catalog) -> Self {
        let mut all = Vec::new();
        for (side, of) in sides.iter().enumerate() {
            for (path, deposed, object) in of.state.held() {
                let Ok(address) = Address::in_stack(of.id, path) else { continue };
                // A generated value is nowhere but in its state.
                if catalog.schema(object.type_name).is_none_or(|schema| schema.in_state) {
                    continue;
                }
                let keys = catalog.natural_keys_in(object.place, object.type_name, object.attributes);
                all.push(Holder { side, address, deposed, object, keys });
            }
        }
        let mut by_id: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, holder) in all.iter().enumerate() {
            let Object { type_name, id, place, .. } = holder.object;
            by_id.entry((place, &**type_name, id)).or_default().push(index);
            for key in &holder.keys {
                by_name.entry((key.kind, key.parts.clone())).or_default().push(index);
            }
        }
        Self { all, by_id, by_name }
    }

    /// Who has what AWS cannot have beside an object of this name.
    pub fn named(&self, key: &NaturalKey) -> Vec<&Holder<'a>> {
        let found = self.by_name.get(&(key.kind, key.parts.clone())).into_iter().flatten();
        let holders = found.map(|index| &self.all[*index]);
        holders.filter(|holder| holder.keys.iter().any(|held| held.excludes(key))).collect()
    }

    /// Who has the object of a change, under its id or under another spelling of it.
    pub fn same(&self, place: &Placement, type_name: &str, id: &PhysicalId, names: &[NaturalKey]) -> Vec<&Holder<'a>> {
        let by_id = self.by_id.get(&(place, type_name, id)).into_iter().flatten();
        let named = names.iter().filter_map(|key| self.by_name.get(&(key.kind, key.parts.clone()))).flatten();
        // A range that overlaps is another object.
        let same = |index: &&usize| self.all[**index].keys.iter().any(|key| names.contains(key));
        let found: BTreeSet<usize> = by_id.chain(named.filter(same)).copied().collect();
        found.into_iter().map(|index| &self.all[index]).collect()
    }
}

impl Holder<'_> {
    /// What becomes of the object, and whether the command does it. With a name: whether the object keeps that.
    pub fn fate(&self, side: &Side<'_>, name: Option<&NaturalKey>, catalog: &dyn Catalog) -> (Fate, bool) {
        let known = side.plans().find_map(|(_, plan, acts)| Some((self.change(plan)?, acts)));
        let Some((change, acts)) = known else { return (Fate::Stays, side.acts.is_some()) };
        let gone = change.reasons.iter().any(|reason| matches!(reason, Reason::GoneAtAws { .. }));
        let fate = match change.action {
            _ if gone => Fate::Gone,
            Action::Delete => Fate::Frees,
            Action::Forget => Fate::LetGo,
            _ if change.changes_type() => Fate::Frees,
            _ => {
                let after = catalog.natural_keys_in(&change.place, change.type_name, &change.after);
                // A name that is not known yet may be the same.
                let other = |name: &NaturalKey| !after.is_empty() && !after.iter().any(|key| key.excludes(name));
                match name.is_some_and(other) {
                    true => Fate::Frees,
                    false => Fate::Stays,
                }
            }
        };
        (fate, acts)
    }

    fn change<'p>(&self, plan: &'p Plan) -> Option<&'p ResourceChange> {
        plan.resources.iter().find(|change| self.is_of(change))
    }

    /// Whether a change is about this object.
    pub fn is_of(&self, change: &ResourceChange) -> bool {
        let at = change.previous_address.as_ref().unwrap_or(&change.address);
        change.deposed() == self.deposed && *at == self.address
    }
}
