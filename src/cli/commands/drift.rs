//! `wildfire drift`

use super::plan::{PlanFlags, look};
use crate::cli::session::Session;
use crate::cli::view;
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Show what was changed outside of wildfire since the last apply; exits with 2 when there is any
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  wildfire drift test\n  wildfire drift test --json")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
    /// Show long values in full, and not only what differs in them
    #[arg(long)]
    full: bool,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let connection = session.connect().await?;
    let mut drifted = false;
    let mut unread = false;
    let detail = view::plan::Detail { full: args.full, ..Default::default() };
    // Planned as `apply --refresh-only` plans it: what is shown here is what that would take into state.
    for stack in &stacks {
        let prepared = look(&session, &connection, stack, &PlanFlags::refreshing(), output).await?;
        drifted |= !prepared.plan.drift.is_empty();
        unread |= !prepared.plan.unread.is_empty();
        match output.json() {
            true => output.print_json(&view::drift_json::drift(&prepared.plan)),
            false => output.print(&view::plan::drift_text(&prepared.plan, detail)),
        }
        output.diagnostics(view::unread::diagnostics(&prepared.plan), session.sources());
    }
    Ok(match () {
        () if unread => Exit::Error,
        () if drifted => Exit::Changes,
        () => Exit::Ok,
    })
}
