//! `wildfire graph`

use clap::ValueEnum;
use wildfire_engine::compile;

use crate::cli::session::Session;
use crate::cli::view::graph::Picture;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Draw what depends on what; needs no AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire graph test > stage.dot
  wildfire graph test | dot -Tsvg > stage.svg
  wildfire graph test/main --format mermaid")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE", add = complete::targets())]
    target: Target,
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Dot,
    Mermaid,
}

pub fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load(&args.target, global, output)?;
    let mut stacks = Vec::new();
    for stack in session.stacks(&args.target)? {
        let compiled = compile::compile_offline(&session.project, &stack, &session.catalog);
        if compiled.diagnostics.has_errors() {
            return Err(session.fail(compiled.diagnostics));
        }
        stacks.push((session.stack_id(&stack), compiled.graph.drawing()));
    }
    let picture = Picture::of(&args.target.to_string(), &stacks);
    match (output.json(), args.format) {
        (true, _) => output.print_json(&picture.json()),
        (_, Format::Dot) => output.print(&picture.dot()),
        (_, Format::Mermaid) => output.print(&picture.mermaid()),
    }
    Ok(Exit::Ok)
}
