//! Templates of files: text with `${…}`, loops (`%{ for x in list }`) and conditions (`%{ if test }`), as Terraform has
//! them.
//!
//! Owns: the directives, and the markers `~` that take away the space around; [`evaluate`] holds what they make. The
//! strings of a configuration know `${…}` only: `template`.

mod evaluate;

use std::ops::Range;

pub(super) use evaluate::Variables;

use super::lexer::{self, Closing, Token, Tokens, invalid};
use super::{EvalError, Expr, shell};
use crate::model::Code;

/// Loops and conditions inside of each other.
const MAX_DEPTH: usize = 50;

const LITERAL: &str = "`%%{` writes a literal `%{`";

/// The template of a file.
pub(super) struct Document(Vec<Piece>);

enum Piece {
    Text(String),
    Value(Expr),
    If { test: Expr, then: Vec<Piece>, otherwise: Vec<Piece> },
    For { names: Names, over: Expr, body: Vec<Piece> },
}

/// The names of a loop: of the key or the position, and of the element.
#[derive(Clone)]
struct Names {
    key: Option<String>,
    element: String,
}

/// What stands between two texts.
enum Mark {
    Value(Expr),
    For(Names, Expr),
    If(Expr),
    Else,
    EndFor,
    EndIf,
}

impl Mark {
    fn word(&self) -> &'static str {
        match self {
            Mark::Value(_) => "${",
            Mark::For(..) => "for",
            Mark::If(_) => "if",
            Mark::Else => "else",
            Mark::EndFor => "endfor",
            Mark::EndIf => "endif",
        }
    }
}

enum Flat {
    Text(String),
    Mark(Mark, Range<usize>),
}

impl Document {
    /// Reads a template; `$${` is a literal `${`, and `%%{` a literal `%{`.
    ///
    /// # Errors
    /// An expression or a directive that is none, and a loop or a condition that has no end.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        let mut flat = flat(text)?.into_iter().peekable();
        let (pieces, end) = body(&mut flat, 0)?;
        match end {
            None => Ok(Self(pieces)),
            Some((mark, at)) => Err(without_begin(&mark, at)),
        }
    }
}

/// Text and marks in their order, the space that markers take away already gone.
fn flat(text: &str) -> Result<Vec<Flat>, EvalError> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    // The mark before takes the space behind it.
    let mut strip = false;
    while let Some(c) = chars.get(at) {
        let opens = |position: usize| chars.get(position) == Some(c) && chars.get(position + 1) == Some(&'{');
        if matches!(c, '$' | '%') && opens(at) {
            let mut start = at + 2;
            let strip_before = chars.get(start) == Some(&'~');
            start += usize::from(strip_before);
            add_text(&mut out, std::mem::take(&mut literal), strip, strip_before);
            let begin = if *c == '$' { "${" } else { "%{" };
            let of_shell = |error| if *c == '$' { shell::hint(&chars[start..], error) } else { error };
            let (tokens, end) = lexer::lex(&chars, start, Closing::Marked(begin)).map_err(of_shell)?;
            let mark = match c {
                '$' => value(tokens, &chars, start, end).map_err(of_shell)?,
                _ => directive(tokens, &chars, at, end)?,
            };
            strip = chars.get(end) == Some(&'~');
            let next = end + 1 + usize::from(strip);
            out.push(Flat::Mark(mark, at..next));
            at = next;
        } else if matches!(c, '$' | '%') && opens(at + 1) {
            literal.push(*c);
            literal.push('{');
            at += 3;
        } else {
            literal.push(*c);
            at += 1;
        }
    }
    add_text(&mut out, literal, strip, false);
    Ok(out)
}

fn add_text(out: &mut Vec<Flat>, text: String, strip_begin: bool, strip_end: bool) {
    let kept = if strip_begin { text.trim_start() } else { &text };
    let kept = if strip_end { kept.trim_end() } else { kept };
    if !kept.is_empty() {
        out.push(Flat::Text(kept.to_string()));
    }
}

fn value(tokens: Tokens, chars: &[char], start: usize, end: usize) -> Result<Mark, EvalError> {
    Ok(Mark::Value(Expr::from_tokens(tokens, chars[start..end].iter().collect(), start)?))
}

fn directive(mut tokens: Tokens, chars: &[char], at: usize, end: usize) -> Result<Mark, EvalError> {
    let mut rest = tokens.split_off(1);
    let word = match tokens.pop() {
        Some((Token::Name(word), _)) => word,
        _ => String::new(),
    };
    // The expression that these tokens are, which end in front of `end`.
    let expression = |tokens: Tokens| {
        let start = tokens.first().map_or(end, |(_, at)| at.start);
        Expr::from_tokens(tokens, chars[start..end].iter().collect(), start)
    };
    let alone = |mark: Mark, rest: &Tokens| match rest.first() {
        Some((Token::End, _)) | None => Ok(mark),
        Some((_, at)) => {
            let error = invalid(at.clone(), format!("nothing stands behind `{word}`"));
            Err(if word == "else" { error.with_help("there is no `else if`: put an `if` inside") } else { error })
        }
    };
    match word.as_str() {
        "if" => expression(rest).map(Mark::If),
        "for" => {
            let names = names(&mut rest, at..end + 1)?;
            expression(rest).map(|over| Mark::For(names, over))
        }
        "else" => alone(Mark::Else, &rest),
        "endfor" => alone(Mark::EndFor, &rest),
        "endif" => alone(Mark::EndIf, &rest),
        _ => {
            let message =
                "`%{` begins a directive, and this is none: they are `for`, `endfor`, `if`, `else` and `endif`";
            Err(invalid(at..end + 1, message).with_help(LITERAL))
        }
    }
}

/// Takes `x in` or `key, x in` from the begin of the tokens.
fn names(tokens: &mut Tokens, at: Range<usize>) -> Result<Names, EvalError> {
    let name = |position: usize| match tokens.get(position) {
        Some((Token::Name(name), _)) if name != "in" => Some(name.clone()),
        _ => None,
    };
    let pair = matches!(tokens.get(1), Some((Token::Sign(","), _)));
    let (names, length) = match pair {
        true => (name(0).zip(name(2)).map(|(key, element)| Names { key: Some(key), element }), 3),
        false => (name(0).map(|element| Names { key: None, element }), 1),
    };
    let within = matches!(tokens.get(length), Some((Token::Name(word), _)) if word == "in");
    match names.filter(|_| within) {
        Some(names) => {
            tokens.drain(..=length);
            Ok(names)
        }
        None => Err(invalid(at, "a loop is written `%{ for x in list }` or `%{ for key, x in map }`")),
    }
}

/// A mark that closes something, and its place.
type Closed = Option<(Mark, Range<usize>)>;

type Marks = std::iter::Peekable<std::vec::IntoIter<Flat>>;

/// Pieces up to a mark that closes what is around, or up to the end.
fn body(flat: &mut Marks, depth: usize) -> Result<(Vec<Piece>, Closed), EvalError> {
    let mut out = Vec::new();
    while let Some(next) = flat.next() {
        let (mark, at) = match next {
            Flat::Text(text) => {
                out.push(Piece::Text(text));
                continue;
            }
            Flat::Mark(mark, at) => (mark, at),
        };
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} loops and conditions inside of each other");
            return Err(EvalError { code: Code::InputTooDeep, ..invalid(at, message) });
        }
        match mark {
            Mark::Value(expr) => out.push(Piece::Value(expr)),
            Mark::For(names, over) => {
                let (inside, end) = body(flat, depth + 1)?;
                match end {
                    Some((Mark::EndFor, _)) => out.push(Piece::For { names, over, body: inside }),
                    other => return Err(without_end("for", "endfor", at, other)),
                }
            }
            Mark::If(test) => {
                let (then, mut end) = body(flat, depth + 1)?;
                let mut otherwise = Vec::new();
                if matches!(end, Some((Mark::Else, _))) {
                    (otherwise, end) = body(flat, depth + 1)?;
                }
                match end {
                    Some((Mark::EndIf, _)) => out.push(Piece::If { test, then, otherwise }),
                    other => return Err(without_end("if", "endif", at, other)),
                }
            }
            closing => return Ok((out, Some((closing, at)))),
        }
    }
    Ok((out, None))
}

fn without_begin(mark: &Mark, at: Range<usize>) -> EvalError {
    let begin = if matches!(mark, Mark::EndFor) { "for" } else { "if" };
    invalid(at, format!("`{}` has no `{begin}` before it", mark.word()))
}

fn without_end(begin: &str, end: &str, at: Range<usize>, found: Closed) -> EvalError {
    match found {
        Some((mark, at)) => {
            invalid(at, format!("found `{}` where `{end}` closes the `{begin}` before it", mark.word()))
        }
        None => invalid(at, format!("`{begin}` has no `{end}`")),
    }
}
