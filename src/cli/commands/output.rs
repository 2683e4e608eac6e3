//! `wildfire output`

use std::sync::Arc;

use futures::future::try_join_all;
use serde_json::{Map as JsonMap, Value as Json, json};
use wildfire_engine::model::{Code, Diagnostic, Value, nearest};
use wildfire_engine::state::OutputState;

use crate::cli::session::Session;
use crate::cli::view::value::{SENSITIVE, inline, key};
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Show the outputs of a stage
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire output test
  wildfire output test/main vpc_id --raw
  wildfire output test --json

Outputs of a stage of several stacks are grouped by stack. An output that several stacks have is asked for with the \
stack.")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
    /// Only this output
    #[arg(add = complete::outputs())]
    name: Option<String>,
    /// The bare text of one output, for scripts
    #[arg(long, requires = "name")]
    raw: bool,
}

/// The outputs of one stack, by name.
struct Outputs {
    stack: Arc<str>,
    values: Vec<(String, OutputState)>,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let connection = session.connect().await?;
    let read = |stack: &Arc<str>| {
        let (stack, session, connection) = (Arc::clone(stack), &session, &connection);
        async move {
            let reading = session.read_state(connection, &stack).await?;
            Ok::<_, Failure>(Outputs { stack, values: reading.state.outputs.into_iter().collect() })
        }
    };
    let all = try_join_all(stacks.iter().map(read)).await?;
    match &args.name {
        Some(wanted) => {
            let found = find(&session, &all, wanted)?;
            match (args.raw, output.json(), &found.value) {
                (true, _, Value::String(text)) => output.print_raw(text),
                (_, true, value) | (true, _, value) => output.print_json(&value.to_json()),
                (_, _, value) => output.print(&inline(value)),
            }
        }
        None if output.json() => output.print_json(&document(&all)),
        None => show(&session, &all, output),
    }
    Ok(Exit::Ok)
}

/// The one output of a name. In every form of the answer it is the same one.
fn find<'o>(session: &Session, all: &'o [Outputs], wanted: &str) -> Result<&'o OutputState, Failure> {
    let stage = &session.project.stage.name;
    let here = |outputs: &'o Outputs| {
        let value = outputs.values.iter().find(|(name, _)| name == wanted)?;
        Some((&outputs.stack, &value.1))
    };
    let found: Vec<(&Arc<str>, &OutputState)> = all.iter().filter_map(here).collect();
    match &found[..] {
        [] => {
            let message = format!("{stage} has no output {wanted}");
            let mut diagnostic = Diagnostic::error(Code::UnknownReference, message);
            let names = all.iter().flat_map(|outputs| &outputs.values).map(|(name, _)| name.as_str());
            if let Some(near) = nearest(wanted, names) {
                diagnostic = diagnostic.help(format!("did you mean {near}?"));
            }
            Err(session.fail(diagnostic))
        }
        [(_, one)] if one.sensitive => {
            let message = format!("{wanted} is sensitive: its value is not kept in state");
            Err(session.fail(Diagnostic::error(Code::InvalidValue, message)))
        }
        [(_, one)] => Ok(one),
        [(first, _), ..] => {
            let names: Vec<String> = found.iter().map(|(stack, _)| format!("{stage}/{stack}")).collect();
            let message = format!("several stacks of {stage} have an output {wanted}: {}", names.join(", "));
            Err(session.fail(
                Diagnostic::error(Code::Usage, message)
                    .help(format!("name the stack: `wildfire output {stage}/{first} {wanted}`")),
            ))
        }
    }
}

/// Of one stack a map by name; of several a map by stack of those.
fn document(all: &[Outputs]) -> Json {
    let one = |outputs: &Outputs| -> Json {
        let map = |(name, value): &(String, OutputState)| {
            (name.clone(), json!({"value": value.value.to_json(), "sensitive": value.sensitive}))
        };
        outputs.values.iter().map(map).collect::<JsonMap<_, _>>().into()
    };
    match all {
        [only] => one(only),
        _ => all.iter().map(|outputs| (outputs.stack.to_string(), one(outputs))).collect::<JsonMap<_, _>>().into(),
    }
}

fn show(session: &Session, all: &[Outputs], output: &Output) {
    if all.iter().all(|outputs| outputs.values.is_empty()) {
        output.note("no outputs");
    }
    let several = all.len() > 1;
    for outputs in all.iter().filter(|outputs| !outputs.values.is_empty()) {
        let values: Vec<_> = outputs.values.iter().map(|(name, value)| (key(name), value)).collect();
        let width = values.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let indent = if several { "  " } else { "" };
        if several {
            output.print(&format!("{}/{}:", session.project.stage.name, outputs.stack));
        }
        for (name, value) in &values {
            let text = if value.sensitive { SENSITIVE.to_string() } else { inline(&value.value) };
            output.print(&format!("{indent}{name:<width$}  {text}"));
        }
    }
}
