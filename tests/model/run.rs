//! A run: from the lock to the last entry, and what it knows on its way.
//!
//! Steps of different addresses are independent of each other, as those of resources without references are: their
//! requests are under way at the same time, and their entries share a write of the head or do not.

use crate::protocol::Fence;
use crate::world::{ADDRESSES, Address, BESIDE, Beside, Book, Entry, Epoch, Head, Place};

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

pub(crate) fn members(group: Group) -> impl Iterator<Item = Address> {
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
    pub(crate) fn may_send_unseen(&self, fence: Fence) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Cleared { .. } => true,
            Step::Announced { .. } => fence == Fence::Never,
            _ => false,
        })
    }
}
