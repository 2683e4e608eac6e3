//! `wildfire plan`

use std::path::PathBuf;

use wildfire_engine::apply::RecoveryMode;
use wildfire_engine::model::{Address, Code, Diagnostic, StackId};
use wildfire_engine::pipeline::{self, Circumstances, Prepared};
use wildfire_engine::plan::{self, Mode, Options};

use crate::cli::session::{Connection, Session, cancelled_by_signals};
use crate::cli::view;
use crate::cli::{Exit, Failure, Global, Output, Target};

/// Show what would change, and why; takes no lock and writes nothing
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  wildfire plan test
  wildfire plan test/main --target network
  wildfire plan test --detailed-exitcode        # 0: no changes, 2: changes
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
    /// Also write the JSON plan to FILE
    #[arg(long, value_name = "FILE")]
    json_file: Option<PathBuf>,
}

/// What plan and apply have in common.
#[derive(clap::Args, Clone, Debug, Default)]
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
    let mut documents = Vec::new();
    for stack in &stacks {
        let id = session.stack_id(stack);
        if args.flags.skips(&id)? {
            continue;
        }
        let prepared = look(&session, &connection, stack, &args.flags, output).await?;
        changes |= !prepared.plan.is_empty();
        let document = view::plan_json::document(&prepared.plan, !args.flags.is_partial());
        match output.json() {
            true => output.print_json(&document),
            false => output.print(&view::plan::text(&prepared.plan, view::plan::Detail { calls: args.show_calls })),
        }
        documents.push(document);
    }
    if let Some(path) = &args.json_file {
        let lines: Vec<String> = documents.iter().map(ToString::to_string).collect();
        std::fs::write(path, lines.join("\n") + "\n")
            .map_err(|error| session.fail(Diagnostic::error(Code::Usage, format!("{}: {error}", path.display()))))?;
    }
    tracing::info!(calls = connection.aws.calls_made(), "AWS calls");
    Ok(if changes && args.detailed_exitcode { Exit::Changes } else { Exit::Ok })
}

/// A plan of one stack without the lock.
pub async fn look(
    session: &Session,
    connection: &Connection,
    stack: &str,
    flags: &PlanFlags,
    output: &Output,
) -> Result<Prepared, Failure> {
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
    let halt = cancelled_by_signals(output);
    let circumstances = Circumstances {
        state: reading.state,
        catalog: &session.catalog,
        cloud: &connection.aws,
        options: &options,
        mode: RecoveryMode::Look,
        halt: &halt,
    };
    pipeline::prepare(&mut declaring, graph, circumstances, |_, _| {})
        .await
        .map_err(|diagnostics| session.fail(diagnostics))
}
