//! `wildfire apply`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::saved::{Author, SavedPlan};
use wildfire_engine::pipeline::stage::Flags;

use crate::cli::flags::{Consent, PlanFlags, Shown};
use crate::cli::operations::apply::{Request, Saved, StackRun};
use crate::cli::plan_file::{self, Keys};
use crate::cli::session::cancelled_by_signals;
use crate::cli::stacks::{Stacks, Stages};
use crate::cli::{Exit, Failure, Global, Output, Target, complete};

/// Plan, ask, and change AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire apply test
  wildfire apply test/main --yes --lock-timeout 5m     # as a step of CI
  wildfire apply test --target database --max-destroy 0
  wildfire plan test -o test.plan && wildfire apply test --plan test.plan
  wildfire apply shared test --plan both.plan          # of two stages

A stage of several stacks is planned as a whole, and asked about once. A stack whose inputs are known only when \
another is applied is planned again then: if it would change otherwise than was shown, it is left alone, and the \
exit code is 4.

A plan of `wildfire plan -o` is applied without a question: exactly that plan, and once. Options that it was made \
with are repeated. If anything has moved since (files, state, or AWS), nothing is done, what moved is told, and the \
exit code is 4.

It may be killed at any moment: the next run finds out what became of every call, and goes on.")]
pub struct Args {
    /// <stage> or <stage>/<stack>; several are planned and asked about as one
    #[arg(value_name = "STAGE", required = true, add = complete::targets())]
    targets: Vec<Target>,
    #[command(flatten)]
    flags: PlanFlags,
    /// Apply the plan that `wildfire plan -o FILE` has saved, or nothing
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Only if the file of --plan has this SHA-256, as `wildfire plan -o` has printed it
    #[arg(long, value_name = "HEX", requires = "plan")]
    plan_sha256: Option<String>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let flags = args.flags.flags()?;
    // The file is read whole before AWS is asked anything.
    let file = match &args.plan {
        Some(path) => {
            let name = path.display().to_string();
            let file = plan_file::read(&name, &global.path(path), args.plan_sha256.as_deref())?;
            let named: Vec<String> = args.targets.iter().map(ToString::to_string).collect();
            if named != file.targets() {
                let targets = file.targets().join(" ");
                let message = format!("{name} is a plan of {targets}, and this is {}", named.join(" "));
                return Err(Diagnostic::error(Code::Usage, message)
                    .help(format!("`wildfire apply {targets} --plan {name}` applies it"))
                    .into());
            }
            Some((name, file))
        }
        None => None,
    };
    let stages = Stages::load_checked(&args.targets, global, output).map_err(|failure| {
        let file = args.targets.iter().map(ToString::to_string).find(|name| global.path(Path::new(name)).is_file());
        match file {
            Some(name) => failure.note(Code::UnknownStage, || {
                format!("{name} is a file; a saved plan is applied with `wildfire apply <stage> --plan {name}`")
            }),
            None => failure,
        }
    })?;
    if file.is_none() {
        args.consent.asking.check()?;
    }
    let connections = stages.connect().await?;
    let stacks = stages.stacks(&connections)?;
    let saved = match file {
        Some((name, file)) => {
            let keys = Keys::of(stages.sessions().zip(&connections));
            let plan = file.open(&name, &keys.sealers()).await.map_err(|fault| stacks.fail(fault))?;
            let here = stages.author(&connections, &args.targets);
            Some(open(&stacks, plan, &here, &flags).await?)
        }
        None => None,
    };
    let cancel = cancelled_by_signals();
    let why = if saved.is_some() { "apply a saved plan of" } else { "apply" };
    let request = Request { flags: &flags, consent: &args.consent, shown: args.shown, why, saved: saved.as_ref() };
    StackRun { stacks: &stacks, output, cancel: &cancel }.run(&request).await
}

/// Holds a saved plan against the command, and looks at the state of every stack before the first is locked.
async fn open(stacks: &Stacks<'_>, plan: SavedPlan, here: &Author, flags: &Flags) -> Result<Saved, Failure> {
    let refused = |diagnostic: Box<Diagnostic>| stacks.fail(*diagnostic);
    plan.check_place(here).map_err(refused)?;
    plan.check_options(&|stack| flags.options(stack)).map_err(refused)?;
    let (mut holders, mut keys) = (BTreeMap::new(), BTreeMap::new());
    for stack in &plan.stacks {
        let id = stack.id();
        let Some(part) = stacks.get(&id) else { return Err(stacks.fail(plan.other_stacks())) };
        let reading = part.session.read_state(part.connection, &stack.name).await?;
        let epoch = reading.lock.as_ref().map_or(0, |row| row.epoch);
        plan.check_state(stack, &reading.state, epoch, reading.lock.as_ref()).map_err(refused)?;
        if let Some(pin) = &stack.pinned_by {
            keys.insert(id.clone(), part.session.pin_key(part.connection, &pin.stack).await?.key);
        }
        holders.insert(id, reading.lock);
    }
    Ok(Saved { plan, holders, keys })
}
