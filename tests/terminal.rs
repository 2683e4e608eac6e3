//! What is asked at a terminal.

mod console;

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::support::{Emulator, Finished, Project, python, root, run, wildfire};

/// `wildfire` at a terminal of its own, as somebody sits there.
fn at_terminal(flags: &[&str], arguments: &[&str], project: &Project, emulator: &Emulator) -> Command {
    let mut command = python();
    command.arg(root().join("tests/support/terminal.py")).args(flags).arg(env!("CARGO_BIN_EXE_wildfire"));
    command.args(arguments).current_dir(project.path()).env("NO_COLOR", "1").env("TERM", "dumb");
    emulator.serve(&mut command);
    command
}

/// Runs `arguments` at a terminal and types `line`.
fn typed(line: &str, arguments: &[&str], project: &Project, emulator: &Emulator) -> Finished {
    run(&mut at_terminal(&["--type", line], arguments, project, emulator))
}

/// A command at a terminal that is watched while it runs.
struct Watched {
    child: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Watched {
    fn start(arguments: &[&str], project: &Project, emulator: &Emulator) -> Self {
        Self::of(at_terminal(&["--stream"], arguments, project, emulator))
    }

    /// The same, of a command for which everything else is set.
    fn of(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python starts");
        let keys = child.stdin.take().expect("its input is a pipe");
        let mut output = child.stdout.take().expect("its output is a pipe");
        let shown: Arc<Mutex<String>> = Arc::default();
        let into = Arc::clone(&shown);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                into.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Self { child, keys, shown, reader: Some(reader) }
    }

    /// Waits until a text stands on the screen.
    fn until(&self, text: &str) {
        self.until_there_are(1, text);
    }

    /// Waits until a text has been written there so many times.
    fn until_there_are(&self, count: usize, text: &str) {
        let start = Instant::now();
        while self.shown.lock().unwrap().matches(text).count() < count {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "{text:?} does not come: {}",
                self.shown.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// One line of what `terminal.py` understands.
    fn play(&mut self, line: &str) {
        // In one piece: the end of a line that comes by itself would be a line.
        self.keys.write_all(format!("{line}\n").as_bytes()).expect("it listens");
    }

    /// The exit code and the screen, within so many seconds.
    fn end(mut self, seconds: u64) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                break status;
            }
            if start.elapsed() > Duration::from_secs(seconds) {
                let _ = self.child.kill();
                panic!("it does not end: {}", self.shown.lock().unwrap());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if let Some(reader) = self.reader.take() {
            reader.join().expect("it reads to the end");
        }
        let shown = self.shown.lock().unwrap().clone();
        (status.code(), shown)
    }
}

/// A test that fails leaves nobody waiting at a terminal.
impl Drop for Watched {
    fn drop(&mut self) {
        // With its terminal the command goes, too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const NETWORK: &str = "resources:\n  network:\n    type: aws_vpc\n    properties: {cidr_block: 10.20.0.0/16}\n";

#[test]
fn a_destroy_asks_for_the_name_of_the_stage_and_an_apply_for_yes() {
    let emulator = Emulator::start();
    let project = Project::new();
    project.write("stages/test/main/vpc.yaml", NETWORK);
    let quietly = |arguments: &[&str]| {
        let mut command: Command = wildfire(project.path());
        run(emulator.serve(&mut command).args(arguments))
    };
    quietly(&["bootstrap", "test", "--yes"]).succeeded();
    let no = typed("y", &["apply", "test"], &project, &emulator);
    assert!(no.code == 1 && no.stdout.contains("Only 'yes' is accepted"), "{no:?}");
    assert!(no.stdout.contains("Nothing was changed."), "{no:?}");
    typed("yes", &["apply", "test"], &project, &emulator).succeeded();
    let no = typed("yes", &["destroy", "test"], &project, &emulator);
    assert!(no.code == 1 && no.stdout.contains("The name of the stage, to go on:"), "{no:?}");
    quietly(&["plan", "test", "--detailed-exitcode"]).succeeded();
    let yes = typed("test", &["destroy", "test"], &project, &emulator).succeeded();
    assert!(yes.stdout.contains("1 destroyed"), "{yes:?}");
}

#[test]
fn an_interrupt_at_a_question_ends_it_and_lets_the_lock_go() {
    let emulator = Emulator::start();
    let project = Project::new();
    project.write("stages/test/main/vpc.yaml", NETWORK);
    let quietly = |arguments: &[&str]| {
        let mut command: Command = wildfire(project.path());
        run(emulator.serve(&mut command).args(arguments)).succeeded()
    };
    let ended = |arguments: &[&str], question: &str, how: &str| {
        let mut asked = Watched::start(arguments, &project, &emulator);
        asked.until(question);
        asked.play(how);
        let (code, shown) = asked.end(3);
        assert_eq!(code, Some(7), "{how}: {shown}");
        assert!(shown.contains("nothing was changed") && !shown.contains("Stopping"), "{shown}");
    };
    ended(&["bootstrap", "test"], "Make this?", "interrupt");
    quietly(&["bootstrap", "test", "--yes"]);
    for how in ["interrupt", "terminate"] {
        ended(&["apply", "test"], "Only 'yes' is accepted:", how);
        let lock = quietly(&["unlock", "test"]);
        assert!(lock.stdout.contains("nobody holds the lock"), "{lock:?}");
    }
    quietly(&["apply", "test", "--yes", "--lock-timeout", "0s"]);
    ended(&["destroy", "test"], "to go on:", "terminate");
    ended(&["state", "rm", "test/main", "network"], "Only 'yes' is accepted:", "interrupt");
    quietly(&["destroy", "test", "--yes", "--lock-timeout", "0s"]);
}

const KEYS: &str = "resources: {key: {type: aws_kms_key, properties: {description: \"1\", customer_master_key_spec: SPEC, \
                    key_usage: GENERATE_VERIFY_MAC}}}\noutputs: {id: \"${key.key_id}\"}\n";

const DATA: &str = "resources:
  used: {type: aws_sqs_queue, properties: {name: used, tags: {key: \"${stack.keys.outputs.id}\"}}}
  other: {type: aws_sqs_queue, properties: {name: other, delay_seconds: 0}}
";

/// While the question is open somebody changes another resource of the later stack: that was not shown.
#[test]
fn a_stack_that_would_change_otherwise_than_was_shown_is_left_alone() {
    let emulator = Emulator::start();
    let project = Project::new();
    let quietly = |arguments: &[&str]| {
        let mut command: Command = wildfire(project.path());
        run(emulator.serve(&mut command).args(arguments)).succeeded()
    };
    project.write("stages/test/keys/k.yaml", KEYS.replace("SPEC", "HMAC_256"));
    project.write("stages/test/data/d.yaml", DATA);
    quietly(&["bootstrap", "test", "--yes"]);
    quietly(&["apply", "test", "--yes"]);
    project.write("stages/test/keys/k.yaml", KEYS.replace("SPEC", "HMAC_384"));
    let mut asked = Watched::start(&["apply", "test"], &project, &emulator);
    asked.until("Apply this to test/keys and test/data?");
    asked.until("keys.key.key_id");
    let program = "import boto3\nsqs = boto3.client('sqs')\nurl = sqs.get_queue_url(QueueName='other')['QueueUrl']\n\
                   sqs.set_queue_attributes(QueueUrl=url, Attributes={'DelaySeconds': '7'})";
    run(emulator.serve(&mut python()).args(["-c", program])).succeeded();
    asked.play("type yes");
    let (code, shown) = asked.end(60);
    assert_eq!(code, Some(4), "{shown}");
    for text in [
        "error[plan-exceeded]: test/data would change otherwise than was shown",
        "test/data:other: shown: left alone; now: updated in place",
        "test/data was left alone",
    ] {
        assert!(shown.contains(text), "{text:?} is missing: {shown}");
    }
    // The first stack is applied, the second as it was; the next plan shows what there is to do.
    let mut command: Command = wildfire(project.path());
    let plan = run(emulator.serve(&mut command).args(["plan", "test", "--detailed-exitcode"]));
    assert_eq!(plan.code, 2, "{plan:?}");
    assert!(plan.stdout.contains("test/keys matches its configuration"), "{plan:?}");
    assert!(plan.stdout.contains("0 to add, 2 to change, 0 to destroy"), "{plan:?}");
}
