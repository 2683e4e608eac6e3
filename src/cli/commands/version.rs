//! `wildfire version`

use crate::cli::{Exit, Failure, Output};

/// Show the version
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  wildfire version\n  wildfire version --json | jq -r .version")]
pub struct Args {}

pub fn run(output: &Output) -> Result<Exit, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    match output.json() {
        true => output.print_json(&serde_json::json!({ "version": version })),
        false => output.print(&format!("wildfire {version}")),
    }
    Ok(Exit::Ok)
}
