//! The command line: the only place that prints, asks, and decides on exit codes.
//!
//! One file per command in `commands`, over `operations`, which several of them share. `view` makes what they show, `error`
//! renders errors.

mod clouds;
mod commands;
mod complete;
mod duration;
mod editor;
mod error;
mod exit;
mod fetching;
mod file;
mod flags;
mod log;
mod operations;
mod output;
mod plan_file;
mod prompt;
mod screen;
mod session;
mod stacks;
mod stage_files;
mod usage;
mod view;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, Args, Parser, Subcommand};
use futures::FutureExt;
use wildfire_engine::config::{Limits, Outside, VARIABLE};
use wildfire_engine::model::{Code, Diagnostic, is_account_id};

pub use exit::Exit;
pub use output::Output;
pub use session::{Failure, Target};

/// Plans and applies the AWS infrastructure of a stage, and loses nothing when killed.
#[derive(Parser)]
#[command(name = "wildfire", version, after_help = Exit::HELP, max_term_width = 110, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, infer_subcommands = false)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No colours (also: the NO_COLOR variable)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Use FILE in place of stages/<STAGE>/stage.yaml
    #[arg(long, value_name = "FILE", global = true)]
    pub stage_file: Option<PathBuf>,
    /// Set a value of the stage, over what its files say; may be repeated. A secret belongs into a file or a variable
    #[arg(long = "value", value_name = "NAME=VALUE", global = true)]
    pub values: Vec<String>,
    /// Set the values of a YAML or JSON file; may be repeated (also: variables WILDFIRE_VALUE_<NAME>)
    #[arg(long, value_name = "FILE", global = true)]
    pub values_file: Vec<PathBuf>,
    /// Only work in this AWS account; more, separated by commas, for other stages whose outputs are used
    #[arg(
        long = "account",
        value_name = "ID",
        env = "WILDFIRE_ACCOUNT",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = account_id,
        global = true
    )]
    pub accounts: Vec<String>,
    /// Allow the files to cost more than by default: instances=N, steps=N or bytes=N; may be repeated
    #[arg(long, value_name = "NAME=N", global = true)]
    pub limit: Vec<String>,
    /// Say more; twice: every AWS call
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
}

impl Global {
    /// The folder that the command works in.
    pub fn start(&self) -> PathBuf {
        match &self.directory {
            Some(folder) => folder.clone(),
            None => std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        }
    }

    /// What the files may cost.
    ///
    /// # Errors
    /// A limit that there is not, or no number.
    pub fn limits(&self) -> Result<Limits, Diagnostic> {
        let mut limits = Limits::default();
        for text in &self.limit {
            limits.set(text).map_err(|why| Diagnostic::error(Code::Usage, format!("--limit {text}: {why}")))?;
        }
        Ok(limits)
    }

    /// The values that are set from outside of the files.
    ///
    /// # Errors
    /// One without a name, or a variable that is no text. No message repeats a value: it may be a secret.
    pub fn outside(&self) -> Result<Outside, Diagnostic> {
        let usage = |message: String| Diagnostic::error(Code::Usage, message);
        let argument = |text: &String| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_string(), value.to_string())),
            _ => Err(usage("`--value` takes a name and a value".into()).help("write `--value image=web:1.2`")),
        };
        let arguments = self.values.iter().map(argument).collect::<Result<_, _>>()?;
        let mut variables = Vec::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().and_then(|name| name.strip_prefix(VARIABLE)) else { continue };
            let Ok(value) = value.into_string() else {
                return Err(usage(format!("the variable {VARIABLE}{name} is not UTF-8")));
            };
            variables.push((name.to_string(), value));
        }
        variables.sort();
        Ok(Outside { arguments, variables, files: self.values_file.clone() })
    }

    /// A path of the command line, seen from [`Global::start`].
    pub fn path(&self, path: &Path) -> PathBuf {
        self.directory.as_ref().map_or_else(|| path.to_path_buf(), |folder| folder.join(path))
    }
}

fn account_id(text: &str) -> Result<String, String> {
    match is_account_id(text) {
        true => Ok(text.to_string()),
        false => Err("an account id has 12 digits".to_string()),
    }
}

#[derive(Subcommand)]
enum Command {
    Bootstrap(commands::bootstrap::Args),
    Plan(commands::plan::Args),
    Apply(commands::apply::Args),
    Destroy(commands::destroy::Args),
    Output(commands::output::Args),
    Validate(commands::validate::Args),
    State(commands::state::Args),
    Import(commands::import::Args),
    Drift(commands::drift::Args),
    Diff(commands::diff::Args),
    Graph(commands::graph::Args),
    Explain(commands::explain::Args),
    Console(commands::console::Args),
    Unlock(commands::unlock::Args),
    Modules(commands::modules::Args),
    New(commands::new::Args),
    Test(commands::test::Args),
    Fmt(commands::fmt::Args),
    Schema(commands::schema::Args),
    Lsp(commands::lsp::Args),
    Completions(commands::completions::Args),
    Help(commands::help::Args),
    Version(commands::version::Args),
}

/// Parses the arguments, runs the command, and says how it ended.
pub fn run() -> ExitCode {
    if let Some(exit) = complete::answer() {
        return exit.into();
    }
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::end(&error, &arguments).into(),
    };
    let output = Output::new(&cli.global);
    tell_panics(&output);
    let _log = log::Log::start(cli.global.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.error(&format!("the asynchronous runtime does not start: {error}"));
            return Exit::Error.into();
        }
    };
    let work = AssertUnwindSafe(dispatch(cli, &output)).catch_unwind();
    let exit = runtime.block_on(work).unwrap_or_else(|_| output.failure(&mistake().into()));
    prompt::restore();
    // Calls that hang in a name lookup must not hold up the end.
    runtime.shutdown_background();
    exit.into()
}

/// The message of a panic goes the way of all text: it may hold some of a stage.
fn tell_panics(output: &Output) {
    let output = output.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        output.note(&format!("thread {:?}: {panic}", thread.name().unwrap_or("without a name")));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            trace.to_string().lines().for_each(|line| output.note(line));
        }
    }));
}

/// For a panic, whose message and place have been printed where it happened.
fn mistake() -> Diagnostic {
    Diagnostic::error(Code::Internal, "wildfire made a mistake, and stopped")
        .help("report it with the message above; the next run goes on from what was done")
}

async fn dispatch(cli: Cli, output: &Output) -> Exit {
    let global = &cli.global;
    session::watch(output);
    let result = match cli.command {
        Command::Bootstrap(args) => commands::bootstrap::run(args, global, output).await,
        Command::Plan(args) => unless_interrupted(commands::plan::run(args, global, output)).await,
        Command::Apply(args) => commands::apply::run(args, global, output).await,
        Command::Destroy(args) => commands::destroy::run(args, global, output).await,
        Command::Output(args) => unless_interrupted(commands::output::run(args, global, output)).await,
        Command::Validate(args) => commands::validate::run(args, global, output),
        Command::State(args) => commands::state::run(args, global, output).await,
        Command::Import(args) => commands::import::run(args, global, output).await,
        Command::Drift(args) => unless_interrupted(commands::drift::run(args, global, output)).await,
        Command::Diff(args) => commands::diff::run(&args, global, output),
        Command::Graph(args) => commands::graph::run(args, global, output),
        Command::Explain(args) => commands::explain::run(&args, output),
        Command::Console(args) => commands::console::run(args, global, output).await,
        Command::Unlock(args) => commands::unlock::run(args, global, output).await,
        Command::Modules(args) => commands::modules::run(&args, global, output),
        Command::New(args) => commands::new::run(&args, global, output),
        Command::Test(args) => commands::test::run(&args, global, output),
        Command::Fmt(args) => commands::fmt::run(&args, global, output),
        Command::Lsp(_) => commands::lsp::run(global, output),
        Command::Schema(args) => commands::schema::run(&args, global, output),
        Command::Completions(args) => commands::completions::run(&args, output),
        Command::Help(args) => commands::help::run(&args, output),
        Command::Version(_) => commands::version::run(output),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => output.failure(&failure),
    }
}

/// For commands that write nothing: the first signal ends them, whatever they wait for.
async fn unless_interrupted(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    tokio::select! {
        biased;
        () = session::signal() => Err(Diagnostic::error(Code::Interrupted, "interrupted; nothing was changed").into()),
        result = command => result,
    }
}

/// The command as clap knows it, for completions and documentation.
pub(crate) fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
