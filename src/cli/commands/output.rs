//! `wildfire output`

use wildfire_engine::model::{Code, Diagnostic, nearest};

use crate::cli::session::Session;
use crate::cli::view::value::{SENSITIVE, inline, key};
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Show the outputs of a stage
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire output test
  wildfire output test/main vpc_id --raw
  wildfire output test --json")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
    /// Only this output
    name: Option<String>,
    /// The bare text of one output, for scripts
    #[arg(long, requires = "name")]
    raw: bool,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let connection = session.connect().await?;
    let mut all = Vec::new();
    for stack in &stacks {
        let reading = session.read_state(&connection, stack).await?;
        all.extend(reading.state.outputs.into_iter().map(|(name, value)| (stack.clone(), name, value)));
    }
    if let Some(wanted) = &args.name {
        let Some((_, _, found)) = all.iter().find(|(_, name, _)| name == wanted) else {
            let message = format!("{} has no output {wanted}", session.project.stage.name);
            let mut diagnostic = Diagnostic::error(Code::UnknownReference, message);
            if let Some(near) = nearest(wanted, all.iter().map(|(_, name, _)| name.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean {near}?"));
            }
            return Err(session.fail(diagnostic));
        };
        if found.sensitive {
            let message = format!("{wanted} is sensitive: its value is not kept in state");
            return Err(session.fail(Diagnostic::error(Code::InvalidValue, message)));
        }
        match (args.raw, output.json(), &found.value) {
            (true, _, wildfire_engine::model::Value::String(text)) => output.print_raw(text),
            (_, true, value) | (true, _, value) => output.print_json(&value.to_json()),
            (_, _, value) => output.print(&inline(value)),
        }
        return Ok(Exit::Ok);
    }
    if output.json() {
        let map = |(_, name, value): &(_, String, wildfire_engine::state::OutputState)| {
            (name.clone(), serde_json::json!({"value": value.value.to_json(), "sensitive": value.sensitive}))
        };
        output.print_json(&serde_json::Value::Object(all.iter().map(map).collect()));
        return Ok(Exit::Ok);
    }
    if all.is_empty() {
        output.note("no outputs");
    }
    let all: Vec<_> = all.into_iter().map(|(_, name, value)| (key(&name), value)).collect();
    let width = all.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in &all {
        let text = if value.sensitive { SENSITIVE.to_string() } else { inline(&value.value) };
        output.print(&format!("{name:<width$}  {text}"));
    }
    Ok(Exit::Ok)
}
