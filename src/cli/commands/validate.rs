//! `wildfire validate`

use std::sync::Arc;

use wildfire_engine::compile::{self, Facts};
use wildfire_engine::model::{Diagnostics, Sources};

use crate::cli::session::Session;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Check a stage without AWS: every error at once, in the order of the files
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire validate test
  wildfire validate test/main --json
  wildfire validate shared test")]
pub struct Args {
    /// <stage> or <stage>/<stack>; may be repeated
    #[arg(value_name = "STAGE", required = true, add = complete::targets())]
    targets: Vec<Target>,
}

pub fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let mut diagnostics = Diagnostics::default();
    let mut sources = Sources::default();
    let mut valid: Vec<(Arc<str>, usize)> = Vec::new();
    for target in &args.targets {
        let session = Session::load_with_errors(target, global)?;
        // What stages share is told once.
        diagnostics.extend(session.check(target)?);
        sources.extend(session.sources());
        if diagnostics.has_errors() {
            continue;
        }
        let stacks = session.bootstrap_of(target).into_iter().chain(session.stacks(target)?);
        let resources = stacks
            .map(|stack| compile::compile(&session.project, &stack, &session.catalog, &Facts::default()))
            .map(|compiled| compiled.graph.resources.len())
            .sum();
        valid.push((Arc::clone(&session.project.stage.name), resources));
    }
    if diagnostics.has_errors() {
        return Err(Failure::from(diagnostics).with(&sources));
    }
    if output.json() {
        let list: Vec<_> = diagnostics.iter().map(crate::cli::error::to_json).collect();
        let resources: usize = valid.iter().map(|(_, resources)| resources).sum();
        output.print_json(&serde_json::json!({"valid": true, "resources": resources, "diagnostics": list}));
        return Ok(Exit::Ok);
    }
    output.diagnostics(diagnostics.iter(), &sources);
    for (stage, resources) in valid {
        output.print(&format!("{stage} is valid: {resources} resources."));
    }
    Ok(Exit::Ok)
}
