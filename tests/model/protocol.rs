//! What can be varied: the class of a type, the protections of the protocol, and what is assumed of AWS.

use crate::world::ADDRESSES;

/// How a type keeps a repeated create from making a second object. See `CreateOnce` in `src/engine/model/schema.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// AWS answers a repeated token, which is the operation's id, with the first result.
    ClientToken,
    /// Every request makes an object. It carries the operation's id as a tag.
    OpTag,
    /// AWS refuses a second object of the name. The tag proves whose the first one is.
    NaturalName,
    /// The request sets a value under a key.
    Upsert,
    /// AWS answers the same request with the object that is there.
    SameRequest,
}

impl Class {
    pub const ALL: [Self; 5] = [Self::ClientToken, Self::OpTag, Self::NaturalName, Self::Upsert, Self::SameRequest];

    /// Whether whatever is at an address is ours: there can be one object only, and any request of ours may make it.
    pub fn is_by_key(self) -> bool {
        matches!(self, Self::Upsert | Self::SameRequest)
    }
}

/// The protections. [`Protocol::BUILT`] and [`Protocol::WAITING`] have all of them; a test takes one away and names what then
/// breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// An intent is in the head before its request is sent.
    pub intent: bool,
    /// The head is written over the head that was read, or not at all.
    pub compare_and_swap: bool,
    /// A run that reads a head of a later epoch than its own does not seal it.
    pub epochs: bool,
    pub fence: Fence,
    /// How a run looks for what its own request made, after the answer was lost.
    pub own_search: Search,
    /// How a run looks for what the requests of an earlier run made.
    pub recovery: Search,
    pub not_made: NotMade,
    /// A resource of the state that one read does not show is looked for until the consistency delay is over.
    pub patient_reads: bool,
}

/// When a run makes sure of its lock before it sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// With the signature made already: whatever happens between the look at the lock and the sending, the request
    /// is as old as the look.
    AfterSigning,
    /// A pause between the look and the signature makes a request that is young and has no lock behind it.
    BeforeSigning,
    Never,
}

/// When a search that finds nothing means that nothing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// When neither a request that was signed before it can be carried out any more, nor an object be too new to be seen.
    OutlivesSignatures,
    /// When no object can be too new to be seen.
    OutlivesConsistency,
    /// At once.
    Once,
    /// There is none: the request is sent again.
    Skipped,
}

/// What a recovery does about a create that made nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMade {
    /// Its intent is void; the plan that follows begins with an operation of a new id, which is a new token.
    NewOperation,
    /// The same, and the operation stays in state as doubtful: later runs look for what it made, until nothing of it can
    /// be carried out any more. What they find takes its place, or is removed. A run whose own request of the class
    /// [`Class::OpTag`] has made nothing does so, too.
    Doubtful,
    /// It is sent again under its own id.
    SameOperation,
}

impl Protocol {
    /// What the code does: searches are short, and a create that was given up stays in doubt.
    pub const BUILT: Self = Self {
        own_search: Search::OutlivesConsistency,
        recovery: Search::OutlivesConsistency,
        not_made: NotMade::Doubtful,
        ..Self::WAITING
    };

    /// Searches that wait until no request can be carried out any more. There is never a second resource, and nobody would
    /// wait for that long.
    pub const WAITING: Self = Self {
        intent: true,
        compare_and_swap: true,
        epochs: true,
        fence: Fence::AfterSigning,
        own_search: Search::OutlivesSignatures,
        recovery: Search::OutlivesSignatures,
        not_made: NotMade::NewOperation,
        patient_reads: true,
    };
}

/// Until when a request may be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Until the consistency delay after its sending is over. An assumption about networks: mostly true, never promised.
    WithinConsistency,
    /// While AWS accepts its signature: some minutes, by the clock of AWS. What was made can be seen within the
    /// consistency delay.
    WithinSignature,
    /// For ever. Not even AWS's own words hold.
    AnyTime,
}

/// One system to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct System {
    pub class: Class,
    pub protocol: Protocol,
    pub delivery: Delivery,
    /// How many of the resources are still to be made: [`ADDRESSES`] at most.
    pub to_make: usize,
}

impl System {
    /// The protocol as it is built, in the world that it is made for.
    pub fn built(class: Class) -> Self {
        Self { protocol: Protocol::BUILT, ..Self::waiting(class) }
    }

    /// The protocol that waits, in the world that it is made for.
    pub fn waiting(class: Class) -> Self {
        Self { class, protocol: Protocol::WAITING, delivery: Delivery::WithinSignature, to_make: ADDRESSES }
    }

    /// Whether a search that found nothing has outlived the requests that were sent before it.
    pub(crate) fn outlives_requests(&self, search: Search) -> bool {
        match search {
            Search::OutlivesSignatures => self.delivery != Delivery::AnyTime,
            Search::OutlivesConsistency => self.delivery == Delivery::WithinConsistency,
            Search::Once | Search::Skipped => false,
        }
    }

    /// Whether a search that found nothing has outlived the time in which an object may be too new to be seen.
    pub(crate) fn sees_everything(search: Search) -> bool {
        matches!(search, Search::OutlivesSignatures | Search::OutlivesConsistency)
    }
}
