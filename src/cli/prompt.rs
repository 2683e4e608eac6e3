//! Questions; never asked where nobody can answer, and over the moment that they are interrupted.

use std::io::{IsTerminal, Write};

use wildfire_engine::model::visible::Visible;
use wildfire_engine::model::{Code, Diagnostic};

use super::screen::safe;

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// A signal came before the answer.
    Interrupted,
}

/// Why a command ends whose question was interrupted.
pub fn interrupted() -> Diagnostic {
    Diagnostic::error(Code::Interrupted, "interrupted at the question; nothing was changed")
}

/// Whether a question can be answered.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line; the question goes to standard error. `None`: `interrupted` came first.
///
/// # Errors
/// Standard input has ended, or the question cannot be shown.
async fn ask(question: &str, interrupted: impl Future<Output = ()>) -> std::io::Result<Option<String>> {
    {
        let mut stderr = anstream::stderr().lock();
        write!(stderr, "{} ", safe(question))?;
        stderr.flush()?;
    }
    let (sender, answer) = tokio::sync::oneshot::channel();
    // Nothing ends a read of a terminal but a line. The thread is left to the end of the process.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        // Whoever asked may be gone.
        let _ = sender.send(read.map(|bytes| (bytes, line)));
    });
    tokio::select! {
        biased;
        () = interrupted => {
            // What follows begins on a line of its own.
            let _ = writeln!(anstream::stderr().lock());
            Ok(None)
        }
        read = answer => match read {
            Ok(Ok((bytes, line))) if bytes > 0 => Ok(Some(line.trim().to_string())),
            Ok(Err(error)) => Err(error),
            _ => Err(std::io::ErrorKind::UnexpectedEof.into()),
        },
    }
}

async fn expect(wanted: &str, question: &str, interrupted: impl Future<Output = ()>) -> Answer {
    match ask(question, interrupted).await {
        Ok(Some(answer)) if answer == wanted => Answer::Yes,
        Ok(None) => Answer::Interrupted,
        Ok(Some(_)) | Err(_) => Answer::No,
    }
}

/// Yes only when the answer is `yes`, in full.
pub async fn confirm(question: &str, interrupted: impl Future<Output = ()>) -> Answer {
    expect("yes", &format!("{question} Only 'yes' is accepted:"), interrupted).await
}

/// Yes only when the answer is `name`.
pub async fn confirm_name(question: &str, name: &str, interrupted: impl Future<Output = ()>) -> Answer {
    expect(name, question, interrupted).await
}

/// The code of an MFA device, not echoed.
///
/// # Errors
/// A text for people: nobody is there to ask.
pub fn mfa_code(serial: &str) -> Result<String, String> {
    if !can_ask() {
        return Err(format!("the MFA code of {serial} is needed, and standard input is no terminal"));
    }
    remember();
    dialoguer::Password::new()
        .with_prompt(format!("MFA code of {}", Visible(serial)))
        .interact()
        .map_err(|error| error.to_string())
}

pub use terminal::{remember, restore};

/// The modes of the terminal: a question without echo that is interrupted would leave it without one.
#[cfg(unix)]
mod terminal {
    use std::sync::{Mutex, PoisonError};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static MODES: Mutex<Option<Termios>> = Mutex::new(None);

    /// The modes as they are now, for [`restore`].
    pub fn remember() {
        *MODES.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(std::io::stdin()).ok();
    }

    /// Gives the terminal back as it was before a question without echo.
    pub fn restore() {
        if let Some(modes) = MODES.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A terminal that is gone needs none.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &modes);
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    pub fn remember() {}

    pub fn restore() {}
}
