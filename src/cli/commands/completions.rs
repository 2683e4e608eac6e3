//! `wildfire completions`

use clap_complete::Shell;
use wildfire_engine::model::{Code, Diagnostic};

use crate::cli::{Exit, Failure, Output, complete};

/// Print the script that makes a shell complete what is typed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  source <(wildfire completions bash)                      # in ~/.bashrc
  wildfire completions zsh > ~/.zsh/completions/_wildfire  # a folder of fpath
  wildfire completions fish > ~/.config/fish/completions/wildfire.fish

The script asks wildfire itself: it knows the stages, stacks and addresses of the project that you stand in, from \
its files and without AWS. Write it again after an update of wildfire.")]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args, output: &Output) -> Result<Exit, Failure> {
    let script = complete::script(args.shell)
        .map_err(|error| Failure::from(Diagnostic::error(Code::Internal, error.to_string())))?;
    output.print_raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Ok)
}
