//! `wildfire plan`

use std::path::{Path, PathBuf};

use wildfire_engine::apply::RecoveryMode;
use wildfire_engine::model::{Address, Code, Diagnostic, StackId};
use wildfire_engine::pipeline::saved::{Basis, PlanFile, SavedPlan, Sealer};
use wildfire_engine::pipeline::{self, Circumstances, Prepared};
use wildfire_engine::plan::{self, Mode, Options, Plan};
use wildfire_engine::state::{Ids, Ulids};

use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::{Exit, Failure, Global, Output, Target, file, plan_file, view};

/// Show what would change, and why; takes no lock and writes nothing
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire plan test
  wildfire plan test/main --target network
  wildfire plan test --detailed-exitcode        # 0: no changes, 2: changes
  wildfire plan test -o test.plan               # then: wildfire apply test.plan
  wildfire plan test --json | jq .resource_changes")]
pub struct Args {
    /// <stage> or <stage>/<stack>
    #[arg(value_name = "STAGE")]
    target: Target,
    #[command(flatten)]
    flags: PlanFlags,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Name the AWS calls of every change
    #[arg(long)]
    show_calls: bool,
    /// Show long values in full, and not only what differs in them
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    files: ViewFiles,
    /// Save the plan to FILE; `wildfire apply FILE` does exactly that, once, or says what has moved since
    #[arg(long, short = 'o', value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The same plan in other forms, beside what is printed.
#[derive(clap::Args, Clone, Debug, Default)]
struct ViewFiles {
    /// Also write the JSON plan to FILE
    #[arg(long, value_name = "FILE")]
    json_file: Option<PathBuf>,
    /// Also write the plan as Markdown to FILE, for a comment on a pull request
    #[arg(long, value_name = "FILE")]
    markdown_file: Option<PathBuf>,
    /// Also write the plan as an HTML page to FILE
    #[arg(long, value_name = "FILE")]
    html_file: Option<PathBuf>,
}

impl ViewFiles {
    fn write(&self, target: &Target, plans: &[Plan], complete: bool, global: &Global) -> Result<(), Failure> {
        let json = || -> String { plans.iter().map(|plan| view::plan_json::text(plan, complete) + "\n").collect() };
        let markdown = || view::plan_markdown::documents(&plans.iter().collect::<Vec<_>>());
        let html = || view::plan_html::page(&format!("Plan of {target}"), &plans.iter().collect::<Vec<_>>());
        let forms: [(&Option<PathBuf>, &dyn Fn() -> String); 3] =
            [(&self.json_file, &json), (&self.markdown_file, &markdown), (&self.html_file, &html)];
        for (path, form) in forms {
            let Some(path) = path else { continue };
            file::write_text(path, &form(), global)?;
        }
        Ok(())
    }
}

/// What plan and apply have in common.
#[derive(clap::Args, Clone, Debug, Default, PartialEq)]
pub struct PlanFlags {
    /// Only this resource or module, and what it depends on; may be repeated
    #[arg(long = "target", value_name = "ADDRESS")]
    target_address: Vec<String>,
    /// All but this resource or module, and what depends on it; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    exclude: Vec<String>,
    /// Replace this resource even without a change; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    replace: Vec<String>,
    /// Plan to destroy everything
    #[arg(long, conflicts_with = "refresh_only")]
    destroy: bool,
    /// Only take what changed outside of wildfire into state
    #[arg(long)]
    refresh_only: bool,
}

impl PlanFlags {
    pub fn destroying() -> Self {
        Self { destroy: true, ..Self::default() }
    }

    pub fn refreshing() -> Self {
        Self { refresh_only: true, ..Self::default() }
    }

    #[must_use]
    pub fn with_targets(mut self, targets: Vec<String>, excludes: Vec<String>) -> Self {
        self.target_address = targets;
        self.exclude = excludes;
        self
    }

    /// The flags as the planner takes them; an address may be a path within the stack or the whole of it.
    pub fn options(&self, stack: &StackId) -> Result<Options, Failure> {
        let targets = |texts: &[String]| -> Result<Vec<plan::Target>, Failure> {
            let mut targets = Vec::new();
            for text in texts {
                if let Some(address) = address_in(stack, text)? {
                    targets.push(plan::Target(address));
                }
            }
            Ok(targets)
        };
        Ok(Options {
            mode: match (self.destroy, self.refresh_only) {
                (true, _) => Mode::Destroy,
                (_, true) => Mode::RefreshOnly,
                _ => Mode::Normal,
            },
            targets: targets(&self.target_address)?,
            excludes: targets(&self.exclude)?,
            replace: targets(&self.replace)?,
        })
    }

    /// True when the flags name resources, and none of them is in this stack.
    pub fn skips(&self, stack: &StackId) -> Result<bool, Failure> {
        Ok(!self.target_address.is_empty() && self.options(stack)?.targets.is_empty())
    }

    pub fn is_partial(&self) -> bool {
        !self.target_address.is_empty() || !self.exclude.is_empty()
    }
}

/// `network.vpc` or `test/main:network.vpc`; `None` for an address of another stack.
pub fn address_in(stack: &StackId, text: &str) -> Result<Option<Address>, Failure> {
    let parsed = match text.contains(':') && text.split(':').next().is_some_and(|head| head.contains('/')) {
        true => text.parse::<Address>(),
        false => Address::in_stack(stack, text),
    };
    match parsed {
        Ok(address) if address.stack == *stack => Ok(Some(address)),
        Ok(_) => Ok(None),
        Err(error) => Err(Diagnostic::error(Code::Usage, error.to_string())
            .help("an address is a path within the stack, such as network.vpc or 'network.private[\"a\"]'")
            .into()),
    }
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let session = Session::load_checked(&args.target, global, output)?;
    let stacks = session.stacks(&args.target)?;
    let connection = session.connect().await?;
    let mut changes = false;
    let mut unread = false;
    let mut plans = Vec::new();
    let mut saving = args.out.as_ref().map(|_| SavedPlan::new(session.author(&connection, &args.target), &Ulids));
    for stack in &stacks {
        let id = session.stack_id(stack);
        if args.flags.skips(&id)? {
            continue;
        }
        let Looked { prepared, basis } = look_closely(&session, &connection, stack, &args.flags, output).await?;
        if let Some(saved) = &mut saving {
            let options = args.flags.options(&id)?;
            saved.add(&basis, &options, &prepared, &session.catalog).map_err(|diagnostic| session.fail(*diagnostic))?;
        }
        changes |= !prepared.plan.is_empty();
        unread |= !prepared.plan.unread.is_empty();
        match output.json() {
            true => output.print_json(&view::plan_json::document(&prepared.plan, !args.flags.is_partial())),
            false => {
                output.print(&view::plan::text(
                    &prepared.plan,
                    view::plan::Detail { calls: args.show_calls, full: args.full },
                ));
                output.diagnostics(view::unread::diagnostics(&prepared.plan), session.sources());
            }
        }
        plans.push(prepared.plan);
    }
    args.files.write(&args.target, &plans, !args.flags.is_partial(), global)?;
    if let (Some(path), Some(saved)) = (&args.out, &saving) {
        if saved.stacks.is_empty() {
            let message = format!("{} has nothing that could be saved: no stack of it has the targets", args.target);
            return Err(session.fail(Diagnostic::error(Code::UnknownAddress, message)));
        }
        save(&session, &connection, saved, &global.path(path)).await?;
        let path = path.display();
        output.note(&format!("The plan is saved to {path}; `wildfire apply {path}` does exactly this, once."));
    }
    tracing::info!(calls = connection.aws.calls_made(), "AWS calls");
    Ok(match () {
        () if unread => Exit::Error,
        () if changes && args.detailed_exitcode => Exit::Changes,
        () => Exit::Ok,
    })
}

/// Encrypts the plan if the stage's state is encrypted, and writes it.
async fn save(session: &Session, connection: &Connection, plan: &SavedPlan, path: &Path) -> Result<(), Failure> {
    let sealer = session.sealer(connection);
    let sealer = sealer.as_ref().map(|sealer| sealer as &dyn Sealer);
    let bytes = PlanFile::write(plan, sealer).await.map_err(|diagnostic| session.fail(diagnostic))?;
    plan_file::write(path, &bytes).map_err(|diagnostic| session.fail(diagnostic))
}

/// A plan of one stack without the lock.
pub async fn look(
    session: &Session,
    connection: &Connection,
    stack: &str,
    flags: &PlanFlags,
    output: &Output,
) -> Result<Prepared, Failure> {
    look_closely(session, connection, stack, flags, output).await.map(|looked| looked.prepared)
}

/// A plan, and the state that it was made from.
struct Looked {
    prepared: Prepared,
    basis: Basis,
}

async fn look_closely(
    session: &Session,
    connection: &Connection,
    stack: &str,
    flags: &PlanFlags,
    output: &Output,
) -> Result<Looked, Failure> {
    let options = flags.options(&session.stack_id(stack))?;
    let compiled = async {
        let mut declaring = session.declaring(connection, stack).await?;
        let graph = session.compile(connection, &mut declaring, output).await?;
        Ok::<_, Failure>((declaring, graph))
    };
    // What is stored and what data sources say do not depend on each other.
    let (reading, compiled) = tokio::join!(session.read_state(connection, stack), compiled);
    let (reading, (mut declaring, graph)) = (reading?, compiled?);
    if let Some(row) = reading.lock.as_ref().filter(|row| row.owner.is_some()) {
        output.note(&format!(
            "Note: {} holds the lock since {} ({}); what it changes is not in this plan.",
            row.who, row.since, row.why
        ));
    }
    let basis = Basis::new(&reading, session.uses(stack));
    let halt = cancelled_by_signals(output);
    let circumstances = Circumstances {
        state: reading.state,
        catalog: &session.catalog,
        cloud: &connection.aws,
        options: &options,
        mode: RecoveryMode::Look,
        now: Ulids.now(),
        halt: &halt,
    };
    let waiting = |address: &Address, status: &str| output.note(&format!("{}: {status}", address.path()));
    let _waiting = output.waiting(&format!("reading what {}/{stack} has at AWS", session.project.stage.name));
    let prepared = pipeline::prepare(&mut declaring, graph, circumstances, waiting)
        .await
        .map_err(|diagnostics| session.fail(diagnostics))?;
    Ok(Looked { prepared, basis })
}
