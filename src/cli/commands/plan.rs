//! `wildfire plan`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wildfire_engine::journal::Reading;
use wildfire_engine::model::{Code, Diagnostic, StackId};
use wildfire_engine::pipeline::saved::{Basis, PlanFile, SavedPlan};
use wildfire_engine::pipeline::stage::StackPlan;
use wildfire_engine::plan::Plan;
use wildfire_engine::state::Ulids;

use crate::cli::clouds::AllTypes;
use crate::cli::flags::{PlanFlags, Shown};
use crate::cli::operations::look::{Looked, look};
use crate::cli::plan_file::Keys;
use crate::cli::stacks::{Stacks, Stages};
use crate::cli::stage_files::BOOTSTRAP;
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

pub async fn run(args: Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
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
    if let Some(path) = &args.out {
        if planned.stacks.is_empty() {
            let message = format!("{} has nothing that could be saved: it has no stacks", names.join(" "));
            return Err(stacks.fail(Diagnostic::error(Code::UnknownStack, message)));
        }
        let mut saved = SavedPlan::new(stages.author(&connections, &args.targets), &Ulids);
        for stack in &planned.stacks {
            let basis = basis(&stacks, &readings, stack).await?;
            saved
                .add(&basis, &flags.options(stack.id()), &stack.prepared, &AllTypes)
                .map_err(|diagnostic| stacks.fail(*diagnostic))?;
        }
        let keys = Keys::of(stages.sessions().zip(&connections));
        let digest = save(&saved, &keys, path, global).await.map_err(|fault| stacks.fail(fault))?;
        let (path, targets) = (path.display(), names.join(" "));
        output.note(&format!("The plan is saved to {path}, with the SHA-256 {digest}."));
        output.note(&format!(
            "`wildfire apply {targets} --plan {path}` does exactly this, once; --plan-sha256 pins the file."
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

/// What the plan of a stack is bound to. A stack that was never under a lock has no key yet, and borrows that of the
/// stage's `bootstrap`.
async fn basis(
    stacks: &Stacks<'_>,
    readings: &BTreeMap<StackId, Reading>,
    stack: &StackPlan,
) -> Result<Basis, Failure> {
    let mut basis = readings.get(stack.id()).map(Basis::new).unwrap_or_default();
    let secret = stack.prepared.graph.secrets_from_outside().next().is_some();
    if let (true, None, Some(part)) = (secret, basis.pin.key.text(), stacks.get(stack.id())) {
        basis.pin = part.session.pin_key(part.connection, BOOTSTRAP).await?;
    }
    Ok(basis)
}

/// Encrypts the plan where the stages' state is encrypted, and writes it. Gives the SHA-256 of the file.
async fn save(plan: &SavedPlan, keys: &Keys, path: &Path, global: &Global) -> Result<String, Diagnostic> {
    let bytes = PlanFile::write(plan, &keys.sealers()).await?;
    file::write(path, &bytes, global)?;
    Ok(plan_file::sha256(&bytes))
}
