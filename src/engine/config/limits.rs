//! What the files of a project may cost, whoever wrote them.
//!
//! A few words can ask for more than a machine has: a module that is called for each of many keys, in a module that is, too.
//! The command line raises the limits and the project cannot: it may be of somebody whom nobody has reviewed.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{Span, StackId};

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Instances of resources, data sources and module calls, over all stacks.
    pub instances: u64,
    /// Steps of all expressions.
    pub steps: u64,
    /// Bytes of the values that the expressions of a stack make.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { instances: 20_000, steps: 100_000_000, bytes: 256 << 20 }
    }
}

impl Limits {
    /// For files that are known to be one's own.
    pub const NONE: Self = Self { instances: u64::MAX, steps: u64::MAX, bytes: u64::MAX };

    /// Sets one limit, written `instances=50000`.
    ///
    /// # Errors
    /// No such limit, or no number above zero.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let (name, number) = text.split_once('=').ok_or("a limit is written as `instances=50000`")?;
        let limit = match name.trim() {
            "instances" => &mut self.instances,
            "steps" => &mut self.steps,
            "bytes" => &mut self.bytes,
            other => return Err(format!("there is no limit `{other}`: there are instances, steps and bytes")),
        };
        let digits: String = number.trim().chars().filter(|c| *c != '_').collect();
        *limit = match digits.parse() {
            Ok(number) if number > 0 => number,
            _ => return Err(format!("`{}` is no number above zero", number.trim())),
        };
        Ok(())
    }
}

/// What a run has spent so far, over all stacks and however often they are looked at.
#[derive(Debug, Default)]
pub struct Spending {
    limits: Limits,
    steps: AtomicU64,
    /// By stack, the most of any look at it.
    instances: Mutex<BTreeMap<StackId, u64>>,
    /// Steps by the place of the expression, of those that take many.
    places: Mutex<HashMap<Span, u64>>,
}

/// Steps from which on it is noted where they were spent.
const MANY: u64 = 500;

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Spending {
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Notes the steps of an expression; true while they are within the limit.
    pub fn step(&self, steps: u64, place: &Span) -> bool {
        if steps >= MANY {
            *locked(&self.places).entry(place.clone()).or_default() += steps;
        }
        let before = self.steps.fetch_add(steps, Ordering::Relaxed);
        before.saturating_add(steps) <= self.limits.steps
    }

    /// Where most steps were spent, and how many.
    pub fn most_steps(&self) -> Option<(Span, u64)> {
        let places = locked(&self.places);
        // Of equals the first in the files, so that a run says the same each time.
        let most = places.iter().max_by(|(a, x), (b, y)| x.cmp(y).then_with(|| b.cmp(a)));
        most.map(|(place, steps)| (place.clone(), *steps))
    }

    /// Notes that a stack has so many instances; true while all stacks together are within the limit.
    pub fn instances(&self, stack: &StackId, count: u64) -> bool {
        let mut all = locked(&self.instances);
        match all.get_mut(stack) {
            Some(most) => *most = count.max(*most),
            None => drop(all.insert(stack.clone(), count)),
        }
        all.values().sum::<u64>() <= self.limits.instances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_name_and_a_number() {
        let mut limits = Limits::default();
        limits.set("instances=50_000").unwrap();
        limits.set("bytes = 1").unwrap();
        assert_eq!(limits, Limits { instances: 50_000, bytes: 1, ..Limits::default() });
        for wrong in ["instances", "instances=", "instances=0", "instances=-1", "instances=many", "time=1"] {
            assert!(limits.set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn stacks_add_up_and_looks_do_not() {
        let spending = Spending::new(Limits { instances: 10, steps: 10, bytes: 10 });
        let (a, b) = (StackId::new("test", "a"), StackId::new("test", "b"));
        assert!(spending.instances(&a, 6) && spending.instances(&a, 6) && spending.instances(&b, 4));
        assert!(!spending.instances(&b, 5));
        let place = Span::new("a.yaml", 1, 1, 1);
        assert!(spending.step(10, &place) && !spending.step(1, &place));
        assert_eq!(spending.most_steps(), None);
        spending.step(900, &place);
        assert_eq!(spending.most_steps(), Some((place, 900)));
    }
}
