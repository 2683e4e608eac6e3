//! `wildfire state show`

use wildfire_engine::pipeline::resources_at;

use super::One;
use crate::cli::flags::address_in;
use crate::cli::{Exit, Failure, Global, Output, Target, complete, view};

/// The attributes of a resource, of all instances, or of everything in a module
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire state show test/main network.vpc
  wildfire state show test/main 'network.private[\"a\"]'
  wildfire state show test/main network --json

The JSON of one resource is the resource; of an address that stands for several it is a map of resources by path.")]
pub struct Args {
    /// <stage>/<stack>
    #[arg(value_name = "STACK", add = complete::stacks())]
    target: Target,
    /// Path of a resource, an instance or a module within the stack; without a key all instances
    #[arg(add = complete::addresses())]
    address: String,
}

pub async fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let one = One::read(&args.target, global, output).await?;
    let address = address_in(&one.state.stack, &args.address)?;
    let found = resources_at(&one.state, &address).map_err(|fault| one.session.fail(*fault))?;
    match output.json() {
        true => output.print_json(&view::state::json(&address, &found)),
        false => output.print(&view::state::text(&found)),
    }
    Ok(Exit::Ok)
}
