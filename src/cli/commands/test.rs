//! `wildfire test`

use std::path::{Path, PathBuf};

use wildfire_aws::AwsCatalog;
use wildfire_engine::config::{self, DiskFiles, Files};
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::rehearsal::{self, Suite, Verdict};

use crate::cli::{Exit, Failure, Global, Output, error, file, view};

/// Run the tests of modules and stacks, without AWS
#[derive(clap::Args)]
#[command(after_help = "\
Tests are in tests/*.yaml beside a module.yaml, in the folder of a stack, or in one of stacks/.

Examples:
  wildfire test
  wildfire test modules/vpc stages/test/main/tests/names.yaml
  wildfire test --only a_subnet_per_zone
  wildfire test --junit tests.xml")]
pub struct Args {
    /// Files of tests, or folders that hold some; none: all of the project
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only tests whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Write the results to FILE in JUnit's form
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// A file of tests, and how its tests ended.
pub struct Played {
    pub suite: Suite,
    pub verdicts: Vec<Verdict>,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Exit, Failure> {
    let start = global.start();
    let usage = |message: String| Failure::from(Diagnostic::error(Code::Usage, message));
    let Some(root) = config::find_root(&start) else {
        let message = format!("there is no wildfire.yaml in {} or above it", start.display());
        return Err(Diagnostic::error(Code::FileUnreadable, message).into());
    };
    let files = DiskFiles::new(&root);
    let mut names =
        rehearsal::test_files(&files).map_err(|failure| usage(format!("the tests cannot be found: {failure}")))?;
    if !args.paths.is_empty() {
        let wanted: Vec<String> =
            args.paths.iter().map(|path| file::within(&root, path, global)).collect::<Result<_, _>>()?;
        names.retain(|name| {
            wanted.iter().any(|path| path.is_empty() || name == path || name.starts_with(&format!("{path}/")))
        });
        // A file that holds none is told, and a folder without any has none.
        names.extend(wanted.into_iter().filter(|path| files.list(path).is_err()));
        names.sort();
        names.dedup();
    }
    let played = std::thread::scope(|scope| {
        // A test has a clock of its own, which cannot run inside of ours.
        scope
            .spawn(|| names.iter().flat_map(|name| play(&files, &root, name, args.only.as_deref())).collect::<Vec<_>>())
            .join()
    });
    let played = played.map_err(|_| Diagnostic::error(Code::Internal, "a test made wildfire stop"))?;
    if let Some(path) = &args.junit {
        file::write_text(path, &view::junit::document(&played), global)?;
    }
    show(&played, output);
    let passed =
        played.iter().all(|one| !one.suite.diagnostics.has_errors() && one.verdicts.iter().all(Verdict::passed));
    Ok(if passed { Exit::Ok } else { Exit::Error })
}

fn play(files: &DiskFiles, root: &Path, name: &str, only: Option<&str>) -> Vec<Played> {
    let of_suite = |suite: Suite| {
        let mut verdicts = Vec::new();
        if !suite.diagnostics.has_errors() {
            let chosen = suite.tests.iter().filter(|test| only.is_none_or(|only| test.name.contains(only)));
            verdicts.extend(chosen.map(|test| rehearsal::run(root, &suite, test, &AwsCatalog)));
        }
        Played { suite, verdicts }
    };
    rehearsal::suites(files, root, name).into_iter().map(of_suite).collect()
}

impl Played {
    /// The file, and the stack that its tests ran as where another may be meant.
    pub fn title(&self) -> String {
        match &self.suite.runs_as {
            Some(stack) => format!("{} ({stack})", self.suite.file),
            None => self.suite.file.to_string(),
        }
    }
}

fn show(played: &[Played], output: &Output) {
    if output.json() {
        let suites: Vec<_> = played.iter().map(json).collect();
        output.print_json(&serde_json::json!({ "files": suites }));
        return;
    }
    let (mut passed, mut failed) = (0, 0);
    for one in played {
        let Played { suite, verdicts } = one;
        output.diagnostics(suite.diagnostics.iter(), &suite.sources);
        failed += usize::from(suite.diagnostics.has_errors());
        for verdict in verdicts {
            let word = if verdict.passed() { "ok" } else { "FAILED" };
            output.print(&format!("{} {} ... {word}", one.title(), verdict.name));
            output.diagnostics(verdict.problems.iter(), &verdict.sources);
            passed += usize::from(verdict.passed());
            failed += usize::from(!verdict.passed());
        }
    }
    output.print(&match (passed, failed) {
        (0, 0) => "There are no tests.".to_string(),
        (passed, 0) => format!("{passed} passed."),
        (passed, failed) => format!("{passed} passed, {failed} failed."),
    });
}

fn json(played: &Played) -> serde_json::Value {
    let list = |diagnostics: &wildfire_engine::model::Diagnostics| -> Vec<serde_json::Value> {
        diagnostics.iter().map(error::to_json).collect()
    };
    let tests: Vec<_> = played
        .verdicts
        .iter()
        .map(|verdict| {
            serde_json::json!({
                "name": verdict.name,
                "passed": verdict.passed(),
                "milliseconds": u64::try_from(verdict.elapsed.as_millis()).unwrap_or(u64::MAX),
                "diagnostics": list(&verdict.problems),
            })
        })
        .collect();
    serde_json::json!({
        "file": played.suite.file,
        "stack": played.suite.runs_as.as_ref().map(ToString::to_string),
        "diagnostics": list(&played.suite.diagnostics),
        "tests": tests,
    })
}
