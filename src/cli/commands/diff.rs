//! `wildfire diff`

use std::sync::Arc;

use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::compared::{self, Side};

use crate::cli::flags::Shown;
use crate::cli::session::Session;
use crate::cli::{Exit, Failure, Global, Output, Target, complete, view};

/// Show what differs between two stages, as far as their files tell; needs no AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire diff test production
  wildfire diff test/main production/main --json
  wildfire diff test production --detailed-exitcode")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    first: Target,
    /// The stage or stack that it is compared with
    #[arg(value_name = "OTHER", add = complete::targets())]
    second: Target,
    /// Exit with 2 when something differs
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    shown: Shown,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    if args.first.stack.is_some() != args.second.stack.is_some() {
        let message = format!("{} and {} are a stage and a stack", args.first, args.second);
        let help = "compare two stages, or two stacks";
        return Err(Diagnostic::error(Code::Usage, message).help(help).into());
    }
    let first = Session::load_checked(&args.first, global, output)?;
    let second = Session::load_checked(&args.second, global, output)?;
    let (left, right) = (stacks(&first, &args.first)?, stacks(&second, &args.second)?);
    let side = |session, stacks| Side { project: session, stacks };
    let found = compared::compare(&side(&first.project, &left), &side(&second.project, &right), &first.catalog)
        .map_err(|diagnostics| first.fail(diagnostics))?;
    let names = (args.first.to_string(), args.second.to_string());
    match output.json() {
        true => output.print_json(&view::compared::json(&found, &names)),
        false => output.print(&view::compared::text(&found, &names, args.shown.into())),
    }
    Ok(if args.detailed_exitcode && !found.is_empty() { Exit::Changes } else { Exit::Ok })
}

/// The stacks that are compared; of two stages all of them, that of the state too where it is written.
fn stacks(session: &Session, target: &Target) -> Result<Vec<Arc<str>>, Failure> {
    let bootstrap = session.bootstrap_of(target);
    Ok(bootstrap.into_iter().chain(session.stacks(target)?).collect())
}
