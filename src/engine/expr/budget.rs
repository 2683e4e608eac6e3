//! What one evaluation may cost.
//!
//! A few words can ask for more than a machine has: a macro inside of a macro, a doubling that is doubled. Owns the two
//! accounts, *work* (everything that was ever touched) and *held* (bytes of the values that are alive now), and what is
//! charged for a value. Leaves out: limits that a function can tell before it begins, such as those of `range`.
//!
//! Counted and not timed, so that an input has the same end on every machine.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

use super::Cost;
use super::operators::{Failure, brief};
use crate::model::Value;

/// Steps of an evaluation: about a second on a slow machine.
const WORK: usize = 10_000_000;
/// Bytes of values that an evaluation holds at the same time.
const HELD: usize = 64 << 20;
/// Levels of lists and maps in a value: every later walk over it recurses.
const DEPTH: usize = 200;
/// Bytes of a compiled pattern that cost little, and those that it takes at most.
const PATTERN: [(usize, usize); 2] = [(64 << 10, 5_000), (1 << 20, 500_000)];

/// Bytes of an entry of a map beside its key and what its value holds: the slot, its hash and its place.
const ENTRY: usize = size_of::<Value>() + 40;
/// Bytes of a map beside its entries, and the steps that it takes to make one.
const MAP: (usize, usize) = (80, 8);

/// The accounts of one evaluation, templates that it evaluates included.
pub(super) struct Budget {
    most_work: usize,
    most_held: usize,
    work: Cell<usize>,
    held: Cell<usize>,
    /// A template is being evaluated.
    template: Cell<bool>,
    /// Too much was held at some time.
    full: Cell<bool>,
    patterns: RefCell<HashMap<String, Regex>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(WORK, HELD)
    }
}

impl Budget {
    pub fn new(most_work: usize, most_held: usize) -> Self {
        Self {
            most_work,
            most_held,
            work: Cell::new(0),
            held: Cell::new(0),
            template: Cell::new(false),
            full: Cell::new(false),
            patterns: RefCell::default(),
        }
    }

    /// Charges steps.
    ///
    /// # Errors
    /// When all are used up; from then on always.
    pub fn work(&self, steps: usize) -> Result<(), Failure> {
        self.note(steps);
        if self.work.get() <= self.most_work {
            return Ok(());
        }
        let failure = match self.full.get() {
            true => Failure::new(format!("the expression makes more than {} MiB of values", self.most_held >> 20)),
            false => Failure::new(format!("the expression takes more than {} steps", self.most_work)),
        };
        Err(failure.help("split it over several values or outputs, or let it go over shorter lists"))
    }

    /// Charges steps where there is no way to fail; the next that asks is told.
    pub fn note(&self, steps: usize) {
        self.work.set(self.work.get().saturating_add(steps));
    }

    /// What was spent, at most as much as may be.
    pub fn cost(&self) -> Cost {
        Cost { steps: self.work.get().min(self.most_work) as u64, bytes: self.held.get().min(self.most_held) as u64 }
    }

    /// Charges for a function that goes over so many bytes of arguments.
    ///
    /// # Errors
    /// As for [`Budget::work`].
    pub fn read(&self, bytes: usize) -> Result<(), Failure> {
        self.work(bytes / 8)
    }

    /// Begins the evaluation of a template, which ends when the guard goes; `None` inside of another.
    pub fn template(&self) -> Option<InTemplate<'_>> {
        if self.template.replace(true) { None } else { Some(InTemplate(&self.template)) }
    }

    /// Bytes that are held now.
    pub fn held(&self) -> usize {
        self.held.get()
    }

    /// Notes that nothing is left of what was made since `before` were held.
    pub fn release(&self, before: usize) {
        self.held.set(before);
    }

    /// Notes that of all that was made since `before` were held only `value` is left.
    ///
    /// # Errors
    /// Too many bytes, too deep, or too many steps.
    pub fn hold(&self, before: usize, value: &Value) -> Result<(), Failure> {
        let mut weight = Weight::default();
        weight.add(value, 0);
        self.held.set(before.saturating_add(weight.bytes));
        if self.held.get() > self.most_held && !self.full.replace(true) {
            // A macro may overlook the failure of an element, and must not go on to the next.
            self.note(usize::MAX);
        }
        self.work(weight.values)?;
        if weight.too_deep {
            return Err(Failure::new(format!("a value has more than {DEPTH} levels of lists and maps")));
        }
        Ok(())
    }

    /// A pattern, compiled once for all elements of a macro.
    ///
    /// # Errors
    /// No pattern, one that is too large, or too many of them.
    pub fn pattern(&self, text: &str) -> Result<Regex, Failure> {
        if let Some(pattern) = self.patterns.borrow().get(text) {
            return Ok(pattern.clone());
        }
        for (size, steps) in PATTERN {
            self.work(steps)?;
            match RegexBuilder::new(text).size_limit(size).build() {
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(error) => return Err(no_pattern(text, &error)),
                Ok(pattern) => {
                    self.patterns.borrow_mut().insert(text.to_string(), pattern.clone());
                    return Ok(pattern);
                }
            }
        }
        Err(Failure::new("the pattern is too large"))
    }

    /// Counts the matches of a pattern. Each may look at all that is left of the text, whatever it is that matches.
    ///
    /// # Errors
    /// As for [`Budget::work`].
    pub fn count_matches(&self, pattern: &Regex, text: &str) -> Result<usize, Failure> {
        let mut count = 0;
        self.work(text.len())?;
        for found in pattern.find_iter(text) {
            self.work(1 + (text.len() - found.start()) / 16)?;
            count += 1;
        }
        Ok(count)
    }
}

/// As long as it lives, a template is being evaluated.
pub(super) struct InTemplate<'a>(&'a Cell<bool>);

impl Drop for InTemplate<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

fn no_pattern(text: &str, error: &regex::Error) -> Failure {
    // The message of the crate draws the pattern over several lines; the last says what is wrong.
    let message = error.to_string();
    let why = message.lines().last().unwrap_or_default().trim();
    Failure::new(format!("{} is not a pattern: {}", brief(text), why.strip_prefix("error: ").unwrap_or(why)))
}

/// Bytes of a value. A text that is shared counts as often as it is there.
pub(crate) fn bytes(value: &Value) -> u64 {
    let mut weight = Weight::default();
    weight.add(value, 0);
    weight.bytes as u64
}

/// What a value is made of. A text that is shared counts as often as it is there.
#[derive(Default)]
struct Weight {
    values: usize,
    bytes: usize,
    too_deep: bool,
}

impl Weight {
    fn add(&mut self, value: &Value, depth: usize) {
        if depth > DEPTH {
            self.too_deep = true;
            return;
        }
        self.values += 1;
        self.bytes = self.bytes.saturating_add(match value {
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
            Value::String(text) => text.len(),
            Value::Written(written) => written.text().len(),
            Value::Unknown(unknown) => {
                self.values += unknown.waits_for.len();
                unknown.waits_for.iter().map(|name| name.len() + size_of::<String>()).sum()
            }
            Value::List(items) => {
                items.iter().for_each(|item| self.add(item, depth + 1));
                std::mem::size_of_val(items.as_slice())
            }
            Value::Map(map) => {
                self.values += MAP.1 + map.len();
                map.values().for_each(|item| self.add(item, depth + 1));
                MAP.0 + map.keys().map(|key| key.len() + ENTRY).sum::<usize>()
            }
        });
    }
}
