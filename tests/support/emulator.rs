//! An emulator of AWS, and a proxy before it that refuses one operation.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::{root, run};

/// A Python of the tests' own environment, which has boto3.
///
/// # Panics
/// When there is no such environment.
pub fn python() -> Command {
    let interpreter = root().join(".venv/bin/python");
    assert!(interpreter.exists(), "{} is missing; `make test` makes it", interpreter.display());
    let mut command = Command::new(interpreter);
    command.env("PYTHONPATH", root().join("tests/support")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A program that says its endpoint on its first line, and ends when its standard input does.
struct Server {
    child: Child,
    // Closed with the process of the tests, however that ends.
    _stdin: ChildStdin,
    endpoint: String,
}

impl Server {
    fn start(script: &str, arguments: &[&str]) -> Self {
        let mut command = python();
        command.arg(root().join("tests/support").join(script)).args(arguments).arg("--attached");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{script} does not start: {error}"));
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            panic!("{script} was started with pipes");
        };
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        assert!(
            read.is_ok() && line.starts_with("http://"),
            "{script} gave no endpoint: `make test` installs what it needs"
        );
        Self { child, _stdin: stdin, endpoint: line.trim().to_string() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about either failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(command: &mut Command, endpoint: &str) {
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "demo")
        .env("AWS_SECRET_ACCESS_KEY", "demo")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN");
}

/// An AWS of one's own, with account 123456789012. It ends when it is dropped.
pub struct Emulator {
    server: Server,
}

impl Emulator {
    /// Starts one; takes seconds.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Self {
        Self { server: Server::start("emulator.py", &[]) }
    }

    /// Starts one that has the calls which stock moto lacks.
    ///
    /// # Panics
    /// When it does not start.
    pub fn repaired() -> Self {
        Self { server: Server::start("repaired.py", &[]) }
    }

    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Sends the AWS calls of a command here.
    pub fn serve<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        connect(command, self.endpoint());
        command
    }

    /// Runs a script with boto3 against it.
    ///
    /// # Panics
    /// With its output, when it fails.
    #[track_caller]
    pub fn script(&self, path: &Path, arguments: &[&str]) -> String {
        let mut command = python();
        command.arg(path).args(arguments);
        let finished = run(self.serve(&mut command));
        assert_eq!(finished.code, 0, "{}: {}{}", path.display(), finished.stdout, finished.stderr);
        finished.stdout
    }

    /// Takes everything out of it.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn reset(&self) {
        let url = format!("{}/moto-api/reset", self.endpoint());
        let program = "import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], method='POST'))";
        run(python().args(["-c", program, &url])).succeeded();
    }
}

/// A way to an emulator on which one operation is denied, slow, or answered by somebody else.
pub struct Proxy {
    server: Server,
}

impl Proxy {
    /// `operation` is `ec2:DescribeVpcs`.
    pub fn denying(operation: &str, emulator: &Emulator) -> Self {
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation]) }
    }

    /// Answers that the operation was done, and does nothing.
    pub fn ignoring(operation: &str, emulator: &Emulator) -> Self {
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation, "--ignore"]) }
    }

    /// Denies the operation with a message that repeats the request.
    pub fn echoing(operation: &str, emulator: &Emulator) -> Self {
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation, "--echo"]) }
    }

    /// A login page with this status answers `operation`; if `late`, AWS has done it by then.
    pub fn captive(operation: &str, status: &str, late: bool, emulator: &Emulator) -> Self {
        let mode = if late { "--late" } else { "--page" };
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation, mode, status]) }
    }

    /// The replies to `operation` say `to` in place of `from`.
    pub fn changing(operation: &str, from: &str, to: &str, emulator: &Emulator) -> Self {
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation, "--replace", from, to]) }
    }

    /// AWS does `operation` at once, and its replies come this many seconds later.
    pub fn delaying(operation: &str, seconds: u32, emulator: &Emulator) -> Self {
        Self { server: Server::start("proxy.py", &[emulator.endpoint(), operation, &seconds.to_string()]) }
    }

    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Sends the AWS calls of a command here.
    pub fn serve<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        connect(command, self.endpoint());
        command
    }
}

/// A Git server on this machine with one repository, `infra.git`.
pub struct GitServer {
    folder: tempfile::TempDir,
    server: Server,
}

impl GitServer {
    /// Starts one with the files of a folder as its first commit, on the branch `main`.
    ///
    /// # Panics
    /// When there is no `git`; so do all methods.
    pub fn start(content: &Path) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let path = folder.path().to_str().expect("its name is text").to_string();
        let server = Server::start("git_server.py", &[&path]);
        let new = Self { folder, server };
        new.git(&["init", "-q", "--bare", "-b", "main", "infra.git"]);
        new.git(&["init", "-q", "-b", "main", "work"]);
        new.commit(content);
        new
    }

    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// The files of a folder as the next commit, and in place of what was there.
    pub fn commit(&self, content: &Path) {
        let work = self.folder.path().join("work");
        self.git(&["-C", "work", "rm", "-rqf", "--ignore-unmatch", "."]);
        let copied = Command::new("cp").arg("-a").arg(content.join(".")).arg(&work).status();
        assert!(copied.is_ok_and(|status| status.success()), "{} is copied", content.display());
        self.git(&["-C", "work", "add", "-A"]);
        self.git(&["-C", "work", "commit", "-q", "--allow-empty", "-m", "more"]);
        self.git(&["-C", "work", "push", "-q", "../infra.git", "main"]);
    }

    /// A tag on the newest commit, wherever it was before.
    pub fn tag(&self, name: &str) {
        self.git(&["-C", "work", "tag", "-f", "-a", "-m", "it", name]);
        self.git(&["-C", "work", "push", "-q", "-f", "../infra.git", &format!("refs/tags/{name}")]);
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        for who in ["AUTHOR", "COMMITTER"] {
            // The same commits in every run.
            command.env(format!("GIT_{who}_NAME"), "ann").env(format!("GIT_{who}_EMAIL"), "ann@example.com");
            command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let finished = run(command.current_dir(self.folder.path()).args(arguments));
        assert_eq!(finished.code, 0, "git {arguments:?}: {}{}", finished.stdout, finished.stderr);
    }
}
