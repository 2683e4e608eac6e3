//! `wildfire state rm`

use wildfire_engine::pipeline::Rearrangement;

use super::One;
use crate::cli::flags::{Asking, address_in};
use crate::cli::operations::rearrange::Rearrange;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Forget a resource, all instances or a module; it stays at AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire state rm test/main legacy
  wildfire state rm test/main network     # a module, with everything in it")]
pub struct Args {
    /// <stage>/<stack>
    #[arg(value_name = "STACK", add = complete::stacks())]
    target: Target,
    /// Path of a resource, an instance or a module within the stack; without a key all instances
    #[arg(add = complete::addresses())]
    address: String,
    #[command(flatten)]
    asking: Asking,
}

pub async fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    args.asking.check()?;
    let One { session, connection, state } = One::read(&args.target, global, output).await?;
    let address = address_in(&state.stack, &args.address)?;
    Rearrange { session: &session, connection: &connection, state: &state, asking: &args.asking, output }
        .run(&Rearrangement::Forget { address })
        .await
}
