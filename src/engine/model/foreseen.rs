//! What a cloud says of a change before it is made, for types whose differences are not decided by marks.

use std::collections::BTreeMap;
use std::fmt;

use super::{Address, PropertyPath, Value};

/// Who decides in what a declared resource differs from the object that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decided {
    /// The marks of the fields.
    #[default]
    ByMarks,
    /// The cloud, asked with [`Cloud::foresee`](super::Cloud::foresee).
    ByCloud,
}

/// What a cloud is asked about a resource before anything is done. It holds secrets, so that its values are not printed.
#[derive(Clone, PartialEq)]
pub struct Question {
    pub address: Address,
    pub type_name: &'static str,
    /// Its attributes as they are; null where a new one is made.
    pub prior: Value,
    /// The properties that are wanted. They may hold unknowns.
    pub wanted: Value,
}

/// What the cloud would make of it. It holds secrets, so that its values are not printed.
#[derive(Clone, PartialEq)]
pub struct Foreseen {
    /// Every attribute; unknown where only the change itself will tell.
    pub planned: Value,
    /// What cannot be changed in place.
    pub replaces: Vec<PropertyPath>,
    /// What the cloud wants to be handed back with the change, in base64; nobody else reads it.
    pub private: String,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.prior.is_null() { "a new one" } else { "a change" };
        write!(f, "{} {}: {what}", self.type_name, self.address)
    }
}

impl fmt::Debug for Foreseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "foreseen, with {:?} replaced", self.replaces)
    }
}

/// The answers that a plan is made from. A question has one answer, so that the same inputs give the same plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(BTreeMap<Address, Vec<(Question, Foreseen)>>);

impl Answers {
    pub fn add(&mut self, question: Question, foreseen: Foreseen) {
        let known = self.0.entry(question.address.clone()).or_default();
        known.retain(|(other, _)| *other != question);
        known.push((question, foreseen));
    }

    /// The answer to exactly this question.
    pub fn to(&self, question: &Question) -> Option<&Foreseen> {
        // Of a resource there are two at most as a rule: a replacement asks about the old object and about the new one.
        let known = self.0.get(&question.address)?;
        known.iter().find(|(asked, _)| asked == question).map(|(_, foreseen)| foreseen)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Question, &Foreseen)> {
        self.0.values().flatten().map(|(question, foreseen)| (question, foreseen))
    }
}
