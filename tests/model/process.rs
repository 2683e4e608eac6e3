//! What a run does at each point: one method for each action.

use crate::protocol::{Class, Delivery, Fence, NotMade, Search, System};
use crate::run::{Glance, Group, Look, Run, Stage, Step, Writing, members};
use crate::world::{Address, Beside, Book, Entry, Head, Op, Place, Put, Request, World};

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
