//! A YAML document with a place for every key and value, and its `${…}` parsed.

use std::sync::Arc;

use crate::expr::Template;
use crate::model::{Span, Value};

/// A key of a map.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: Arc<str>,
    pub span: Span,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: NodeKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum NodeKind {
    Null,
    /// A bool or a number; with the text of the file where that says more than the value.
    Scalar(Value),
    /// A string without expressions, `$${` already undone.
    String(Arc<str>),
    /// A string with at least one expression.
    Template(Arc<Template>),
    List(Vec<Node>),
    /// In the order written; keys are unique.
    Map(Vec<(Key, Node)>),
}
