//! `wildfire apply`

use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::saved::{PlanFile, SavedPlan, Sealer};

use super::plan::PlanFlags;
use crate::cli::plan_file::Given;
use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::work::Saved;
pub use crate::cli::work::{Consent, Work, refuse_to_ask_nobody};
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Plan, ask, and change AWS
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire apply test
  wildfire apply test/main --yes --lock-timeout 5m     # as a step of CI
  wildfire apply test --target database --max-destroy 0
  wildfire plan test -o test.plan && wildfire apply test.plan

A FILE of `wildfire plan -o` is applied without a question: exactly that plan, and once.
If anything has moved since (files, state, or AWS), nothing is done, what moved is told,
and the exit code is 4.

It may be killed at any moment: the next run finds out what became of every call, and goes on.")]
pub struct Args {
    /// <stage>, <stage>/<stack>, or the file of a saved plan
    #[arg(value_name = "STAGE|FILE")]
    given: String,
    #[command(flatten)]
    flags: PlanFlags,
    #[command(flatten)]
    consent: Consent,
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let target = match Given::find(&args.given, global)? {
        Given::Target(target) => target,
        Given::File { name, plan } => return apply_file(&name, plan, &args, global, output).await,
    };
    let session = Session::load_checked(&target, global, output).map_err(|failure| {
        failure.note(Code::UnknownStage, || {
            format!("There is no file {} either, which could be a saved plan.", args.given)
        })
    })?;
    let stacks = session.stacks(&target)?;
    refuse_to_ask_nobody(&args.consent)?;
    let connection = session.connect().await?;
    let cancel = cancelled_by_signals(output);
    for stack in &stacks {
        if args.flags.skips(&session.stack_id(stack))? {
            continue;
        }
        let why = format!("apply {}/{stack}", session.project.stage.name);
        let work = Work { session: &session, connection: &connection, stack, output, cancel: &cancel };
        let exit = work.run(&args.flags, &args.consent, &why).await?;
        if exit != Exit::Ok {
            return Ok(exit);
        }
    }
    Ok(Exit::Ok)
}

/// A saved plan: every stack of it is looked at before the first is locked, and again under its lock.
async fn apply_file(
    name: &str,
    file: PlanFile,
    args: &Args,
    global: &Global,
    output: &Output,
) -> Result<Exit, Failure> {
    if args.flags != PlanFlags::default() {
        let message = format!("{name} is a saved plan, and has the flags that it was made with");
        return Err(Diagnostic::error(Code::Usage, message).help("plan again, with the other flags").into());
    }
    let target = file.target().parse::<Target>();
    let target = target.map_err(|_| Diagnostic::error(Code::InvalidPlan, format!("{name} is a plan of no stage")))?;
    let session = Session::load_checked(&target, global, output)
        .map_err(|failure| failure.note(Code::UnknownStage, || format!("{name} is a saved plan of it")))?;
    let connection = session.connect().await?;
    let plan = open(&session, &connection, &target, name, file).await?;
    let mut all = Vec::with_capacity(plan.stacks.len());
    for stack in &plan.stacks {
        let reading = session.read_state(&connection, &stack.name).await?;
        let epoch = reading.lock.as_ref().map_or(0, |row| row.epoch);
        let saved = Saved { plan: &plan, stack, holder: reading.lock };
        saved.check_state(&reading.state, epoch).map_err(|diagnostic| session.fail(*diagnostic))?;
        all.push(saved);
    }
    let cancel = cancelled_by_signals(output);
    for (done, saved) in all.iter().enumerate() {
        let stack = &saved.stack.name;
        let why = format!("apply {}/{stack} from a saved plan", plan.stage);
        let work = Work { session: &session, connection: &connection, stack, output, cancel: &cancel };
        let exit = work.run_saved(saved, &args.consent, &why).await.map_err(|failure| match done {
            0 => failure,
            _ => failure.note(Code::StalePlan, || format!("The first {done} stacks of the plan were applied.")),
        })?;
        if exit != Exit::Ok {
            return Ok(exit);
        }
    }
    Ok(Exit::Ok)
}

async fn open(
    session: &Session,
    connection: &Connection,
    target: &Target,
    name: &str,
    file: PlanFile,
) -> Result<SavedPlan, Failure> {
    let sealer = session.sealer(connection);
    let sealer = sealer.as_ref().map(|sealer| sealer as &dyn Sealer);
    let plan = file.open(name, sealer).await.map_err(|diagnostic| session.fail(diagnostic))?;
    let here = session.author(connection, target);
    plan.check_place(&here.wildfire, &here.account, &here.region).map_err(|diagnostic| session.fail(*diagnostic))?;
    Ok(plan)
}
