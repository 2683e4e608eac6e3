//! Lines of a console that somebody types.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Watched;
use crate::support::{Project, python, root, run, wildfire};

const MAIN: &str = "resources:
  network: {type: aws_vpc, properties: {cidr_block: \"${stage.values.vpc_cidr}\"}}
";

fn project() -> Project {
    let project = Project::new();
    project.write("stages/test/main/main.yaml", MAIN);
    let stage =
        "account_id: \"123456789012\"\nregion: eu-west-1\nvalues: {vpc_cidr: 10.20.0.0/16, zone_names: [a, b]}\n";
    project.write("stages/test/stage.yaml", stage);
    project
}

/// A console without AWS, at a terminal that moves its cursor.
fn console(project: &Project) -> Watched {
    let mut command = python();
    command.arg(root().join("tests/support/terminal.py")).args(["--stream", env!("CARGO_BIN_EXE_wildfire")]);
    command.args(["console", "test", "--offline"]).current_dir(project.path());
    command.env_remove("XDG_STATE_HOME").env("HOME", project.path().join("home"));
    command.env("NO_COLOR", "1").env("TERM", "xterm");
    Watched::of(command)
}

/// Waits until the console reads keys for its line of this number: what is typed before is not seen.
fn prompt(watched: &Watched, number: usize) {
    watched.until_there_are(number, "\u{1b}[?2004h");
}

fn history(project: &Project) -> std::path::PathBuf {
    project.path().join("home/.local/state/wildfire/history")
}

#[test]
fn names_are_completed_and_lines_come_back() {
    let project = project();
    let mut watched = console(&project);
    prompt(&watched, 1);
    // The rest of the name stands there after Tab.
    watched.play("press stage.values.vpc\\t");
    watched.until("stage.values.vpc_cidr");
    watched.play("press \\r");
    watched.until("\"10.20.0.0/16\"");
    prompt(&watched, 2);
    watched.play("press cidrsubn\\t");
    watched.until("cidrsubnet");
    // Ctrl-C takes the line back: what follows is a line of its own, and the console goes on.
    watched.play("interrupt");
    prompt(&watched, 3);
    watched.play("press network.cidr\\t + '!'\\r");
    watched.until("\"10.20.0.0/16!\"");
    prompt(&watched, 4);
    watched.play("press  'not to be kept'\\r");
    watched.until("\"not to be kept\"");
    prompt(&watched, 5);
    watched.play("press 6 * 7\\r");
    watched.until("42");
    prompt(&watched, 6);
    // Ctrl-D ends.
    watched.play("press \\x04");
    let (code, shown) = watched.end(20);
    assert_eq!(code, Some(0), "{shown}");
    let path = history(&project);
    let kept = std::fs::read_to_string(&path).expect("there is a history");
    assert_eq!(kept, "stage.values.vpc_cidr\nnetwork.cidr_block + '!'\n6 * 7\n");
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    // The next console has the lines of this one: once up, and once more.
    let mut watched = console(&project);
    prompt(&watched, 1);
    watched.play("press \\x1b[A\\x1b[A\\r");
    watched.until("\"10.20.0.0/16!\"");
    prompt(&watched, 2);
    watched.play("press exit\\r");
    let (code, shown) = watched.end(20);
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn a_signal_at_the_prompt_ends_it() {
    let project = project();
    let mut watched = console(&project);
    prompt(&watched, 1);
    watched.play("terminate");
    let (code, shown) = watched.end(20);
    assert_eq!(code, Some(7), "{shown}");
}

#[test]
fn piped_lines_are_neither_edited_nor_kept() {
    let project = project();
    project.write("input", "stage.name\n\nstage.values.vpc\t\nnetwork.cidr_block\n");
    let input = || Stdio::from(std::fs::File::open(project.path().join("input")).expect("it is there"));
    let mut command: Command = wildfire(project.path());
    command.env("HOME", project.path().join("home")).args(["console", "test", "--offline"]).stdin(input());
    let finished = run(&mut command);
    assert_eq!(finished.code, 1, "{finished:?}");
    assert_eq!(finished.stdout, "\"test\"\n\"10.20.0.0/16\"\n");
    assert!(finished.stderr.contains("`stage.values` has no") || finished.stderr.contains("vpc"), "{finished:?}");
    assert!(!history(&project).exists());
}
