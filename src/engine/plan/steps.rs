//! Steps: each decision as the calls and changes of state that carry it out.
//!
//! Owns: what the steps are, and their numbers. Leaves out: which waits for which (`order`).

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::decide::{Decision, Restore, owners};
use super::identity::{Names, held, no_room, same_name};
use super::order::{Node, create_first, order};
use super::{Action, DataRead, Direction, Edge, StepId, StepKind, StepPlan};
use crate::model::{Address, DataSchema, Diagnostics, PhysicalId, Placement, Scope, TypeSchema, Value};

/// A data source that is read during the apply, and what its arguments wait for.
pub(super) struct Reading {
    pub read: DataRead,
    pub schema: &'static DataSchema,
    pub place: Placement,
    pub arguments: Value,
}

/// Steps and edges of a plan.
pub(super) struct Schedule {
    pub steps: Vec<StepPlan>,
    pub edges: Vec<Edge>,
}

/// Decides the directions of replacements, makes the steps, orders and numbers them, and notes them in the decisions.
pub(super) fn schedule(
    decisions: &mut [Decision],
    names: &Names,
    readings: &[Reading],
    serial: u64,
    diagnostics: &mut Diagnostics,
) -> Schedule {
    let mut nodes = nodes(decisions, readings);
    let replaced: Vec<bool> = decisions
        .iter()
        .map(|decision| matches!(decision.change.action, Action::Replace(_)))
        .chain(readings.iter().map(|_| false))
        .collect();
    let declared: Vec<bool> =
        decisions.iter().map(|decision| decision.create_first).chain(readings.iter().map(|_| false)).collect();
    let first = create_first(&nodes, &replaced, &declared);
    let mut steps = Vec::new();
    for ((index, decision), node) in decisions.iter_mut().enumerate().zip(&mut nodes) {
        if replaced[index] {
            let direction = if first[index] { Direction::CreateFirst } else { Direction::DeleteFirst };
            decision.change.action = Action::Replace(direction);
            node.create_first = first[index];
            let there = decision.old_place == decision.change.place || decision.schema.scope == Scope::World;
            let same_id = there && decision.natural_id.is_some() && decision.natural_id == decision.change.id;
            if first[index] && (same_id || names.stays(index)) {
                diagnostics.push(same_name(decision));
            }
        }
        make(decision, node, serial, &mut steps);
    }
    for (reading, node) in readings.iter().zip(nodes.iter_mut().skip(decisions.len())) {
        let step = StepPlan {
            id: StepId(steps.len()),
            address: reading.read.address.clone(),
            type_name: reading.schema.name,
            place: reading.place.clone(),
            kind: StepKind::Read,
            want: reading.arguments.clone(),
            calls: &reading.schema.read_calls,
            usual_seconds: 1,
            shares: None,
        };
        node.forward.push(steps.len());
        steps.push(step);
    }
    held(decisions, names, diagnostics);
    for (giver, taker) in names.rooms(decisions) {
        nodes[giver].makes_room.push(taker);
    }
    number(decisions, &nodes, steps, diagnostics)
}

fn nodes(decisions: &[Decision], readings: &[Reading]) -> Vec<Node> {
    let current = decisions.iter().enumerate().filter(|(_, decision)| decision.deposed.is_none());
    let index: HashMap<&Address, usize> = current
        .map(|(index, decision)| (&decision.change.address, index))
        .chain(readings.iter().enumerate().map(|(index, reading)| (&reading.read.address, decisions.len() + index)))
        .collect();
    let paths: HashMap<&str, usize> = index.iter().map(|(address, index)| (address.path(), *index)).collect();
    let find = |address: &Address| index.get(address).copied();
    let of_decision = |decision: &Decision| Node {
        needs: decision.needs.iter().filter_map(find).collect(),
        held: decision.held.iter().filter_map(find).collect(),
        successor: decision.deposed.as_ref().and_then(|_| find(&decision.change.address)),
        ..Node::default()
    };
    let of_reading = |reading: &Reading| {
        let unknowns = reading.arguments.unknowns();
        let names = unknowns.iter().flat_map(|unknown| unknown.waits_for.iter());
        let needs: BTreeSet<usize> =
            names.flat_map(|name| owners(name)).filter_map(|path| paths.get(path).copied()).collect();
        Node { needs: needs.into_iter().collect(), ..Node::default() }
    };
    decisions.iter().map(of_decision).chain(readings.iter().map(of_reading)).collect()
}

/// The steps of one decision.
struct Maker<'d> {
    decision: &'d Decision,
    steps: &'d mut Vec<StepPlan>,
}

impl Maker<'_> {
    fn push(&mut self, schema: &'static TypeSchema, kind: StepKind, want: Value) -> usize {
        let number = self.steps.len();
        // What goes is where it was; while a replacement is prepared, the object is still there.
        let place = match kind {
            StepKind::Delete { .. } | StepKind::Forget { .. } => &self.decision.old_place,
            StepKind::Update { id: Some(_), .. } => &self.decision.old_place,
            _ => &self.decision.change.place,
        };
        let place = place.clone();
        let (calls, usual_seconds) = match &kind {
            StepKind::Create { .. } => (&schema.create_calls[..], schema.usual_seconds),
            // A change in place takes about half of what making it takes, where that takes long at all.
            StepKind::Update { call, .. } => (schema.calls_of_update(call), schema.usual_seconds.div_ceil(2)),
            StepKind::Delete { .. } if schema.waits_for_deletion => (&schema.delete_calls[..], schema.usual_seconds),
            StepKind::Delete { .. } => (&schema.delete_calls[..], 1),
            _ => (&[][..], 0),
        };
        self.steps.push(StepPlan {
            id: StepId(number),
            address: self.decision.change.address.clone(),
            type_name: schema.name,
            place,
            kind,
            want,
            calls,
            usual_seconds,
            shares: None,
        });
        number
    }

    fn state(&mut self, kind: StepKind) -> usize {
        self.push(self.decision.old_schema, kind, Value::Null)
    }

    fn create(&mut self, depose: Option<String>) -> Vec<usize> {
        let decision = self.decision;
        let unfinished = decision.calls.clone();
        let mut out = vec![self.push(decision.schema, StepKind::Create { depose, unfinished }, decision.want.clone())];
        out.extend(self.updates(None));
        out
    }

    fn updates(&mut self, id: Option<&PhysicalId>) -> Vec<usize> {
        let decision = self.decision;
        let update = |call: &&'static str| StepKind::Update { id: id.cloned(), call };
        decision.calls.iter().map(|call| self.push(decision.schema, update(call), decision.want.clone())).collect()
    }

    fn lift(&mut self) -> Option<usize> {
        let lift = self.decision.lift.clone()?;
        let kind = StepKind::Update { id: self.decision.change.id.clone(), call: lift.call };
        Some(self.push(self.decision.old_schema, kind, lift.want))
    }

    fn delete(&mut self, deposed: Option<String>) -> Option<usize> {
        let id = self.decision.change.id.clone()?;
        Some(self.state(StepKind::Delete { id, deposed }))
    }
}

fn make(decision: &Decision, node: &mut Node, serial: u64, steps: &mut Vec<StepPlan>) {
    let mut maker = Maker { decision, steps };
    if let Some(from) = decision.change.previous_address.clone() {
        node.first.push(maker.state(StepKind::Move { from }));
    }
    if let Some(Restore { key, depose }) = decision.restore.clone() {
        node.first.push(maker.state(StepKind::Restore { key, depose }));
    }
    if let Some(id) = decision.adopt.clone() {
        node.first.push(maker.state(StepKind::Import { id }));
    }
    match decision.change.action {
        Action::NoOp => {}
        Action::Create => {
            if decision.is_gone() {
                node.forward.push(maker.state(StepKind::Forget { deposed: None, gone: true }));
            }
            node.forward.extend(maker.create(None));
        }
        Action::Update | Action::Import => node.forward.extend(maker.updates(decision.change.id.as_ref())),
        Action::Replace(Direction::DeleteFirst) => {
            node.back.extend(maker.lift());
            node.back.extend(maker.delete(None));
            node.forward.extend(maker.create(None));
        }
        Action::Replace(Direction::CreateFirst) => {
            let key = depose_key(&decision.change.address, &serial.to_string());
            // As long as it is the current object: a deposed one takes no more updates.
            node.forward.extend(maker.lift());
            node.forward.extend(maker.create(Some(key.clone())));
            node.back.extend(maker.delete(Some(key)));
        }
        Action::Delete => {
            node.back.extend(maker.lift());
            node.back.extend(maker.delete(decision.deposed.clone()));
        }
        Action::Forget => {
            let (deposed, gone) = (decision.deposed.clone(), decision.is_gone());
            node.forward.push(maker.state(StepKind::Forget { deposed, gone }));
        }
    }
    if decision.record {
        node.forward.push(maker.push(decision.schema, StepKind::Record, decision.want.clone()));
    }
    // With nothing else to do, the state-only steps are what dependants wait for.
    if node.forward.is_empty() && node.back.is_empty() {
        node.forward = std::mem::take(&mut node.first);
    }
}

/// 8 hex digits, the same for the same plan. `what` tells the objects of an address apart.
pub(super) fn depose_key(address: &Address, what: &str) -> String {
    hex::encode(&Sha256::digest(format!("{address}\u{0}{what}"))[..4])
}

/// Moves that free a place come before what takes it.
fn between_moves(steps: &[StepPlan]) -> Vec<(usize, usize)> {
    let from = |step: &StepPlan| match &step.kind {
        StepKind::Move { from } => Some(from.clone()),
        _ => None,
    };
    let leaves: HashMap<Address, usize> =
        steps.iter().enumerate().filter_map(|(index, step)| Some((from(step)?, index))).collect();
    steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step.kind, StepKind::Move { .. }))
        .filter_map(|(index, step)| Some((*leaves.get(&step.address)?, index)))
        .filter(|(before, after)| before != after)
        .collect()
}

/// Numbers the steps in an order in which they could be done one by one.
fn number(decisions: &mut [Decision], nodes: &[Node], steps: Vec<StepPlan>, diagnostics: &mut Diagnostics) -> Schedule {
    let order = order(nodes, steps.len(), &between_moves(&steps));
    let owner = |step: usize| {
        let of = |node: &Node| node.forward.contains(&step) || node.back.contains(&step);
        nodes.iter().position(of).and_then(|index| decisions.get(index))
    };
    for (giver, taker) in &order.no_room {
        if let (Some(giver), Some(taker)) = (owner(*giver), owner(*taker)) {
            diagnostics.push(no_room(giver, taker));
        }
    }
    let mut place = vec![0; steps.len()];
    order.sequence.iter().enumerate().for_each(|(position, step)| place[*step] = position);
    let mut edges: Vec<Edge> = order
        .edges
        .iter()
        .map(|(before, after)| Edge { before: StepId(place[*before]), after: StepId(place[*after]) })
        .collect();
    edges.sort_unstable();
    for (decision, node) in decisions.iter_mut().zip(nodes) {
        let own = node.first.iter().chain(&node.forward).chain(&node.back);
        decision.change.steps = own.map(|step| StepId(place[*step])).collect();
        decision.change.steps.sort_unstable();
    }
    let mut steps = steps;
    steps.iter_mut().for_each(|step| step.id = StepId(place[step.id.0]));
    steps.sort_by_key(|step| step.id);
    Schedule { steps, edges }
}
