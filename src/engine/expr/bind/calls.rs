//! Calls: functions, methods, the macros over collections, and what only looks like one (`has`, `optional.of`).

use std::ops::Range;

use super::super::functions::{self, FirstArgument, Function};
use super::super::lexer::invalid;
use super::super::program::{Fold, FoldKind, Kind, Node};
use super::super::syntax::{Syntax, SyntaxKind};
use super::super::{EvalError, RefSegment};
use super::need::Need;
use super::{Binder, Local};
use crate::model::{Code, nearest};

impl Binder {
    pub(super) fn call(
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
        let around = self.attempted;
        self.attempted |= function.attempts;
        for (position, argument) in arguments.into_iter().enumerate() {
            let of_argument = match function.first {
                FirstArgument::Elements if position == 0 => need.of_any_element(),
                FirstArgument::OneElement if position == 0 => need.inside(&RefSegment::Any),
                FirstArgument::Keys if position == 0 => Need::keys(),
                _ => Need::all(),
            };
            let argument = cel_number(function, argument);
            let names = position == 0 && function.name == "zipmap";
            bound.push(if names { self.as_key(argument, of_argument)? } else { self.node(argument, of_argument)? });
        }
        self.attempted = around;
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
            self.locals.push(Local { name: variable_name, need: Need::keys(), as_key: false });
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
        let as_key = self.locals[below..].iter().any(|local| local.as_key);
        let element = self.locals.pop().map_or(Need::all(), |local| local.need);
        self.locals.truncate(below);
        let mut of_range = if element.0.is_empty() { Need::keys() } else { element.inside(&RefSegment::Any) };
        if kind == FoldKind::Filter {
            of_range = of_range.and(need);
        }
        let range = if as_key { self.as_key(range, of_range)? } else { self.node(range, of_range)? };
        Ok(Node { at, kind: Kind::Fold(Box::new(Fold { kind, range, pair, filter, body })) })
    }
}

/// What CEL defines for the text of a literal: `string(1.0)` is `1`.
fn cel_number(function: &Function, mut argument: Syntax) -> Syntax {
    if function.name == "string"
        && let SyntaxKind::Literal(value) = &mut argument.kind
    {
        *value = value.bare().clone();
    }
    argument
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
