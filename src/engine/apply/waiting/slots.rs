//! Slots for calls, given to the waiting step with the longest path before it.
//!
//! A slot is held for the time of a call and never while waiting for AWS, so the number of slots bounds calls
//! in flight and not work under way.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use tokio::sync::oneshot;

/// Slots per resource type, so that a type with a slow rate limit starves no other. For one task.
pub(in crate::apply) struct Slots {
    per_type: usize,
    types: RefCell<HashMap<&'static str, Queue>>,
}

#[derive(Default)]
struct Queue {
    taken: usize,
    /// By weight, heaviest first, then in the order of arrival.
    waiting: BTreeMap<(Reverse<u64>, u64), oneshot::Sender<()>>,
    arrivals: u64,
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
                let (give, turn) = oneshot::channel();
                queue.arrivals += 1;
                queue.waiting.insert((Reverse(weight), queue.arrivals), give);
                Some(turn)
            }
        };
        if let Some(turn) = turn {
            let mut place = Place { slots: self, type_name, turn, used: false };
            // The sender stays in the queue until it is used, and the queue lives as long as `self`.
            let _ = (&mut place.turn).await;
            place.used = true;
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
        while let Some((_, next)) = queue.waiting.pop_first() {
            // A receiver that was dropped has left the queue without a word.
            if next.send(()).is_ok() {
                return;
            }
        }
        queue.taken -= 1;
    }
}

/// A place in the queue. Left between the gift of a slot and its use, it passes the slot on.
struct Place<'a> {
    slots: &'a Slots,
    type_name: &'static str,
    turn: oneshot::Receiver<()>,
    used: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turn.close();
        if !self.used && self.turn.try_recv().is_ok() {
            self.slots.release(self.type_name);
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.slots.release(self.type_name);
    }
}
