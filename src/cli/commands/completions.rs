//! `wildfire completions`

use clap_complete::Shell;

use crate::cli::{Exit, Failure, Output, command};

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = "Example:\n  wildfire completions bash > /etc/bash_completion.d/wildfire")]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args, output: &Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "wildfire", &mut script);
    output.print_raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Ok)
}
