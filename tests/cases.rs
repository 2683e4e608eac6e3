//! Commands and exactly what they print: each folder of `tests/cases` is a case.
//!
//!     cases/<name>/cmd        what is done, one step a line; `#` begins a comment
//!     cases/<name>/in/        the project, laid over that of tests/support/project
//!     cases/<name>/expected   what the commands print, and their exit codes
//!     cases/<name>/*.py       scripts that steps run, with boto3 at hand
//!
//! Steps:
//!
//!     wildfire ARGUMENTS      runs the binary; its output and exit code are compared
//!     quietly ARGUMENTS       runs it, too; it has to succeed, and is not compared
//!     python SCRIPT           runs a script of the case against the emulator
//!     fill FILE BYTES TEXT    repeats TEXT until the file has that many bytes
//!     bytes FILE HEX          writes bytes that no editor would
//!     link FILE TARGET        makes a symbolic link
//!     pipe FILE               makes a named pipe
//!     cut FILE BYTES          takes away what is after that many bytes
//!     show FILE               shows a file of the project, line by line
//!     copy FOLDER             lays another folder of the case over the project: a change of the files
//!     deny SERVICE:OPERATION  from here on AWS denies that operation
//!     disable REGION          from here on that region is not enabled in the account
//!     page SERVICE:OPERATION STATUS
//!                             from here on a login page answers that operation
//!     late SERVICE:OPERATION STATUS
//!                             the same, after AWS has done it
//!     direct                  from here on nothing is in the way of AWS
//!     emulator                AWS is there, and empty; without it there is neither AWS nor credentials
//!     ignore SERVICE:OPERATION
//!                             from here on AWS accepts that operation and does nothing
//!     change SERVICE:OPERATION FROM TO
//!                             from here on what AWS answers to that operation says TO in place of FROM
//!     environment NAME=VALUE  a variable of the commands that follow
//!     repository FOLDER       a Git server gives a folder of the case as `<GIT>/infra.git`; `GIT_SERVER` in YAML files
//!                             of the project is its address from here on
//!     commit FOLDER           the next commit of that repository
//!     tag NAME                a tag on its newest commit, which may have been elsewhere
//!     down                    the Git server is down
//!     edit FILE FROM TO       a text in a file of the project becomes another one
//!
//! Arguments are separated by spaces; single quotes keep some together. `WILDFIRE_UPDATE_CASES=1` writes `expected`
//! in place of comparing it, and `WILDFIRE_CASE=name` runs one case.

use std::fmt::Write as _;
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::{
    Emulator, Finished, GitServer, Project, Proxy, difference, redact, root, run, updating, wildfire,
};

#[test]
fn without_aws() {
    let cases = cases(false);
    compare(cases.iter().map(|case| (case.as_path(), Play::new(case, None).transcript())).collect());
}

#[test]
fn with_aws() {
    let cases = cases(true);
    let next = AtomicUsize::new(0);
    // An emulator answers one request at a time and starts slowly: a few of them, each for many cases.
    let work = || {
        let mut found = Vec::new();
        let mut emulator = None;
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let emulator: &Emulator = emulator.get_or_insert_with(Emulator::start);
            found.push((case.as_path(), Play::new(case, Some(emulator)).transcript()));
        }
        found
    };
    let found = thread::scope(|scope| {
        let workers: Vec<_> = (0..EMULATORS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|cause| resume_unwind(cause))).collect()
    });
    compare(found);
}

const EMULATORS: usize = 3;

/// The cases that need an emulator, or those that need none, by name.
fn cases(emulated: bool) -> Vec<PathBuf> {
    let only = std::env::var("WILDFIRE_CASE").ok();
    let entries = fs::read_dir(root().join("tests/cases")).expect("the cases are there");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("the cases can be listed").path()).collect();
    folders.retain(|folder| only.as_ref().is_none_or(|name| folder.ends_with(name)));
    folders.retain(|folder| steps(folder).iter().any(|step| step == "emulator") == emulated);
    folders.sort();
    folders
}

fn steps(case: &Path) -> Vec<String> {
    let path = case.join("cmd");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(String::from).collect()
}

/// Holds what cases printed against what they should print.
#[track_caller]
fn compare(mut found: Vec<(&Path, String)>) {
    found.sort();
    let count = found.len();
    let mut wrong = Vec::new();
    for (case, found) in found {
        let path = case.join("expected");
        if updating("WILDFIRE_UPDATE_CASES") {
            fs::write(&path, found).expect("the expected output can be written");
            continue;
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = difference(&expected, &found) {
            wrong.push(format!("{}\n{difference}", case.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases differ; WILDFIRE_UPDATE_CASES=1 takes what is printed (+) as expected (-)\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// One case at work.
struct Play<'a> {
    case: &'a Path,
    project: Project,
    emulator: Option<&'a Emulator>,
    proxy: Option<Proxy>,
    repository: Option<GitServer>,
    environment: Vec<(String, String)>,
}

impl<'a> Play<'a> {
    fn new(case: &'a Path, emulator: Option<&'a Emulator>) -> Self {
        let project = Project::new();
        if case.join("in").is_dir() {
            project.copy(&case.join("in"));
        }
        if let Some(emulator) = emulator {
            emulator.reset();
        }
        Self { case, project, emulator, proxy: None, repository: None, environment: Vec::new() }
    }

    fn transcript(mut self) -> String {
        let mut out = String::new();
        for step in steps(self.case) {
            let (verb, rest) = step.split_once(' ').unwrap_or((&step, ""));
            match verb {
                "emulator" => {}
                "wildfire" => self.record(&step, rest, &mut out),
                "quietly" => {
                    let finished = self.wildfire(rest);
                    assert_eq!(finished.code, 0, "{step}\n{}{}", finished.stdout, finished.stderr);
                }
                "python" => {
                    self.aws().script(&self.case.join(rest), &[]);
                }
                "show" => {
                    let text = fs::read_to_string(self.project.path().join(rest)).expect("there is a file to show");
                    let _ = writeln!(out, "$ {step}\n{}\n", redact(text.trim_end_matches('\n'), &[]));
                }
                "copy" => self.project.copy(&self.case.join(rest)),
                "deny" => self.proxy = Some(Proxy::denying(rest, self.aws())),
                // Whatever is named there: the region is not enabled.
                "disable" => self.proxy = Some(Proxy::denying(rest, self.aws())),
                "page" | "late" => {
                    let [operation, status] = self.words(rest);
                    self.proxy = Some(Proxy::captive(&operation, &status, verb == "late", self.aws()));
                }
                "direct" => self.proxy = None,
                "ignore" => self.proxy = Some(Proxy::ignoring(rest, self.aws())),
                "change" => {
                    let [operation, from, to] = self.words(rest);
                    self.proxy = Some(Proxy::changing(&operation, &from, &to, self.aws()));
                }
                "environment" => {
                    let (name, value) = rest.split_once('=').expect("environment NAME=VALUE");
                    self.environment.push((name.to_string(), value.to_string()));
                }
                "repository" => {
                    let server = GitServer::start(&self.case.join(rest));
                    self.project.replace("GIT_SERVER", server.endpoint());
                    self.repository = Some(server);
                }
                "commit" => self.git().commit(&self.case.join(rest)),
                "tag" => self.git().tag(rest),
                "down" => self.repository = None,
                "edit" => {
                    let [path, from, to] = self.words(rest);
                    let text = fs::read_to_string(self.project.path().join(&path)).expect("there is a file to edit");
                    assert!(text.contains(&from), "{path} does not contain {from}: {text}");
                    self.project.write(&path, text.replace(&from, &to));
                }
                "fill" => {
                    let [path, size, text] = self.words(rest);
                    let size: usize = size.parse().expect("fill FILE BYTES TEXT");
                    self.project.write(&path, text.replace("\\n", "\n").bytes().cycle().take(size).collect::<Vec<_>>());
                }
                "link" => {
                    let [path, target] = self.words(rest);
                    let path = self.project.path().join(path);
                    // In the place of what is there.
                    let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
                    std::os::unix::fs::symlink(target, path).expect("a link can be made");
                }
                "pipe" => {
                    let made = Command::new("mkfifo").arg(self.project.path().join(rest)).status();
                    assert!(made.expect("mkfifo runs").success(), "a pipe can be made");
                }
                "cut" => {
                    let [path, size] = self.words(rest);
                    let path = self.project.path().join(path);
                    let mut bytes = fs::read(&path).expect("there is a file to cut");
                    bytes.truncate(size.parse().expect("cut FILE BYTES"));
                    fs::write(path, bytes).expect("the file can be written");
                }
                "bytes" => {
                    let [path, hex] = self.words(rest);
                    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("bytes FILE HEX");
                    self.project.write(&path, (0..hex.len()).step_by(2).map(byte).collect::<Vec<_>>());
                }
                _ => panic!("{}: there is no step {verb}", self.case.display()),
            }
        }
        out
    }

    fn record(&self, step: &str, arguments: &str, out: &mut String) {
        let finished = self.wildfire(arguments);
        let real = self.project.real_path().display().to_string();
        let given = self.project.path().display().to_string();
        let clean = |text: &str| redact(text, &[(&real, "<project>"), (&given, "<project>")]);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "$ {step}");
        for (name, text) in [("stdout", clean(&finished.stdout)), ("stderr", clean(&finished.stderr))] {
            if !text.is_empty() {
                let _ = writeln!(out, "--- {name}\n{}", text.trim_end_matches('\n'));
            }
        }
        let _ = writeln!(out, "--- exit code {}\n", finished.code);
    }

    fn wildfire(&self, arguments: &str) -> Finished {
        let mut command = wildfire(self.project.path());
        match (&self.proxy, self.emulator) {
            (Some(proxy), _) => proxy.serve(&mut command),
            (None, Some(emulator)) => emulator.serve(&mut command),
            (None, None) => &mut command,
        };
        self.finish(command.args(words(arguments)))
    }

    fn finish(&self, command: &mut Command) -> Finished {
        run(command.envs(self.environment.iter().map(|(name, value)| (name, value))))
    }

    fn git(&self) -> &GitServer {
        self.repository.as_ref().expect("a case with this step has the step `repository`")
    }

    fn aws(&self) -> &'a Emulator {
        self.emulator.expect("a case with this step has the step `emulator`")
    }

    fn words<const N: usize>(&self, text: &str) -> [String; N] {
        words(text).try_into().unwrap_or_else(|_| panic!("{}: {N} words are needed: {text}", self.case.display()))
    }
}

/// Words between spaces; single quotes keep spaces.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "a quote is open: {text}");
    words.extend(word);
    words
}

#[test]
fn quotes_keep_words_together() {
    assert_eq!(words("a 'b c'  d'e' ''"), ["a", "b c", "de", ""]);
}
