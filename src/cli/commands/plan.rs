//! `wildfire plan`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wildfire_engine::apply::RecoveryMode;
use wildfire_engine::journal::Reading;
use wildfire_engine::model::{Address, Code, Diagnostic, StackId};
use wildfire_engine::pipeline::saved::{Basis, PlanFile, SavedPlan};
use wildfire_engine::pipeline::stage::{Flags, Named, StagePlan, Terms};
use wildfire_engine::plan::{Mode, Plan};
use wildfire_engine::state::{Ids, Sealer, Ulids};

use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::stacks::{Stacks, Stages};
use crate::cli::work::Shown;
use crate::cli::{Exit, Failure, Global, Output, Target, complete, file, plan_file, view};

/// Show what would change, and why; takes no lock and writes nothing
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire plan test
  wildfire plan test/main --target network
  wildfire plan test --detailed-exitcode        # 0: no changes, 2: changes
  wildfire plan test -o test.plan               # saved, for `apply --plan`
  wildfire plan shared test                     # two stages, as one plan
  wildfire plan test --json | jq .resource_changes")]
pub struct Args {
    /// <stage> or <stage>/<stack>; several make one plan
    #[arg(value_name = "STAGE", required = true, add = complete::targets())]
    targets: Vec<Target>,
    #[command(flatten)]
    flags: PlanFlags,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Name the AWS calls of every change
    #[arg(long)]
    show_calls: bool,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    files: ViewFiles,
    /// Save the plan to FILE; `wildfire apply <stage> --plan FILE` does exactly that, once, or says what has moved since
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
    fn write(&self, title: &str, plans: &[&Plan], complete: bool, global: &Global) -> Result<(), Failure> {
        let json = || view::stage::json_text(plans, complete) + "\n";
        let markdown = || view::plan_markdown::documents(plans);
        let html = || view::plan_html::page(title, plans);
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
    #[arg(long = "target", value_name = "ADDRESS", add = complete::addresses())]
    target_address: Vec<String>,
    /// All but this resource or module, and what depends on it; may be repeated
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    exclude: Vec<String>,
    /// Replace this resource even without a change; may be repeated
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
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

    #[must_use]
    pub fn with_targets(mut self, targets: Vec<String>, excludes: Vec<String>) -> Self {
        self.target_address = targets;
        self.exclude = excludes;
        self
    }

    /// The flags as the planner takes them.
    ///
    /// # Errors
    /// An address that is none.
    pub fn flags(&self) -> Result<Flags, Failure> {
        let named = |texts: &[String]| texts.iter().map(|text| named(text)).collect::<Result<Vec<_>, Failure>>();
        Ok(Flags {
            mode: match (self.destroy, self.refresh_only) {
                (true, _) => Mode::Destroy,
                (_, true) => Mode::RefreshOnly,
                _ => Mode::Normal,
            },
            targets: named(&self.target_address)?,
            excludes: named(&self.exclude)?,
            replace: named(&self.replace)?,
        })
    }
}

pub fn named(text: &str) -> Result<Named, Failure> {
    text.parse().map_err(|error: wildfire_engine::model::AddressError| {
        Diagnostic::error(Code::Usage, error.to_string())
            .help(
                "an address is a path within the stack, such as network.vpc or 'network.private[\"a\"]'; \
                 main:network.vpc names the stack, too",
            )
            .into()
    })
}

/// `network.vpc`, `main:network.vpc` or `test/main:network.vpc`; `None` for an address of another stack.
pub fn address_in(stack: &StackId, text: &str) -> Result<Option<Address>, Failure> {
    Ok(named(text)?.at(stack).map(|target| target.0))
}

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    if let (Some(_), [_, _, ..]) = (&args.out, &args.targets[..]) {
        let message = "a saved plan is of one stage or of one stack, and this command names several";
        return Err(Diagnostic::error(Code::Usage, message).help("save one for each").into());
    }
    let flags = args.flags.flags()?;
    let stages = Stages::load_checked(&args.targets, global, output)?;
    let connections = stages.connect().await?;
    let stacks = stages.stacks(&connections)?;
    let Looked { planned, readings } = look(&stacks, &flags, output).await?;
    let plans: Vec<&Plan> = planned.stacks.iter().map(|stack| &stack.prepared.plan).collect();
    let complete = !flags.is_partial();
    if !plans.is_empty() {
        match output.json() {
            true => output.print_json(&view::stage::json(&plans, complete)),
            false => {
                let detail = view::plan::Detail { calls: args.show_calls, ..args.shown.into() };
                output.print(&view::stage::text(&plans, detail));
                let unread = plans.iter().flat_map(|plan| view::unread::diagnostics(plan));
                output.diagnostics(unread, &stacks.sources());
            }
        }
    }
    let names: Vec<String> = args.targets.iter().map(ToString::to_string).collect();
    args.files.write(&format!("Plan of {}", names.join(", ")), &plans, complete, global)?;
    if let (Some(path), [target]) = (&args.out, &args.targets[..]) {
        let (Some(session), Some(connection)) = (stages.sessions().next(), connections.first()) else {
            return Ok(Exit::Ok);
        };
        if planned.stacks.is_empty() {
            let message = format!("{target} has nothing that could be saved: it has no stacks");
            return Err(session.fail(Diagnostic::error(Code::UnknownStack, message)));
        }
        let mut saved = SavedPlan::new(session.author(connection, target), &Ulids);
        for stack in &planned.stacks {
            let basis = readings.get(stack.id()).map(Basis::new).unwrap_or_default();
            saved
                .add(&basis, &flags.options(stack.id()), &stack.prepared, &session.catalog)
                .map_err(|diagnostic| session.fail(*diagnostic))?;
        }
        let digest = save(session, connection, &saved, path, global).await?;
        let path = path.display();
        output.note(&format!("The plan is saved to {path}, with the SHA-256 {digest}."));
        output.note(&format!(
            "`wildfire apply {target} --plan {path}` does exactly this, once; --plan-sha256 pins the file."
        ));
    }
    let calls: u64 = connections.iter().map(|connection| connection.aws.calls_made()).sum();
    tracing::info!(calls, "AWS calls");
    let changes = plans.iter().any(|plan| !plan.is_empty());
    Ok(match () {
        () if plans.iter().any(|plan| !plan.unread.is_empty()) => Exit::Error,
        () if changes && args.detailed_exitcode => Exit::Changes,
        () => Exit::Ok,
    })
}

/// Encrypts the plan if the stage's state is encrypted, and writes it. Gives the SHA-256 of the file.
async fn save(
    session: &Session,
    connection: &Connection,
    plan: &SavedPlan,
    path: &Path,
    global: &Global,
) -> Result<String, Failure> {
    let sealer = session.sealer(connection);
    let sealer = sealer.as_ref().map(|sealer| sealer as &dyn Sealer);
    let bytes = PlanFile::write(plan, sealer).await.map_err(|diagnostic| session.fail(diagnostic))?;
    file::write(path, &bytes, global).map_err(|diagnostic| session.fail(diagnostic))?;
    Ok(plan_file::sha256(&bytes))
}

/// The plans of a command, and the states that they were made from.
pub struct Looked {
    pub planned: StagePlan,
    pub readings: BTreeMap<StackId, Reading>,
}

/// Plans without the locks.
pub async fn look(stacks: &Stacks<'_>, flags: &Flags, output: &Output) -> Result<Looked, Failure> {
    let stage = stacks.stage(flags.mode).await?;
    let readings = stacks.read().await?;
    for (id, row) in readings.iter().filter_map(|(id, reading)| Some((id, reading.lock.as_ref()?))) {
        if row.owner.is_some() && !flags.skips(id) {
            output.note(&format!(
                "Note: {} holds the lock of {id} since {} ({}); what it changes is not in this plan.",
                row.who, row.since, row.why
            ));
        }
    }
    let states = readings.iter().map(|(id, reading)| (id.clone(), reading.state.clone())).collect();
    let halt = cancelled_by_signals();
    let now = Ulids.now();
    let catalog = &crate::cli::clouds::AllTypes;
    let terms = Terms { catalog, flags, mode: RecoveryMode::Look, now: &now, halt: &halt };
    let mut waiting = |address: &Address, status: &str| output.note(&format!("{}: {status}", address.path()));
    let _waiting = output.waiting("reading what there is at AWS");
    let planned = stage.plan(&states, terms, &mut waiting).await.map_err(|diagnostics| stacks.fail(diagnostics))?;
    output.diagnostics(planned.warnings.iter(), &stacks.sources());
    Ok(Looked { planned, readings })
}
