//! Tokens of CEL. Positions are in characters, because that is what an editor's column is.

use std::ops::Range;

use super::EvalError;
use crate::model::{Code, Value};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Int(i64),
    Float(f64),
    /// A number whose text says more than its value: `1.30`. An int or a float.
    Written(Value),
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "*", "/", "%", "!",
    "<", ">",
];

/// Tokens in an expression.
const MAX_TOKENS: usize = 20_000;

pub(super) type Tokens = Vec<(Token, Range<usize>)>;

/// Where an expression ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// With the text.
    Text,
    /// With the `}` that closes what `${` opened.
    Brace,
    /// With `}` or `~}`; what opened it is told when there is none.
    Marked(&'static str),
}

/// Reads tokens from `start` to where the expression ends.
/// Returns the tokens, the last of which is [`Token::End`], and where reading stopped.
pub(super) fn lex(chars: &[char], start: usize, closing: Closing) -> Result<(Tokens, usize), EvalError> {
    let mut lexer = Lexer { chars, at: start };
    let mut tokens = Tokens::new();
    let mut open = 0_usize;
    loop {
        lexer.skip_space();
        let from = lexer.at;
        let Some(c) = lexer.peek(0) else {
            match closing {
                Closing::Text => {}
                Closing::Brace => return Err(unclosed(start, "${")),
                Closing::Marked(begin) => return Err(unclosed(start, begin)),
            }
            tokens.push((Token::End, from..from));
            return Ok((tokens, from));
        };
        let token = match c {
            '}' if closing != Closing::Text && open == 0 => {
                tokens.push((Token::End, from..from));
                return Ok((tokens, from));
            }
            '~' if matches!(closing, Closing::Marked(_)) && open == 0 && lexer.peek(1) == Some('}') => {
                tokens.push((Token::End, from..from));
                return Ok((tokens, from));
            }
            '0'..='9' => lexer.number()?,
            '"' | '\'' => lexer.text(false)?,
            'r' | 'R' if matches!(lexer.peek(1), Some('"' | '\'')) => {
                lexer.at += 1;
                lexer.text(true)?
            }
            'b' | 'B' if matches!(lexer.peek(1), Some('"' | '\'')) => {
                return Err(invalid(from..from + 1, "there are no bytes in this language")
                    .with_help("write a string, and `base64encode` for its bytes"));
            }
            c if c.is_ascii_alphabetic() || c == '_' => lexer.name(),
            _ => lexer.sign()?,
        };
        match token {
            Token::Sign("{") => open += 1,
            Token::Sign("}") => open = open.saturating_sub(1),
            _ => {}
        }
        if tokens.len() >= MAX_TOKENS {
            let error = EvalError { code: Code::InputTooDeep, ..invalid(start..from, "the expression is too long") };
            return Err(error.with_help("split it over several values or outputs"));
        }
        tokens.push((token, from..lexer.at));
    }
}

/// The expression that begins at `start`, behind what opened it, has no end.
fn unclosed(start: usize, begin: &str) -> EvalError {
    let sign = &begin[..1];
    invalid(start.saturating_sub(2)..start, format!("`{begin}` has no closing `}}`"))
        .with_help(format!("`{sign}{begin}` writes a literal `{begin}`"))
}

pub(super) fn invalid(at: Range<usize>, message: impl Into<String>) -> EvalError {
    EvalError { code: Code::InvalidExpression, message: message.into(), at, help: None }
}

impl EvalError {
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn skip_space(&mut self) {
        loop {
            match self.peek(0) {
                Some(c) if c.is_whitespace() => self.at += 1,
                Some('/') if self.peek(1) == Some('/') => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek(0).is_some_and(&accept) {
            self.at += 1;
        }
        self.chars[from..self.at].iter().collect()
    }

    fn name(&mut self) -> Token {
        Token::Name(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_'))
    }

    fn number(&mut self) -> Result<Token, EvalError> {
        let from = self.at;
        let bad = |at, message: &str| Err(invalid(from..at, message));
        if self.peek(0) == Some('0') && matches!(self.peek(1), Some('x' | 'X')) {
            self.at += 2;
            let digits = self.take_while(|c| c.is_ascii_hexdigit());
            return match i64::from_str_radix(&digits, 16) {
                Ok(value) => Ok(Token::Int(value)),
                Err(_) => bad(self.at, "this is not a hexadecimal number of at most 63 bits"),
            };
        }
        let mut text = self.take_while(|c| c.is_ascii_digit());
        let mut float = false;
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            float = true;
            self.at += 1;
            text.push('.');
            text.push_str(&self.take_while(|c| c.is_ascii_digit()));
        }
        if matches!(self.peek(0), Some('e' | 'E')) {
            float = true;
            self.at += 1;
            text.push('e');
            if let Some(sign @ ('+' | '-')) = self.peek(0) {
                self.at += 1;
                text.push(sign);
            }
            text.push_str(&self.take_while(|c| c.is_ascii_digit()));
        }
        if !float && matches!(self.peek(0), Some('u' | 'U')) {
            self.at += 1;
        }
        if self.peek(0).is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return bad(self.at + 1, "a name does not begin with a digit").map_err(|e: EvalError| {
                e.with_help("a key that begins with a digit is written in brackets: `private[\"1a\"]`")
            });
        }
        let written: String = self.chars[from..self.at].iter().collect();
        if float {
            return match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(match Value::written(Value::Float(value), &written) {
                    number @ Value::Written(_) => Token::Written(number),
                    _ => Token::Float(value),
                }),
                _ => bad(self.at, "this is not a number"),
            };
        }
        match text.parse::<i64>() {
            Ok(value) if text.len() > 1 && text.starts_with('0') => {
                Ok(Token::Written(Value::written(Value::Int(value), &text)))
            }
            Ok(value) => Ok(Token::Int(value)),
            // The one number whose negation fits and that does not fit itself.
            Err(_) if text == "9223372036854775808" => Ok(Token::Int(i64::MIN)),
            Err(_) => bad(self.at, "the integer is beyond 64 bits"),
        }
    }

    fn text(&mut self, raw: bool) -> Result<Token, EvalError> {
        let from = self.at;
        let quote = self.chars[from];
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.at += if triple { 3 } else { 1 };
        let mut out = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                return Err(invalid(from..from + 1, format!("the string has no closing `{quote}`")));
            };
            if c == quote && (!triple || (self.peek(1) == Some(quote) && self.peek(2) == Some(quote))) {
                self.at += if triple { 3 } else { 1 };
                return Ok(Token::Text(out));
            }
            if c == '\\' && !raw {
                out.push(self.escape()?);
            } else {
                out.push(c);
                self.at += 1;
            }
        }
    }

    fn escape(&mut self) -> Result<char, EvalError> {
        let from = self.at;
        self.at += 1;
        let c = self.peek(0);
        self.at += 1;
        let digits = match c {
            Some('n') => return Ok('\n'),
            Some('t') => return Ok('\t'),
            Some('r') => return Ok('\r'),
            Some('a') => return Ok('\u{7}'),
            Some('b') => return Ok('\u{8}'),
            Some('f') => return Ok('\u{c}'),
            Some('v') => return Ok('\u{b}'),
            Some(c @ ('\\' | '?' | '"' | '\'' | '`')) => return Ok(c),
            Some('x' | 'X') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => {
                return Err(invalid(from..from + 2, "the escape is unknown")
                    .with_help("a backslash is written `\\\\`; r\"…\" is a string without escapes"));
            }
        };
        let mut value = 0_u32;
        for _ in 0..digits {
            let digit = self.peek(0).and_then(|c| c.to_digit(16));
            let Some(digit) = digit else {
                return Err(invalid(from..self.at, format!("the escape needs {digits} hexadecimal digits")));
            };
            value = (value << 4) | digit;
            self.at += 1;
        }
        char::from_u32(value).ok_or_else(|| invalid(from..self.at, "the escape is not a character"))
    }

    fn sign(&mut self) -> Result<Token, EvalError> {
        let is_here = |sign: &str| sign.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c));
        if let Some(sign) = SIGNS.iter().find(|sign| is_here(sign)) {
            self.at += sign.len();
            return Ok(Token::Sign(sign));
        }
        let c = self.chars[self.at];
        let error = invalid(self.at..self.at + 1, format!("`{}` has no meaning here", c.escape_debug()));
        Err(match c {
            '=' => error.with_help("equality is written `==`"),
            '&' => error.with_help("`and` is written `&&`"),
            '|' => error.with_help("`or` is written `||`"),
            '$' => error.with_help("inside of `${…}` names are written without `$`"),
            '`' => error.with_help("a key with other characters is written in brackets: `tags[\"a-b\"]`"),
            _ => error,
        })
    }
}
