//! Slots for calls, given to the waiting step with the longest path before it.
//!
//! A slot is held for the time of a call and never while waiting for AWS, so the number of slots bounds calls
//! in flight and not work under way.

use std::cell::RefCell;
use std::collections::HashMap;

use super::line::{Line, called};

/// Slots per resource type, so that a type with a slow rate limit starves no other. For one task.
pub(in crate::apply) struct Slots {
    per_type: usize,
    types: RefCell<HashMap<&'static str, Queue>>,
}

#[derive(Default)]
struct Queue {
    taken: usize,
    line: Line,
}

/// A slot; free again when dropped.
pub(in crate::apply) struct Slot<'a> {
    slots: &'a Slots,
    type_name: &'static str,
}

impl Slots {
    pub(in crate::apply) fn new(per_type: usize) -> Self {
        Self { per_type: per_type.max(1), types: RefCell::default() }
    }

    /// Waits for a slot of the type. May be dropped at any time.
    pub(in crate::apply) async fn take(&self, type_name: &'static str, weight: u64) -> Slot<'_> {
        let turn = {
            let mut types = self.types.borrow_mut();
            let queue = types.entry(type_name).or_default();
            if queue.taken < self.per_type {
                queue.taken += 1;
                None
            } else {
                Some(queue.line.join(weight))
            }
        };
        if let Some(turn) = turn {
            called(turn, || self.release(type_name)).await;
        }
        Slot { slots: self, type_name }
    }

    /// True while calls of the type are in flight.
    pub(in crate::apply) fn in_flight(&self, type_name: &str) -> bool {
        self.types.borrow().get(type_name).is_some_and(|queue| queue.taken > 0)
    }

    /// True while calls of any type are in flight.
    pub(in crate::apply) fn busy(&self) -> bool {
        self.types.borrow().values().any(|queue| queue.taken > 0)
    }

    fn release(&self, type_name: &'static str) {
        let mut types = self.types.borrow_mut();
        let Some(queue) = types.get_mut(type_name) else { return };
        // The slot goes from hand to hand while somebody waits for it.
        if queue.line.call().is_none() {
            queue.taken -= 1;
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.slots.release(self.type_name);
    }
}
