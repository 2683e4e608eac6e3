//! Questions; never asked where nobody can answer.

use std::io::{BufRead, IsTerminal, Write};

use wildfire_engine::model::visible::Visible;

use super::screen::safe;

/// Whether a question can be answered.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks until the answer is a line; the question goes to standard error.
///
/// # Errors
/// Standard input has ended.
fn ask(question: &str) -> std::io::Result<String> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{} ", safe(question))?;
    stderr.flush()?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim().to_string())
}

/// True only when the answer is `yes`, in full.
pub fn confirm(question: &str) -> bool {
    ask(&format!("{question} Only 'yes' is accepted:")).is_ok_and(|answer| answer == "yes")
}

/// True only when the answer is `name`.
pub fn confirm_name(question: &str, name: &str) -> bool {
    ask(question).is_ok_and(|answer| answer == name)
}

/// The code of an MFA device, not echoed.
///
/// # Errors
/// A text for people: nobody is there to ask.
pub fn mfa_code(serial: &str) -> Result<String, String> {
    if !can_ask() {
        return Err(format!("the MFA code of {serial} is needed, and standard input is no terminal"));
    }
    dialoguer::Password::new()
        .with_prompt(format!("MFA code of {}", Visible(serial)))
        .interact()
        .map_err(|error| error.to_string())
}
