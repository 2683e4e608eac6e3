//! Names get their meaning: a reference into the scope, the variable of a macro, a function.
//!
//! The walk carries downwards what the surrounding expression *needs* of a value, so that
//! `values(private).map(s, s.id)` refers to the ids of `private` and to nothing else of it.

mod calls;
mod need;

use std::ops::Range;

use super::lexer::invalid;
use super::program::{Kind, Node, Path};
use super::syntax::{Binary, Syntax, SyntaxKind};
use super::{EvalError, RefSegment, Reference};
use crate::model::Value;
use need::Need;

/// A variable of a macro, and what its uses need of it.
struct Local {
    name: String,
    need: Need,
    /// Some use of it is a key of a map that is made.
    as_key: bool,
}

struct Binder {
    locals: Vec<Local>,
    references: Vec<Reference>,
    /// What is bound becomes a key of a map that is made.
    in_key: bool,
    /// What is bound may fail.
    attempted: bool,
}

pub(super) fn bind(syntax: Syntax) -> Result<(Node, Vec<Reference>), EvalError> {
    let mut binder = Binder { locals: Vec::new(), references: Vec::new(), in_key: false, attempted: false };
    let node = binder.node(syntax, Need::all())?;
    Ok((node, binder.references))
}

impl Binder {
    fn node(&mut self, syntax: Syntax, need: Need) -> Result<Node, EvalError> {
        if let Some(path) = self.path(&syntax) {
            return Ok(self.reference(path, syntax.at, need, false));
        }
        let at = syntax.at;
        let kind = match syntax.kind {
            SyntaxKind::Literal(value) => Kind::Literal(value),
            SyntaxKind::Name(name) => self.local(&name, &at, need)?,
            SyntaxKind::Select { of, name, optional, .. } => {
                let of = self.node(*of, need.inside(&RefSegment::Field(name.clone())))?;
                Kind::Field { of: Box::new(of), name: name.into(), optional }
            }
            SyntaxKind::Index { of, index, optional } => self.index(*of, *index, optional, need)?,
            SyntaxKind::Call { target, name, name_at, arguments } => {
                return self.call(at, target, name, name_at, arguments, need);
            }
            SyntaxKind::Not(inner) => Kind::Not(self.whole(*inner)?),
            SyntaxKind::Negate(inner) => Kind::Negate(self.whole(*inner)?),
            SyntaxKind::Binary(operator, sides) => self.binary(operator, *sides)?,
            SyntaxKind::Conditional(parts) => {
                let [condition, then, otherwise] = *parts;
                let (condition, then) = (*self.whole(condition)?, *self.whole(then)?);
                Kind::Conditional(Box::new([condition, then, *self.whole(otherwise)?]))
            }
            SyntaxKind::List(items) => {
                let bound = items.into_iter().map(|(item, optional)| Ok((*self.whole(item)?, optional)));
                Kind::List(bound.collect::<Result<_, EvalError>>()?)
            }
            SyntaxKind::Map(entries) => {
                let bound = entries
                    .into_iter()
                    .map(|(key, value, optional)| Ok((self.as_key(key, Need::all())?, *self.whole(value)?, optional)));
                Kind::Map(bound.collect::<Result<_, EvalError>>()?)
            }
        };
        Ok(Node { at, kind })
    }

    fn whole(&mut self, syntax: Syntax) -> Result<Box<Node>, EvalError> {
        self.node(syntax, Need::all()).map(Box::new)
    }

    /// A node whose value becomes a key of a map.
    fn as_key(&mut self, syntax: Syntax, need: Need) -> Result<Node, EvalError> {
        let around = std::mem::replace(&mut self.in_key, true);
        let node = self.node(syntax, need);
        self.in_key = around;
        node
    }

    /// A constant path that begins with a name of the scope.
    fn path(&self, syntax: &Syntax) -> Option<Path> {
        let (mut path, segment, optional, place) = match &syntax.kind {
            SyntaxKind::Name(name) => {
                if self.locals.iter().any(|local| local.name == *name) {
                    return None;
                }
                return Some(Path {
                    segments: vec![RefSegment::Field(name.clone())],
                    places: vec![syntax.at.clone()],
                    needs: Vec::new(),
                    optional_from: None,
                });
            }
            SyntaxKind::Select { of, name, name_at, optional } => {
                (self.path(of)?, RefSegment::Field(name.clone()), *optional, name_at.clone())
            }
            SyntaxKind::Index { of, index, optional } => {
                let segment = constant_index(index)?;
                (self.path(of)?, segment, *optional, index.at.clone())
            }
            _ => return None,
        };
        if optional && path.optional_from.is_none() {
            path.optional_from = Some(path.segments.len());
        }
        path.segments.push(segment);
        path.places.push(place);
        Some(path)
    }

    fn reference(&mut self, mut path: Path, at: Range<usize>, need: Need, test: bool) -> Node {
        path.needs = need.normal();
        let optional = test || self.attempted || path.optional_from.is_some();
        let with = |below: &[RefSegment], keys_only| Reference {
            path: path.segments.iter().chain(below).cloned().collect(),
            optional,
            keys_only,
            as_key: self.in_key,
            at: at.clone(),
        };
        if path.needs.is_empty() {
            self.references.push(with(&[], true));
        }
        self.references.extend(path.needs.iter().map(|below| with(below, false)));
        Node { at, kind: if test { Kind::HasPath(path) } else { Kind::Path(path) } }
    }

    fn local(&mut self, name: &str, at: &Range<usize>, need: Need) -> Result<Kind, EvalError> {
        // The innermost of a name wins.
        let position = self.locals.iter().rposition(|local| local.name == name);
        let position = position.ok_or_else(|| invalid(at.clone(), format!("`{name}` is not known")))?;
        let in_key = self.in_key;
        let local = &mut self.locals[position];
        local.as_key |= in_key;
        local.need = std::mem::replace(&mut local.need, Need::keys()).and(match need.0.is_empty() {
            true => Need::all(),
            false => need,
        });
        Ok(Kind::Local(position))
    }

    fn index(&mut self, of: Syntax, index: Syntax, optional: bool, need: Need) -> Result<Kind, EvalError> {
        let segment = constant_index(&index).unwrap_or(RefSegment::Any);
        let of = Box::new(self.node(of, need.inside(&segment))?);
        let index = self.whole(index)?;
        Ok(Kind::Index { of, index, optional })
    }

    fn binary(&mut self, operator: Binary, sides: [Syntax; 2]) -> Result<Kind, EvalError> {
        let [left, right] = sides;
        let sides = Box::new([*self.whole(left)?, *self.whole(right)?]);
        let flat = |sides: Box<[Node; 2]>, same: fn(Node) -> Result<Vec<Node>, Node>| {
            let [left, right] = *sides;
            let mut parts = same(left).unwrap_or_else(|other| vec![other]);
            parts.extend(same(right).unwrap_or_else(|other| vec![other]));
            parts
        };
        Ok(match operator {
            Binary::And => Kind::All(flat(sides, |node| match node.kind {
                Kind::All(parts) => Ok(parts),
                kind => Err(Node { kind, ..node }),
            })),
            Binary::Or => Kind::Any(flat(sides, |node| match node.kind {
                Kind::Any(parts) => Ok(parts),
                kind => Err(Node { kind, ..node }),
            })),
            Binary::Equal => Kind::Equal { sides, negated: false },
            Binary::NotEqual => Kind::Equal { sides, negated: true },
            Binary::In => Kind::In(sides),
            Binary::Order(order) => Kind::Compare(order, sides),
            Binary::Arithmetic(operator) => Kind::Arithmetic(operator, sides),
        })
    }
}

fn constant_index(index: &Syntax) -> Option<RefSegment> {
    let SyntaxKind::Literal(value) = &index.kind else { return None };
    match value.bare() {
        Value::String(key) => Some(RefSegment::Field(key.to_string())),
        Value::Int(index) => Some(RefSegment::Index(*index)),
        _ => None,
    }
}
