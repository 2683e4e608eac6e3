//! A sample of the kill sweep: the binary dies at an AWS call, runs again, and nothing may be lost.
//!
//! `make kill-sweep` tries every call and moment of the reference stage. Here a small stage with one type of each
//! creation class is cut off at a few places of each operation; those that have failed before are always among them.

use std::process::Stdio;

use crate::support::{python, root};

/// Places for each operation: together some two minutes on two cores.
const SAMPLE: &str = "8";

/// Boundaries at which something was once lost: the operation, and the call with its moment.
const ONCE_FAILED: &[(&str, &[&str])] =
    &[("bootstrap", &["28:after", "29:done", "30:before"]), ("replace", &["150:after"])];

#[test]
fn nothing_is_lost_wherever_a_run_is_killed() {
    sweep(&["--sample", SAMPLE]);
}

#[test]
fn nothing_is_lost_when_the_recovery_is_killed_too() {
    sweep(&["--sample", "3", "--again", "--operation", "apply", "--operation", "replace"]);
}

#[test]
fn what_failed_once_does_not_fail_again() {
    for (operation, boundaries) in ONCE_FAILED {
        let only = boundaries.iter().flat_map(|boundary| ["--only", boundary]);
        let arguments: Vec<&str> = ["--seed", "2", "--operation", operation].into_iter().chain(only).collect();
        sweep(&arguments);
    }
}

#[track_caller]
fn sweep(arguments: &[&str]) {
    let mut command = python();
    command.arg(root().join("scripts/kill_sweep.py"));
    command.arg("--project").arg(root().join("tests/sweep")).args(["--stage", "small", "--free-lock", "--jobs", "3"]);
    command.arg("--wildfire").arg(env!("CARGO_BIN_EXE_wildfire")).args(arguments);
    let output = command.stdin(Stdio::null()).output().expect("the sweep starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the sweep found something:\n{out}\n{err}");
    assert!(out.contains("boundaries tried"), "the sweep did not get to its end:\n{out}\n{err}");
}
