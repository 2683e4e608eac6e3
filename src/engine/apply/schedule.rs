//! Which steps may start, and which matter most. Pure.

use std::collections::BTreeSet;

use crate::plan::{Plan, StepId};

/// The order of a plan's steps, as it unfolds.
pub(super) struct Schedule {
    after: Vec<Vec<StepId>>,
    /// Steps that still have to be done before this one.
    waits_for: Vec<usize>,
    /// Seconds from the start of the step to the end of the longest path that begins with it.
    weight: Vec<u64>,
    settled: Vec<bool>,
}

impl Schedule {
    /// Edges that name steps outside of the plan are ignored; a cycle leaves its steps without a start.
    pub(super) fn new(plan: &Plan) -> Self {
        let count = plan.steps.len();
        let edges: BTreeSet<_> = plan
            .edges
            .iter()
            .map(|edge| (edge.before, edge.after))
            .filter(|(before, after)| before.0 < count && after.0 < count)
            .collect();
        let mut after = vec![Vec::new(); count];
        let mut waits_for = vec![0; count];
        let mut before = vec![Vec::new(); count];
        let mut open = vec![0usize; count];
        for (first, second) in edges {
            after[first.0].push(second);
            before[second.0].push(first);
            waits_for[second.0] += 1;
            open[first.0] += 1;
        }

        // From the ends of the plan to its begin: a weight is final when all that follows has one.
        let mut weight: Vec<u64> = plan.steps.iter().map(|step| u64::from(step.usual_seconds.max(1))).collect();
        let mut ready: Vec<usize> = (0..count).filter(|index| open[*index] == 0).collect();
        while let Some(index) = ready.pop() {
            for first in &before[index] {
                let own = u64::from(plan.steps[first.0].usual_seconds.max(1));
                weight[first.0] = weight[first.0].max(own + weight[index]);
                open[first.0] -= 1;
                if open[first.0] == 0 {
                    ready.push(first.0);
                }
            }
        }
        Self { after, waits_for, weight, settled: vec![false; count] }
    }

    pub(super) fn weight(&self, step: StepId) -> u64 {
        self.weight[step.0]
    }

    /// True when no other step waits for it.
    pub(super) fn is_last(&self, step: StepId) -> bool {
        self.after[step.0].is_empty()
    }

    /// Steps that wait for nothing.
    pub(super) fn roots(&self) -> Vec<StepId> {
        (0..self.waits_for.len()).filter(|index| self.waits_for[*index] == 0).map(StepId).collect()
    }

    /// Marks a step done; returns the steps that may start now.
    pub(super) fn done(&mut self, step: StepId) -> Vec<StepId> {
        self.settled[step.0] = true;
        let mut ready = Vec::new();
        for next in &self.after[step.0] {
            self.waits_for[next.0] -= 1;
            if self.waits_for[next.0] == 0 && !self.settled[next.0] {
                ready.push(*next);
            }
        }
        ready
    }

    /// Marks a step failed; returns every step that cannot be done because of it.
    pub(super) fn failed(&mut self, step: StepId) -> Vec<StepId> {
        self.settled[step.0] = true;
        let mut lost = Vec::new();
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            for next in &self.after[step.0] {
                if !std::mem::replace(&mut self.settled[next.0], true) {
                    lost.push(*next);
                    open.push(*next);
                }
            }
        }
        lost
    }
}
