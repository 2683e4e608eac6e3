//! What a reference needs, as the parts of a compilation pass it on.

use std::sync::Arc;

use crate::expr::RefSegment;
use crate::model::StackId;

/// Which instances of a `for_each` a reference needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compile) enum Key {
    All,
    One(Arc<str>),
    /// The one with the key of the declaration that refers.
    Each,
}

/// What of a resource is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compile) enum Read {
    /// Which instances there are.
    Keys,
    Attribute(Arc<str>),
    Whole,
}

/// What a reference needs.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::compile) enum Target {
    /// `each`: what `for_each` gives.
    Each,
    Resource {
        index: usize,
        key: Key,
        read: Read,
        /// The schema marks what is read as sensitive.
        sensitive: bool,
    },
    Data {
        index: usize,
        key: Key,
        sensitive: bool,
    },
    /// Everything inside a module call: `depends_on`.
    Inside {
        call: usize,
    },
    /// Which instances of a module call there are.
    Keys {
        call: usize,
    },
    /// A module call as a value: all its outputs.
    Module {
        call: usize,
        key: Key,
    },
    Output {
        call: usize,
        key: Key,
        output: usize,
    },
    Input(usize),
    Local(usize),
    /// A value of the stage that is declared to be sensitive.
    Secret,
    /// `stack.<name>.outputs.<output>`
    Foreign {
        stack: StackId,
        output: Arc<str>,
    },
}

impl Target {
    /// The target of `keys(…)` and `size(…)`.
    pub fn only_keys(self, path: &[RefSegment]) -> Self {
        match self {
            Target::Module { call, .. } => Target::Keys { call },
            Target::Resource { index, key, read: Read::Whole, .. } if path.len() == 1 => {
                Target::Resource { index, key, read: Read::Keys, sensitive: false }
            }
            other => other,
        }
    }
}
