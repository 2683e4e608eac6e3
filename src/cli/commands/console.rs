//! `wildfire console`

use std::io::IsTerminal;
use std::sync::Arc;

use wildfire_engine::compile::{Facts, Known};
use wildfire_engine::model::{Address, Value};
use wildfire_engine::pipeline::CompileSession;
use wildfire_engine::state::State;

use crate::cli::editor::{Lines, Names};
use crate::cli::session::Session;
use crate::cli::view::value::inline;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Evaluate expressions in the scope of a stack, line by line
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire console test
  echo 'cidrhost(stage.values.vpc_cidr, 1)' | wildfire console test --offline

At a terminal lines are edited, the arrow keys bring back earlier ones, and Tab completes names of resources, \
attributes, values of the stage and functions. Ctrl-C clears the line, Ctrl-D ends. Lines are kept in \
$XDG_STATE_HOME/wildfire/history, or ~/.local/state/wildfire/history, except those that begin with a space.")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
    /// Without AWS: attributes are unknown
    #[arg(long)]
    offline: bool,
}

/// Attributes as the state has them.
struct Recorded(Option<State>);

impl Known for Recorded {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.as_ref()?.resource(address).map(|resource| Arc::new(resource.attributes.clone()))
    }
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let stack = stacks.iter().find(|stack| &***stack == "main").or(stacks.first());
    let Some(stack) = stack else {
        let message = format!("the stage {} has no stacks", session.project.stage.name);
        return Err(session
            .fail(wildfire_engine::model::Diagnostic::error(wildfire_engine::model::Code::UnknownStack, message)));
    };
    let (graph, known) = match args.offline {
        true => {
            let mut compiling = CompileSession::new(&session.project, stack, &session.catalog, Facts::default());
            let declared = compiling.compile(None).await.map_err(|diagnostics| session.fail(diagnostics))?;
            (declared.graph, Recorded(None))
        }
        false => {
            let connection = session.connect().await?;
            let mut compiling = session.compile_session(&connection, stack).await?;
            let graph = session.compile(&connection, &mut compiling, output).await?;
            let reading = session.read_state(&connection, stack).await?;
            (graph, Recorded(Some(reading.state)))
        }
    };
    let evaluate = |text: &str| graph.evaluate_text(text, &known).ok();
    let catalog = &session.catalog;
    let mut lines = Lines::new(Names { project: &session.project, stack, catalog, evaluate: &evaluate });
    let interactive = std::io::stdin().is_terminal();
    let mut failed = false;
    while let Some(line) = lines.next() {
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        if matches!(text, "exit" | "quit") {
            break;
        }
        match graph.evaluate_text(text, &known) {
            Ok(value) if output.json() => output.print_json(&value.to_json()),
            Ok(value) => output.print(&inline(&value)),
            Err(diagnostics) => {
                failed = true;
                output.diagnostics(diagnostics.iter(), session.sources());
            }
        }
        lines.keep(line.trim_end());
    }
    Ok(if failed && !interactive { Exit::Error } else { Exit::Ok })
}
