//! The types of the expression language.

use std::ops::Range;
use std::sync::Arc;

use crate::model::Value;

/// A step of a reference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefSegment {
    /// `.name` or `["name"]`
    Field(String),
    /// `[0]`
    Index(i64),
    /// Every element: of `values(private).map(s, s.id)` the reference is `private`, any, `id`.
    Any,
}

/// A path that an expression reads, as far as it is constant: `network.vpc_id`, `private["a"].id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The first is the root name, always a `Field`.
    pub path: Vec<RefSegment>,
    /// Whether the reference only asks if the path exists (`has(a.b)`, `a.?b`).
    pub optional: bool,
    /// Whether only the keys (or the number) of what the path names matter: `keys(a)`, `size(a)`.
    pub keys_only: bool,
    /// Whether its value becomes a key of a map that the expression makes: `{a: 1}`, `zipmap(a, b)`.
    pub as_key: bool,
    /// Characters within the expression.
    pub at: Range<usize>,
}

/// One parsed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What stands between `${` and `}`.
    pub source: Arc<str>,
    pub references: Arc<[Reference]>,
    /// Characters from the begin of the template's text to the begin of the expression.
    pub offset: usize,
    pub(super) program: Arc<super::program::Node>,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub enum Part {
    Text(String),
    Expr(Expr),
}

/// A string with expressions in it. A template that is one expression keeps the expression's type.
#[derive(Clone, Debug)]
pub struct Template {
    pub source: Arc<str>,
    pub parts: Vec<Part>,
}

/// What an evaluation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    pub steps: u64,
    /// Of the value that it made.
    pub bytes: u64,
}

/// Why a reference has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct LookupError {
    pub message: String,
    /// How many segments of the path were understood; the next one is at fault.
    pub depth: usize,
    pub help: Option<String>,
}

/// A way to make a text of bytes, under the name of the function that does it.
#[derive(Clone, Copy, Debug)]
pub struct Digest {
    pub name: &'static str,
    pub of: fn(&[u8]) -> String,
}

/// What the names of an expression mean.
pub trait Scope {
    /// The value at a path. A path with [`RefSegment::Any`] asks for the value before the first `Any`;
    /// only the leaves that the rest of the path names need to be meaningful.
    /// Unknowns come back as [`Value::Unknown`], also inside of lists and maps.
    ///
    /// A missing last segment is an error with `depth` one less than the path is long: `has` and `.?` rely on it.
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError>;

    /// The text of a file beside the one the expression stands in, for `file` and `templatefile`.
    fn file(&self, path: &str) -> Result<Arc<str>, String>;

    /// The content of such a file; `None` when there is none.
    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String>;

    /// A digest of such a file, which may be larger than one whose content is asked for; `None` when there is none.
    fn digest(&self, path: &str, way: Digest) -> Result<Option<Arc<str>>, String> {
        Ok(self.bytes(path)?.map(|bytes| (way.of)(&bytes).into()))
    }

    /// The names of the files below a folder, as many levels down, relative to it and sorted; hidden ones are left out.
    fn files(&self, folder: &str, levels: usize) -> Result<Arc<[String]>, String>;
}

/// A parse or evaluation that failed; `at` is in characters within the template's text.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct EvalError {
    pub code: crate::model::Code,
    pub message: String,
    pub at: Range<usize>,
    pub help: Option<String>,
}
