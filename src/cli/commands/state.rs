//! `wildfire state`

use std::time::Duration;

use clap::Subcommand;
use wildfire_engine::journal::Entry;
use wildfire_engine::model::visible::Visible;
use wildfire_engine::model::{Address, Code, Diagnostic, Placement, nearest};
use wildfire_engine::state::{PendingCall, State, terraform};

use super::plan::address_in;
use crate::cli::duration::duration;
use crate::cli::prompt::Answer;
use crate::cli::session::{Connection, Session, cancelled_by_signals, signal};
use crate::cli::view;
use crate::cli::{Exit, Failure, Global, Output, Target, complete, prompt};

/// Look at the state of a stage, and rearrange it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire state list test
  wildfire state show test/main network.vpc
  wildfire state mv test/main old_name network.new_name
  wildfire state rm test/main legacy
  wildfire state pull test/main --format terraform > terraform.tfstate")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Every resource with its physical id
    List {
        /// <stage> or <stage>/<stack>
        #[arg(value_name = "STAGE", add = complete::targets())]
        target: Target,
    },
    /// The attributes of one resource
    Show {
        /// <stage>/<stack>
        #[arg(value_name = "STACK", add = complete::stacks())]
        target: Target,
        #[arg(add = complete::addresses())]
        address: String,
    },
    /// Give a resource another name
    Mv {
        /// <stage>/<stack>
        #[arg(value_name = "STACK", add = complete::stacks())]
        target: Target,
        #[arg(add = complete::addresses())]
        from: String,
        #[arg(add = complete::addresses())]
        to: String,
        #[command(flatten)]
        consent: Rearrange,
    },
    /// Forget a resource; it stays at AWS
    Rm {
        /// <stage>/<stack>
        #[arg(value_name = "STACK", add = complete::stacks())]
        target: Target,
        #[arg(add = complete::addresses())]
        address: String,
        #[command(flatten)]
        consent: Rearrange,
    },
    /// Print the state
    Pull {
        /// <stage>/<stack>
        #[arg(value_name = "STACK", add = complete::stacks())]
        target: Target,
        /// `wildfire`, or `terraform` for a state of version 4
        #[arg(long, default_value = "wildfire", value_parser = ["wildfire", "terraform"])]
        format: String,
    },
}

#[derive(clap::Args)]
struct Rearrange {
    /// Do not ask
    #[arg(long, short = 'y')]
    yes: bool,
    /// How long to wait for the lock
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    lock_timeout: Option<Duration>,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    match args.command {
        Command::List { target } => list(&target, global, output).await,
        Command::Show { target, address } => {
            let (session, _, state) = one(&target, global, output).await?;
            show(&session, &state, &address, output)
        }
        Command::Pull { target, format } => {
            let (session, _, state) = one(&target, global, output).await?;
            let document = match format.as_str() {
                "terraform" => terraform::export(&state, &session.catalog),
                _ => serde_json::to_value(&state).unwrap_or_default(),
            };
            output.print_document(&document);
            Ok(Exit::Ok)
        }
        Command::Mv { target, from, to, consent } => {
            let (session, connection, state) = one(&target, global, output).await?;
            let (from, to) = (path(&state, &from)?, path(&state, &to)?);
            let entry = Entry::Moved { from: from.path().into(), to: to.path().into() };
            // A creation that is not settled has a path, and no resource yet.
            allowed(&session, &state, &entry)?;
            known(&session, &state, &from)?;
            let question = format!("Move {} to {} in state?", from.path(), to.path());
            rearrange(&session, &connection, &state, entry, &question, &consent, output).await
        }
        Command::Rm { target, address, consent } => {
            let (session, connection, state) = one(&target, global, output).await?;
            let address = path(&state, &address)?;
            let entry = Entry::Forgotten { path: address.path().into(), deposed: None, gone: false };
            allowed(&session, &state, &entry)?;
            known(&session, &state, &address)?;
            let question = format!("Forget {}? It stays at AWS.", address.path());
            rearrange(&session, &connection, &state, entry, &question, &consent, output).await
        }
    }
}

async fn list(target: &Target, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(target, global, output)?;
    let connection = session.connect().await?;
    let mut rows = Vec::new();
    for stack in session.stacks(target)? {
        let reading = session.read_state(&connection, &stack).await?;
        for (path, resource) in reading.state.resources {
            rows.push((
                format!("{}:{path}", reading.state.stack),
                resource.type_name.to_string(),
                resource.id.to_string(),
                resource.place,
            ));
        }
    }
    if output.json() {
        let rows: Vec<_> = rows
            .iter()
            .map(|(address, kind, id, place)| {
                let mut row = serde_json::json!({"address": address, "type": kind, "id": id});
                for (key, value) in [("account", place.account()), ("region", place.region())] {
                    if let (Some(row), Some(value)) = (row.as_object_mut(), value) {
                        row.insert(key.into(), value.into());
                    }
                }
                row
            })
            .collect();
        output.print_json(&rows.into());
        return Ok(Exit::Ok);
    }
    let shown = |(address, kind, id, place): &(String, String, String, Placement)| {
        let id = format!("{}{}", Visible(id), Visible(&place.suffix()));
        (Visible(address).to_string(), Visible(kind).to_string(), id)
    };
    let rows: Vec<(String, String, String)> = rows.iter().map(shown).collect();
    let width = |pick: fn(&(String, String, String)) -> &String| {
        rows.iter().map(|row| pick(row).chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(|row| &row.0), width(|row| &row.1));
    for (address, kind, id) in &rows {
        output.print(&format!("{address:<first$}  {kind:<second$}  {id}"));
    }
    Ok(Exit::Ok)
}

/// The one stack that a command names, and its state.
async fn one(target: &Target, global: &Global, output: &Output) -> Result<(Session, Connection, State), Failure> {
    let session = Session::load(target, global, output)?;
    let stacks = session.stacks(target)?;
    let [stack] = &stacks[..] else {
        let names: Vec<&str> = stacks.iter().map(|stack| &**stack).collect();
        let message = format!("{} has several stacks: name one of {}", target.stage, names.join(", "));
        return Err(session.fail(Diagnostic::error(Code::Usage, message)));
    };
    let connection = session.connect().await?;
    let state = session.read_state(&connection, stack).await?.state;
    Ok((session, connection, state))
}

fn path(state: &State, text: &str) -> Result<Address, Failure> {
    address_in(&state.stack, text)?
        .ok_or_else(|| Diagnostic::error(Code::Usage, format!("{text} is of another stack")).into())
}

fn known(session: &Session, state: &State, address: &Address) -> Result<(), Failure> {
    if state.resource(address).is_some() {
        return Ok(());
    }
    let message = format!("{} is not in the state of {}", address.path(), state.stack);
    let mut diagnostic = Diagnostic::error(Code::UnknownAddress, message);
    let inside = |path: &&String| path.strip_prefix(address.path()).is_some_and(|rest| rest.starts_with(['.', '[']));
    diagnostic = match (
        nearest(address.path(), state.resources.keys().map(String::as_str)),
        state.resources.keys().find(inside),
    ) {
        (_, Some(one)) => diagnostic.help(format!("it stands for several: name one of them, such as '{one}'")),
        (Some(near), _) => diagnostic.help(format!("did you mean {near}?")),
        (None, None) => diagnostic.help(format!("`wildfire state list {}` lists what is there", state.stack)),
    };
    Err(session.fail(diagnostic))
}

fn show(session: &Session, state: &State, text: &str, output: &Output) -> Result<Exit, Failure> {
    let address = path(state, text)?;
    known(session, state, &address)?;
    let Some(resource) = state.resource(&address) else { return Ok(Exit::Error) };
    if output.json() {
        output.print_json(&serde_json::to_value(resource).unwrap_or_default());
        return Ok(Exit::Ok);
    }
    output.print(&view::state::text(&address, resource));
    Ok(Exit::Ok)
}

/// Whether state can be rearranged so: everything at the paths is settled, and the new one is free.
fn allowed(session: &Session, state: &State, entry: &Entry) -> Result<(), Failure> {
    let (paths, free): (Vec<&str>, Option<&str>) = match entry {
        Entry::Moved { from, to } => (vec![from, to], Some(to)),
        Entry::Forgotten { path, .. } => (vec![path], None),
        _ => return Ok(()),
    };
    let stack = &state.stack;
    if let Some(pending) = state.pending.values().find(|pending| paths.contains(&pending.path.as_str())) {
        let what = match &pending.call {
            PendingCall::Create { .. } => "creation".to_string(),
            PendingCall::Update { id, call } => format!("update `{call}` of {id}"),
            PendingCall::Delete { id, .. } => format!("deletion of {id}"),
        };
        let message = format!(
            "an earlier run has no result of a call for {}, and what became of it is not settled",
            pending.path
        );
        let diagnostic = Diagnostic::error(Code::Unsettled, message)
            .note(format!("The call is the {what} ({}, operation {}).", pending.type_name, pending.operation))
            .note("Nothing was changed.")
            .help(format!("run `wildfire apply {stack}` first: it finds out, and goes on from there"));
        return Err(session.fail(diagnostic));
    }
    match free.and_then(|to| Some((to, state.resources.get(to)?))) {
        Some((to, resource)) => {
            let message = format!("{to} is in state already, as {} {}", resource.type_name, resource.id);
            Err(session.fail(
                Diagnostic::error(Code::AlreadyExists, message)
                    .help("choose another name, or move that one away first"),
            ))
        }
        None => Ok(()),
    }
}

async fn rearrange(
    session: &Session,
    connection: &Connection,
    state: &State,
    entry: Entry,
    question: &str,
    consent: &Rearrange,
    output: &Output,
) -> Result<Exit, Failure> {
    allowed(session, state, &entry)?;
    if !consent.yes {
        if !prompt::can_ask() {
            let message = "this command asks before it changes state, and standard input is no terminal";
            return Err(session.fail(Diagnostic::error(Code::Usage, message).help("add --yes")));
        }
        match prompt::confirm(question, signal()).await {
            Answer::Yes => {}
            Answer::No => {
                output.note("Nothing was changed.");
                return Ok(Exit::Error);
            }
            Answer::Interrupted => return Err(session.fail(prompt::interrupted())),
        }
    }
    let why = format!("state of {}", state.stack);
    let halt = cancelled_by_signals();
    let writing = session.open(connection, &state.stack.stack, &why, consent.lock_timeout, &halt, output).await?;
    // Another run may have worked on it since it was looked at.
    let allowed = allowed(session, &writing.state(), &entry);
    let written = match &allowed {
        Ok(()) => writing.write(vec![entry]).await,
        Err(_) => Ok(()),
    };
    let closed = writing.close(false).await;
    allowed?;
    written.map_err(|error| session.fail(wildfire_engine::model::Diagnostic::from(error)))?;
    session.closed(closed, output)?;
    output.note("Done.");
    Ok(Exit::Ok)
}
