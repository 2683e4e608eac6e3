//! What is said about a map, a key, and a kind of file.

use super::{MODULE, PROJECT, STACK, STAGE, TESTS};

/// A map of the language.
#[derive(Debug)]
pub struct Shape {
    /// In messages: `a resource`.
    pub what: &'static str,
    /// In the order in which `fmt` writes them.
    pub keys: &'static [KeyShape],
}

/// A key of a map.
#[derive(Debug)]
pub struct KeyShape {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// One sentence.
    pub doc: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A constant text; a number is the text that was written.
    Text,
    /// A text that may hold an expression.
    TextOrExpression,
    AccountId,
    Region,
    Flag,
    Number,
    /// An int from 0 on.
    Size,
    /// `1h30m`
    Duration,
    /// A list of constant texts.
    Texts,
    /// A list of texts, or one of these words.
    TextsOr(&'static [&'static str]),
    /// Any value, with expressions.
    Any,
    /// A map with any keys, or an expression that is one.
    AnyMap,
    /// A map of texts, or an expression that is one.
    TextMap,
    /// Any value without expressions.
    Constant,
    /// A list of values without expressions.
    Constants,
    /// The type of an input.
    InputType,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// True, false or an expression.
    Condition,
    /// A list of texts, a map or an expression.
    ForEach,
    /// A type of resources.
    ResourceType,
    /// A type of data sources.
    DataType,
    /// What the type beside it has.
    Properties,
    Table(&'static Shape),
    /// A text, or a map.
    TextOrTable(&'static Shape),
    /// A list of maps.
    Entries(&'static Shape),
    /// One map, or a list of them.
    TableOrEntries(&'static Shape),
    /// A map from names to any values.
    Names,
    /// A map from names to maps.
    Named(&'static Shape),
    /// The same, where a name may have a value of the other kind in place of a map.
    NamedOr(&'static Shape, &'static Kind),
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    Project,
    Stage,
    Stack,
    Module,
    Tests,
}

impl Document {
    pub const ALL: [Self; 5] = [Self::Project, Self::Stage, Self::Stack, Self::Module, Self::Tests];

    /// `stack`
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Stage => "stage",
            Self::Stack => "stack",
            Self::Module => "module",
            Self::Tests => "tests",
        }
    }

    /// The kind of a file of a project, by its path from the root. Nothing is known of what only expressions read.
    pub fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last()?;
        if !(name.ends_with(".yaml") || name.ends_with(".yml")) || parts.iter().any(|part| part.starts_with('.')) {
            return None;
        }
        match (folders, *name) {
            ([], "wildfire.yaml") => Some(Self::Project),
            (["stages", _], "stage.yaml") => Some(Self::Stage),
            (_, "module.yaml") => Some(Self::Module),
            (["stages", _, _] | ["stacks", _], _) => Some(Self::Stack),
            ([_, .., "tests"], _) => Some(Self::Tests),
            _ => None,
        }
    }

    pub fn shape(self) -> &'static Shape {
        match self {
            Self::Project => &PROJECT,
            Self::Stage => &STAGE,
            Self::Stack => &STACK,
            Self::Module => &MODULE,
            Self::Tests => &TESTS,
        }
    }
}

impl Shape {
    /// The names of the keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }

    pub fn key(&self, name: &str) -> Option<&'static KeyShape> {
        self.keys.iter().find(|key| key.name == name)
    }
}

pub(super) const fn key(name: &'static str, kind: Kind, doc: &'static str) -> KeyShape {
    KeyShape { name, kind, required: false, doc }
}

pub(super) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> KeyShape {
    KeyShape { name, kind, required: true, doc }
}
