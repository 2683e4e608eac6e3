//! `wildfire destroy`

use crate::cli::flags::{Consent, PlanFlags, Shown};
use crate::cli::operations::apply::{Request, StackRun};
use crate::cli::session::cancelled_by_signals;
use crate::cli::stacks::Stages;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Destroy everything of a stage or a stack, in reverse order
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire destroy test                  # asks for the name of the stage
  wildfire destroy test/main --yes
  wildfire destroy test --target redis

What has prevent_destroy or deletion protection stops it before anything is done.")]
pub struct Args {
    /// <stage> or <stage>/<stack>; several are planned and asked about as one
    #[arg(value_name = "STAGE", required = true, add = complete::targets())]
    targets: Vec<Target>,
    /// Only this resource or module, and what depends on it; may be repeated
    #[arg(long = "target", value_name = "ADDRESS", add = complete::addresses())]
    target_address: Vec<String>,
    /// All but this; may be repeated
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    exclude: Vec<String>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let flags = PlanFlags::destroying().with_targets(args.target_address, args.exclude).flags()?;
    let stages = Stages::load_checked(&args.targets, global, output)?;
    args.consent.asking.check()?;
    let connections = stages.connect().await?;
    let stacks = stages.stacks(&connections)?;
    let cancel = cancelled_by_signals();
    let request = Request { flags: &flags, consent: &args.consent, shown: args.shown, why: "destroy", saved: None };
    StackRun { stacks: &stacks, output, cancel: &cancel }.run(&request).await
}
