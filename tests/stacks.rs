//! Stages of several stacks: what AWS is asked.

use std::process::Command;

use crate::support::{Emulator, Project, run, wildfire};

/// Identity, lock rows, heads and what they name are read once for each stack of a command, however many use it.
#[test]
fn each_state_is_read_once() {
    let emulator = Emulator::start();
    let project = Project::new();
    let queue = |name: &str, tags: &str| {
        format!(
            "resources: {{q: {{type: aws_sqs_queue, properties: {{name: {name}, tags: {{{tags}}}}}}}}}\noutputs: {{url: \"${{q.url}}\"}}\n"
        )
    };
    let uses = |stack: &str| format!("of: \"${{stack.{stack}.outputs.url}}\"");
    project.write("stages/test/a/a.yaml", queue("a", ""));
    project.write("stages/test/b/b.yaml", queue("b", &uses("a")));
    project.write("stages/test/c/c.yaml", queue("c", &format!("{}, too: \"${{stack.b.outputs.url}}\"", uses("a"))));
    let quietly = |arguments: &[&str]| {
        let mut command: Command = wildfire(project.path());
        run(emulator.serve(&mut command).args(arguments)).succeeded()
    };
    quietly(&["bootstrap", "test", "--yes"]);
    quietly(&["apply", "test", "--yes"]);
    let calls = |arguments: &[&str], call: &str| {
        let finished = quietly(&[&["-vv"], arguments].concat());
        finished.stderr.lines().filter(|line| line.contains("sending") && line.contains(call)).count()
    };
    let plan = &["plan", "test"][..];
    assert_eq!(calls(plan, "sts:GetCallerIdentity"), 1);
    assert_eq!(calls(plan, "dynamodb:GetItem"), 3);
    let alone = calls(&["plan", "test/a"], "s3:GetObject");
    assert!(alone > 0, "the head is read");
    assert_eq!(calls(plan, "s3:GetObject"), 3 * alone);
    // A stack that is only used is read once, too.
    assert_eq!(calls(&["plan", "test/c"], "dynamodb:GetItem"), 3);
    assert_eq!(calls(&["drift", "test"], "dynamodb:GetItem"), 3);
    assert_eq!(calls(&["apply", "test", "--yes"], "sts:GetCallerIdentity"), 1);
}
