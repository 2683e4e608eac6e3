//! `wildfire unlock`

use wildfire_engine::model::visible::Visible;
use wildfire_engine::state::LockTable;

use crate::cli::session::Session;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Show who holds the lock of a stage; it is never needed to unlock by hand
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  wildfire unlock test

A run that was killed stops renewing its lock; the next run takes it over after half a minute. A run that is \
alive cannot be robbed of its lock: stop it, or wait.")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let connection = session.connect().await?;
    let table = session.table(&connection)?;
    for stack in &stacks {
        let id = session.stack_id(stack);
        let key = session.place(&connection, stack)?.keys().lock();
        let row = table.get(&key).await.map_err(|error| session.state_failure(error.into()))?;
        let held = row.as_ref().filter(|row| row.owner.is_some());
        if output.json() {
            output.print_json(&serde_json::json!({
                "stack": id.to_string(),
                "held": held.is_some(),
                "who": held.map(|row| &row.who),
                "why": held.map(|row| &row.why),
                "since": held.map(|row| &row.since),
                "epoch": row.as_ref().map(|row| row.epoch),
            }));
            continue;
        }
        output.print(&match held {
            None => format!("{id}: nobody holds the lock."),
            Some(row) => format!(
                "{id}: {} holds the lock since {}, for: {}\nIf that run is dead, the next one takes over {} seconds after \
                 its last sign of life. Nothing has to be done.",
                Visible(&row.who),
                Visible(&row.since),
                Visible(&row.why),
                row.lease
            ),
        });
    }
    Ok(Exit::Ok)
}
