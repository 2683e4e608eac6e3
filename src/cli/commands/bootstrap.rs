//! `wildfire bootstrap`

use wildfire_engine::journal;
use wildfire_engine::pipeline::stage::Flags;
use wildfire_engine::state::{StateError, StoreError};

use crate::cli::flags::{Consent, Shown};
use crate::cli::operations::adoption;
use crate::cli::operations::apply::{Request, StackRun};
use crate::cli::operations::bootstrap::{First, WHY};
use crate::cli::session::{Session, cancelled_by_signals};
use crate::cli::stacks::Stacks;
use crate::cli::stage_files::BOOTSTRAP;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Make the state bucket and the lock table of a stage; safe to run again
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  wildfire bootstrap test

Bucket and table are the stack `bootstrap` of the stage: stages/<stage>/bootstrap/*.yaml if there is such a \
folder, else a bucket with versions, encryption, no public access and TLS only, and a table.")]
pub struct Args {
    /// <stage>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_with_errors(&args.target, global)?;
    if !session.project.diagnostics.has_errors() {
        session.state_config()?;
    }
    // The first command of a stage asks neither for whole stacks nor for the values that they read.
    let target = Target { stack: Some(BOOTSTRAP.to_string()), ..args.target };
    session.refuse_errors(&target, output)?;
    args.consent.asking.check()?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals();
    let place = session.place(&connection, BOOTSTRAP)?;
    let table = session.table(&connection)?;
    let stored = match journal::read(&place, &*table).await {
        Ok(reading) => reading.exists.then_some(reading.state),
        Err(StateError::Store(error)) if matches!(*error, StoreError::Missing(_)) => None,
        Err(error) => return Err(session.state_failure(error)),
    };
    let Some(state) = stored else {
        let (session, connection, cancel) = (&session, &connection, &cancel);
        let first = First { session, connection, output, cancel, shown: args.shown, consent: &args.consent };
        return first.run(place).await;
    };
    let mut compiling = session.compile_session(&connection, BOOTSTRAP).await?;
    // A run that was cut off before it had written down what it made has left a head without it.
    let imports = adoption::existing(&session, &connection, output, &mut compiling, &state).await?;
    let stacks = Stacks::one(&session, &connection, BOOTSTRAP, imports);
    let flags = Flags::default();
    let request = Request { flags: &flags, consent: &args.consent, shown: args.shown, why: WHY, saved: None };
    StackRun { stacks: &stacks, output, cancel: &cancel }.run(&request).await
}
