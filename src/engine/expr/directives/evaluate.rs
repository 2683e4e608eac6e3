//! The text that a template makes: its loops and conditions, and the names that they know.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::super::budget::Budget;
use super::super::functions::fits;
use super::super::lexer::invalid;
use super::super::template::not_text;
use super::super::{Digest, EvalError, Expr, LookupError, RefSegment, Scope, descend};
use super::{Document, Names, Piece};
use crate::model::{Code, Map, Unknown, Value};

impl Document {
    /// The text; unknown when what it needs is.
    ///
    /// # Errors
    /// The first expression that fails, has no text, or is nothing that a loop can go over.
    pub fn evaluate(&self, variables: &Variables<'_>, budget: &Budget) -> Result<Value, EvalError> {
        if let [Piece::Value(only)] = self.0.as_slice() {
            return only.evaluate_within(variables, budget);
        }
        let mut run = Run { variables, budget, out: String::new(), unknown: Vec::new() };
        run.pieces(&self.0)?;
        match run.unknown.is_empty() {
            true => Ok(run.out.into()),
            false => Ok(Value::Unknown(Unknown::all(&run.unknown))),
        }
    }
}

/// The names of a template: its variables, those of the loops around, and nothing of the scope outside.
pub(in crate::expr) struct Variables<'a> {
    map: Map,
    /// Of the loops around, innermost last.
    loops: RefCell<Vec<(String, Value)>>,
    outer: &'a dyn Scope,
}

impl<'a> Variables<'a> {
    pub fn new(map: Map, outer: &'a dyn Scope) -> Self {
        Self { map, loops: RefCell::default(), outer }
    }
}

impl Scope for Variables<'_> {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        let name = match path.first() {
            Some(RefSegment::Field(name)) => name.as_str(),
            _ => "",
        };
        let loops = self.loops.borrow();
        let of_loop = loops.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
        if let Some(value) = of_loop.or_else(|| self.map.get(name)) {
            return descend(value, path, 1);
        }
        let of_shell = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let help = match self.map.len() + loops.len() {
            _ if !name.is_empty() && name.chars().all(of_shell) => {
                format!("a variable of a shell is written `$${{{name}}}`")
            }
            0 => "the second argument is a map of variables".to_string(),
            _ => {
                let names = self.map.keys().chain(loops.iter().map(|(name, _)| name)).map(String::as_str);
                format!("its variables are {}", super::super::descend::list(names.collect::<Vec<_>>().into_iter()))
            }
        };
        Err(LookupError { message: format!("no variable `{name}`"), depth: 0, help: Some(help) })
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        self.outer.file(path)
    }

    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String> {
        self.outer.bytes(path)
    }

    fn digest(&self, path: &str, way: Digest) -> Result<Option<Arc<str>>, String> {
        self.outer.digest(path, way)
    }

    fn files(&self, folder: &str, levels: usize) -> Result<Arc<[String]>, String> {
        self.outer.files(folder, levels)
    }
}

/// One evaluation.
struct Run<'a> {
    variables: &'a Variables<'a>,
    budget: &'a Budget,
    out: String,
    unknown: Vec<Unknown>,
}

impl Run<'_> {
    fn pieces(&mut self, pieces: &[Piece]) -> Result<(), EvalError> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.text(text, 0..1)?,
                Piece::Value(expr) => self.value(expr)?,
                Piece::If { test, then, otherwise } => match self.test(test)? {
                    Some(true) => self.pieces(then)?,
                    Some(false) => self.pieces(otherwise)?,
                    None => {}
                },
                Piece::For { names, over, body } => self.each(names, over, body)?,
            }
        }
        Ok(())
    }

    /// Adds text to the result; a loop may make much of a little.
    fn text(&mut self, text: &str, at: Range<usize>) -> Result<(), EvalError> {
        self.out.push_str(text);
        let charged =
            self.budget.work(1).and_then(|()| self.budget.read(text.len())).and_then(|()| fits(1, self.out.len()));
        charged.map_err(|failure| EvalError { help: failure.help, ..failed(at, failure.message) })
    }

    fn value(&mut self, expr: &Expr) -> Result<(), EvalError> {
        let before = self.budget.held();
        let value = expr.evaluate_within(self.variables, self.budget)?;
        if let Value::Unknown(waits) = value {
            self.wait(waits);
            return Ok(());
        }
        let text = value.scalar_text().ok_or_else(|| not_text(expr, &value))?;
        self.text(&text, place(expr))?;
        self.budget.release(before);
        Ok(())
    }

    fn wait(&mut self, unknown: Unknown) {
        if !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
    }

    /// A condition; none when it is not known.
    fn test(&mut self, expr: &Expr) -> Result<Option<bool>, EvalError> {
        let found = expr.evaluate_within(self.variables, self.budget)?;
        match found.bare() {
            Value::Bool(value) => Ok(Some(*value)),
            Value::String(text) if text.as_ref() == "true" => Ok(Some(true)),
            Value::String(text) if text.as_ref() == "false" => Ok(Some(false)),
            Value::Unknown(waits) => {
                self.wait(waits.clone());
                Ok(None)
            }
            other => {
                let message = format!("`{}` must be a bool, found {}", expr.source.trim(), other.type_name());
                Err(failed(place(expr), message))
            }
        }
    }

    fn each(&mut self, names: &Names, over: &Expr, body: &[Piece]) -> Result<(), EvalError> {
        let before = self.budget.held();
        let items: Vec<(Value, Value)> = match over.evaluate_within(self.variables, self.budget)? {
            Value::List(items) => (0_i64..).map(Value::Int).zip(items).collect(),
            Value::Map(map) => map.into_iter().map(|(key, item)| (key.into(), item)).collect(),
            Value::Unknown(waits) => {
                self.wait(waits);
                return Ok(());
            }
            other => {
                let message = format!("`{}` is {}, not a list or a map", over.source.trim(), other.type_name());
                return Err(failed(place(over), message));
            }
        };
        let around = self.variables.loops.borrow().len();
        for (key, item) in items {
            self.text("", place(over))?;
            let bound = names.key.iter().cloned().map(|name| (name, key.clone()));
            self.variables.loops.borrow_mut().extend(bound.chain([(names.element.clone(), item)]));
            self.pieces(body)?;
            self.variables.loops.borrow_mut().truncate(around);
        }
        self.budget.release(before);
        Ok(())
    }
}

fn place(expr: &Expr) -> Range<usize> {
    expr.offset..expr.offset + expr.source.trim_end().chars().count().max(1)
}

fn failed(at: Range<usize>, message: String) -> EvalError {
    EvalError { code: Code::EvaluationFailed, ..invalid(at, message) }
}
