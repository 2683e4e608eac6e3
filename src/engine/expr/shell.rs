//! Variables of a shell inside of user data: `${1:-x}` and `${HOME%/}` are for the shell and no expressions.

use super::EvalError;

/// Characters of a variable that are looked at.
const LONGEST: usize = 200;

/// The error of what begins behind `${`, with the help to leave it to the shell when it looks like a shell's.
pub(super) fn hint(behind: &[char], error: EvalError) -> EvalError {
    let inside: String = behind.iter().take(LONGEST).take_while(|c| !matches!(c, '}' | '\n')).collect();
    let closed = behind.get(inside.chars().count()) == Some(&'}');
    match closed && is_parameter(&inside) {
        true => error.with_help(format!("if it is for a shell, write `$${{{inside}}}`")),
        false => error,
    }
}

/// Whether it is a parameter expansion of POSIX or bash that is no expression of ours.
fn is_parameter(text: &str) -> bool {
    let (text, prefixed) = match text.strip_prefix(['#', '!']) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let letters = |accept: fn(char) -> bool| text.chars().take_while(|c| accept(*c)).count();
    let name = match text.chars().next() {
        Some(first) if first.is_ascii_digit() => letters(|c| c.is_ascii_digit()),
        Some(first) if first.is_ascii_alphabetic() || first == '_' => {
            letters(|c| c.is_ascii_alphanumeric() || c == '_')
        }
        Some('@' | '*' | '?' | '$') => 1,
        _ => return false,
    };
    let rest = &text[name..];
    if prefixed {
        return rest.is_empty() || rest.starts_with("[@]") || rest.starts_with("[*]");
    }
    let operators = [":-", ":=", ":+", ":?", "%", "#", "^", ",,", "//", "/", "[@]"];
    let offset = rest.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    offset || operators.iter().any(|operator| rest.starts_with(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_a_shell_are_known() {
        for text in ["1:-x", "VAR:-default", "x:=y", "x:+y", "x:?y", "HOME%/", "x##*/", "x^^", "x//a/b", "arr[@]", "#x"]
        {
            assert!(is_parameter(text), "{text}");
        }
        for text in ["a ? b", "a +", "", "vpc.id)", "'x", "list[*].id", "a[0", "{x}"] {
            assert!(!is_parameter(text), "{text}");
        }
    }
}
