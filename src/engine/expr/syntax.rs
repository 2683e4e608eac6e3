//! CEL's grammar: tokens to a tree in which names are still names.
//!
//! Precedence climbing, with a bound on depth: both the parser's recursion and the height of the tree, which
//! every later walk recurses over.

mod foreign;

use std::ops::Range;

use self::foreign::{RESERVED, reserved};
use super::EvalError;
use super::lexer::{Token, Tokens, invalid};
use crate::model::{Code, Value};

/// Levels of nesting in an expression; a walk costs a few KB of stack for each in a debug build.
const MAX_HEIGHT: u16 = 100;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    In,
    Order(Order),
    Arithmetic(Arithmetic),
}

#[derive(Debug)]
pub(super) struct Syntax {
    pub at: Range<usize>,
    pub kind: SyntaxKind,
    height: u16,
}

#[derive(Debug)]
pub(super) enum SyntaxKind {
    Literal(Value),
    Name(String),
    Select {
        of: Box<Syntax>,
        name: String,
        name_at: Range<usize>,
        optional: bool,
    },
    Index {
        of: Box<Syntax>,
        index: Box<Syntax>,
        optional: bool,
    },
    Call {
        target: Option<Box<Syntax>>,
        name: String,
        name_at: Range<usize>,
        arguments: Vec<Syntax>,
    },
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    Binary(Binary, Box<[Syntax; 2]>),
    Conditional(Box<[Syntax; 3]>),
    /// Elements, and whether each is marked with `?`.
    List(Vec<(Syntax, bool)>),
    Map(Vec<(Syntax, Syntax, bool)>),
}

pub(super) fn parse(tokens: Tokens) -> Result<Syntax, EvalError> {
    let mut parser = Parser { tokens, position: 0, depth: 0 };
    if parser.peek() == &Token::End {
        return Err(invalid(parser.at(), "the expression is empty"));
    }
    let tree = parser.expression()?;
    if parser.peek() != &Token::End {
        return Err(parser.unexpected("the end of the expression"));
    }
    Ok(tree)
}

fn too_deep(at: Range<usize>, message: &str) -> EvalError {
    EvalError { code: Code::InputTooDeep, message: message.into(), at, help: None }
        .with_help("split it over several values or outputs")
}

struct Parser {
    /// Never empty; the last is [`Token::End`].
    tokens: Tokens,
    position: usize,
    depth: u16,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.position).map_or(&Token::End, |(token, _)| token)
    }

    /// The place of the next token, at least one character wide.
    fn at(&self) -> Range<usize> {
        let at = self.tokens.get(self.position).or(self.tokens.last()).map_or(0..1, |(_, at)| at.clone());
        if at.is_empty() { at.start.saturating_sub(1)..at.start.max(1) } else { at }
    }

    fn next(&mut self) -> (Token, Range<usize>) {
        let at = self.at();
        let token = self.peek().clone();
        self.position += 1;
        (token, at)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        if found {
            self.position += 1;
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<Range<usize>, EvalError> {
        let at = self.at();
        if self.accept(sign) { Ok(at) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> EvalError {
        let error = |found: String| invalid(self.at(), format!("expected {wanted}, found {found}"));
        match self.peek() {
            Token::End => error("the end of the expression".into()),
            Token::Name(name) => error(format!("`{name}`")),
            Token::Int(value) => error(format!("`{value}`")),
            Token::Float(value) => error(format!("`{value}`")),
            Token::Written(value) => error(format!("`{value}`")),
            Token::Text(_) => error("a string".into()),
            Token::Sign(sign) => error(format!("`{sign}`")),
        }
    }

    fn node(&self, at: Range<usize>, kind: SyntaxKind) -> Result<Syntax, EvalError> {
        let below = match &kind {
            SyntaxKind::Literal(_) | SyntaxKind::Name(_) => 0,
            SyntaxKind::Select { of, .. } | SyntaxKind::Not(of) | SyntaxKind::Negate(of) => of.height,
            SyntaxKind::Index { of, index, .. } => of.height.max(index.height),
            SyntaxKind::Call { target, arguments, .. } => {
                target.iter().map(|t| t.height).chain(arguments.iter().map(|a| a.height)).max().unwrap_or(0)
            }
            SyntaxKind::Binary(_, sides) => sides[0].height.max(sides[1].height),
            SyntaxKind::Conditional(parts) => parts[0].height.max(parts[1].height).max(parts[2].height),
            SyntaxKind::List(items) => items.iter().map(|(item, _)| item.height).max().unwrap_or(0),
            SyntaxKind::Map(entries) => entries.iter().map(|(k, v, _)| k.height.max(v.height)).max().unwrap_or(0),
        };
        if below >= MAX_HEIGHT {
            return Err(too_deep(at, "the expression is nested too deeply"));
        }
        Ok(Syntax { at, kind, height: below + 1 })
    }

    fn expression(&mut self) -> Result<Syntax, EvalError> {
        if self.depth >= MAX_HEIGHT {
            return Err(too_deep(self.at(), "the expression is nested too deeply"));
        }
        self.depth += 1;
        let condition = self.binary(0)?;
        let result = if self.accept("?") {
            let then = self.binary(0)?;
            if !matches!(self.peek(), Token::Sign(":")) {
                return Err(self.unexpected("`:` of the condition"));
            }
            self.position += 1;
            let otherwise = self.expression()?;
            let at = condition.at.start..otherwise.at.end;
            self.node(at, SyntaxKind::Conditional(Box::new([condition, then, otherwise])))?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(result)
    }

    fn operator(&self) -> Option<(Binary, u8)> {
        Some(match self.peek() {
            Token::Sign("||") => (Binary::Or, 1),
            Token::Sign("&&") => (Binary::And, 2),
            Token::Sign("==") => (Binary::Equal, 3),
            Token::Sign("!=") => (Binary::NotEqual, 3),
            Token::Sign("<") => (Binary::Order(Order::Less), 3),
            Token::Sign("<=") => (Binary::Order(Order::LessOrEqual), 3),
            Token::Sign(">") => (Binary::Order(Order::Greater), 3),
            Token::Sign(">=") => (Binary::Order(Order::GreaterOrEqual), 3),
            Token::Name(name) if name == "in" => (Binary::In, 3),
            Token::Sign("+") => (Binary::Arithmetic(Arithmetic::Add), 4),
            Token::Sign("-") => (Binary::Arithmetic(Arithmetic::Subtract), 4),
            Token::Sign("*") => (Binary::Arithmetic(Arithmetic::Multiply), 5),
            Token::Sign("/") => (Binary::Arithmetic(Arithmetic::Divide), 5),
            Token::Sign("%") => (Binary::Arithmetic(Arithmetic::Remainder), 5),
            _ => return None,
        })
    }

    fn binary(&mut self, least: u8) -> Result<Syntax, EvalError> {
        let mut left = self.unary()?;
        while let Some((operator, precedence)) = self.operator().filter(|(_, precedence)| *precedence > least) {
            self.position += 1;
            let right = self.binary(precedence)?;
            let at = left.at.start..right.at.end;
            left = self.node(at, SyntaxKind::Binary(operator, Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Syntax, EvalError> {
        let mut signs: Vec<(&'static str, Range<usize>)> = Vec::new();
        while let Token::Sign(sign @ ("!" | "-")) = *self.peek() {
            signs.push((sign, self.at()));
            self.position += 1;
        }
        // `-1` is a literal, so that `-9223372036854775808` is a number.
        let negative_literal = matches!(self.peek(), Token::Int(_) | Token::Float(_) | Token::Written(_))
            && signs.last().is_some_and(|(sign, _)| *sign == "-");
        let mut node = if negative_literal {
            let from = signs.pop().map_or(0, |(_, at)| at.start);
            let (token, at) = self.next();
            let value = match token {
                Token::Int(value) => Value::Int(value.wrapping_neg()),
                Token::Float(value) => Value::Float(-value),
                Token::Written(value) => negative(&value),
                _ => return Err(self.unexpected("a number")),
            };
            let literal = self.node(from..at.end, SyntaxKind::Literal(value))?;
            self.postfix(literal)?
        } else {
            let primary = self.primary()?;
            self.postfix(primary)?
        };
        for (sign, at) in signs.into_iter().rev() {
            let at = at.start..node.at.end;
            let inner = Box::new(node);
            node = self.node(at, if sign == "!" { SyntaxKind::Not(inner) } else { SyntaxKind::Negate(inner) })?;
        }
        Ok(node)
    }

    fn postfix(&mut self, mut node: Syntax) -> Result<Syntax, EvalError> {
        loop {
            if self.accept(".") {
                if matches!(self.peek(), Token::Sign("*")) {
                    return Err(self.splat(&node));
                }
                let optional = self.accept("?");
                let (token, name_at) = self.next();
                let Token::Name(name) = token else {
                    self.position -= 1;
                    return Err(self.unexpected("a name after `.`").with_help(
                        "an element of a list is written `list[0]`, a key with other characters `map[\"a-b\"]`",
                    ));
                };
                let from = node.at.start;
                if !optional && self.accept("(") {
                    let (arguments, end) = self.arguments()?;
                    let kind = SyntaxKind::Call { target: Some(Box::new(node)), name, name_at, arguments };
                    node = self.node(from..end, kind)?;
                } else {
                    let at = from..name_at.end;
                    node = self.node(at, SyntaxKind::Select { of: Box::new(node), name, name_at, optional })?;
                }
            } else if self.accept("[") {
                if matches!(self.peek(), Token::Sign("*")) {
                    return Err(self.splat(&node));
                }
                let optional = self.accept("?");
                let index = self.expression()?;
                let end = self.expect("]")?.end;
                let at = node.at.start..end;
                node = self.node(at, SyntaxKind::Index { of: Box::new(node), index: Box::new(index), optional })?;
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self) -> Result<Syntax, EvalError> {
        let (token, at) = self.next();
        let literal = |value| SyntaxKind::Literal(value);
        match token {
            Token::Int(i64::MIN) => Err(invalid(at, "the integer is beyond 64 bits")),
            Token::Int(value) => self.node(at, literal(Value::Int(value))),
            Token::Float(value) => self.node(at, literal(Value::Float(value))),
            Token::Written(value) => self.node(at, literal(value)),
            Token::Text(text) => self.node(at, literal(Value::from(text))),
            Token::Name(name) => match name.as_str() {
                "true" => self.node(at, literal(Value::Bool(true))),
                "false" => self.node(at, literal(Value::Bool(false))),
                "null" => self.node(at, literal(Value::Null)),
                name if RESERVED.contains(&name) || name == "in" => Err(reserved(name, at)),
                _ if self.accept("(") => {
                    let (arguments, end) = self.arguments()?;
                    let whole = at.start..end;
                    self.node(whole, SyntaxKind::Call { target: None, name, name_at: at, arguments })
                }
                _ => self.node(at, SyntaxKind::Name(name)),
            },
            Token::Sign("(") => {
                let inner = self.expression()?;
                let end = self.expect(")")?.end;
                Ok(Syntax { at: at.start..end, ..inner })
            }
            Token::Sign("[") => self.list(at.start),
            Token::Sign("{") => self.map(at.start),
            _ => {
                self.position -= 1;
                Err(self.unexpected("a value"))
            }
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Syntax>, usize), EvalError> {
        let mut out = Vec::new();
        let at = self.at();
        if self.accept(")") {
            return Ok((out, at.end));
        }
        loop {
            out.push(self.expression()?);
            if !self.accept(",") {
                let end = self.expect(")")?.end;
                return Ok((out, end));
            }
        }
    }

    fn list(&mut self, from: usize) -> Result<Syntax, EvalError> {
        let mut items = Vec::new();
        while !matches!(self.peek(), Token::Sign("]")) {
            if matches!(self.peek(), Token::Name(name) if name == "for") {
                return Err(reserved("for", self.at()));
            }
            let optional = self.accept("?");
            items.push((self.expression()?, optional));
            if !self.accept(",") {
                break;
            }
        }
        let end = self.expect("]")?.end;
        self.node(from..end, SyntaxKind::List(items))
    }

    fn map(&mut self, from: usize) -> Result<Syntax, EvalError> {
        let mut entries = Vec::new();
        while !matches!(self.peek(), Token::Sign("}")) {
            let optional = self.accept("?");
            let key = self.expression()?;
            if matches!(self.peek(), Token::End) {
                return Err(self.unexpected("`:`"));
            }
            self.expect(":")?;
            entries.push((key, self.expression()?, optional));
            if !self.accept(",") {
                break;
            }
        }
        let end = self.expect("}")?.end;
        self.node(from..end, SyntaxKind::Map(entries))
    }
}

/// `-1.30`, where the text belongs to the number as well.
fn negative(value: &Value) -> Value {
    let number = match value.bare() {
        Value::Int(int) => Value::Int(int.wrapping_neg()),
        Value::Float(float) => Value::Float(-float),
        other => other.clone(),
    };
    Value::written(number, &format!("-{value}"))
}
