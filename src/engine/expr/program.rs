//! An expression whose names are resolved: what the evaluator walks.

use std::ops::Range;
use std::sync::Arc;

use super::RefSegment;
use super::functions::Function;
use super::syntax::{Arithmetic, Order};
use crate::model::Value;

/// A piece of an expression and its place, in characters within the expression.
#[derive(Debug)]
pub(crate) struct Node {
    pub(super) at: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Literal(Value),
    /// What the scope knows: `network.vpc_id`.
    Path(Path),
    /// `has(network.vpc_id)`; true when the last segment exists.
    HasPath(Path),
    /// The variable of a macro, counted from the outermost.
    Local(usize),
    Field {
        of: Box<Node>,
        name: Arc<str>,
        optional: bool,
    },
    Index {
        of: Box<Node>,
        index: Box<Node>,
        optional: bool,
    },
    /// `has(f(x).name)`
    Has {
        of: Box<Node>,
        name: Arc<str>,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Node>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Compare(Order, Box<[Node; 2]>),
    Equal {
        sides: Box<[Node; 2]>,
        negated: bool,
    },
    In(Box<[Node; 2]>),
    /// True when every part is; `false` anywhere decides.
    All(Vec<Node>),
    /// True when one part is; `true` anywhere decides.
    Any(Vec<Node>),
    Conditional(Box<[Node; 3]>),
    List(Vec<(Node, bool)>),
    Map(Vec<(Node, Node, bool)>),
    Fold(Box<Fold>),
    OptionalNone,
    OptionalOf(Box<Node>),
    /// `a.or(b)`: the first optional that has a value.
    Or(Box<[Node; 2]>),
    OrValue(Box<[Node; 2]>),
    HasValue(Box<Node>),
    /// `.value()`: an error when there is none.
    ValueOf(Box<Node>),
}

/// A constant path of the scope, and what of its value is needed.
#[derive(Debug)]
pub(super) struct Path {
    pub segments: Vec<RefSegment>,
    /// The place of each segment.
    pub places: Vec<Range<usize>>,
    /// What is needed below the path. Each begins with [`RefSegment::Any`] or is empty (all of it); none: the keys.
    pub needs: Vec<Vec<RefSegment>>,
    /// The first segment behind a `?`: from there on a missing one is no error.
    pub optional_from: Option<usize>,
}

/// `range.map(variable, body)` and its kin.
#[derive(Debug)]
pub(super) struct Fold {
    pub kind: FoldKind,
    pub range: Node,
    /// Key (or index) and value instead of one variable.
    pub pair: bool,
    pub filter: Option<Node>,
    pub body: Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoldKind {
    Map,
    Filter,
    All,
    Exists,
    ExistsOne,
    /// A map with the same keys and other values.
    TransformMap,
    /// A map of the entries that the body makes, each a map.
    TransformMapEntry,
}

impl Node {
    /// Whether the node is an optional: `a.?b`, and everything selected from it.
    pub(super) fn is_optional(&self) -> bool {
        match &self.kind {
            Kind::Path(path) => path.optional_from.is_some(),
            Kind::Field { of, optional, .. } | Kind::Index { of, optional, .. } => *optional || of.is_optional(),
            Kind::OptionalNone | Kind::OptionalOf(_) | Kind::Or(_) => true,
            _ => false,
        }
    }
}
