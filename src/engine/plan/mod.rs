//! Planning: desired, prior and live become a [`Plan`]. Pure: no I/O, no clock, no randomness.
//!
//! Owns: comparing, actions and their reasons, steps and their order. Leaves out: anything that is decided at
//! apply; there is nothing.
//!
//! In order: `prior` applies moves to state, `select` the flags, `decide` looks at each resource after what it depends
//! on (`compare` finds the differences, `planned` foresees the attributes), `identity` finds what is one object, `steps`
//! writes the decisions as steps, `order` says which waits for which.

mod compare;
mod decide;
mod defaults;
mod differ;
mod identity;
mod nearest;
mod order;
mod outputs;
mod pattern;
mod planned;
mod prior;
mod reads;
mod rendering;
mod select;
mod shares;
mod steps;
#[cfg(test)]
mod tests;
mod types;
mod unread;

pub use compare::{Sides, compare, drift, shows_prior, untaken};
pub use decide::protection_of;
pub use defaults::{Existing, wanted};
pub use identity::{Comes, Goes, Likeness, entry, pairs};
pub use pattern::{rebased, within};
pub use planned::in_declared_form;
pub use reads::{carry_over, importable, readable, reads_needed, reads_of_state};
pub use rendering::rendering;
pub use shares::shared_requests;
pub use types::{
    Action, Answered, DataRead, Direction, DriftItem, Edge, Mode, Note, Options, OutputChange, Plan, PropertyChange,
    Reason, Recovered, ResourceChange, StepId, StepKind, StepPlan, Summary, Target, Unread,
};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use decide::{Decisions, Inputs, owners};
use prior::Prior;
use steps::{Reading, schedule};
use unread::{Readable, readable_part};

use crate::compile::DesiredGraph;
use crate::model::secret::strip;
use crate::model::{
    Address, Answers, Catalog, Diagnostic, Diagnostics, Foreseen, Question, SecretPaths, Severity, Value,
};
use crate::read::LiveSet;
use crate::state::State;

/// Plans a stack. `live` holds what [`reads_needed`] asked for, `answers` what earlier plans of the same inputs asked: a plan
/// with questions in [`Plan::asked`] is made again with their answers, and one with [`Plan::open_imports`] once their ids are
/// known.
///
/// # Errors
/// Everything that stands in the way, at once: wrong configuration, what is protected from deletion, moves and imports that
/// cannot be. A resource that could not be read stands in the way of what depends on it only: see [`Plan::unread`].
pub fn plan(
    graph: &DesiredGraph,
    catalog: &dyn Catalog,
    state: &State,
    live: &LiveSet,
    answers: &Answers,
    options: &Options,
) -> Result<Plan, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let prior = Prior::new(graph, state, &mut diagnostics);
    let selection = select::select(graph, &prior, options);
    let inputs =
        Inputs { graph, catalog, prior: &prior, live, options, selection: &selection, key: &state.digest_key, answers };
    let Readable { mut decisions, selection, unread } = readable_part(inputs, state, &mut diagnostics);
    let outputs = outputs::changes(graph, state, &decisions.known, options.mode, &selection, &mut diagnostics);
    let readings = match options.mode {
        Mode::Normal => readings(graph, &decisions, &outputs, &mut diagnostics),
        Mode::Destroy | Mode::RefreshOnly => Vec::new(),
    };
    let (failed, checks) = match options.mode {
        Mode::Normal => graph.checks(&decisions.known).into_iter().partition(is_error),
        Mode::Destroy | Mode::RefreshOnly => (Vec::new(), Vec::new()),
    };
    diagnostics.extend(failed);
    let names = identity::Names::of(&decisions.list, catalog);
    if options.mode == Mode::Normal {
        names.check(&decisions.list, &mut diagnostics);
        identity::renames(graph, catalog, &decisions.list, &names, &mut diagnostics);
    }
    let schedule = schedule(&mut decisions.list, &names, &readings, state.serial, &mut diagnostics);
    // What is wrong while something is still to be asked may be a consequence of that.
    if diagnostics.has_errors() && decisions.asked.is_empty() && decisions.open_imports.is_empty() {
        diagnostics.sort();
        return Err(diagnostics);
    }
    let foreseen = answered(&decisions, catalog, answers);
    let planned = planned(graph, &decisions, &readings);
    let resources: Vec<ResourceChange> = decisions.list.into_iter().map(|decision| decision.change).collect();
    let mut steps = schedule.steps;
    shares::note(catalog, &resources, &mut steps);
    Ok(Plan {
        stack: graph.stack.clone(),
        account: graph.account.clone(),
        region: graph.region.clone(),
        mode: options.mode,
        config_digest: graph.digest.clone(),
        lineage: state.lineage.clone(),
        serial: state.serial,
        planned,
        resources,
        drift: decisions.drift,
        unread,
        outputs,
        reads: readings.into_iter().map(|reading| reading.read).collect(),
        recovered: Vec::new(),
        asked: decisions.asked,
        open_imports: decisions.open_imports,
        foreseen,
        steps,
        edges: schedule.edges,
        unmatched: select::unmatched(graph, &prior, options),
        values: graph.values.clone(),
        checks,
    })
}

/// The answers, as far as they may be shown and kept.
fn answered(decisions: &Decisions, catalog: &dyn Catalog, answers: &Answers) -> Vec<Answered> {
    let open = SecretPaths::default();
    let one = |(question, foreseen): (&Question, &Foreseen)| {
        let fields = catalog.schema(question.type_name).map_or(&[][..], |schema| &schema.fields);
        let secrets = decisions.secrets.get(&question.address).map_or(&open, |(_, secrets)| secrets);
        Answered {
            address: question.address.clone(),
            new: question.prior.is_null(),
            planned: strip(fields, secrets, &foreseen.planned).0,
            replaces: foreseen.replaces.clone(),
        }
    };
    answers.iter().map(one).collect()
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Data sources that nobody could read yet, and that something in this plan waits for.
fn readings(
    graph: &DesiredGraph,
    decisions: &Decisions,
    outputs: &[OutputChange],
    diagnostics: &mut Diagnostics,
) -> Vec<Reading> {
    let mut arguments = BTreeMap::new();
    for address in graph.data.keys() {
        match graph.evaluate_data(address, &decisions.known) {
            Ok(value) => drop(arguments.insert(address, value)),
            Err(errors) => diagnostics.extend(errors),
        }
    }
    let mut paths: BTreeSet<String> = BTreeSet::new();
    let mut note = |value: &Value| {
        let unknowns = value.unknowns();
        let names = unknowns.iter().flat_map(|unknown| unknown.waits_for.iter());
        paths.extend(names.flat_map(|name| owners(name)).map(ToString::to_string));
    };
    decisions.list.iter().for_each(|decision| note(&decision.want));
    outputs.iter().filter_map(|output| output.after.as_ref()).for_each(&mut note);
    arguments.values().for_each(&mut note);
    let readings = graph.data.iter().filter_map(|(address, (schema, origin))| {
        let arguments = arguments.get(address)?;
        let wanted = paths.contains(address.path());
        wanted.then(|| Reading {
            read: DataRead { address: address.clone(), type_name: schema.name, origin: origin.clone() },
            schema,
            place: graph.place(address),
            arguments: arguments.clone(),
        })
    });
    readings.collect()
}

/// What is known of every resource, and of every data source that is read during apply, by path, without what is
/// sensitive. Where nothing is, it is not copied.
fn planned(graph: &DesiredGraph, decisions: &Decisions, readings: &[Reading]) -> IndexMap<String, Arc<Value>> {
    let unread: BTreeSet<&Address> = readings.iter().map(|reading| &reading.read.address).collect();
    let known = decisions.known.0.iter();
    let mut paths: Vec<(&Address, &Arc<Value>)> =
        known.filter(|(address, _)| !graph.data.contains_key(*address) || unread.contains(address)).collect();
    paths.sort_unstable_by_key(|(address, _)| *address);
    let shown = |address: &Address, value: &Arc<Value>| match decisions.secrets.get(address) {
        Some((schema, secrets)) => match strip(&schema.fields, secrets, value) {
            (_, hidden) if hidden.is_empty() => Arc::clone(value),
            (stripped, _) => Arc::new(stripped),
        },
        None => Arc::clone(value),
    };
    paths.into_iter().map(|(address, value)| (address.path().to_string(), shown(address, value))).collect()
}
