//! `wildfire state`: a file for each of its commands.

mod list;
mod mv;
mod pull;
mod rm;
mod show;

use clap::Subcommand;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::state::State;

use crate::cli::session::{Connection, Session};
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Look at the state of a stage, and rearrange it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire state list test
  wildfire state show test/main network.vpc
  wildfire state mv test/main old_name network.new_name
  wildfire state rm test/main legacy
  wildfire state pull test/main --format terraform > terraform.tfstate

An address is that of a resource, of an instance, of all instances (without a key) or of a module.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Mv(mv::Args),
    Rm(rm::Args),
    Pull(pull::Args),
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    match args.command {
        Command::List(args) => list::run(&args, global, output).await,
        Command::Show(args) => show::run(&args, global, output).await,
        Command::Mv(args) => mv::run(&args, global, output).await,
        Command::Rm(args) => rm::run(&args, global, output).await,
        Command::Pull(args) => pull::run(&args, global, output).await,
    }
}

/// The one stack that a command names.
struct One {
    session: Session,
    connection: Connection,
    state: State,
}

impl One {
    async fn read(target: &Target, global: &Global, output: &Output) -> Result<Self, Failure> {
        let session = Session::load(target, global, output)?;
        let stacks = session.stacks(target)?;
        let [stack] = &stacks[..] else {
            let names: Vec<&str> = stacks.iter().map(|stack| &**stack).collect();
            let message = format!("{} has several stacks: name one of {}", target.stage, names.join(", "));
            return Err(session.fail(Diagnostic::error(Code::Usage, message)));
        };
        let connection = session.connect().await?;
        let state = session.read_state(&connection, stack).await?.state;
        Ok(Self { session, connection, state })
    }
}
