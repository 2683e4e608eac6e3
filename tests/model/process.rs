//! A run: from the lock to the last entry. What it does at each point, one method for each action.
//!
//! Steps of different addresses are independent of each other, as those of resources without references are: their
//! requests are under way at the same time, and their entries share a write of the head or do not.

use crate::protocol::{Class, Delivery, Fence, NotMade, Search, System};
use crate::world::{ADDRESSES, Address, BESIDE, Beside, Book, Entry, Epoch, Head, Op, Place, Put, Request, World};

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
    /// About what the head knows beside the entries.
    pub looks: [[Look; BESIDE]; ADDRESSES],
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
    Refused { again: bool },
    /// This run does no more about it.
    Failed,
}

/// What a run knows about a create that was given up. `over` is true when nothing of it could be carried out any more
/// when the run looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Idle,
    /// A recovery is going to look.
    Due,
    Found {
        over: bool,
    },
    Nothing {
        over: bool,
    },
    /// It was deposed, AWS has deleted it, and the head does not say so yet.
    Removed,
}

/// One look for a create that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    /// While something of it may be under way.
    Early,
    /// The same, and what was made cannot be seen yet.
    Misses,
    /// When nothing of it can be carried out any more, and everything can be seen.
    Over,
}

/// Which steps' entries go into one write of the head: a bit for each address.
pub type Group = u8;

fn members(group: Group) -> impl Iterator<Item = Address> {
    (0..ADDRESSES).filter(move |address| group & (1 << address) != 0)
}

impl Run {
    pub(crate) fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            stage: Stage::Opening,
            known: None,
            writing: None,
            steps: [Step::Idle; ADDRESSES],
            looks: [[Look::Idle; BESIDE]; ADDRESSES],
        }
    }

    pub(crate) fn book(&self) -> Book {
        self.known.map(|head| head.book).unwrap_or_default()
    }

    /// Whether the step has an entry for the head.
    fn has_entry(&self, address: Address) -> bool {
        let of_look = |look: &Look| matches!(look, Look::Found { .. } | Look::Nothing { over: true } | Look::Removed);
        if self.looks[address].iter().any(of_look) {
            return true;
        }
        match self.steps[address] {
            Step::Idle => self.stage == Stage::Working && self.book()[address].entry == Entry::Nothing,
            Step::Missed | Step::Found | Step::Absent | Step::Refused { .. } => true,
            Step::Announced { .. } | Step::Cleared { .. } | Step::Sent { .. } | Step::Unsure | Step::Failed => false,
        }
    }

    fn waiting(&self) -> Group {
        (0..ADDRESSES).filter(|address| self.has_entry(*address)).fold(0, |all, one| all | 1 << one)
    }

    /// Whether a recovery has looked for everything.
    fn has_recovered(&self) -> bool {
        !self.steps.contains(&Step::Unsure) && !self.looks.as_flattened().contains(&Look::Due)
    }

    /// The groups of entries that may be written next, when no write is under way. Those of a recovery go together; others
    /// as they come.
    pub fn groups(&self) -> Vec<Group> {
        let waiting = self.waiting();
        match self.stage {
            Stage::Opening => Vec::new(),
            Stage::Recovering if self.has_recovered() => vec![waiting],
            Stage::Recovering => Vec::new(),
            Stage::Working => (1..=waiting).filter(|group| group & !waiting == 0).collect(),
        }
    }

    /// A recovery that has found out nothing has nothing to write.
    pub(crate) fn end_recovery(&mut self) {
        if self.stage == Stage::Recovering && self.has_recovered() && self.waiting() == 0 {
            self.stage = Stage::Working;
            self.looks = Default::default();
        }
    }

    /// True when every step is done, or has failed.
    pub fn is_done(&self) -> bool {
        let done = |(place, step): (&Place, &Step)| {
            let is_deposed = |beside: &Beside| matches!(beside, Beside::Deposed(_));
            !place.beside.iter().any(is_deposed)
                && matches!((place.entry, step), (Entry::Created(_), Step::Idle) | (_, Step::Failed))
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
            next.book[address] = self.place(world, run, address);
            is_written |= self.protocol.intent || !matches!(run.steps[address], Step::Idle | Step::Missed);
        }
        if is_written {
            world.begin(Put { base: known.write, next: Head { book: self.written(next.book), ..next } });
            run.writing = Some(Writing { next, group });
        } else {
            self.go_on(run, Writing { next: Head { write: known.write, epoch: known.epoch, ..next }, group });
        }
    }

    /// What the head is to say about an address. A place is settled before what surfaces can stand beside what is there.
    fn place(&self, world: &mut World, run: &Run, address: Address) -> Place {
        let mut place = run.book()[address];
        for (beside, look) in place.beside.iter_mut().zip(&run.looks[address]) {
            *beside = match (*beside, *look) {
                (Beside::Doubtful(_), Look::Nothing { over: true }) => Beside::Nothing,
                // Sent more than once, it can be made once more.
                (Beside::Deposed(op), Look::Removed) => Beside::Doubtful(op),
                (other, _) => other,
            };
        }
        place.entry = match (run.steps[address], place.entry) {
            (Step::Idle, Entry::Nothing) if run.stage == Stage::Working => Entry::Pending(world.new_op()),
            (Step::Missed, _) => Entry::Pending(world.new_op()),
            (Step::Found, Entry::Pending(op)) => Entry::Created(op),
            (Step::Absent, Entry::Pending(op)) => self.given_up(world, run, &mut place, op),
            (Step::Refused { again }, Entry::Pending(op)) => self.refused(&mut place, op, again),
            (_, entry) => entry,
        };
        for (beside, look) in place.beside.iter_mut().zip(&run.looks[address]) {
            if let (Beside::Doubtful(op), Look::Found { over }) = (*beside, *look) {
                match place.entry {
                    Entry::Nothing => place.entry = Entry::Created(op),
                    Entry::Created(known) | Entry::Pending(known) if self.class.is_by_key() || known == op => {
                        if over {
                            *beside = Beside::Nothing;
                        }
                    }
                    Entry::Created(_) | Entry::Pending(_) => *beside = Beside::Deposed(op),
                }
            }
        }
        // Which of two comes first means nothing.
        place.beside.sort_by_key(|beside| *beside == Beside::Nothing);
        place
    }

    /// The entry of a create of which a search has found nothing.
    fn given_up(&self, world: &mut World, run: &Run, place: &mut Place, op: Op) -> Entry {
        let recovers = run.stage == Stage::Recovering;
        match self.protocol.not_made {
            NotMade::NewOperation if recovers => Entry::Nothing,
            NotMade::Doubtful if recovers && place.doubt(op) => Entry::Nothing,
            NotMade::Doubtful if self.class == Class::OpTag && place.doubt(op) => Entry::Pending(world.new_op()),
            // Announced once more, or left to the next run.
            _ => Entry::Pending(op),
        }
    }

    /// The entry of a create that AWS has refused. An earlier request of it can still be carried out when the name is free.
    fn refused(&self, place: &mut Place, op: Op, again: bool) -> Entry {
        match self.protocol.not_made {
            NotMade::Doubtful if again && !place.doubt(op) => Entry::Pending(op),
            _ => Entry::Nothing,
        }
    }

    /// The run learns that its write has landed: by the answer, or by its write id in the head.
    pub(crate) fn learn(&self, run: &mut Run) {
        if let Some(writing) = run.writing.take() {
            self.go_on(run, writing);
        }
    }

    fn go_on(&self, run: &mut Run, Writing { next, group }: Writing) {
        let book = run.book();
        for address in members(group) {
            let (before, after) = (book[address], next.book[address]);
            let is_new = before.entry != after.entry;
            run.steps[address] = match (run.steps[address], after.entry) {
                (Step::Idle | Step::Missed | Step::Absent, Entry::Pending(_)) if is_new => {
                    Step::Announced { again: false }
                }
                (Step::Absent, Entry::Pending(_)) if self.leaves_it(run) => Step::Failed,
                (Step::Absent, Entry::Pending(_)) => Step::Announced { again: true },
                (Step::Absent | Step::Found, _) if is_new => Step::Idle,
                (Step::Refused { .. }, _) => Step::Failed,
                (other, _) => other,
            };
            for (index, look) in run.looks[address].iter_mut().enumerate() {
                // It may have been deleted when the write was under way already.
                if *look != Look::Removed || before.beside[index] != after.beside[index] {
                    *look = Look::Idle;
                }
            }
        }
        run.known = Some(next);
        if run.stage == Stage::Opening {
            self.inherit(run, next.book);
        } else {
            run.stage = Stage::Working;
        }
    }

    /// Whether a create that was not made, and for whose doubts there is no room, is left as it is.
    fn leaves_it(&self, run: &Run) -> bool {
        let is_sent_again = run.stage == Stage::Working && self.class != Class::OpTag;
        self.protocol.not_made == NotMade::Doubtful && !is_sent_again
    }

    /// After the seal: the intents that earlier runs have left, and the creates that they have given up.
    fn inherit(&self, run: &mut Run, book: Book) {
        run.stage = Stage::Working;
        for (address, place) in book.iter().enumerate() {
            match place.entry {
                Entry::Pending(_) if self.protocol.recovery == Search::Skipped => {
                    run.steps[address] = Step::Announced { again: true };
                }
                Entry::Pending(_) => {
                    run.steps[address] = Step::Unsure;
                    run.stage = Stage::Recovering;
                }
                Entry::Nothing | Entry::Created(_) => {}
            }
            for (look, beside) in run.looks[address].iter_mut().zip(place.beside) {
                if let Beside::Doubtful(_) = beside {
                    *look = Look::Due;
                    run.stage = Stage::Recovering;
                }
            }
        }
    }

    /// Without intents only results are written.
    fn written(&self, book: Book) -> Book {
        book.map(|place| match place.entry {
            Entry::Pending(_) if !self.protocol.intent => Place { entry: Entry::Nothing, ..place },
            _ => place,
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
        let Entry::Pending(op) = run.book()[address].entry else { return };
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
        matches!(run.book()[address].entry, Entry::Pending(op) if world.is_made(self.class, address, op))
    }

    /// The search ends with nothing: it has taken as long as its protection says, and what was sent before has died by
    /// then.
    pub(crate) fn find_nothing(&self, world: &mut World, run: &mut Run, address: Address) {
        if self.outlives_requests(self.search(run)) {
            world.wire.retain(|request| request.address != address);
        }
        run.steps[address] = Step::Absent;
    }

    /// A recovery looks once for what a create made that was given up. When it is `over`, nothing of it is under way any
    /// more, and what there is can be seen.
    pub(crate) fn look(&self, world: &mut World, run: &mut Run, address: Address, index: usize, glance: Glance) {
        let Beside::Doubtful(op) = run.book()[address].beside[index] else { return };
        let over = glance == Glance::Over;
        if over && self.delivery != Delivery::AnyTime {
            world.wire.retain(|request| (request.address, request.op) != (address, op));
        }
        let finds = world.is_made(self.class, address, op) && glance != Glance::Misses;
        run.looks[address][index] = if finds { Look::Found { over } } else { Look::Nothing { over } };
    }

    /// Deletes what is deposed.
    pub(crate) fn remove(&self, world: &mut World, run: &mut Run, address: Address, index: usize) {
        let Beside::Deposed(op) = run.book()[address].beside[index] else { return };
        world.cloud.retain(|object| (object.address, object.op) != (address, op));
        run.looks[address][index] = Look::Removed;
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
