//! What other languages write, and what it is here.

use std::ops::Range;

use super::{Parser, Syntax, SyntaxKind};
use crate::expr::EvalError;
use crate::expr::lexer::{Token, invalid};

/// Words that CEL keeps for the languages it is embedded in.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

impl Parser {
    /// Terraform's `list[*].name` and `list.*.name`. The `*` is the next token.
    pub(super) fn splat(&mut self, list: &Syntax) -> EvalError {
        let error = invalid(self.at(), "`*` has no meaning here");
        self.position += 1;
        self.accept("]");
        let mut of_element = String::from("one");
        while self.accept(".") {
            let (Token::Name(name), _) = self.next() else { break };
            of_element.push('.');
            of_element.push_str(&name);
        }
        let list = path_of(list).unwrap_or_else(|| "list".to_string());
        error.with_help(format!(
            "of every element it is `{list}.map(one, {of_element})`; of a resource with `for_each`, \
             `values({list}).map(one, {of_element})`"
        ))
    }
}

/// A path of names, as it is written.
fn path_of(syntax: &Syntax) -> Option<String> {
    match &syntax.kind {
        SyntaxKind::Name(name) => Some(name.clone()),
        SyntaxKind::Select { of, name, optional: false, .. } => Some(format!("{}.{name}", path_of(of)?)),
        _ => None,
    }
}

pub(super) fn reserved(word: &str, at: Range<usize>) -> EvalError {
    let error = invalid(at, format!("`{word}` is reserved in CEL"));
    match word {
        "for" => error.with_help("`[for x in list : f(x)]` is written `list.map(x, f(x))`"),
        "var" => {
            error.with_help("values of the stage are written `stage.values.<name>`, inputs of a module `inputs.<name>`")
        }
        "if" => error.with_help("a condition is written `condition ? value : other`"),
        _ => error,
    }
}
