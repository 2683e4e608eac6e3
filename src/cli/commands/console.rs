//! `wildfire console`

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use wildfire_engine::compile::{Facts, Known};
use wildfire_engine::model::{Address, Value};
use wildfire_engine::pipeline::Declaring;
use wildfire_engine::state::State;

use crate::cli::session::Session;
use crate::cli::view::value::inline;
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Evaluate expressions in the scope of a stack, line by line
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire console test
  echo 'cidrsubnet(stage.values.vpc_cidr, 4, 1)' | wildfire console test --offline")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
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
            let mut declaring = Declaring::new(&session.project, stack, &session.catalog, Facts::default());
            let declared = declaring.compile(None).await.map_err(|diagnostics| session.fail(diagnostics))?;
            (declared.graph, Recorded(None))
        }
        false => {
            let connection = session.connect().await?;
            let mut declaring = session.declaring(&connection, stack).await?;
            let graph = session.compile(&connection, &mut declaring, output).await?;
            let reading = session.read_state(&connection, stack).await?;
            (graph, Recorded(Some(reading.state)))
        }
    };
    let interactive = std::io::stdin().is_terminal();
    let mut failed = false;
    loop {
        if interactive {
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "> ").and_then(|()| stderr.flush());
        }
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if matches!(line, "exit" | "quit") {
            break;
        }
        match graph.evaluate_text(line, &known) {
            Ok(value) if output.json() => output.print_json(&value.to_json()),
            Ok(value) => output.print(&inline(&value)),
            Err(diagnostics) => {
                failed = true;
                output.diagnostics(diagnostics.iter(), session.sources());
            }
        }
    }
    Ok(if failed && !interactive { Exit::Error } else { Exit::Ok })
}
