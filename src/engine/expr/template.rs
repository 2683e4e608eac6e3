//! Strings with `${…}` in them.

use std::ops::Range;
use std::sync::Arc;

use super::budget::Budget;
use super::lexer::{self, Closing, invalid};
use super::program::{Kind, Node};
use super::{Cost, EvalError, Expr, Part, Reference, Scope, Template, bind, evaluate, shell, syntax};
use crate::model::{Unknown, Value};

/// What waits for an expression that is none: it was told.
pub(crate) const INVALID: &str = "a valid expression";

impl Template {
    /// Splits `text` into literal text and expressions. `$${` is a literal `${`.
    ///
    /// # Errors
    /// An expression that has no end or is not CEL, or that calls a function that does not exist.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        let mut parts = Vec::new();
        if !text.contains("${") {
            if !text.is_empty() {
                parts.push(Part::Text(text.to_string()));
            }
            return Ok(Self { source: text.into(), parts });
        }
        let chars: Vec<char> = text.chars().collect();
        let mut literal = String::new();
        let mut at = 0;
        while at < chars.len() {
            if chars[at..].starts_with(&['$', '$', '{']) {
                literal.push_str("${");
                at += 3;
            } else if chars[at..].starts_with(&['$', '{']) {
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                let start = at + 2;
                let of_shell = |error| shell::hint(&chars[start..], error);
                let (tokens, end) = lexer::lex(&chars, start, Closing::Brace).map_err(of_shell)?;
                let source: String = chars[start..end].iter().collect();
                parts.push(Part::Expr(Expr::from_tokens(tokens, source, start).map_err(of_shell)?));
                at = end + 1;
            } else {
                literal.push(chars[at]);
                at += 1;
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { source: text.into(), parts })
    }

    /// Stands for a template that does not parse, which is reported elsewhere: its value is unknown.
    pub(crate) fn invalid(text: &str) -> Self {
        let unknown = Value::Unknown(Unknown::one(INVALID));
        let program = Node { at: 0..1, kind: Kind::Literal(unknown) };
        let expr = Expr { source: text.into(), references: Arc::from([]), offset: 0, program: Arc::new(program) };
        Self { source: text.into(), parts: vec![Part::Expr(expr)] }
    }

    /// Whether there is no expression in it.
    pub fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text, when there is no expression in it.
    pub fn plain_text(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Expr(_) => None,
            })
            .collect()
    }

    /// Whether it is one reference and nothing else: `${inputs.users}`.
    pub fn is_reference(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Expr(expr)] if matches!(expr.program.kind, Kind::Path(_)))
    }

    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expr(expr) => Some(expr),
            Part::Text(_) => None,
        })
    }

    /// Every reference, and its place in characters within the template's text.
    pub fn references(&self) -> impl Iterator<Item = (&Reference, Range<usize>)> {
        self.expressions().flat_map(|expr| {
            let shift = |reference: &Reference| reference.at.start + expr.offset..reference.at.end + expr.offset;
            expr.references.iter().map(move |reference| (reference, shift(reference)))
        })
    }

    /// The value: that of the one expression, or the parts as one string. Unknown when any needed part is.
    ///
    /// # Errors
    /// The first expression that fails, or has a value that is no text between other text.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.evaluate_metered(scope).0
    }

    /// As [`Template::evaluate`], with what it took.
    pub fn evaluate_metered(&self, scope: &dyn Scope) -> (Result<Value, EvalError>, Cost) {
        let budget = Budget::default();
        let result = self.evaluate_within(scope, &budget);
        (result, budget.cost())
    }

    /// As [`Template::evaluate`], at the cost of an evaluation around it.
    pub(super) fn evaluate_within(&self, scope: &dyn Scope, budget: &Budget) -> Result<Value, EvalError> {
        if let [Part::Expr(expr)] = self.parts.as_slice() {
            return expr.evaluate_within(scope, budget);
        }
        let mut out = String::new();
        let mut unknown: Vec<Unknown> = Vec::new();
        for part in &self.parts {
            let expr = match part {
                Part::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Part::Expr(expr) => expr,
            };
            let value = expr.evaluate_within(scope, budget)?;
            if let Value::Unknown(waits) = value {
                unknown.push(waits);
                continue;
            }
            match value.scalar_text() {
                Some(text) => out.push_str(&text),
                None => return Err(not_text(expr, &value)),
            }
        }
        if unknown.is_empty() { Ok(out.into()) } else { Ok(Value::Unknown(Unknown::all(&unknown))) }
    }
}

pub(super) fn not_text(expr: &Expr, value: &Value) -> EvalError {
    let end = expr.offset + expr.source.chars().count();
    let name = value.type_name();
    let message = format!("`{}` is {}, which has no place inside a string", expr.source.trim(), article(name));
    let error = EvalError { code: crate::model::Code::EvaluationFailed, ..invalid(expr.offset..end, message) };
    match value {
        Value::Null => error.with_help("`coalesce(value, \"\")` gives a text in its place"),
        _ => error.with_help("`jsonencode(…)` or `join(\",\", …)` makes a string of it"),
    }
}

fn article(type_name: &str) -> String {
    match type_name {
        "null" => type_name.to_string(),
        "int" => "an int".to_string(),
        _ => format!("a {type_name}"),
    }
}

impl Expr {
    /// Parses what stands between `${` and `}`; `offset` is where it begins within the template's text.
    ///
    /// # Errors
    /// As for [`Template::parse`].
    pub fn parse(source: &str, offset: usize) -> Result<Self, EvalError> {
        let chars: Vec<char> = source.chars().collect();
        let shift = |mut error: EvalError| {
            error.at = error.at.start + offset..error.at.end + offset;
            error
        };
        let (tokens, _) = lexer::lex(&chars, 0, Closing::Text).map_err(shift)?;
        let mut expr = Self::from_tokens(tokens, source.to_string(), 0).map_err(shift)?;
        expr.offset = offset;
        Ok(expr)
    }

    /// From tokens whose places count from the begin of the template; those of the expression count from its own.
    pub(super) fn from_tokens(mut tokens: lexer::Tokens, source: String, offset: usize) -> Result<Self, EvalError> {
        for (_, at) in &mut tokens {
            *at = at.start - offset..at.end - offset;
        }
        let parsed = syntax::parse(tokens).and_then(bind::bind);
        let (program, references) = parsed.map_err(|mut error| {
            error.at = error.at.start + offset..error.at.end + offset;
            error
        })?;
        Ok(Self { source: source.into(), references: references.into(), offset, program: Arc::new(program) })
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// What failed; places are within the template's text.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.evaluate_within(scope, &Budget::default())
    }

    pub(super) fn evaluate_within(&self, scope: &dyn Scope, budget: &Budget) -> Result<Value, EvalError> {
        evaluate::evaluate(&self.program, &self.source, scope, budget).map_err(|mut error| {
            error.at = error.at.start + self.offset..error.at.end + self.offset;
            error
        })
    }
}
