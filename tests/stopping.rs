//! Signals during an apply whose calls take long, and processes that contend for the lock.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Emulator, Finished, Project, Proxy, python, root, run, wildfire};

const STACK: &str = "resources:
  log:
    type: aws_cloudwatch_log_group
    properties: {name: stopped, retention_in_days: 7}
";

fn signal(child: &Child, name: &str) {
    run(Command::new("kill").args([name, &child.id().to_string()])).succeeded();
}

/// The exit code, or a panic after a minute.
fn ended(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            return status.code();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A stage with a bucket and a lock table, and a log group to be made.
fn bootstrapped() -> (Emulator, Project) {
    let emulator = Emulator::start();
    let project = Project::new();
    project.write("stages/test/main/main.yaml", STACK);
    run(emulator.serve(&mut wildfire(project.path())).args(["bootstrap", "test", "--yes"])).succeeded();
    (emulator, project)
}

/// Until AWS has the log group: then the call is in flight, as its reply is held back.
fn until_made(emulator: &Emulator) {
    let program = "import boto3\nprint(len(boto3.client('logs').describe_log_groups()['logGroups']))";
    let start = Instant::now();
    while run(emulator.serve(&mut python()).args(["-c", program])).succeeded().stdout.trim() == "0" {
        assert!(start.elapsed() < Duration::from_secs(60), "the call does not come");
    }
}

#[test]
fn a_signal_ends_an_apply_before_its_call_has_a_reply_and_the_next_one_goes_on() {
    let (emulator, project) = bootstrapped();
    let slow = Proxy::delaying("logs:CreateLogGroup", 300, &emulator);
    for (twice, name) in [(false, "-INT"), (true, "-TERM"), (false, "-HUP")] {
        let mut command = wildfire(project.path());
        slow.serve(&mut command).args(["apply", "test/main", "--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        until_made(&emulator);
        signal(&child, name);
        if twice {
            std::thread::sleep(Duration::from_millis(300));
            signal(&child, name);
        }
        assert_eq!(ended(&mut child), Some(7));
        let shown = child.wait_with_output().expect("its output can be read");
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned() + &String::from_utf8_lossy(&shown.stderr);
        assert!(twice || shown.contains("log (the reply had not come)"), "{shown}");

        // The lock is free after one signal. After two it is that of a dead run, and is taken without being told to wait.
        let wait: &[&str] = if twice { &[] } else { &["--lock-timeout", "0s"] };
        let mut command = wildfire(project.path());
        let next = run(emulator.serve(&mut command).args(["apply", "test/main", "--yes"]).args(wait)).succeeded();
        assert!(next.stdout.contains("0 to add"), "what was made is found: {}", next.stdout);
        run(emulator.serve(&mut wildfire(project.path())).args(["plan", "test/main", "--detailed-exitcode"]))
            .succeeded();
        run(emulator.serve(&mut wildfire(project.path())).args(["destroy", "test/main", "--yes"])).succeeded();
    }
}

/// An apply with a call of 30 s and sessions of 25 s, as many as `sessions` or without end, from a process of the AWS
/// configuration. The SDK asks for the next one some seconds before the end of the last.
fn apply_with_short_sessions(emulator: &Emulator, project: &Project, sessions: &str) -> Finished {
    let script = root().join("tests/support/credentials.py");
    let count = project.path().join("sessions");
    let program = python().get_program().to_owned();
    let line = format!("{} {} {} 25 {sessions}", program.display(), script.display(), count.display());
    project.write("aws-config", format!("[default]\ncredential_process = {line}\n"));

    let slow = Proxy::delaying("logs:CreateLogGroup", 30, emulator);
    let mut command = wildfire(project.path());
    slow.serve(&mut command).args(["apply", "test/main", "--yes"]);
    command.env("AWS_CONFIG_FILE", project.path().join("aws-config"));
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    run(&mut command)
}

#[test]
fn credentials_that_expire_are_renewed() {
    let (emulator, project) = bootstrapped();
    apply_with_short_sessions(&emulator, &project, "").succeeded();
    let sessions = std::fs::read_to_string(project.path().join("sessions")).expect("sessions were counted");
    assert!(sessions.parse::<u32>().expect("a number") > 1);
}

#[test]
fn credentials_that_cannot_be_renewed_end_the_run_and_the_next_one_goes_on() {
    let (emulator, project) = bootstrapped();
    let ended = apply_with_short_sessions(&emulator, &project, "1");
    assert_eq!(ended.code, 6, "{ended:?}");
    assert!(ended.stderr.contains("error[no-credentials]") && ended.stderr.contains("sign in again"), "{ended:?}");
    assert_eq!(ended.stderr.matches("error[").count(), 1, "{ended:?}");

    let arguments = ["apply", "test/main", "--yes", "--lock-timeout", "2m"];
    let next = run(emulator.serve(&mut wildfire(project.path())).args(arguments)).succeeded();
    assert!(next.stdout.contains("0 to add"), "what was made is found: {}", next.stdout);
    run(emulator.serve(&mut wildfire(project.path())).args(["plan", "test/main", "--detailed-exitcode"])).succeeded();
}

/// A call that takes longer than a lease, and a terminal that takes no output meanwhile, neither of progress nor of the log.
#[test]
fn the_lock_is_held_through_a_slow_call_and_a_stopped_terminal() {
    let (emulator, project) = bootstrapped();
    let slow = Proxy::delaying("logs:CreateLogGroup", 40, &emulator);
    let mut command = python();
    command.arg(root().join("tests/support/terminal.py")).arg(env!("CARGO_BIN_EXE_wildfire"));
    command.args(["-vv", "apply", "test/main", "--yes"]).current_dir(project.path()).env("NO_COLOR", "1");
    slow.serve(&mut command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut holder = command.spawn().expect("python starts");
    let mut keys = holder.stdin.take().expect("its input is a pipe");
    until_made(&emulator);
    keys.write_all(b"stop\n").expect("it listens");

    let rival = |wait: &str| {
        let mut command = wildfire(project.path());
        emulator.serve(&mut command).args(["apply", "test/main", "--yes", "--lock-timeout", wait]);
        command
    };
    let mut waiting = rival("1h").stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut told = String::new();
    BufReader::new(waiting.stderr.take().expect("a pipe")).read_line(&mut told).expect("it says why it waits");
    assert!(told.contains("Waiting for the lock"), "{told}");
    signal(&waiting, "-INT");
    assert_eq!(ended(&mut waiting), Some(7));

    // Longer than a lease: a holder without a heartbeat would be dead by now.
    let refused = run(&mut rival("33s"));
    assert_eq!(refused.code, 3, "{refused:?}");
    keys.write_all(b"go\n").expect("it listens");
    let output = holder.wait_with_output().expect("its output can be read");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && shown.contains("1 added"), "{shown}");
    run(emulator.serve(&mut wildfire(project.path())).args(["plan", "test/main", "--detailed-exitcode"])).succeeded();
}

/// A sample of `make lock-test`.
#[test]
fn processes_that_contend_for_the_lock_take_turns() {
    let mut command = python();
    let binary = env!("CARGO_BIN_EXE_wildfire");
    command.arg(root().join("scripts/lock_test.py")).args([
        "--handovers",
        "12",
        "--contenders",
        "6",
        "--binary",
        binary,
    ]);
    run(command.args(["--kills", "0", "--pauses", "0.05", "--longest-pause", "3", "--takeovers", "1"])).succeeded();
}
