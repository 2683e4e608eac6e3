//! One object and several stacks: what a command would do to an object that another stack holds, or is to hold.
//!
//! A declaration that is cut from one stack and pasted into another is a creation there and a deletion here. Each plan by
//! itself looks right, and the object is lost. So the plans of a command are held against each other, and against the states
//! of the stage's other stacks.
//!
//! Owns: what is known of each stack (`Side`), and what may not be done. `holders` is who has what, `moved` finds what was
//! given to another stack, `taken` what is taken from under one. Leaves out: one stack by itself (`plan::identity`).

mod holders;
mod met;
mod moved;
mod taken;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;

use super::facts::{facts_of, seen_from};
use super::planning::{Member, StackPlan, Stage, Terms};
use crate::compile::{self, DesiredGraph, Facts, references_to_stacks};
use crate::config::{Project, is_plain_name};
use crate::model::{Answers, Catalog, Diagnostics, PhysicalId, StackId, Value};
use crate::plan::{self, Action, Mode, Note, Options, Plan};
use crate::read::{Live, LiveSet};
use crate::state::{Object, State};

pub use met::explain;

/// The stacks that a command is not about.
#[async_trait(?Send)]
pub trait Beside {
    /// Their states as they are stored. A stack that cannot be read is not among them.
    async fn states(&self, stacks: BTreeSet<StackId>) -> BTreeMap<StackId, State>;
}

/// There are no other stacks.
pub struct Alone;

#[async_trait(?Send)]
impl Beside for Alone {
    async fn states(&self, _stacks: BTreeSet<StackId>) -> BTreeMap<StackId, State> {
        BTreeMap::new()
    }
}

/// What is known of a stack.
struct Side<'a> {
    id: &'a StackId,
    state: &'a State,
    /// What the command does in it.
    acts: Option<(&'a DesiredGraph, &'a Plan)>,
    /// What a plan of all of it would do, as far as its state tells: of a stack that the command leaves out, and of one of which
    /// it plans a part.
    would: Option<(DesiredGraph, Plan)>,
    /// Its files are used by several stages, so that no id of one of them can stand in them.
    shared: bool,
}

impl Side<'_> {
    /// The plans in which something is known of it; the command's first.
    fn plans(&self) -> impl Iterator<Item = (&DesiredGraph, &Plan, bool)> {
        let acts = self.acts.iter().map(|(graph, plan)| (*graph, *plan, true));
        acts.chain(self.would.iter().map(|(graph, plan)| (graph, plan, false)))
    }
}

/// What the plans of a command would do to objects of other stacks. `states` are those of its stacks.
pub(super) async fn check(
    stage: &Stage<'_>,
    planned: &[&StackPlan],
    states: &BTreeMap<StackId, State>,
    terms: Terms<'_>,
) -> Diagnostics {
    let mode = terms.flags.mode;
    let acts =
        |plan: &Plan| plan.resources.iter().any(|change| !matches!(change.action, Action::NoOp | Action::Forget));
    if mode == Mode::RefreshOnly || !planned.iter().any(|stack| acts(&stack.prepared.plan)) {
        return Diagnostics::default();
    }
    let members: BTreeMap<&StackId, &Member<'_>> = stage.members().iter().map(|member| (&member.id, member)).collect();
    let mut others = others(stage, planned);
    others.retain(|id, _| !members.contains_key(id));
    let unknown = members.keys().copied().chain(others.keys()).filter(|id| !states.contains_key(*id)).cloned();
    let beside = terms.beside.states(unknown.collect()).await;
    let all: BTreeMap<&StackId, &State> = states.iter().chain(&beside).collect();
    let would = |id: &StackId, member: &Member<'_>| match mode {
        // Whatever others are to be, a destroy only takes away what is there.
        Mode::Destroy | Mode::RefreshOnly => None,
        Mode::Normal => alone(member.project, id, planned, &all, terms.catalog),
    };
    let mut sides: Vec<Side<'_>> = Vec::new();
    for stack in planned {
        let (Some(state), Some(member)) = (states.get(stack.id()), members.get(stack.id())) else { continue };
        let would = terms.flags.is_partial().then(|| would(stack.id(), member)).flatten();
        let acts = Some((&stack.prepared.graph, &stack.prepared.plan));
        sides.push(Side { id: stack.id(), state, acts, would, shared: is_shared(member.project, stack.id()) });
    }
    let left_out = members.iter().filter(|(id, _)| !planned.iter().any(|stack| stack.id() == **id));
    let left_out: Vec<(&StackId, &Member<'_>)> =
        left_out.map(|(id, member)| (*id, *member)).chain(others.iter().map(|(id, member)| (id, *member))).collect();
    for (id, member) in left_out {
        let Some(state) = all.get(id) else { continue };
        let shared = is_shared(member.project, id);
        sides.push(Side { id, state, acts: None, would: would(id, member), shared });
    }
    compare(&sides, terms.catalog)
}

/// Holds the sides against each other: the command's in the order in which they are applied, then the others. Only what is in
/// one account and one region can be one object.
fn compare(sides: &[Side<'_>], catalog: &dyn Catalog) -> Diagnostics {
    let known: BTreeSet<String> = sides.iter().map(|side| side.id.to_string()).collect();
    let places: BTreeSet<(&str, &str)> =
        sides.iter().map(|side| (side.state.account.as_str(), side.state.region.as_str())).collect();
    let mut found = Diagnostics::default();
    for place in places {
        let here = sides.iter().filter(|side| (side.state.account.as_str(), side.state.region.as_str()) == place);
        let here: Vec<&Side<'_>> = here.collect();
        let moved = moved::moved(&here, catalog);
        found.extend(moved::told(&moved));
        found.extend(taken::told(&here, &moved, &known, catalog));
    }
    found.sort();
    found
}

/// The other stacks of the command's stages, also such as are in no file any more and are named by a tag, with a member of the
/// stage.
fn others<'s, 'a>(stage: &'s Stage<'a>, planned: &[&StackPlan]) -> BTreeMap<StackId, &'s Member<'a>> {
    let mut out = BTreeMap::new();
    for member in stage.members() {
        let of_stage = |name: &Arc<str>| StackId::new(Arc::clone(&member.id.stage), Arc::clone(name));
        let declared = member.project.stage.stacks.keys().map(of_stage);
        let tags = planned.iter().filter(|stack| stack.id().stage == member.id.stage).flat_map(|stack| {
            let notes = stack.prepared.plan.resources.iter().flat_map(|change| &change.notes);
            notes.filter_map(|note| match note {
                Note::MadeBy { stack } => stack.split_once('/'),
                Note::Ahead { .. } => None,
            })
        });
        // A tag is a text of somebody else's.
        let is_name = |text: &str| !text.is_empty() && is_plain_name(text);
        let tagged = tags.filter(|(stage, stack)| **stage == *member.id.stage && is_name(stack));
        let tagged = tagged.map(|(stage, stack)| StackId::new(stage, stack));
        out.extend(declared.chain(tagged).map(|id| (id, member)));
    }
    out
}

fn is_shared(project: &Project, id: &StackId) -> bool {
    project.stage.stacks.get(&id.stack).is_some_and(|stack| stack.shared.is_some())
}

/// The plan of a stack as if AWS were as the states say. Makes no call. `None`: its files do not tell.
fn alone(
    project: &Project,
    id: &StackId,
    planned: &[&StackPlan],
    all: &BTreeMap<&StackId, &State>,
    catalog: &dyn Catalog,
) -> Option<(DesiredGraph, Plan)> {
    project.stage.stacks.get(&id.stack)?;
    let state = *all.get(id)?;
    let outputs = references_to_stacks(project, &id.stack).into_iter().filter_map(|used| {
        let plan = planned.iter().find(|plan| *plan.id() == used);
        let facts = match plan {
            Some(plan) => plan.foreseen.clone(),
            None => facts_of(all.get(&used)?)?,
        };
        Some((used, seen_from(&facts, &id.stage)))
    });
    let facts = Facts { outputs: outputs.collect(), ..Facts::default() };
    let compiled = compile::compile_beside(project, &id.stack, catalog, &facts);
    if compiled.diagnostics.has_errors() {
        return None;
    }
    let options = Options::default();
    let mut live = LiveSet::default();
    for ((place, type_name), requests) in plan::reads_needed(&compiled.graph, catalog, state, &options) {
        for request in requests {
            let same = |object: &Object<'_>| {
                *object.type_name == type_name && *object.id == request.id && *object.place == place
            };
            let own = state.objects().find(same);
            // An import is of what another stack may hold.
            let found = own.or_else(|| all.values().flat_map(|state| state.objects()).find(same));
            let answer = match found {
                Some(object) => Live::Found(Arc::new(with_id(object.attributes, &request.id))),
                None => Live::Absent,
            };
            live.0.insert(((place.clone(), Arc::clone(&type_name)), request.id), answer);
        }
    }
    let plan = plan::plan(&compiled.graph, catalog, state, &live, &Answers::default(), &options).ok()?;
    plan.asked.is_empty().then_some((compiled.graph, plan))
}

fn with_id(attributes: &Value, id: &PhysicalId) -> Value {
    let mut attributes = attributes.clone();
    if let Value::Map(map) = &mut attributes
        && map.get("id").is_none_or(Value::is_null)
    {
        map.insert("id".into(), id.as_str().into());
    }
    attributes
}
