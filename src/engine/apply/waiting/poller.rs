//! Polls at resources on behalf of steps that wait: one batched read for all that are due.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::model::{Cloud, CloudError, ErrorKind, Placement, ReadRequest, Value};
use crate::read::Sort;

type Answer = Result<Option<Value>, CloudError>;

/// How long the first look at something waits for others of its type: what is made within a moment is read by one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::apply) struct Company {
    /// In any case.
    least: Duration,
    /// While calls of any type are in flight.
    most: Duration,
}

impl Company {
    /// Nothing else of the type is being made.
    pub(in crate::apply) const ALONE: Self = Self::of(20, 20);
    /// Calls of the type are in flight, whose looks will follow.
    pub(in crate::apply) const IN_FLIGHT: Self = Self::of(150, 150);
    /// More of them wait to be sent.
    pub(in crate::apply) const QUEUED: Self = Self::of(150, 1000);
    /// No step waits for what the look finds.
    pub(in crate::apply) const LAST: Self = Self::of(150, 3000);

    const fn of(least: u64, most: u64) -> Self {
        Self { least: Duration::from_millis(least), most: Duration::from_millis(most) }
    }
}

/// What is put off is thought of again after so long.
const AGAIN: Duration = Duration::from_millis(100);

struct Poll {
    sort: Sort,
    request: ReadRequest,
    due: Instant,
    /// While there is company to wait for, it is put off until then.
    latest: Instant,
    reply: oneshot::Sender<Answer>,
}

/// Where steps ask for looks.
#[derive(Clone)]
pub(in crate::apply) struct Poller {
    looks: mpsc::UnboundedSender<Poll>,
    company: Company,
}

/// The looks that are waiting; [`Polls::serve`] answers them.
pub(in crate::apply) struct Polls(mpsc::UnboundedReceiver<Poll>);

/// A poller, and the other end of it.
pub(in crate::apply) fn poller() -> (Poller, Polls) {
    let (looks, queue) = mpsc::unbounded_channel();
    (Poller { looks, company: Company::ALONE }, Polls(queue))
}

impl Poller {
    /// The same, for looks that wait for others of their type.
    pub(in crate::apply) fn with(&self, company: Company) -> Self {
        Self { looks: self.looks.clone(), company }
    }

    /// Reads one resource after `delay`, or somewhat earlier together with others of its type. The first look, which has no
    /// delay, waits for company.
    pub(in crate::apply) async fn look(
        &self,
        place: &Placement,
        type_name: &str,
        request: ReadRequest,
        delay: Duration,
    ) -> Answer {
        let (reply, answer) = oneshot::channel();
        let now = Instant::now();
        let due = now + delay.max(self.company.least);
        let latest = if delay.is_zero() { due.max(now + self.company.most) } else { due };
        let look = Poll { sort: (place.clone(), type_name.into()), request, due, latest, reply };
        let unanswered = || CloudError::new(ErrorKind::NotSent, "the read was not answered");
        self.looks.send(look).map_err(|_| unanswered())?;
        answer.await.map_err(|_| unanswered())?
    }
}

/// The looks of one type in one place, and when the first of them is due.
#[derive(Default)]
struct Waiting {
    looks: Vec<Poll>,
    first: Option<Instant>,
}

impl Polls {
    /// Answers looks until every [`Poller`] is gone. Costs one `Cloud::read` per place, type and wake-up. `busy` tells whether
    /// calls are in flight whose looks may follow.
    pub(in crate::apply) async fn serve(mut self, cloud: &dyn Cloud, busy: impl Fn() -> bool) {
        let mut sorts: BTreeMap<Sort, Waiting> = BTreeMap::new();
        let mut reading = FuturesUnordered::new();
        let mut arrived = Vec::new();
        loop {
            let wake = sorts.values().filter_map(|waiting| waiting.first).min();
            let due = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(()) = reading.next(), if !reading.is_empty() => {}
                count = self.0.recv_many(&mut arrived, 1024) => {
                    if count == 0 {
                        return;
                    }
                    for look in arrived.drain(..) {
                        let waiting = sorts.entry(look.sort.clone()).or_default();
                        waiting.first = Some(waiting.first.map_or(look.due, |first| first.min(look.due)));
                        waiting.looks.push(look);
                    }
                }
                () = due => {
                    let busy = busy();
                    for (sort, waiting) in &mut sorts {
                        let batch = waiting.take_due(cloud.poll_interval(&sort.1), busy);
                        if !batch.is_empty() {
                            reading.push(read(cloud, sort.clone(), batch));
                        }
                    }
                }
            }
        }
    }
}

impl Waiting {
    /// Polls that are due, with those that would be due within half an interval: so the looks of a type fall into
    /// step. Nothing when none is due; looks that nobody waits for any more are dropped.
    fn take_due(&mut self, interval: Duration, busy: bool) -> Vec<Poll> {
        let now = Instant::now();
        if self.first.is_none_or(|first| first > now) {
            return Vec::new();
        }
        self.looks.retain(|look| !look.reply.is_closed());
        if busy && self.looks.iter().all(|look| look.due > now || look.latest > now) {
            for look in self.looks.iter_mut().filter(|look| look.due <= now) {
                look.due = (now + AGAIN).min(look.latest);
            }
            self.first = self.looks.iter().map(|look| look.due).min();
            return Vec::new();
        }
        let horizon = now + interval / 2;
        let (batch, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.looks).into_iter().partition(|look| look.due <= horizon);
        self.looks = later;
        self.first = self.looks.iter().map(|look| look.due).min();
        batch
    }
}

async fn read(cloud: &dyn Cloud, (place, type_name): Sort, batch: Vec<Poll>) {
    let (requests, replies): (Vec<_>, Vec<_>) = batch.into_iter().map(|look| (look.request, look.reply)).unzip();
    // A type that chokes on what AWS returned must not take the steps with it that wait for others.
    let answers =
        AssertUnwindSafe(cloud.read(&place, &type_name, &requests)).catch_unwind().await.unwrap_or_else(|_| {
            let error =
                CloudError::new(ErrorKind::Rejected, format!("wildfire made a mistake when it read {type_name}"));
            requests.iter().map(|_| Err(error.clone())).collect()
        });
    for (reply, answer) in replies.into_iter().zip(answers) {
        // A step that went away meanwhile wants no answer.
        let _ = reply.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures::future::join_all;

    use super::*;
    use crate::simulation::{Faults, Process, SimCloud, World};

    /// When each look was answered, for looks that begin so many milliseconds after the start; and how many reads that took.
    async fn answered(company: &[(Company, u64)], busy_for: Duration) -> (Vec<Duration>, usize) {
        let world = Arc::new(Mutex::new(World::default()));
        let faults = Faults { latency: Duration::ZERO, ..Faults::none() };
        let cloud = SimCloud::new(world, faults, Arc::new(Process::undisturbed()));
        let (poller, looks) = poller();
        let start = Instant::now();
        let look = async |(company, after): &(Company, u64)| {
            tokio::time::sleep(Duration::from_millis(*after)).await;
            let request = ReadRequest::new("queue-1".into(), Vec::new());
            let seen = poller.with(*company).look(&Placement::HOME, "aws_sqs_queue", request, Duration::ZERO).await;
            assert_eq!(seen, Ok(None));
            start.elapsed()
        };
        let all = tokio::select! {
            all = join_all(company.iter().map(look)) => all,
            () = looks.serve(&cloud, || start.elapsed() < busy_for) => unreachable!("a poller is alive"),
        };
        (all, cloud.calls().len())
    }

    #[tokio::test(start_paused = true)]
    async fn looks_that_nobody_waits_for_gather_while_calls_are_in_flight() {
        let looks = [(Company::LAST, 0), (Company::LAST, 500), (Company::LAST, 1500)];
        let (at, reads) = answered(&looks, Duration::from_secs(2)).await;
        assert_eq!(reads, 1);
        assert!(
            at[0] >= Duration::from_secs(2) && at[0] < Duration::from_millis(2300),
            "soon after the last call: {at:?}"
        );
        let (at, _) = answered(&looks, Duration::MAX).await;
        assert!(at[0] <= Duration::from_millis(3100), "not for ever: {at:?}");
        let (at, _) = answered(&looks[..1], Duration::ZERO).await;
        assert!(at[0] <= Duration::from_millis(200), "for nothing that does not come: {at:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_somebody_waits_for_takes_the_others_along() {
        let looks = [(Company::LAST, 0), (Company::LAST, 300), (Company::IN_FLIGHT, 400)];
        let (at, reads) = answered(&looks, Duration::MAX).await;
        assert_eq!(reads, 1);
        assert!(at.iter().all(|at| *at < Duration::from_millis(600)), "{at:?}");
    }
}
