//! Requests that several steps share.
//!
//! A step that may share hands in its call when its intent is durable, and waits for its own answer. Calls with one key that
//! come within a moment, or while a request of their key is in flight, are the next request.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::slots::Slots;
use crate::apply::ApplyOptions;
use crate::model::{Batch, Cloud, CloudError, Created, ErrorKind, Mutation, Placement, requests};

type Answer = Result<Created, CloudError>;

/// How long a request stays open after somebody has joined it, and how long at most.
const WINDOW: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(50);

struct Seat {
    type_name: &'static str,
    batch: Batch,
    call: Mutation,
    weight: u64,
    reply: oneshot::Sender<Answer>,
}

/// Where steps hand in calls that may share a request.
#[derive(Clone)]
pub(in crate::apply) struct Batches {
    seats: mpsc::UnboundedSender<Seat>,
}

/// The calls that are waiting; [`Seats::serve`] sends them.
pub(in crate::apply) struct Seats(mpsc::UnboundedReceiver<Seat>);

/// Both ends.
pub(in crate::apply) fn batches() -> (Batches, Seats) {
    let (seats, queue) = mpsc::unbounded_channel();
    (Batches { seats }, Seats(queue))
}

impl Batches {
    /// Sends a call together with others of its key; returns what became of it alone. Dropped before the answer, the call may
    /// be sent all the same.
    pub(in crate::apply) async fn send(
        &self,
        type_name: &'static str,
        batch: &Batch,
        call: Mutation,
        weight: u64,
    ) -> Answer {
        let (reply, answer) = oneshot::channel();
        let seat = Seat { type_name, batch: batch.clone(), call, weight, reply };
        let unanswered = |kind| CloudError::new(kind, "the request that several steps share was not answered");
        self.seats.send(seat).map_err(|_| unanswered(ErrorKind::NotSent))?;
        answer.await.map_err(|_| unanswered(ErrorKind::Ambiguous))?
    }
}

/// The calls of one key that wait for their request.
struct Open {
    seats: Vec<Seat>,
    opened: Instant,
    closes: Instant,
    /// A request of the key is under way; services refuse, or put off, a second one.
    in_flight: bool,
}

type Key = (Placement, &'static str, String);

/// What requests are sent with.
#[derive(Clone, Copy)]
pub(in crate::apply) struct Sender<'a> {
    pub(in crate::apply) cloud: &'a dyn Cloud,
    pub(in crate::apply) slots: &'a Slots,
    pub(in crate::apply) options: &'a ApplyOptions,
}

impl Seats {
    /// Sends requests until every [`Batches`] is gone.
    pub(in crate::apply) async fn serve(mut self, sender: Sender<'_>) {
        let mut keys: BTreeMap<Key, Open> = BTreeMap::new();
        let mut sending = FuturesUnordered::new();
        let mut arrived = Vec::new();
        loop {
            let wake = keys.values().filter(|open| !open.in_flight).map(|open| open.closes).min();
            let due = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(key) = sending.next(), if !sending.is_empty() => release(&mut keys, &key),
                count = self.0.recv_many(&mut arrived, 1024) => {
                    if count == 0 {
                        return;
                    }
                    arrived.drain(..).for_each(|seat| join(&mut keys, seat));
                }
                () = due => {
                    let now = Instant::now();
                    for (key, open) in keys.iter_mut().filter(|(_, open)| !open.in_flight && open.closes <= now) {
                        open.in_flight = true;
                        let seats = std::mem::take(&mut open.seats);
                        let key = key.clone();
                        sending.push(async move {
                            for request in requests(seats, |seat| &seat.batch) {
                                sender.send(request).await;
                            }
                            key
                        });
                    }
                }
            }
        }
    }
}

fn join(keys: &mut BTreeMap<Key, Open>, seat: Seat) {
    let now = Instant::now();
    let key = (seat.call.place().clone(), seat.type_name, seat.batch.key.clone());
    let open =
        keys.entry(key).or_insert_with(|| Open { seats: Vec::new(), opened: now, closes: now, in_flight: false });
    if open.seats.is_empty() {
        open.opened = now;
    }
    open.closes = (now + WINDOW).min(open.opened + LONGEST);
    open.seats.push(seat);
}

/// A request of the key has been answered; who came meanwhile is next.
fn release(keys: &mut BTreeMap<Key, Open>, key: &Key) {
    match keys.get_mut(key) {
        Some(open) if !open.seats.is_empty() => open.in_flight = false,
        _ => drop(keys.remove(key)),
    }
}

/// What has become of the members of a request that was refused.
#[derive(Default)]
struct Told {
    accepted: usize,
    /// Those that were refused alone.
    refused: usize,
}

impl Told {
    /// As many are culprits as not: halves would be refused like the whole.
    fn mostly_refused(&self) -> bool {
        self.refused >= 2 && self.refused >= self.accepted
    }
}

impl Sender<'_> {
    /// Sends one request. What is refused as a whole is split until each culprit is alone; the others are done. Of n members that
    /// takes 2n - 1 requests at most; n and a few where all are refused; twice the logarithm of n for one culprit.
    async fn send(&self, seats: Vec<Seat>) {
        let mut told = Told::default();
        if let Some((error, seats)) = self.refusal(seats, &mut told).await {
            self.split(error, seats, &mut told).await;
        }
    }

    /// Finds out for which of the members a request was refused.
    async fn split(&self, error: CloudError, mut seats: Vec<Seat>, told: &mut Told) {
        if seats.len() == 1 || !is_of_one(&error) {
            told.refused += usize::from(seats.len() == 1);
            return refuse(seats, &error);
        }
        if told.mostly_refused() {
            for seat in seats {
                if let Some((error, seats)) = self.refusal(vec![seat], told).await {
                    told.refused += 1;
                    refuse(seats, &error);
                }
            }
            return;
        }
        let second = seats.split_off(seats.len() / 2);
        match (self.refusal(seats, told).await, self.refusal(second, told).await) {
            // What passes by itself and is met by both halves is about all of them.
            (Some((error, first)), Some((other, second))) if passes(&error) && passes(&other) => {
                refuse(first, &error);
                refuse(second, &other);
            }
            (first, second) => {
                for (error, seats) in [first, second].into_iter().flatten() {
                    Box::pin(self.split(error, seats, told)).await;
                }
            }
        }
    }

    /// Sends one request and hands out its answers, or gives back who has none.
    async fn refusal(&self, seats: Vec<Seat>, told: &mut Told) -> Option<(CloudError, Vec<Seat>)> {
        match self.request(&seats).await {
            Ok(answers) => {
                told.accepted += answers.len();
                for (seat, answer) in seats.into_iter().zip(answers) {
                    seat.tell(answer);
                }
                None
            }
            Err(error) => Some((error, seats)),
        }
    }

    async fn request(&self, seats: &[Seat]) -> Result<Vec<Answer>, CloudError> {
        let Some(first) = seats.first() else { return Ok(Vec::new()) };
        let weight = seats.iter().map(|seat| seat.weight).max().unwrap_or(0);
        let _slot = self.slots.take(first.type_name, weight).await;
        if !self.options.fence.may_act() || self.options.cancel.is_cancelled() {
            return Err(CloudError::new(ErrorKind::NotSent, "the run was stopped before the request was sent"));
        }
        let calls: Vec<Mutation> = seats.iter().map(|seat| seat.call.clone()).collect();
        let sending = async {
            match calls.as_slice() {
                [alone] => self.cloud.send(first.type_name, alone).await.map(|created| vec![Ok(created)]),
                all => self.cloud.send_together(first.type_name, all).await,
            }
        };
        // A type that makes a mistake must not take the steps of others with it.
        let sent = AssertUnwindSafe(sending).catch_unwind().await.unwrap_or_else(|_| {
            let message = format!("wildfire made a mistake when it sent {}", first.type_name);
            Err(CloudError::new(ErrorKind::Ambiguous, message))
        });
        match sent {
            Ok(answers) if answers.len() != seats.len() => {
                Err(CloudError::new(ErrorKind::Ambiguous, "a request for several resources was not answered for each"))
            }
            sent => sent,
        }
    }
}

impl Seat {
    fn tell(self, answer: Answer) {
        // A step that went away meanwhile wants no answer; its intent is in the journal.
        let _ = self.reply.send(answer);
    }
}

fn refuse(seats: Vec<Seat>, error: &CloudError) {
    for seat in seats {
        seat.tell(Err(error.clone()));
    }
}

/// True when AWS did nothing because of what the request holds: one of its members may be why, and the others are to be sent
/// without it. A policy may deny one name of many (`route53:ChangeResourceRecordSetsNormalizedRecordNames`), and AWS does not say
/// which. What is throttled, was not sent, lost, or not answered by AWS is so for all.
fn is_of_one(error: &CloudError) -> bool {
    use ErrorKind::{AccessDenied, AlreadyExists, NotFound, Rejected};
    passes(error) || matches!(error.kind, AccessDenied | Rejected | NotFound | AlreadyExists)
}

fn passes(error: &CloudError) -> bool {
    error.kind == ErrorKind::Busy
}
