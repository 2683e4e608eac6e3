//! Who decides in what a declared resource differs from the object that there is, and what it will look like.
//!
//! Owns: the two ways. [`ByMarks`] decides from the marks of the fields. [`ByCloud`] takes the answer of the cloud, which is
//! an input of the plan: the planner asks nobody, it says what it would have asked. Leaves out: what is done about the
//! differences (`decide`), and the asking (`pipeline`).

use super::PropertyChange;
use super::compare::{Sides, compare, parts};
use super::planned::Outlook;
use crate::model::{Answers, Decided, Foreseen, Question, TypeSchema, Value};

/// An answer, or the question without which there is none.
pub(super) enum Verdict<T> {
    Decided(T),
    Ask(Box<Question>),
}

/// Decides about resources of a type.
pub(super) trait Differ {
    /// The properties in which the object differs from what is declared.
    fn differences(&self, sides: &Sides<'_>, question: &dyn Fn() -> Question) -> Verdict<Vec<PropertyChange>>;

    /// Every attribute that the resource will have.
    fn attributes(&self, outlook: &Outlook<'_>) -> Verdict<Value>;
}

/// By the marks of the fields.
struct ByMarks;

impl Differ for ByMarks {
    fn differences(&self, sides: &Sides<'_>, _: &dyn Fn() -> Question) -> Verdict<Vec<PropertyChange>> {
        Verdict::Decided(compare(sides))
    }

    fn attributes(&self, outlook: &Outlook<'_>) -> Verdict<Value> {
        Verdict::Decided(outlook.attributes())
    }
}

/// By what the cloud said.
struct ByCloud<'a> {
    answers: &'a Answers,
}

impl ByCloud<'_> {
    fn answer(&self, question: Question) -> Result<&Foreseen, Box<Question>> {
        self.answers.to(&question).ok_or_else(|| Box::new(question))
    }
}

impl Differ for ByCloud<'_> {
    fn differences(&self, sides: &Sides<'_>, question: &dyn Fn() -> Question) -> Verdict<Vec<PropertyChange>> {
        match self.answer(question()) {
            Ok(foreseen) => Verdict::Decided(parts(sides, foreseen)),
            Err(question) => Verdict::Ask(question),
        }
    }

    fn attributes(&self, outlook: &Outlook<'_>) -> Verdict<Value> {
        match self.answer(outlook.question()) {
            Ok(foreseen) => Verdict::Decided(foreseen.planned.clone()),
            Err(question) => Verdict::Ask(question),
        }
    }
}

/// Who decides about resources of the type.
pub(super) fn differ<'a>(schema: &TypeSchema, answers: &'a Answers) -> Box<dyn Differ + 'a> {
    match schema.decided {
        Decided::ByMarks => Box::new(ByMarks),
        Decided::ByCloud => Box::new(ByCloud { answers }),
    }
}
