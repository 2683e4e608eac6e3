//! What is asked at a terminal.

use std::process::Command;

use crate::support::{Emulator, Finished, Project, python, root, run, wildfire};

/// Runs `arguments` at a terminal and types `line`.
fn typed(line: &str, arguments: &[&str], project: &Project, emulator: &Emulator) -> Finished {
    let mut command = python();
    command.arg(root().join("tests/support/terminal.py")).args(["--type", line]).arg(env!("CARGO_BIN_EXE_wildfire"));
    command.args(arguments).current_dir(project.path()).env("NO_COLOR", "1").env("TERM", "dumb");
    run(emulator.serve(&mut command))
}

#[test]
fn a_destroy_asks_for_the_name_of_the_stage_and_an_apply_for_yes() {
    let emulator = Emulator::start();
    let project = Project::new();
    project.write(
        "stages/test/main/vpc.yaml",
        "resources:\n  network:\n    type: aws_vpc\n    properties: {cidr_block: 10.20.0.0/16}\n",
    );
    let quietly = |arguments: &[&str]| {
        let mut command: Command = wildfire(project.path());
        run(emulator.serve(&mut command).args(arguments))
    };
    quietly(&["bootstrap", "test", "--yes"]).succeeded();
    let no = typed("y", &["apply", "test"], &project, &emulator);
    assert!(no.code == 1 && no.stdout.contains("Only 'yes' is accepted"), "{no:?}");
    typed("yes", &["apply", "test"], &project, &emulator).succeeded();
    let no = typed("yes", &["destroy", "test"], &project, &emulator);
    assert!(no.code == 1 && no.stdout.contains("The name of the stage, to go on:"), "{no:?}");
    quietly(&["plan", "test", "--detailed-exitcode"]).succeeded();
    let yes = typed("test", &["destroy", "test"], &project, &emulator).succeeded();
    assert!(yes.stdout.contains("1 destroyed"), "{yes:?}");
}
