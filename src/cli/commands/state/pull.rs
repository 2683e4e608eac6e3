//! `wildfire state pull`

use wildfire_engine::state::terraform;

use super::One;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Print the state
#[derive(clap::Args)]
pub struct Args {
    /// <stage>/<stack>
    #[arg(value_name = "STACK", add = complete::stacks())]
    target: Target,
    /// `wildfire`, or `terraform` for a state of version 4
    #[arg(long, default_value = "wildfire", value_parser = ["wildfire", "terraform"])]
    format: String,
}

pub async fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let One { session, state, .. } = One::read(&args.target, global, output).await?;
    let document = match args.format.as_str() {
        "terraform" => terraform::export(&state, &session.catalog),
        _ => serde_json::to_value(&state).unwrap_or_default(),
    };
    output.print_document(&document);
    Ok(Exit::Ok)
}
