//! `wildfire state mv`

use wildfire_engine::pipeline::Rearrangement;

use super::One;
use crate::cli::flags::{Asking, address_in};
use crate::cli::operations::rearrange::Rearrange;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Give a resource, all instances or a module another name
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire state mv test/main old_name network.new_name
  wildfire state mv test/main old_network network     # a module
  wildfire state mv test/main 'private[\"a\"]' 'private[\"eu-west-1a\"]'

A name without a key stands for all instances, which keep their keys, as in a `moved` entry.")]
pub struct Args {
    /// <stage>/<stack>
    #[arg(value_name = "STACK", add = complete::stacks())]
    target: Target,
    #[arg(add = complete::addresses())]
    from: String,
    #[arg(add = complete::addresses())]
    to: String,
    #[command(flatten)]
    asking: Asking,
}

pub async fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    args.asking.check()?;
    let One { session, connection, state } = One::read(&args.target, global, output).await?;
    let from = address_in(&state.stack, &args.from)?;
    let to = address_in(&state.stack, &args.to)?;
    Rearrange { session: &session, connection: &connection, state: &state, asking: &args.asking, output }
        .run(&Rearrangement::Move { from, to })
        .await
}
