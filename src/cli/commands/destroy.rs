//! `wildfire destroy`

use super::apply::{Consent, Work, refuse_to_ask_nobody};
use super::plan::PlanFlags;
use crate::cli::session::{Session, cancelled_by_signals};
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Destroy everything of a stage or a stack, in reverse order
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire destroy test                  # asks for the name of the stage
  wildfire destroy test/main --yes
  wildfire destroy test --target redis

What has prevent_destroy or deletion protection stops it before anything is done.")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
    /// Only this resource or module, and what depends on it; may be repeated
    #[arg(long = "target", value_name = "ADDRESS")]
    target_address: Vec<String>,
    /// All but this; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    exclude: Vec<String>,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    let mut stacks = session.stacks(&args.target)?;
    // What others use goes last.
    stacks.reverse();
    refuse_to_ask_nobody(&args.consent)?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals(output);
    let flags = PlanFlags::destroying().with_targets(args.target_address, args.exclude);
    for stack in &stacks {
        if flags.skips(&session.stack_id(stack))? {
            continue;
        }
        let why = format!("destroy {}/{stack}", session.project.stage.name);
        let work = Work { session: &session, connection: &connection, stack, output, cancel: &cancel };
        let exit = work.run(&flags, &args.consent, &why).await?;
        if exit != Exit::Ok {
            return Ok(exit);
        }
    }
    Ok(Exit::Ok)
}
