//! How many steps of a type have announced a call that is not sent yet.
//!
//! What a step does before its call (a look whether the place is vacant, the write of the intent) is shared by those that do it at the
//! same time. So steps that wait for a slot come in groups: the next group is let in when half of the last one has left. A group
//! bounds what a run that is killed leaves for the next one to search for.

use std::cell::RefCell;
use std::collections::HashMap;

use super::line::{Line, called};

/// Steps of a type that may have announced their calls.
const GROUP: usize = 32;

/// Gates per resource type. For one task.
#[derive(Default)]
pub(in crate::apply) struct Gates {
    types: RefCell<HashMap<&'static str, Gate>>,
}

#[derive(Default)]
struct Gate {
    inside: usize,
    /// The heaviest of those that came in since the gate was empty.
    heaviest: u64,
    line: Line,
}

/// The place of a step that has announced its call, or is about to. Dropped when the call has a slot.
pub(in crate::apply) struct Announced<'a> {
    gates: &'a Gates,
    type_name: &'static str,
}

impl Gate {
    /// Room for whoever comes; for what matters more than all who are inside there is more of it.
    fn lets_in(&self, weight: u64) -> bool {
        let most = if weight > self.heaviest { 2 * GROUP } else { GROUP };
        self.inside < most && (self.line.is_empty() || weight > self.heaviest)
    }

    fn enter(&mut self, weight: u64) {
        self.heaviest = if self.inside == 0 { weight } else { self.heaviest.max(weight) };
        self.inside += 1;
    }
}

impl Gates {
    /// Waits until the step may announce its call. May be dropped at any time.
    pub(in crate::apply) async fn enter(&self, type_name: &'static str, weight: u64) -> Announced<'_> {
        let turn = {
            let mut types = self.types.borrow_mut();
            let gate = types.entry(type_name).or_default();
            if gate.lets_in(weight) {
                gate.enter(weight);
                None
            } else {
                Some(gate.line.join(weight))
            }
        };
        if let Some(turn) = turn {
            called(turn, || self.leave(type_name)).await;
        }
        Announced { gates: self, type_name }
    }

    /// True while calls of any type are announced and not sent.
    pub(in crate::apply) fn busy(&self) -> bool {
        self.types.borrow().values().any(|gate| gate.inside > 0)
    }

    /// True while steps of the type wait to announce their calls, or to send them.
    pub(in crate::apply) fn has_queue(&self, type_name: &str) -> bool {
        self.types.borrow().get(type_name).is_some_and(|gate| gate.inside > 0)
    }

    fn leave(&self, type_name: &'static str) {
        let mut types = self.types.borrow_mut();
        let Some(gate) = types.get_mut(type_name) else { return };
        gate.inside -= 1;
        if gate.inside > GROUP / 2 {
            return;
        }
        while gate.inside < GROUP
            && let Some(weight) = gate.line.call()
        {
            gate.enter(weight);
        }
    }
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        self.gates.leave(self.type_name);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn those_that_wait_come_in_groups_and_the_heaviest_first() {
        let gates = Gates::default();
        let mut inside: Vec<_> = join_all((0..GROUP).map(|_| gates.enter("t", 5))).await;
        let order = RefCell::new(Vec::new());
        let waiting = (0..40u64).map(|weight| {
            let (gates, order) = (&gates, &order);
            async move {
                let place = gates.enter("t", weight % 5).await;
                order.borrow_mut().push(weight % 5);
                place
            }
        });
        let mut waiting = Box::pin(join_all(waiting));
        assert!(waiting.as_mut().now_or_never().is_none());
        inside.truncate(GROUP / 2 + 1);
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(order.borrow().len(), 0, "more than half are still inside");
        inside.truncate(GROUP / 2);
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(*order.borrow(), [vec![4; 8], vec![3; 8]].concat(), "a group at once");
        assert!(gates.busy() && gates.has_queue("t") && !gates.has_queue("other"));
        drop((inside, waiting));
        assert!(!gates.busy());
    }

    #[tokio::test]
    async fn what_matters_most_is_let_in_beside_a_group() {
        let gates = Gates::default();
        let _inside: Vec<_> = join_all((0..GROUP).map(|_| gates.enter("t", 5))).await;
        assert!(gates.enter("t", 5).now_or_never().is_none());
        let heavy = gates.enter("t", 600).now_or_never();
        assert!(heavy.is_some());
    }

    #[tokio::test]
    async fn whoever_leaves_the_queue_leaves_no_hole() {
        let gates = Gates::default();
        let inside: Vec<_> = join_all((0..GROUP).map(|_| gates.enter("t", 5))).await;
        let gone = gates.enter("t", 1).now_or_never();
        assert!(gone.is_none());
        drop(inside);
        let all: Vec<_> = join_all((0..GROUP).map(|_| gates.enter("t", 0))).await;
        assert_eq!(all.len(), GROUP);
    }
}
