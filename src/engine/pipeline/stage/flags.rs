//! The options of a command over several stacks: addresses that may be of any of them.

use std::str::FromStr;

use crate::model::{Address, AddressError, StackId};
use crate::plan::{Mode, Options, Target};

/// The options of a plan over several stacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    pub mode: Mode,
    /// Only these and what they depend on within their stack; empty: all.
    pub targets: Vec<Named>,
    pub excludes: Vec<Named>,
    pub replace: Vec<Named>,
}

/// An address of the command line: `network.vpc` in whichever stack has it, `main:network.vpc` in the stack `main`, or
/// `test/main:network.vpc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    text: String,
    stage: Option<String>,
    stack: Option<String>,
    path: String,
}

impl Named {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it names in a stack; `None` when it names another stack.
    pub fn at(&self, stack: &StackId) -> Option<Target> {
        let other = |wanted: &Option<String>, name: &str| wanted.as_deref().is_some_and(|wanted| wanted != name);
        if other(&self.stage, &stack.stage) || other(&self.stack, &stack.stack) {
            return None;
        }
        // The path was parsed when the text was.
        Address::in_stack(stack, &self.path).ok().map(Target)
    }
}

impl FromStr for Named {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // A key may hold a colon, and stands in brackets.
        let names = &text[..text.find('[').unwrap_or(text.len())];
        let (place, path) = match names.find(':') {
            Some(at) => (Some(&text[..at]), &text[at + 1..]),
            None => (None, text),
        };
        let (stage, stack) = match place.map(|place| place.split_once('/').ok_or(place)) {
            None => (None, None),
            Some(Ok((stage, stack))) => (Some(stage), Some(stack)),
            Some(Err(stack)) => (None, Some(stack)),
        };
        if stage == Some("") || stack == Some("") {
            return Err(AddressError { text: text.to_string(), reason: "expected stack:name or stage/stack:name" });
        }
        Address::in_stack(&StackId::new("", ""), path)
            .map_err(|error| AddressError { text: text.to_string(), ..error })?;
        let owned = |part: Option<&str>| part.map(str::to_string);
        Ok(Self { text: text.to_string(), stage: owned(stage), stack: owned(stack), path: path.to_string() })
    }
}

impl Flags {
    /// The options of one stack: each address that may be of it.
    pub fn options(&self, stack: &StackId) -> Options {
        let at = |all: &[Named]| all.iter().filter_map(|named| named.at(stack)).collect();
        Options {
            mode: self.mode,
            targets: at(&self.targets),
            excludes: at(&self.excludes),
            replace: at(&self.replace),
        }
    }

    /// True when every target names another stack: there is nothing to do in this one.
    pub fn skips(&self, stack: &StackId) -> bool {
        !self.targets.is_empty() && self.targets.iter().all(|named| named.at(stack).is_none())
    }

    /// True when only a part of the resources is planned.
    pub fn is_partial(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Named> {
        self.targets.iter().chain(&self.excludes).chain(&self.replace)
    }
}
