//! The same steps ten at a time, first come, first served: each holds its slot until the resource is ready, and makes its calls
//! alone.

use std::collections::{BTreeMap, HashMap, VecDeque};

use wildfire_engine::plan::{Plan, StepPlan};

use crate::catalog::kind_of;
use crate::cloud::{LATENCY, limit};

const SLOTS: usize = 10;

/// Seconds of a step alone: a call, a read, and AWS's own time.
pub fn seconds(step: &StepPlan) -> f64 {
    2.0 * LATENCY.as_secs_f64() + kind_of(step.type_name).map_or(0.0, |kind| f64::from(kind.ready))
}

fn before_and_after(plan: &Plan) -> (Vec<usize>, Vec<Vec<usize>>) {
    let (mut open, mut after) = (vec![0; plan.steps.len()], vec![Vec::new(); plan.steps.len()]);
    for edge in &plan.edges {
        open[edge.after.0] += 1;
        after[edge.before.0].push(edge.after.0);
    }
    (open, after)
}

/// Seconds of the longest chain of steps that wait for each other.
pub fn critical_path(plan: &Plan) -> f64 {
    let (_, after) = before_and_after(plan);
    let mut longest = vec![0.0_f64; plan.steps.len()];
    // Steps are numbered in an order in which they could be done one by one.
    for index in (0..plan.steps.len()).rev() {
        let rest = after[index].iter().map(|next| longest[*next]).fold(0.0, f64::max);
        longest[index] = seconds(&plan.steps[index]) + rest;
    }
    longest.into_iter().fold(0.0, f64::max)
}

/// Seconds that all steps take in ten slots.
pub fn makespan(plan: &Plan) -> f64 {
    let (mut open, after) = before_and_after(plan);
    let mut ready: VecDeque<usize> = (0..open.len()).filter(|index| open[*index] == 0).collect();
    let mut running: BTreeMap<(u64, usize), usize> = BTreeMap::new();
    let mut buckets: HashMap<&str, (f64, f64)> = HashMap::new();
    let mut now = 0.0_f64;
    loop {
        while running.len() < SLOTS
            && let Some(index) = ready.pop_front()
        {
            let step = &plan.steps[index];
            let service = kind_of(step.type_name).map_or("", |kind| kind.service);
            let (burst, rate) = limit(service, false);
            let (tokens, at) = buckets.entry(service).or_insert((burst, now));
            *tokens = (*tokens + (now - *at) * rate).min(burst) - 1.0;
            *at = now;
            let end = now + (-*tokens / rate).max(0.0) + seconds(step);
            running.insert(((end * 1e6) as u64, index), index);
        }
        let Some(((end, _), index)) = running.pop_first() else { return now };
        now = end as f64 / 1e6;
        for next in &after[index] {
            open[*next] -= 1;
            if open[*next] == 0 {
                ready.push_back(*next);
            }
        }
    }
}
