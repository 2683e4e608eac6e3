//! `wildfire validate`

use wildfire_engine::compile;
use wildfire_engine::model::{Diagnostics, Severity};

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
    let session = match Session::load_with_errors(&args.target, global)? {
        session if session.project.diagnostics.has_errors() => {
            // The stacks are checked too: all errors are shown at once.
            let found = check(&session, &args.target).unwrap_or_default();
            let mut all = session.project.diagnostics.clone();
            all.extend(found.0);
            return Err(session.fail(all));
        }
        session => session,
    };
    let (diagnostics, resources) = check(&session, &args.target)?;
    if diagnostics.has_errors() {
        return Err(session.fail(diagnostics));
    }
    if output.json() {
        let list: Vec<_> = diagnostics.iter().map(crate::cli::error::to_json).collect();
        output.print_json(&serde_json::json!({"valid": true, "resources": resources, "diagnostics": list}));
        return Ok(Exit::Ok);
    }
    output.diagnostics(diagnostics.iter(), session.sources());
    output.print(&format!("{} is valid: {resources} resources.", session.project.stage.name));
    Ok(Exit::Ok)
}

/// What is wrong with the stacks, and how many resources they have.
fn check(session: &Session, target: &Target) -> Result<(Diagnostics, usize), Failure> {
    let mut all = Diagnostics::default();
    let mut resources = 0;
    let stacks = match (&target.stack, session.stacks(target)) {
        (_, Ok(stacks)) => stacks,
        (_, Err(failure)) => return Err(failure),
    };
    // Without a name `bootstrap` is checked as well: it is part of the stage.
    let bootstrap = session.project.stage.stacks.get_key_value("bootstrap").filter(|_| target.stack.is_none());
    for stack in bootstrap.map(|(name, _)| name.clone()).into_iter().chain(stacks) {
        all.extend(compile::validate(&session.project, &stack, &session.catalog));
        resources += compile::compile(&session.project, &stack, &session.catalog, &compile::Facts::default()).graph.resources.len();
    }
    let errors = all.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    tracing::info!(errors, resources, "checked");
    Ok((all, resources))
}
