//! Names get their meaning: a reference into the scope, the variable of a macro, a function.
//!
//! The walk carries downwards what the surrounding expression *needs* of a value, so that
//! `values(private).map(s, s.id)` refers to the ids of `private` and to nothing else of it.

use std::ops::Range;

use super::functions::{self, FirstArgument, Function};
use super::lexer::invalid;
use super::program::{Fold, FoldKind, Kind, Node, Path};
use super::syntax::{Binary, Syntax, SyntaxKind};
use super::{EvalError, RefSegment, Reference};
use crate::model::{Code, Value, nearest};

/// What is needed of a value: paths below it. An empty path is all of it; no path at all: its keys.
#[derive(Clone, Debug)]
struct Need(Vec<Vec<RefSegment>>);

impl Need {
    fn all() -> Self {
        Self(vec![Vec::new()])
    }

    fn keys() -> Self {
        Self(Vec::new())
    }

    /// What is needed of the whole when this is needed of the member at `segment`.
    fn inside(&self, segment: &RefSegment) -> Self {
        if self.0.is_empty() {
            // Somebody asks for the keys of the member: the scope knows no such question below a path.
            return Self(vec![vec![segment.clone()]]);
        }
        let prefixed = |path: &Vec<RefSegment>| std::iter::once(segment.clone()).chain(path.iter().cloned()).collect();
        Self(self.0.iter().map(prefixed).collect())
    }

    /// What is needed of the collection whose elements these are, in some order.
    fn of_any_element(&self) -> Self {
        if self.0.is_empty() || self.0.iter().any(Vec::is_empty) {
            return self.clone();
        }
        self.of_element().inside(&RefSegment::Any)
    }

    /// What is needed of an element when this is needed of the collection.
    fn of_element(&self) -> Self {
        Self(self.0.iter().map(|path| path.iter().skip(1).cloned().collect()).collect())
    }

    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The shortest form: all of a value makes every other path redundant, and so does all of every element.
    fn normal(self) -> Vec<Vec<RefSegment>> {
        let mut out: Vec<Vec<RefSegment>> = Vec::new();
        for mut path in self.0 {
            // Only a path through elements may stay behind a base; anything else asks for all of it.
            if !matches!(path.first(), Some(RefSegment::Any)) {
                path.clear();
            }
            while matches!(path.last(), Some(RefSegment::Any)) {
                path.pop();
            }
            if path.is_empty() {
                return vec![path];
            }
            if !out.contains(&path) {
                out.push(path);
            }
        }
        out
    }
}

/// A variable of a macro, and what its uses need of it.
struct Local {
    name: String,
    need: Need,
}

struct Binder {
    locals: Vec<Local>,
    references: Vec<Reference>,
}

pub(super) fn bind(syntax: Syntax) -> Result<(Node, Vec<Reference>), EvalError> {
    let mut binder = Binder { locals: Vec::new(), references: Vec::new() };
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
                    .map(|(key, value, optional)| Ok((*self.whole(key)?, *self.whole(value)?, optional)));
                Kind::Map(bound.collect::<Result<_, EvalError>>()?)
            }
        };
        Ok(Node { at, kind })
    }

    fn whole(&mut self, syntax: Syntax) -> Result<Box<Node>, EvalError> {
        self.node(syntax, Need::all()).map(Box::new)
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
        let optional = test || path.optional_from.is_some();
        let with = |below: &[RefSegment], keys_only| Reference {
            path: path.segments.iter().chain(below).cloned().collect(),
            optional,
            keys_only,
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
        let local = &mut self.locals[position];
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

    fn call(
        &mut self,
        at: Range<usize>,
        target: Option<Box<Syntax>>,
        name: String,
        name_at: Range<usize>,
        mut arguments: Vec<Syntax>,
        need: Need,
    ) -> Result<Node, EvalError> {
        let Some(target) = target else {
            if name == "has" {
                return self.has(at, arguments);
            }
            let function = functions::find(&name).ok_or_else(|| unknown_function(&name, &name_at))?;
            return self.function(at, function, arguments, need);
        };
        if let SyntaxKind::Name(namespace) = &target.kind
            && namespace == "optional"
            && !self.locals.iter().any(|local| local.name == "optional")
        {
            return self.optional_constructor(at, &name, &name_at, arguments);
        }
        let kind = match (name.as_str(), arguments.len()) {
            ("orValue", 1) => Kind::OrValue(Box::new([*self.whole(*target)?, *self.whole(arguments.remove(0))?])),
            ("or", 1) => Kind::Or(Box::new([*self.whole(*target)?, *self.whole(arguments.remove(0))?])),
            ("hasValue", 0) => Kind::HasValue(self.whole(*target)?),
            ("value", 0) => Kind::ValueOf(self.whole(*target)?),
            _ => {
                if let Some(kind) = fold_kind(&name) {
                    return self.fold(at, kind, &name, &name_at, *target, arguments, need);
                }
                let Some((function, rotated)) = functions::find_method(&name) else {
                    return Err(unknown_method(&name, &name_at));
                };
                if rotated {
                    arguments.push(*target);
                } else {
                    arguments.insert(0, *target);
                }
                return self.function(at, function, arguments, need);
            }
        };
        Ok(Node { at, kind })
    }

    fn function(
        &mut self,
        at: Range<usize>,
        function: &'static Function,
        arguments: Vec<Syntax>,
        need: Need,
    ) -> Result<Node, EvalError> {
        let count = arguments.len();
        if count < function.least || function.most.is_some_and(|most| count > most) {
            let message = format!("`{}` takes {}, found {count}", function.name, function.arity());
            return Err(invalid(at, message).with_help(format!("it is written `{}`", function.signature)));
        }
        let mut bound = Vec::with_capacity(count);
        for (position, argument) in arguments.into_iter().enumerate() {
            let of_argument = match function.first {
                FirstArgument::Elements if position == 0 => need.of_any_element(),
                FirstArgument::OneElement if position == 0 => need.inside(&RefSegment::Any),
                FirstArgument::Keys if position == 0 => Need::keys(),
                _ => Need::all(),
            };
            bound.push(self.node(argument, of_argument)?);
        }
        Ok(Node { at, kind: Kind::Call { function, arguments: bound } })
    }

    fn has(&mut self, at: Range<usize>, mut arguments: Vec<Syntax>) -> Result<Node, EvalError> {
        let wrong = || invalid(at.clone(), "`has` takes a selection, such as `has(a.b)`");
        let argument = match arguments.len() {
            1 => arguments.remove(0),
            _ => return Err(wrong()),
        };
        let constant = self.path(&argument).filter(|path| path.segments.len() > 1);
        match (constant, argument.kind) {
            (Some(path), SyntaxKind::Select { .. } | SyntaxKind::Index { .. }) => {
                Ok(self.reference(path, at, Need::all(), true))
            }
            (None, SyntaxKind::Select { of, name, .. }) => {
                let of = Box::new(self.node(*of, Need::all().inside(&RefSegment::Field(name.clone())))?);
                Ok(Node { at, kind: Kind::Has { of, name: name.into() } })
            }
            (_, SyntaxKind::Index { .. }) => {
                Err(wrong().with_help("a key that is computed is tested with `key in map`"))
            }
            _ => Err(wrong()),
        }
    }

    fn optional_constructor(
        &mut self,
        at: Range<usize>,
        name: &str,
        name_at: &Range<usize>,
        mut arguments: Vec<Syntax>,
    ) -> Result<Node, EvalError> {
        let kind = match (name, arguments.len()) {
            ("none", 0) => Kind::OptionalNone,
            ("of", 1) => Kind::OptionalOf(self.whole(arguments.remove(0))?),
            _ => return Err(unknown_function(&format!("optional.{name}"), name_at)),
        };
        Ok(Node { at, kind })
    }

    #[allow(clippy::too_many_arguments, reason = "one call of CEL, taken apart")]
    fn fold(
        &mut self,
        at: Range<usize>,
        kind: FoldKind,
        name: &str,
        name_at: &Range<usize>,
        range: Syntax,
        arguments: Vec<Syntax>,
        need: Need,
    ) -> Result<Node, EvalError> {
        let count = arguments.len();
        let filterable = matches!(name, "map" | "transformList" | "transformMap" | "transformMapEntry");
        let pair = match name {
            "transformList" | "transformMap" | "transformMapEntry" => true,
            "all" | "exists" | "exists_one" | "existsOne" => count == 3,
            _ => false,
        };
        let variables = if pair { 2 } else { 1 };
        if count != variables + 1 && !(filterable && count == variables + 2) {
            let form = if pair { "key, value, expression" } else { "item, expression" };
            return Err(invalid(name_at.clone(), format!("`{name}` is written `.{name}({form})`")));
        }
        let mut arguments = arguments.into_iter();
        let below = self.locals.len();
        for variable in arguments.by_ref().take(variables) {
            let SyntaxKind::Name(variable_name) = variable.kind else {
                return Err(invalid(variable.at, format!("the variable of `{name}` must be a plain name")));
            };
            self.locals.push(Local { name: variable_name, need: Need::keys() });
        }
        let of_body = match kind {
            FoldKind::Map | FoldKind::TransformMap => need.of_element(),
            _ => Need::all(),
        };
        let filter = match arguments.len() {
            2 => arguments.next().map(|filter| self.node(filter, Need::all())).transpose()?,
            _ => None,
        };
        let Some(body) = arguments.next() else {
            return Err(invalid(at, format!("`{name}` has no expression")));
        };
        let body = self.node(body, of_body)?;
        // The element is the last variable; the first of a pair is its key, which costs nothing.
        let element = self.locals.pop().map_or(Need::all(), |local| local.need);
        self.locals.truncate(below);
        let mut of_range = if element.0.is_empty() { Need::keys() } else { element.inside(&RefSegment::Any) };
        if kind == FoldKind::Filter {
            of_range = of_range.and(need);
        }
        let range = self.node(range, of_range)?;
        Ok(Node { at, kind: Kind::Fold(Box::new(Fold { kind, range, pair, filter, body })) })
    }
}

fn constant_index(index: &Syntax) -> Option<RefSegment> {
    match &index.kind {
        SyntaxKind::Literal(Value::String(key)) => Some(RefSegment::Field(key.to_string())),
        SyntaxKind::Literal(Value::Int(index)) => Some(RefSegment::Index(*index)),
        _ => None,
    }
}

fn fold_kind(name: &str) -> Option<FoldKind> {
    Some(match name {
        "map" | "transformList" => FoldKind::Map,
        "filter" => FoldKind::Filter,
        "all" => FoldKind::All,
        "exists" => FoldKind::Exists,
        "exists_one" | "existsOne" => FoldKind::ExistsOne,
        "transformMap" => FoldKind::TransformMap,
        "transformMapEntry" => FoldKind::TransformMapEntry,
        _ => return None,
    })
}

fn unknown_function(name: &str, at: &Range<usize>) -> EvalError {
    let error = EvalError { code: Code::UnknownFunction, ..invalid(at.clone(), format!("no function `{name}`")) };
    if let Some(reason) = functions::absent(name) {
        return error.with_help(reason);
    }
    match nearest(name, functions::function_names().iter().map(|function| function.name)) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error,
    }
}

fn unknown_method(name: &str, at: &Range<usize>) -> EvalError {
    let error = EvalError { code: Code::UnknownFunction, ..invalid(at.clone(), format!("no method `{name}`")) };
    if let Some(function) = functions::find(name) {
        return error.with_help(format!("it is a function: `{}`", function.signature));
    }
    let macros = ["map", "filter", "all", "exists", "exists_one", "transformList", "transformMap", "orValue", "or"];
    let names = macros.into_iter().chain(["hasValue", "value"]).chain(functions::method_names());
    match nearest(name, names.collect::<Vec<_>>()) {
        Some(near) => error.with_help(format!("did you mean `.{near}(…)`?")),
        None => error,
    }
}
