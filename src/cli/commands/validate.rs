//! `wildfire validate`

use wildfire_engine::compile::{self, Facts};

use crate::cli::session::Session;
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Check a stage without AWS: every error at once, in the order of the files
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  wildfire validate test\n  wildfire validate test/main --json")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
}

pub fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_with_errors(&args.target, global)?;
    let diagnostics = session.check(&args.target)?;
    if diagnostics.has_errors() {
        return Err(session.fail(diagnostics));
    }
    let stacks = session.bootstrap_of(&args.target).into_iter().chain(session.stacks(&args.target)?);
    let resources: usize = stacks
        .map(|stack| compile::compile(&session.project, &stack, &session.catalog, &Facts::default()))
        .map(|compiled| compiled.graph.resources.len())
        .sum();
    if output.json() {
        let list: Vec<_> = diagnostics.iter().map(crate::cli::error::to_json).collect();
        output.print_json(&serde_json::json!({"valid": true, "resources": resources, "diagnostics": list}));
        return Ok(Exit::Ok);
    }
    output.diagnostics(diagnostics.iter(), session.sources());
    output.print(&format!("{} is valid: {resources} resources.", session.project.stage.name));
    Ok(Exit::Ok)
}
