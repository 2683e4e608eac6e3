//! `wildfire drift`

use wildfire_engine::pipeline::stage::Flags;
use wildfire_engine::plan::{Mode, Plan};

use crate::cli::flags::Shown;
use crate::cli::operations::look::look;
use crate::cli::stacks::Stages;
use crate::cli::view;
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Show what was changed outside of wildfire since the last apply; exits with 2 when there is any
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  wildfire drift test\n  wildfire drift test --json")]
pub struct Args {
    /// <stage> or <stage>/<stack>; may be repeated
    #[arg(value_name = "STAGE", required = true, add = complete::targets())]
    targets: Vec<Target>,
    #[command(flatten)]
    shown: Shown,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let stages = Stages::load_checked(&args.targets, global, output)?;
    let connections = stages.connect().await?;
    let stacks = stages.stacks(&connections)?;
    // Planned as `apply --refresh-only` plans it: what is shown here is what that would take into state.
    let flags = Flags { mode: Mode::RefreshOnly, ..Flags::default() };
    let looked = look(&stacks, &flags, output).await?;
    let plans: Vec<&Plan> = looked.planned.stacks.iter().map(|stack| &stack.prepared.plan).collect();
    match output.json() {
        true => output.print_json(&view::stage::drift_json(&plans)),
        false => {
            let drift = |plan: &&Plan| output.print(&view::plan::drift_text(plan, args.shown.into()));
            plans.iter().for_each(drift);
        }
    }
    output.diagnostics(plans.iter().flat_map(|plan| view::unread::diagnostics(plan)), &stacks.sources());
    Ok(match () {
        () if plans.iter().any(|plan| !plan.unread.is_empty()) => Exit::Error,
        () if plans.iter().any(|plan| !plan.drift.is_empty()) => Exit::Changes,
        () => Exit::Ok,
    })
}
