//! A run: from the lock to the last entry. What it does at each point, one method for each action.
//!
//! Steps of different addresses are independent of each other, as those of resources without references are: their
//! requests are under way at the same time, and their entries share a write of the head or do not.

use crate::protocol::{Fence, NotMade, Search, System};
use crate::world::{ADDRESSES, Address, Book, Entry, Epoch, Head, Put, Request, World};

/// A process between taking the lock and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub epoch: Epoch,
    pub stage: Stage,
    /// The head as this run has read or written it last; none before it has read.
    pub known: Option<Head>,
    /// Its write that is under way; one at a time.
    pub writing: Option<Writing>,
    pub steps: [Step; ADDRESSES],
}

/// A write of the head by a run that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    pub next: Head,
    /// Whose steps go on when it has landed.
    pub group: Group,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reads the head, and writes it under its own epoch: the seal.
    Opening,
    /// Finds out what became of the intents of earlier runs. Sends nothing.
    Recovering,
    Working,
}

/// What a run knows about one address beyond what the head says. `again` is true when an earlier request of the same
/// operation may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What is next follows from the head.
    Idle,
    /// State has it, and a read did not show it.
    Missed,
    /// Its intent is in the head, and no request of this run is under way.
    Announced { again: bool },
    /// May send: the lock was looked at, and the request is not signed yet. Only with [`Fence::BeforeSigning`].
    Cleared { again: bool },
    /// A request is under way, and the run waits for the answer.
    Sent { again: bool },
    /// The answer is lost, or went to an earlier run.
    Unsure,
    /// AWS has it, and the head does not say so yet.
    Found,
    /// A search has found nothing.
    Absent,
    /// AWS has refused it: there is another of the name.
    Refused,
    /// This run does no more about it.
    Failed,
}

/// Which steps' entries go into one write of the head: a bit for each address.
pub type Group = u8;

fn members(group: Group) -> impl Iterator<Item = Address> {
    (0..ADDRESSES).filter(move |address| group & (1 << address) != 0)
}

impl Run {
    pub(crate) fn new(epoch: Epoch) -> Self {
        Self { epoch, stage: Stage::Opening, known: None, writing: None, steps: [Step::Idle; ADDRESSES] }
    }

    fn book(&self) -> Book {
        self.known.map(|head| head.book).unwrap_or_default()
    }

    /// Whether the step has an entry for the head.
    fn has_entry(&self, address: Address) -> bool {
        match self.steps[address] {
            Step::Idle => self.stage == Stage::Working && self.book()[address] == Entry::Nothing,
            Step::Missed | Step::Found | Step::Absent | Step::Refused => true,
            Step::Announced { .. } | Step::Cleared { .. } | Step::Sent { .. } | Step::Unsure | Step::Failed => false,
        }
    }

    /// The groups of entries that may be written next, when no write is under way. Those of a recovery go together; others as they come.
    pub fn groups(&self) -> Vec<Group> {
        let waiting = (0..ADDRESSES).filter(|address| self.has_entry(*address)).fold(0, |all, one| all | 1 << one);
        match self.stage {
            Stage::Opening => Vec::new(),
            Stage::Recovering if self.steps.contains(&Step::Unsure) => Vec::new(),
            Stage::Recovering => vec![waiting],
            Stage::Working => (1..=waiting).filter(|group| group & !waiting == 0).collect(),
        }
    }

    /// True when every step is done, or has failed.
    pub fn is_done(&self) -> bool {
        let done = |(entry, step): (&Entry, &Step)| {
            matches!((entry, step), (Entry::Created(_), Step::Idle) | (_, Step::Failed))
        };
        self.stage == Stage::Working && self.book().iter().zip(&self.steps).all(done)
    }

    /// Whether it could still send something without looking at its lock again.
    fn may_send_unseen(&self, fence: Fence) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Cleared { .. } => true,
            Step::Announced { .. } => fence == Fence::Never,
            _ => false,
        })
    }
}

impl System {
    /// Begins the write with which a new holder makes all writes of earlier ones impossible.
    pub(crate) fn seal(&self, world: &mut World, run: &mut Run) {
        let Some(read) = run.known else { return };
        let next = Head { epoch: run.epoch, write: world.new_write(), book: read.book };
        world.begin(Put { base: read.write, next });
        run.writing = Some(Writing { next, group: 0 });
    }

    /// Begins the write of the entries of `group`. Where intents are not written they count as soon as they are made.
    pub(crate) fn commit(&self, world: &mut World, run: &mut Run, group: Group) {
        let Some(known) = run.known else { return };
        let mut next = Head { epoch: run.epoch, write: world.new_write(), book: known.book };
        let mut is_written = false;
        for address in members(group) {
            let step = run.steps[address];
            next.book[address] = match (step, known.book[address]) {
                (Step::Idle | Step::Missed, _) => Entry::Pending(world.new_op()),
                (Step::Found, Entry::Pending(op)) => Entry::Created(op),
                (Step::Absent, _) if self.begins_anew(run) => Entry::Nothing,
                (Step::Refused, _) => Entry::Nothing,
                // Announced once more, or none of the above.
                (_, entry) => entry,
            };
            is_written |= self.protocol.intent || !matches!(step, Step::Idle | Step::Missed);
        }
        if is_written {
            world.begin(Put { base: known.write, next: Head { book: self.written(next.book), ..next } });
            run.writing = Some(Writing { next, group });
        } else {
            self.go_on(run, Writing { next: Head { write: known.write, epoch: known.epoch, ..next }, group });
        }
    }

    /// The run learns that its write has landed: by the answer, or by its write id in the head.
    pub(crate) fn learn(&self, run: &mut Run) {
        if let Some(writing) = run.writing.take() {
            self.go_on(run, writing);
        }
    }

    fn go_on(&self, run: &mut Run, Writing { next, group }: Writing) {
        for address in members(group) {
            run.steps[address] = match run.steps[address] {
                Step::Idle | Step::Missed => Step::Announced { again: false },
                Step::Absent if self.begins_anew(run) => Step::Idle,
                Step::Absent => Step::Announced { again: true },
                Step::Found => Step::Idle,
                Step::Refused => Step::Failed,
                other => other,
            };
        }
        run.known = Some(next);
        if run.stage == Stage::Opening {
            self.inherit(run, next.book);
        } else {
            run.stage = Stage::Working;
        }
    }

    /// After the seal: the intents that earlier runs have left.
    fn inherit(&self, run: &mut Run, book: Book) {
        run.stage = Stage::Working;
        for (step, entry) in run.steps.iter_mut().zip(book) {
            match entry {
                Entry::Pending(_) if self.protocol.recovery == Search::Skipped => {
                    *step = Step::Announced { again: true };
                }
                Entry::Pending(_) => {
                    *step = Step::Unsure;
                    run.stage = Stage::Recovering;
                }
                Entry::Nothing | Entry::Created(_) => {}
            }
        }
    }

    fn begins_anew(&self, run: &Run) -> bool {
        run.stage == Stage::Recovering && self.protocol.not_made == NotMade::NewOperation
    }

    /// Without intents only results are written.
    fn written(&self, book: Book) -> Book {
        book.map(|entry| match entry {
            Entry::Pending(_) if !self.protocol.intent => Entry::Nothing,
            other => other,
        })
    }

    /// Whether `run` may send the request of `address` now, or look at its lock for it.
    pub(crate) fn may_send(&self, world: &World, run: &Run, address: Address) -> bool {
        match (run.steps[address], self.protocol.fence) {
            (Step::Announced { .. }, Fence::Never) | (Step::Cleared { .. }, _) => true,
            (Step::Announced { .. }, Fence::AfterSigning) => world.holds(run),
            _ => false,
        }
    }

    pub(crate) fn send(&self, world: &mut World, run: &mut Run, address: Address) {
        let (Step::Announced { again } | Step::Cleared { again }) = run.steps[address] else { return };
        let Entry::Pending(op) = run.book()[address] else { return };
        run.steps[address] = Step::Sent { again };
        world.send(Request { address, op });
    }

    fn search(&self, run: &Run) -> Search {
        match run.stage {
            Stage::Recovering => self.protocol.recovery,
            Stage::Opening | Stage::Working => self.protocol.own_search,
        }
    }

    /// Whether the search of `run` can end with nothing at `address` although AWS has it.
    pub(crate) fn can_miss(&self, run: &Run) -> bool {
        !Self::sees_everything(self.search(run))
    }

    /// Whether AWS has what the run looks for.
    pub(crate) fn is_there(&self, world: &World, run: &Run, address: Address) -> bool {
        matches!(run.book()[address], Entry::Pending(op) if world.is_made(self.class, address, op))
    }

    /// The search ends with nothing: it has taken as long as its protection says, and what was sent before has died by
    /// then.
    pub(crate) fn find_nothing(&self, world: &mut World, run: &mut Run, address: Address) {
        if self.outlives_requests(self.search(run)) {
            world.wire.retain(|request| request.address != address);
        }
        run.steps[address] = Step::Absent;
    }

    /// Whether the write of `run` is in the head.
    pub(crate) fn has_landed(&self, world: &World, run: &Run) -> bool {
        let under_way = |write| world.puts.iter().any(|put| put.next.write == write);
        match run.writing {
            Some(Writing { next, .. }) if self.protocol.compare_and_swap => world.head.write == next.write,
            Some(Writing { next, .. }) => !under_way(next.write),
            None => false,
        }
    }

    /// Drops what can have no effect any more. A write whose condition is false can never land, as no write id comes
    /// back. A run that knows another head than there is learns so at its next write; until then it cannot send, as a
    /// head changes under a run only when the lock is another's.
    pub(crate) fn settle(&self, world: &mut World) {
        if !self.protocol.compare_and_swap {
            return;
        }
        let head = world.head.write;
        world.puts.retain(|put| put.base == head);
        let mut runs = std::mem::take(&mut world.runs);
        runs.retain_mut(|run| {
            let is_behind = run.known.is_some_and(|known| known.write != head) && !self.has_landed(world, run);
            if is_behind && run.stage == Stage::Opening {
                // The seal fails, and it reads again.
                run.known = None;
                run.writing = None;
                return true;
            }
            !is_behind || run.may_send_unseen(self.protocol.fence)
        });
        world.runs = runs;
    }
}
