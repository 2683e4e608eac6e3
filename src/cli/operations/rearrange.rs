//! Rearranging state: what would change, the question, the lock, the entries.

use wildfire_engine::journal::Entry;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::{Rearrangement, Writing};
use wildfire_engine::state::State;

use crate::cli::flags::Asking;
use crate::cli::prompt::Answer;
use crate::cli::session::{Connection, Session, cancelled_by_signals, signal};
use crate::cli::view;
use crate::cli::{Exit, Failure, Output, prompt};

/// The state of a stack as it was read, and who agrees to a change of it.
pub struct Rearrange<'a> {
    pub session: &'a Session,
    pub connection: &'a Connection,
    pub state: &'a State,
    pub asking: &'a Asking,
    pub output: &'a Output,
}

impl Rearrange<'_> {
    /// Shows what several resources come to, asks, and does it.
    ///
    /// # Errors
    /// It cannot be done to the state, now or once the lock is taken; or it is not written.
    pub async fn run(&self, rearrangement: &Rearrangement) -> Result<Exit, Failure> {
        let Self { session, connection, state, asking, output } = *self;
        let entries = rearrangement.entries(state).map_err(|fault| session.fail(*fault))?;
        let question = view::state::question(rearrangement, &entries);
        if let Some(list) = view::state::listed(rearrangement, &entries, state) {
            list.iter().for_each(|line| output.note(line));
        }
        if !asking.yes {
            match prompt::confirm(&question, signal()).await {
                Answer::Yes => {}
                Answer::No => {
                    output.note("Nothing was changed.");
                    return Ok(Exit::Error);
                }
                Answer::Interrupted => return Err(session.fail(prompt::interrupted())),
            }
        }
        let why = format!("state of {}", state.stack);
        let halt = cancelled_by_signals();
        let writing = session.open(connection, &state.stack.stack, &why, asking.lock_timeout, &halt, output).await?;
        let written = write(&writing, rearrangement, entries).await;
        let closed = writing.close(false).await;
        written.map_err(|diagnostic| session.fail(*diagnostic))?;
        session.closed(closed, output)?;
        output.note("Done.");
        Ok(Exit::Ok)
    }
}

/// Another run may have worked on the state since it was shown: what comes out now has to be the same.
async fn write(writing: &Writing, rearrangement: &Rearrangement, shown: Vec<Entry>) -> Result<(), Box<Diagnostic>> {
    if rearrangement.entries(&writing.state())? != shown {
        let message = "another run has changed the state since it was looked at";
        let diagnostic = Diagnostic::error(Code::StateConflict, message).note("Nothing was changed.");
        return Err(Box::new(diagnostic.help("run the command again")));
    }
    writing.write(shown).await.map_err(|error| Box::new(error.into()))
}
