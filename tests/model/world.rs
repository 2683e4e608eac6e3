//! Everything that outlives a run: the lock row, the head, writes and requests under way, and what is at AWS.

use crate::protocol::Class;
use crate::run::Run;

/// How many runs there can be at a time.
pub const PROCESSES: usize = 3;

/// How many resources a stack has; each takes one create.
pub const ADDRESSES: usize = 3;

/// How many writes of the head by runs that have died can be under way at a time.
pub const PUTS: usize = 2;

/// How many requests can be under way for one address. Where nothing makes requests die, the oldest is lost.
pub const REQUESTS: usize = 2;

/// How many creates of one address can be in doubt or deposed at a time. A run that has no room leaves the intent as it is.
pub const BESIDE: usize = 2;

/// Of a lock; names a run, as every run has one of its own.
pub type Epoch = u8;
/// Of a write of the head; its ETag.
pub type WriteId = u8;
/// Of an operation.
pub type Op = u8;
/// Of a resource: an index below [`ADDRESSES`].
pub type Address = usize;

/// How far the resource of an address is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    #[default]
    Nothing,
    /// A create was announced and has no result.
    Pending(Op),
    /// The resource that the operation made is in state.
    Created(Op),
}

/// What the head knows beside an entry: of creates that were given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    #[default]
    Nothing,
    /// A search has found nothing of it, and a request may still be under way.
    Doubtful(Op),
    /// It was found when its place was taken, and is to be deleted.
    Deposed(Op),
}

impl Beside {
    pub fn op(self) -> Option<Op> {
        match self {
            Self::Nothing => None,
            Self::Doubtful(op) | Self::Deposed(op) => Some(op),
        }
    }
}

/// What the head says about one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub entry: Entry,
    pub beside: [Beside; BESIDE],
}

impl Place {
    /// Whether one is made, and nothing else is known.
    pub fn is_complete(&self) -> bool {
        matches!(self.entry, Entry::Created(_)) && self.beside == [Beside::Nothing; BESIDE]
    }

    pub(crate) fn is_beside(&self, op: Op) -> bool {
        self.beside.iter().any(|beside| beside.op() == Some(op))
    }

    /// Keeps an operation in doubt; false when there is no room.
    pub(crate) fn doubt(&mut self, op: Op) -> bool {
        let room = self.beside.iter_mut().find(|beside| **beside == Beside::Nothing);
        room.map(|room| *room = Beside::Doubtful(op)).is_some()
    }
}

/// The state with its journal, as far as creates go.
pub type Book = [Place; ADDRESSES];

/// The lock row. The owner is the run of the same epoch, which may have died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub epoch: Epoch,
    pub held: bool,
}

/// The head object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub epoch: Epoch,
    pub write: WriteId,
    pub book: Book,
}

/// A write of the head that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// The write that it must find in the head: `If-Match`.
    pub base: WriteId,
    pub next: Head,
}

/// A signed create that AWS has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub address: Address,
    pub op: Op,
}

/// A resource at AWS, with the operation that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    pub address: Address,
    pub op: Op,
}

/// What AWS says to a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    AlreadyExists,
}

/// One state of everything. Two that differ in names only count as one: see `symmetry.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    pub lock: Lock,
    pub head: Head,
    /// In the order of their epochs. Of each run one at most, which may have died since.
    pub puts: Vec<Put>,
    /// Oldest first.
    pub wire: Vec<Request>,
    pub cloud: Vec<Object>,
    /// In the order of their epochs.
    pub runs: Vec<Run>,
    /// A head was written that lacks what an earlier one had, or by a run that another has fenced. Kept for the check.
    pub stale_write: bool,
    pub(crate) last_op: Op,
    pub(crate) last_write: WriteId,
}

impl World {
    /// A stack that lacks its first `to_make` resources. Its head is there already: the first write of all differs from
    /// later ones in its condition only.
    pub fn new(to_make: usize) -> Self {
        let made = to_make..ADDRESSES;
        Self {
            lock: Lock { epoch: 0, held: false },
            head: Head {
                epoch: 0,
                write: 0,
                book: std::array::from_fn(|address| match made.contains(&address) {
                    true => Place { entry: Entry::Created(0), ..Place::default() },
                    false => Place::default(),
                }),
            },
            puts: Vec::new(),
            wire: Vec::new(),
            cloud: made.map(|address| Object { address, op: 0 }).collect(),
            runs: Vec::new(),
            stale_write: false,
            last_op: 0,
            last_write: 0,
        }
    }

    /// The run that the lock row names, if it lives.
    pub fn holder(&self) -> Option<&Run> {
        self.runs.iter().find(|run| self.holds(run))
    }

    /// Whether the lock is this run's. It is what `Lease::is_valid` says: a run distrusts its lock before anybody may
    /// take it over, and asks no clock but its own.
    pub fn holds(&self, run: &Run) -> bool {
        self.lock.held && self.lock.epoch == run.epoch
    }

    /// The objects at `address`.
    pub fn at(&self, address: Address) -> impl Iterator<Item = Object> {
        self.cloud.iter().copied().filter(move |object| object.address == address)
    }

    /// Whether the search of the class finds what `op` made.
    pub fn is_made(&self, class: Class, address: Address, op: Op) -> bool {
        self.at(address).any(|object| class.is_by_key() || object.op == op)
    }

    pub(crate) fn new_op(&mut self) -> Op {
        self.last_op += 1;
        self.last_op
    }

    pub(crate) fn new_write(&mut self) -> WriteId {
        self.last_write += 1;
        self.last_write
    }

    pub(crate) fn begin(&mut self, put: Put) {
        self.puts.push(put);
        self.puts.sort_by_key(|put| put.next.epoch);
    }

    /// A run is gone. What it has sent stays under way, but for a write too many.
    pub(crate) fn bury(&mut self, epoch: Epoch) {
        self.runs.retain(|run| run.epoch != epoch);
        let is_of_the_dead = |put: &Put| self.runs.iter().all(|run| run.epoch != put.next.epoch);
        if self.puts.iter().filter(|put| is_of_the_dead(put)).count() > PUTS {
            self.puts.retain(|put| put.next.epoch != epoch);
        }
    }

    pub(crate) fn send(&mut self, request: Request) {
        let mut same = self.wire.iter().enumerate().filter(|(_, other)| other.address == request.address);
        let oldest = same.next().map(|(index, _)| index);
        let crowded = same.count() + usize::from(oldest.is_some()) >= REQUESTS;
        if let Some(oldest) = oldest.filter(|_| crowded) {
            self.wire.remove(oldest);
        }
        self.wire.push(request);
    }

    /// Writes the head, whatever the condition was, and takes note of a write that should not have been possible.
    pub(crate) fn write(&mut self, next: Head) {
        let forgets = |(before, after): (&Place, &Place)| {
            matches!(before.entry, Entry::Created(_)) && matches!(after.entry, Entry::Nothing)
        };
        self.stale_write |= next.epoch < self.head.epoch || self.head.book.iter().zip(&next.book).any(forgets);
        self.head = next;
    }

    /// AWS carries a create out.
    pub(crate) fn carry_out(&mut self, class: Class, request: Request) -> Answer {
        let Request { address, op } = request;
        match class {
            Class::ClientToken if self.at(address).any(|object| object.op == op) => return Answer::Done,
            Class::NaturalName if self.at(address).next().is_some() => return Answer::AlreadyExists,
            Class::Upsert | Class::SameRequest if self.at(address).next().is_some() => return Answer::Done,
            _ => self.cloud.push(Object { address, op }),
        }
        Answer::Done
    }
}
