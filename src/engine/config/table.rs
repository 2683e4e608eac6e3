//! The keys of a map, taken one by one; what is left over is unknown.

use std::sync::Arc;
use std::time::Duration;

use super::shapes::Shape;
use super::{Key, Node, NodeKind, Spanned};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Span, Value, nearest};

/// A map of the language, with the keys that it may have.
pub(super) struct Table {
    entries: Vec<(Key, Option<Node>)>,
    /// Where an error about the whole points to.
    pub span: Span,
    /// What it is, in messages: `a resource`.
    what: &'static str,
    /// Keys that were meant by keys that mean nothing: they are not missing.
    meant: Vec<String>,
}

pub(super) fn error(code: Code, span: &Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).at(Origin::at(span.clone()))
}

pub(super) fn wrong_type(node: &Node, wanted: &str) -> Diagnostic {
    let diagnostic = error(Code::WrongType, &node.span, format!("expected {wanted}, found {}", node.type_name()));
    match node.kind {
        NodeKind::Template(_) => diagnostic.help("it is read before expressions are computed"),
        NodeKind::Scalar(_) if wanted.contains("string") => diagnostic.help("write it in quotes"),
        _ => diagnostic,
    }
}

impl Node {
    /// The type as error messages name it, with its article.
    pub(super) fn type_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "nothing",
            NodeKind::Scalar(scalar) => match scalar.bare() {
                Value::Bool(_) => "a bool",
                Value::Int(_) => "an int",
                _ => "a number",
            },
            NodeKind::String(_) => "a string",
            NodeKind::Template(_) => "an expression",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// The value, when there is no expression in it; else the first expression's node.
    ///
    /// # Errors
    /// The node of an expression.
    pub fn constant(&self) -> Result<Value, &Node> {
        Ok(match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Scalar(value) => value.clone(),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Template(_) => return Err(self),
            NodeKind::List(items) => Value::List(items.iter().map(Node::constant).collect::<Result<_, _>>()?),
            NodeKind::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| Ok((key.name.to_string(), node.constant()?)));
                Value::Map(entries.collect::<Result<_, &Node>>()?)
            }
        })
    }
}

impl Table {
    /// Reads a map whose keys are all of the shape; each other is reported. Nothing (`logs:`) is an empty map.
    pub fn read(node: Node, shape: &'static Shape, out: &mut Diagnostics) -> Option<Self> {
        Self::read_with(node, shape, out, |_| None)
    }

    /// As [`Table::read`], with a hint for keys that belong elsewhere.
    pub fn read_with(
        node: Node,
        shape: &'static Shape,
        out: &mut Diagnostics,
        hint: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let what = shape.what;
        let mut table = Self::open(node, what, out)?;
        let mut meant = Vec::new();
        for (key, _) in &table.entries {
            if shape.key(&key.name).is_some() {
                continue;
            }
            let diagnostic = error(Code::UnknownKey, &key.span, format!("`{}` is no key of {what}", key.name));
            out.push(match (hint(&key.name), nearest(&key.name, shape.names())) {
                (Some(hint), _) => diagnostic.help(hint),
                (None, Some(near)) => {
                    meant.push(near.to_string());
                    diagnostic.help(format!("did you mean `{near}`?"))
                }
                (None, None) => diagnostic.help(format!("it has {}", listed(&shape.names().collect::<Vec<_>>()))),
            });
        }
        table.meant = meant;
        Some(table)
    }

    /// Reads a map with any keys.
    pub fn open(node: Node, what: &'static str, out: &mut Diagnostics) -> Option<Self> {
        match node.kind {
            NodeKind::Map(entries) => Some(Self {
                entries: entries.into_iter().map(|(key, node)| (key, Some(node))).collect(),
                span: node.span,
                what,
                meant: Vec::new(),
            }),
            NodeKind::Null => Some(Self { entries: Vec::new(), span: node.span, what, meant: Vec::new() }),
            _ => {
                out.push(wrong_type(&node, "a map"));
                None
            }
        }
    }

    /// Points errors about the whole to a better place, such as the name of the thing.
    pub fn at(mut self, span: &Span) -> Self {
        self.span = span.clone();
        self
    }

    pub fn into_entries(self) -> impl Iterator<Item = (Key, Node)> {
        self.entries.into_iter().filter_map(|(key, node)| Some((key, node?)))
    }

    /// The value at a key; nothing (`when:`) is as if the key were not there.
    pub fn take(&mut self, name: &str) -> Option<(Key, Node)> {
        let (key, node) = self.entries.iter_mut().find(|(key, _)| key.name.as_ref() == name)?;
        let node = node.take().filter(|node| !matches!(node.kind, NodeKind::Null))?;
        Some((key.clone(), node))
    }

    pub fn node(&mut self, name: &str) -> Option<Node> {
        self.take(name).map(|(_, node)| node)
    }

    pub fn require(&mut self, name: &str, out: &mut Diagnostics) -> Option<Node> {
        let there = self.entries.iter().any(|(key, _)| key.name.as_ref() == name);
        let found = self.node(name);
        if found.is_none() && !self.meant.iter().any(|meant| meant == name) {
            let message = match there {
                true => format!("`{name}` of {} has no value", self.what),
                false => format!("{} needs `{name}`", self.what),
            };
            out.push(error(Code::MissingKey, &self.span, message));
        }
        found
    }

    pub fn text(&mut self, name: &str, out: &mut Diagnostics) -> Option<Spanned<Arc<str>>> {
        let node = self.node(name)?;
        text(node, out)
    }

    pub fn require_text(&mut self, name: &str, out: &mut Diagnostics) -> Option<Spanned<Arc<str>>> {
        let node = self.require(name, out)?;
        text(node, out)
    }

    pub fn string(&mut self, name: &str, out: &mut Diagnostics) -> Option<String> {
        self.text(name, out).map(|text| text.value.to_string())
    }

    pub fn flag(&mut self, name: &str, out: &mut Diagnostics) -> Option<bool> {
        let node = self.node(name)?;
        match &node.kind {
            NodeKind::Scalar(scalar) if scalar.as_bool().is_some() => scalar.as_bool(),
            _ => {
                let diagnostic = wrong_type(&node, "true or false");
                out.push(match &node.kind {
                    NodeKind::String(text) if matches!(text.as_ref(), "yes" | "no" | "on" | "off") => {
                        diagnostic.help("YAML 1.2 has `true` and `false` only")
                    }
                    _ => diagnostic,
                });
                None
            }
        }
    }

    pub fn number(&mut self, name: &str, out: &mut Diagnostics) -> Option<f64> {
        let node = self.node(name)?;
        match plain_number(&node, out)? {
            Value::Int(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            _ => {
                out.push(wrong_type(&node, "a number"));
                None
            }
        }
    }

    pub fn size(&mut self, name: &str, out: &mut Diagnostics) -> Option<usize> {
        let node = self.node(name)?;
        match plain_number(&node, out)? {
            Value::Int(value) if *value >= 0 => usize::try_from(*value).ok(),
            _ => {
                out.push(wrong_type(&node, "a number from 0 on"));
                None
            }
        }
    }

    pub fn duration(&mut self, name: &str, out: &mut Diagnostics) -> Option<Duration> {
        let node = self.node(name)?;
        let found = match &node.kind {
            NodeKind::String(text) => parse_duration(text),
            _ => None,
        };
        if found.is_none() {
            let message = format!("`{name}` must be a duration such as 30s, 10m or 1h30m");
            out.push(error(Code::InvalidValue, &node.span, message));
        }
        found
    }

    /// A list of constant strings; one string stands for a list of itself.
    pub fn texts(&mut self, name: &str, out: &mut Diagnostics) -> Vec<Spanned<Arc<str>>> {
        match self.node(name) {
            None => Vec::new(),
            Some(Node { kind: NodeKind::List(items), .. }) => {
                items.into_iter().filter_map(|item| text(item, out)).collect()
            }
            Some(node) => {
                out.push(wrong_type(&node, "a list of strings"));
                Vec::new()
            }
        }
    }
}

/// The bool or number of a node, null for anything else; `None` when its text may be read as another number, which is
/// told.
pub(super) fn plain_number<'n>(node: &'n Node, out: &mut Diagnostics) -> Option<&'n Value> {
    const NONE: &Value = &Value::Null;
    let NodeKind::Scalar(scalar) = &node.kind else { return Some(NONE) };
    if let Value::Written(written) = scalar
        && let Some(help) = written.ambiguous()
    {
        let message = format!("the number {} can be read in two ways", written.text());
        out.push(error(Code::InvalidValue, &node.span, message).help(help));
        return None;
    }
    Some(scalar.bare())
}

/// A constant string. A number without quotes is the text that was written.
pub(super) fn text(node: Node, out: &mut Diagnostics) -> Option<Spanned<Arc<str>>> {
    let number = match &node.kind {
        NodeKind::Scalar(scalar) if scalar.as_bool().is_none() => scalar.scalar_text(),
        _ => None,
    };
    match (node.kind, number) {
        (NodeKind::String(value), _) | (_, Some(value)) => Some(Spanned { value, span: node.span }),
        (kind, None) => {
            out.push(wrong_type(&Node { kind, span: node.span }, "a string"));
            None
        }
    }
}

/// `1h30m` as a duration; units are h, m and s, each at most once and in this order.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut rest = text;
    for (unit, factor) in [('h', 3600), ('m', 60), ('s', 1)] {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, behind) = rest.split_at(digits);
        if let Some(behind) = behind.strip_prefix(unit) {
            seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(factor)?)?;
            rest = behind;
        }
    }
    (rest.is_empty() && !text.is_empty()).then(|| Duration::from_secs(seconds))
}

/// `a`, `b` and `c`
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
