//! A line of steps that wait: the heaviest first, then in the order of arrival.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tokio::sync::oneshot;

#[derive(Default)]
pub(super) struct Line {
    waiting: BTreeMap<(Reverse<u64>, u64), oneshot::Sender<()>>,
    arrivals: u64,
}

impl Line {
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Joins the line; the receiver is for [`called`].
    pub fn join(&mut self, weight: u64) -> oneshot::Receiver<()> {
        let (give, turn) = oneshot::channel();
        self.arrivals += 1;
        self.waiting.insert((Reverse(weight), self.arrivals), give);
        turn
    }

    /// Gives the turn to the next in line, and tells its weight; `None` when nobody is left.
    pub fn call(&mut self) -> Option<u64> {
        while let Some(((Reverse(weight), _), next)) = self.waiting.pop_first() {
            // A receiver that was dropped has left the line without a word.
            if next.send(()).is_ok() {
                return Some(weight);
            }
        }
        None
    }
}

/// Waits for a turn. May be dropped at any time: left between the gift of the turn and its use, it passes the turn on.
pub(super) async fn called(turn: oneshot::Receiver<()>, pass_on: impl Fn()) {
    let mut place = Place { turn, used: false, pass_on };
    // The sender stays in the line until it is used, and the line outlives those who wait in it.
    let _ = (&mut place.turn).await;
    place.used = true;
}

struct Place<F: Fn()> {
    turn: oneshot::Receiver<()>,
    used: bool,
    pass_on: F,
}

impl<F: Fn()> Drop for Place<F> {
    fn drop(&mut self) {
        self.turn.close();
        if !self.used && self.turn.try_recv().is_ok() {
            (self.pass_on)();
        }
    }
}
