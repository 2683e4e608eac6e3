//! `wildfire test`: modules and stacks against a cloud in memory, without AWS and within milliseconds.
//!
//! Owns: what stands around a module that is tested, the cloud that keeps what it is given (`cloud`), and what tests expect.
//! Leaves out: files and their shape (`config`), and everything that compiles, plans and applies: that is the same as
//! ever. The cloud knows the schemas of the types and nothing else of AWS; `simulation`, which is unreliable on purpose, is
//! for the tests of the engine itself.

mod cloud;
mod expect;
mod journal;
mod play;
mod stand;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{DiskFiles, EntryKind, Files, TestCase, load_from, read_tests};
use crate::model::{Catalog, Code, Diagnostic, Diagnostics, Origin, Sources, Span, StackId};

/// What a file of tests is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The folder of its `module.yaml`.
    Module(String),
    Stack {
        stage: String,
        stack: String,
    },
    /// The name of a folder in `stacks/`; its tests run in each stage that uses it.
    Shared(String),
}

/// A file of tests.
#[derive(Debug)]
pub struct Suite {
    pub file: Arc<str>,
    pub subject: Subject,
    /// The stack that the tests run as, where the file does not say it: `test/main`.
    pub runs_as: Option<StackId>,
    pub tests: Vec<TestCase>,
    /// What is wrong with the file itself: none of it is run.
    pub diagnostics: Diagnostics,
    pub sources: Sources,
}

/// How a test ended.
#[derive(Debug)]
pub struct Verdict {
    pub name: Arc<str>,
    /// Empty: it passed.
    pub problems: Diagnostics,
    /// The texts that the problems point into.
    pub sources: Sources,
    pub elapsed: Duration,
}

impl Verdict {
    pub fn passed(&self) -> bool {
        !self.problems.has_errors()
    }
}

/// Levels of folders that are looked at for tests.
const DEPTH: usize = 8;

/// The names of all files of tests: `tests/*.yaml` beside a `module.yaml`, in the folder of a stack, or in one of `stacks/`.
/// Sorted. A link that stands where a file of tests or a folder with some may be is among them: it is not followed, and
/// [`suite`] tells so.
///
/// # Errors
/// Those of the disk.
pub fn test_files(files: &dyn Files) -> std::io::Result<Vec<String>> {
    let mut out = Vec::new();
    for folder in ["modules", "stacks", "stages"] {
        match files.list(folder) {
            Ok(_) => walk(files, folder, DEPTH, &mut out)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    out.sort();
    Ok(out)
}

fn walk(files: &dyn Files, folder: &str, depth: usize, out: &mut Vec<String>) -> std::io::Result<()> {
    for (name, kind) in files.list(folder)? {
        let full = format!("{folder}/{name}");
        match kind {
            EntryKind::Folder if depth > 0 && !name.starts_with('.') => walk(files, &full, depth - 1, out)?,
            EntryKind::File if subject(&full).is_some() => out.push(full),
            EntryKind::Link if hides_tests(&full) => out.push(full),
            _ => {}
        }
    }
    Ok(())
}

/// True for the path of a link that may lead to tests: in the place of a file of tests, of a folder `tests`, or of a folder
/// of a module or a stack.
fn hides_tests(link: &str) -> bool {
    let parts: Vec<&str> = link.split('/').collect();
    subject(link).is_some()
        || parts.last() == Some(&"tests")
        || matches!(parts.as_slice(), ["modules" | "stacks" | "stages", name] | ["stages", _, name] if !name.contains('.'))
}

/// What a file of tests is about, by its path; `None`: it is no such file.
pub fn subject(file: &str) -> Option<Subject> {
    let parts: Vec<&str> = file.split('/').collect();
    let yaml = file.ends_with(".yaml") || file.ends_with(".yml");
    match parts.as_slice() {
        _ if !yaml => None,
        ["stages", stage, stack, "tests", _] => {
            Some(Subject::Stack { stage: (*stage).to_string(), stack: (*stack).to_string() })
        }
        ["stacks", shared, "tests", _] => Some(Subject::Shared((*shared).to_string())),
        [folder @ .., "tests", _] if folder.len() > 1 => Some(Subject::Module(folder.join("/"))),
        _ => None,
    }
}

/// Reads a file of tests.
pub fn suite(files: &dyn Files, file: &str) -> Suite {
    let name: Arc<str> = file.into();
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let at = || Origin::at(Span::new(name.clone(), 1, 1, 1));
    let subject = subject(file);
    let tests = match files.read(file) {
        Ok(bytes) if subject.is_some() => read_tests(&name, bytes, &mut sources, &mut diagnostics),
        Ok(_) => {
            let help =
                "tests are in `tests/*.yaml` beside a module.yaml, in the folder of a stack, or in one of stacks/";
            let message = format!("{file} is no file of tests");
            diagnostics.push(Diagnostic::error(Code::Usage, message).at(at()).help(help));
            Vec::new()
        }
        Err(error) => {
            let message = format!("{file} cannot be read: {error}");
            diagnostics.push(Diagnostic::error(Code::FileUnreadable, message).at(at()));
            Vec::new()
        }
    };
    let subject = subject.unwrap_or(Subject::Module(String::new()));
    Suite { file: name, subject, runs_as: None, tests, diagnostics, sources }
}

/// The suites of a file: those of a folder in `stacks/` are one for each stack that uses it, with the tests that are for that
/// stage. A file that no stage uses, and a test whose stage does not, are errors: they would never run.
pub fn suites(files: &dyn Files, root: &Path, file: &str) -> Vec<Suite> {
    let mut all = suite(files, file);
    let Subject::Shared(folder) = &all.subject else { return vec![all] };
    if all.diagnostics.has_errors() {
        return vec![all];
    }
    let users = users(files, root, folder);
    let at = |span: &Span| Origin::at(span.clone());
    if users.is_empty() {
        let message = format!("no stage uses stacks/{folder}, so its tests cannot run");
        let help = format!("in a stage.yaml: `stacks: {{main: {{source: {folder}}}}}`");
        let diagnostic = Diagnostic::error(Code::UnknownStack, message).at(at(&Span::new(all.file.clone(), 1, 1, 1)));
        all.diagnostics.push(diagnostic.help(help));
        return vec![all];
    }
    for test in &all.tests {
        if let Some(name) = &test.stage.name
            && !users.iter().any(|user| *user.stage == **name)
        {
            let message =
                format!("the stage {name} does not use stacks/{folder}, so the test {} cannot run", test.name);
            all.diagnostics.push(Diagnostic::error(Code::UnknownStack, message).at(at(&test.span)));
        }
    }
    if all.diagnostics.has_errors() {
        return vec![all];
    }
    let of_user = |user: StackId| {
        let wanted = |test: &&TestCase| test.stage.name.as_deref().is_none_or(|name| name == &*user.stage);
        Suite {
            file: all.file.clone(),
            subject: Subject::Stack { stage: user.stage.to_string(), stack: user.stack.to_string() },
            tests: all.tests.iter().filter(wanted).cloned().collect(),
            diagnostics: Diagnostics::default(),
            sources: all.sources.clone(),
            runs_as: Some(user),
        }
    };
    users.into_iter().map(of_user).collect()
}

/// The stacks that use a folder of `stacks/`, as far as the stages can be read.
fn users(files: &dyn Files, root: &Path, folder: &str) -> Vec<StackId> {
    let folder = format!("stacks/{folder}");
    let mut found = Vec::new();
    for (stage, kind) in files.list("stages").unwrap_or_default() {
        if kind != EntryKind::Folder {
            continue;
        }
        let Ok(project) = load_from(files, root.to_path_buf(), &stage) else { continue };
        let uses = project.stage.stacks.values().filter(|stack| stack.shared.as_deref() == Some(&folder));
        found.extend(uses.map(|stack| StackId::new(stage.as_str(), stack.name.as_ref())));
    }
    found.sort();
    found
}

/// Runs a test on the files below `root`. No call is made, and nothing is written.
pub fn run(root: &Path, suite: &Suite, test: &TestCase, catalog: &'static dyn Catalog) -> Verdict {
    run_on(&DiskFiles::new(root), root, suite, test, catalog)
}

/// As [`run`], on any files.
pub fn run_on(
    files: &dyn Files,
    root: &Path,
    suite: &Suite,
    test: &TestCase,
    catalog: &'static dyn Catalog,
) -> Verdict {
    let begin = Instant::now();
    let mut sources = suite.sources.clone();
    let problems = match runtime() {
        Ok(runtime) => runtime.block_on(play::test(files, root, suite, test, catalog, &mut sources)),
        Err(error) => {
            Diagnostic::error(Code::Internal, format!("the clock of the test does not start: {error}")).into()
        }
    };
    Verdict { name: test.name.clone(), problems, sources, elapsed: begin.elapsed() }
}

/// A clock that runs only where somebody waits: what AWS takes minutes for takes none here.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()
}
