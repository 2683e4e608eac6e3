//! The functions of the language: Terraform's names and meanings where Terraform has one, CEL's for the rest.
//!
//! Every function is pure: the same arguments give the same value, and nothing reads a clock, randomness or AWS.
//! Owns: the table, arity, arguments and what an unknown argument means. One file per subject holds the functions.

mod arguments;
mod arn;
mod attempts;
mod collections;
mod csv;
mod digests;
mod encoding;
mod files;
mod format;
mod lists;
mod maps;
mod network;
mod numbers;
mod sets;
mod templates;
mod text;
mod time;
mod yaml;

use std::sync::LazyLock;

pub(super) use super::operators::{Failure, brief};
pub(super) use arguments::Arguments;
pub(crate) use yaml::plain_scalar;

use crate::model::Value;

/// Bytes that a function makes at most.
const MAX_SIZE: usize = 32 << 20;

/// For functions whose result may be much larger than their arguments: checks before it is made, or as it grows.
pub(super) fn fits(count: usize, each: usize) -> Result<(), Failure> {
    if count.saturating_mul(each) > MAX_SIZE { Err("the result is larger than 32 MiB".into()) } else { Ok(()) }
}

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// `cidrsubnet(prefix, newbits, netnum)`
    pub signature: &'static str,
    /// One line.
    pub doc: &'static str,
    pub(super) least: usize,
    /// None: any number.
    pub(super) most: Option<usize>,
    /// An argument that is unknown, also in part, makes the result unknown.
    strict: bool,
    /// The error of an argument is caught.
    pub(super) attempts: bool,
    pub(super) first: FirstArgument,
    run: Run,
}

type Run = fn(&Arguments) -> Result<Value, Failure>;

/// What a function needs of its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstArgument {
    All,
    /// As many elements as are needed of the result.
    Elements,
    /// One element, which is the result.
    OneElement,
    /// The keys or their number.
    Keys,
}

impl Function {
    const fn new(
        signature: &'static str,
        name: &'static str,
        least: usize,
        most: Option<usize>,
        run: Run,
        doc: &'static str,
    ) -> Self {
        Self { name, signature, doc, least, most, strict: true, attempts: false, first: FirstArgument::All, run }
    }

    /// Unknown elements stay where they are; `run` sees them.
    const fn keeps_unknowns(self) -> Self {
        Self { strict: false, ..self }
    }

    const fn attempts(self) -> Self {
        Self { attempts: true, ..self }
    }

    const fn needs(self, first: FirstArgument) -> Self {
        Self { first, ..self }
    }

    /// `2 arguments`, `1 to 3 arguments`, `at least 1 argument`
    pub(super) fn arity(&self) -> String {
        let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
        match self.most {
            Some(most) if most == self.least => format!("{most} {}", plural(most)),
            Some(most) => format!("{} to {most} arguments", self.least),
            None => format!("at least {} {}", self.least, plural(self.least)),
        }
    }
}

static FUNCTIONS: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let tables = [
        arn::functions(),
        attempts::functions(),
        collections::functions(),
        encoding::functions(),
        files::functions(),
        format::functions(),
        lists::functions(),
        maps::functions(),
        network::functions(),
        numbers::functions(),
        sets::functions(),
        templates::functions(),
        text::functions(),
        time::functions(),
    ];
    let mut all: Vec<Function> = tables.into_iter().flatten().collect();
    all.sort_by_key(|function| function.name);
    all
});

/// Every function, by name.
pub fn function_names() -> &'static [Function] {
    &FUNCTIONS
}

pub(super) fn find(name: &str) -> Option<&'static Function> {
    let position = FUNCTIONS.binary_search_by_key(&name, |function| function.name).ok()?;
    FUNCTIONS.get(position)
}

/// CEL's methods: the name, the function, and whether the target is the last argument instead of the first.
const METHODS: [(&str, &str, bool); 16] = [
    ("contains", "strcontains", false),
    ("distinct", "distinct", false),
    ("endsWith", "endswith", false),
    ("flatten", "flatten", false),
    ("join", "join", true),
    ("lowerAscii", "lower", false),
    ("matches", "matches", false),
    ("replace", "replace", false),
    ("reverse", "reverse", false),
    ("size", "size", false),
    ("slice", "slice", false),
    ("sort", "sort", false),
    ("split", "split", true),
    ("startsWith", "startswith", false),
    ("trim", "trimspace", false),
    ("upperAscii", "upper", false),
];

pub(super) fn find_method(name: &str) -> Option<(&'static Function, bool)> {
    let (_, function, rotated) = METHODS.iter().find(|(method, ..)| *method == name)?;
    Some((find(function)?, *rotated))
}

pub(super) fn method_names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(name, ..)| *name)
}

/// Why a function that Terraform or CEL has is not here, and what to write instead.
pub(super) fn absent(name: &str) -> Option<&'static str> {
    Some(match name {
        "timestamp" | "plantimestamp" | "now" | "time_static" => {
            "an expression is pure: it reads no clock; write the time down, or pass it as a value of the stage"
        }
        "uuid" | "bcrypt" | "random" => {
            "an expression is pure: it reads no randomness; `uuidv5` makes an id that depends on its arguments only"
        }
        "duration" | "getDate" | "getFullYear" => "there are no times in this language; a duration is written `10m`",
        "bytes" | "b" => "there are no bytes in this language; `base64encode` takes text",
        "abspath" | "pathexpand" => {
            "an expression has the same value on every machine; paths are relative to the file that they stand in"
        }
        "rsadecrypt" => "a private key has no place in a project",
        "issensitive" | "ephemeralasnull" => "whether a value is sensitive follows from where it comes from",
        "list" => "a list is written `[a, b]`",
        "map" => "a map is written `{\"key\": value}`",
        "type" => "types are checked where a value is used; there is no value for a type",
        "nonsensitive" | "sensitive" => "write `sensitive: true` at the input or the output",
        "strlen" | "len" | "count" => "write `length(…)`",
        "concat_strings" => "write `a + b`",
        _ => return None,
    })
}
