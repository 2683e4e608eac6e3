//! The recipes of docs/ci.md: every step of every workflow that runs wildfire is run, as the page has it.
//!
//! Left out are the actions (checkout, credentials, artefacts), which are other people's programs. `gh` is a script that
//! writes down what it is asked for.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::{Emulator, Finished, Project, root, run, wildfire};

/// The workflows of the page, by the file that their first line names.
fn workflows() -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/ci.md")).expect("the page is there");
    let block = Regex::new(r"(?s)```yaml\n# \.github/workflows/([a-z]+)\.yaml\n(.*?)```").expect("it is a pattern");
    block.captures_iter(&page).map(|found| (found[1].to_string(), found[2].to_string())).collect()
}

/// The scripts of the steps of a workflow, in their order, and the variables that they are given.
fn scripts(workflow: &str) -> Vec<String> {
    let mut scripts = Vec::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(at) = line.find("run: |") else { continue };
        let indent = line[..at].replace('-', " ").len();
        let mut script = String::new();
        while let Some(next) = lines.next_if(|next| next.trim().is_empty() || next.starts_with(&" ".repeat(indent + 1)))
        {
            script.push_str(next.trim_start());
            script.push('\n');
        }
        scripts.push(script);
    }
    scripts
}

/// A machine of CI: its folders, and the project that it has checked out.
struct Job<'a> {
    project: Project,
    emulator: &'a Emulator,
    outside: tempfile::TempDir,
}

impl<'a> Job<'a> {
    fn new(emulator: &'a Emulator) -> Self {
        emulator.reset();
        let project = Project::new();
        project.write(
            "stages/test/main/a.yaml",
            "resources:\n  q: {type: aws_sqs_queue, properties: {name: \"recipe\", tags: {text: \"```\\n::error::x\"}}}\n",
        );
        let outside = tempfile::tempdir().expect("a folder");
        let gh = outside.path().join("gh");
        fs::write(&gh, "#!/bin/sh\necho \"$@\" >> \"$RUNNER_TEMP/asked\"\n").expect("it is writable");
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let job = Self { project, emulator, outside };
        job.wildfire(&["bootstrap", "test", "--yes"]).succeeded();
        job
    }

    fn wildfire(&self, arguments: &[&str]) -> Finished {
        let mut command = wildfire(self.project.path());
        run(self.emulator.serve(&mut command).args(arguments))
    }

    /// Runs a script as GitHub does, with the environment that wildfire gets in tests.
    fn script(&self, script: &str, environment: &[(&str, &str)]) -> Finished {
        let mut plain = wildfire(self.project.path());
        let plain = self.emulator.serve(&mut plain);
        let binary = PathBuf::from(plain.get_program());
        let mut path = std::env::var_os("PATH").unwrap_or_default();
        for folder in [self.outside.path(), binary.parent().expect("a binary is in a folder")] {
            let mut longer = folder.as_os_str().to_os_string();
            longer.push(":");
            longer.push(&path);
            path = longer;
        }
        let mut command = std::process::Command::new("bash");
        command.env_clear().args(["-eo", "pipefail", "-c", script]).current_dir(self.project.path());
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("PATH", path).env("RUNNER_TEMP", self.outside.path()).env("GITHUB_OUTPUT", self.output());
        command.env("GITHUB_REPOSITORY", "acme/shop").env("NUMBER", "7").env("WILDFIRE_ACCOUNT", "123456789012");
        run(command.envs(environment.iter().copied()))
    }

    fn output(&self) -> PathBuf {
        self.outside.path().join("output")
    }

    /// What steps have set with `name=value`.
    fn outputs(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.output()).unwrap_or_default();
        text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
    }

    fn read(&self, name: &str) -> String {
        read(&self.outside.path().join(name))
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_recipes_do_what_they_say() {
    let workflows = workflows();
    let names: Vec<&str> = workflows.keys().map(String::as_str).collect();
    assert_eq!(names, ["apply", "deploy", "drift", "plan"]);
    let emulator = Emulator::start();

    let job = Job::new(&emulator);
    let [plan, comment] = scripts(&workflows["plan"]).try_into().expect("two scripts");
    let planned = job.script(&plan, &[]).succeeded();
    assert_eq!(job.outputs()["code"], "2");
    // Nothing that a plan prints is a command to GitHub: it is between the two lines of the token.
    let lines: Vec<&str> = planned.stdout.lines().collect();
    let token = lines.first().and_then(|line| line.strip_prefix("::stop-commands::")).expect("commands are stopped");
    assert_eq!(lines.last(), Some(&format!("::{token}::").as_str()));
    job.script(&comment, &[("CODE", "2")]).succeeded();
    assert!(job.read("asked").contains("pr comment 7 --repo acme/shop --body-file"));
    let text = job.read("plan.md");
    assert!(text.contains("test/main") && !text.lines().any(|line| line.starts_with("::")), "{text}");

    // A plan that fails is told as well.
    let job = Job::new(&emulator);
    job.project.write("stages/test/main/a.yaml", "resources: [\n");
    assert_eq!(job.script(&plan, &[]).code, 1);
    job.script(&comment, &[("CODE", "1")]).succeeded();
    assert!(job.read("plan.md").contains("failed with exit code 1"));

    let job = Job::new(&emulator);
    let [apply] = scripts(&workflows["apply"]).try_into().expect("one script");
    job.script(&apply, &[]).succeeded();
    let [drift] = scripts(&workflows["drift"]).try_into().expect("one script");
    job.script(&drift, &[]).succeeded();
    // Another account than the one of the repository's settings is refused.
    let refused = job.script(&apply, &[("WILDFIRE_ACCOUNT", "210987654321")]);
    assert!(refused.code == 1 && refused.stderr.contains("210987654321"), "{}", refused.stderr);
}

#[test]
fn the_plan_that_was_looked_at_is_applied() {
    let emulator = Emulator::start();
    let workflows = workflows();
    let job = Job::new(&emulator);
    let [plan, apply] = scripts(&workflows["deploy"]).try_into().expect("two scripts");
    job.script(&plan, &[]).succeeded();
    let sha256 = job.outputs()["sha256"].clone();
    // A plan that somebody has exchanged is refused, and the one that was looked at is applied.
    let other = job.script(&apply, &[("SHA256", &"0".repeat(64))]);
    assert_eq!(other.code, 1, "{}", other.stderr);
    job.script(&apply, &[("SHA256", &sha256)]).succeeded();
    assert_eq!(job.wildfire(&["plan", "test", "--detailed-exitcode"]).code, 0);
}

#[test]
fn the_recipes_trust_nothing_that_can_be_moved() {
    let page = read(&root().join("docs/ci.md"));
    let uses = Regex::new(r"uses: (\S+)").expect("it is a pattern");
    let pinned = Regex::new(r"^[\w.-]+/[\w.-]+@[0-9a-f]{40}$").expect("it is a pattern");
    for found in uses.captures_iter(&page) {
        assert!(pinned.is_match(&found[1]), "{} is not pinned by commit", &found[1]);
    }
    for (name, workflow) in workflows() {
        let checkouts = workflow.matches("actions/checkout@").count();
        assert_eq!(workflow.matches("persist-credentials: false").count(), checkouts, "{name}");
        let scripts = scripts(&workflow);
        for script in scripts.iter().filter(|script| script.contains("wildfire ")) {
            assert!(script.contains("::stop-commands::"), "{name}: {script}");
        }
        // An expression of GitHub in a script is text that is pasted into it.
        assert!(scripts.iter().all(|script| !script.contains("${{")), "{name}");
    }
}
