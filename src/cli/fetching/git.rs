//! A module out of a Git repository, by the program `git`.
//!
//! The program is called with a list of arguments, no shell. It fetches into a bare repository of ours, which has no hooks, and
//! never checks anything out: the files are read from its objects, so that nothing of what a repository says (attributes, filters,
//! submodules, links) is carried out.

use std::io::{self, BufRead, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use super::{Collected, Failed, Fetched, Tree};

const NO_GIT: &str = "modules from a repository need the program `git`";

/// Where a repository is fetched into.
struct Bare {
    folder: tempfile::TempDir,
    url: String,
}

pub(super) fn fetch(url: &str, reference: &str, commit: Option<&str>) -> Result<Fetched, Failed> {
    let folder = tempfile::tempdir().map_err(|error| Failed::new(format!("there is no place to fetch to: {error}")))?;
    let bare = Bare { folder, url: url.to_string() };
    // Without a template there are no hooks.
    bare.git(&["init", "--quiet", "--bare", "--template=", "."], "no repository can be made to fetch to")?;
    let commit = match commit {
        Some(commit) => bare.pinned(commit)?,
        None => bare.newest(reference)?,
    };
    let files = bare.files(&commit)?;
    Ok(Fetched { commit, files })
}

/// A line of `git ls-tree`.
struct Entry {
    object: String,
    path: String,
}

impl Bare {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            // What points Git to another repository, or lets the caller's environment configure it.
            let text = name.to_string_lossy();
            let own = ["GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_EXEC_PATH", "GIT_TRACE"];
            if text.starts_with("GIT_") && !own.contains(&text.as_ref()) {
                command.env_remove(&name);
            }
        }
        let protocol = if self.url.starts_with("https://") { "https" } else { "http" };
        command
            .env("GIT_ALLOW_PROTOCOL", protocol)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("LC_ALL", "C")
            .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0"])
            .args(["-c", "fetch.recurseSubmodules=false", "-c", "transfer.fsckObjects=true"])
            // A server that sends nothing for half a minute is down.
            .args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"])
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// What a call prints; `why` is the error when it fails.
    fn git(&self, arguments: &[&str], why: &str) -> Result<Vec<u8>, Failed> {
        let output = self.command(arguments).output().map_err(not_run)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let notes = said.lines().map(str::trim).filter(|line| !line.is_empty()).take(4);
        let notes = notes.map(|line| format!("git: {}", line.trim_start_matches("fatal: "))).collect();
        Err(Failed { message: why.to_string(), notes, help: None })
    }

    /// The commit that a branch, a tag or a commit is now, fetched.
    fn newest(&self, reference: &str) -> Result<String, Failed> {
        let (tag, branch) = (format!("refs/tags/{reference}"), format!("refs/heads/{reference}"));
        let peeled = format!("{tag}^{{}}");
        let arguments = ["ls-remote", "--", &self.url, &tag, &peeled, &branch];
        let listed = self.git(&arguments, "the repository cannot be read")?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let found = |name: &str| {
            let line = listed.lines().filter_map(|line| line.split_once('\t')).find(|(_, other)| *other == name);
            line.map(|(commit, _)| commit.to_string())
        };
        // An annotated tag is an object of its own, and names the commit.
        if let Some(commit) = found(&peeled).or_else(|| found(&tag)) {
            self.get(&tag)?;
            return Ok(commit);
        }
        if let Some(commit) = found(&branch) {
            self.get(&branch)?;
            return Ok(commit);
        }
        match is_commit(reference) {
            true => self.pinned(reference),
            false => Err(Failed::new(format!("the repository has no branch and no tag `{reference}`"))),
        }
    }

    fn get(&self, what: &str) -> Result<(), Failed> {
        let arguments = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--", &self.url, what];
        self.git(&arguments, "the repository cannot be fetched").map(drop)
    }

    /// A commit that is known, fetched. Not every server gives one that is asked for by its id: then all of it is fetched.
    fn pinned(&self, commit: &str) -> Result<String, Failed> {
        let there = || self.git(&["cat-file", "-e", &format!("{commit}^{{commit}}")], "").is_ok();
        let alone = self.get(commit);
        if alone.is_ok() && there() {
            return Ok(commit.to_string());
        }
        let everything = "+refs/*:refs/fetched/*";
        let arguments = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", &self.url, everything];
        self.git(&arguments, "the repository cannot be fetched")?;
        match there() {
            true => Ok(commit.to_string()),
            false => Err(Failed::new(format!("the repository has no commit {commit} any more"))
                .help("`wildfire modules update` pins what is there now; look at what has changed")),
        }
    }

    fn files(&self, commit: &str) -> Result<Tree, Failed> {
        let arguments = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit];
        let listed = self.git(&arguments, "the commit cannot be read")?;
        let mut wanted = Vec::new();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let line = std::str::from_utf8(line).map_err(|_| Failed::new("it holds a name that is no text"))?;
            wanted.extend(entry(line)?);
        }
        self.contents(wanted)
    }

    fn contents(&self, wanted: Vec<Entry>) -> Result<Tree, Failed> {
        let mut command = self.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(not_run)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else { return Err(Failed::new(NO_GIT)) };
        let objects: Vec<String> = wanted.iter().map(|entry| format!("{}\n", entry.object)).collect();
        // Beside the reading, as either end waits for the other when its pipe is full.
        let writing = thread::spawn(move || objects.iter().try_for_each(|line| stdin.write_all(line.as_bytes())));
        let read = contents(io::BufReader::new(stdout), wanted);
        let written = writing.join();
        let _ = child.kill();
        let _ = child.wait();
        let files = read?;
        match written {
            Ok(Ok(())) => Ok(files),
            _ => Err(Failed::new("the files of the commit cannot be read")),
        }
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn not_run(error: io::Error) -> Failed {
    match error.kind() {
        io::ErrorKind::NotFound => Failed::new(NO_GIT).help("install it, and make sure that it is on the PATH"),
        _ => Failed::new(format!("`git` does not run: {error}")),
    }
}

/// `100644 blob <object> <size>\t<path>`; none for a file that is not taken.
fn entry(line: &str) -> Result<Option<Entry>, Failed> {
    let unread = || Failed::new(format!("`git ls-tree` says what is not understood: {line:?}"));
    let (head, path) = line.split_once('\t').ok_or_else(unread)?;
    let words: Vec<&str> = head.split_ascii_whitespace().collect();
    let [mode, _, object, size] = words.as_slice() else { return Err(unread()) };
    match *mode {
        "100644" | "100755" => {}
        "120000" => return Err(Failed::new(format!("it holds a symbolic link, {path:?}"))),
        "160000" => return Err(Failed::new(format!("it holds a submodule, {path:?}"))),
        other => return Err(Failed::new(format!("it holds something that is no file, {path:?} ({other})"))),
    }
    let size = size.parse().map_err(|_| unread())?;
    Ok(Collected::wants(path, size)?.then(|| Entry { object: object.to_string(), path: path.to_string() }))
}

/// `<object> blob <size>\n<content>\n`, in the order in which they were asked for.
fn contents(mut stream: impl BufRead, wanted: Vec<Entry>) -> Result<Tree, Failed> {
    let unread = || Failed::new("`git cat-file` says what is not understood");
    let mut collected = Collected::default();
    for Entry { object, path } in wanted {
        let mut head = String::new();
        stream.by_ref().take(200).read_line(&mut head).map_err(|_| unread())?;
        let words: Vec<&str> = head.split_ascii_whitespace().collect();
        let size = match words.as_slice() {
            [name, "blob", size] if *name == object => size.parse::<usize>().map_err(|_| unread())?,
            _ => return Err(unread()),
        };
        if size > super::FILE_BYTES {
            return Err(unread());
        }
        let mut content = vec![0; size + 1];
        stream.read_exact(&mut content).map_err(|_| unread())?;
        content.pop();
        collected.add(path, content)?;
    }
    Ok(collected.files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_taken() {
        let line = |mode: &str, path: &str| format!("{mode} blob {} 5\t{path}", "a".repeat(40));
        let taken = |mode: &str, path: &str| entry(&line(mode, path)).map(|entry| entry.is_some());
        assert!(taken("100644", "modules/vpc/module.yaml").is_ok_and(|taken| taken));
        assert!(taken("100755", ".github/run.sh").is_ok_and(|taken| !taken));
        for (mode, path) in [
            ("120000", "link"),
            ("160000", "sub"),
            ("040000", "folder"),
            ("100644", "../out"),
            ("100644", "a//b"),
            ("100644", "a\\b"),
            ("100644", "a\nb"),
        ] {
            assert!(taken(mode, path).is_err(), "{mode} {path:?}");
        }
        assert!(entry("nonsense").is_err());
    }

    #[test]
    fn contents_are_those_that_were_asked_for() {
        let wanted = || vec![Entry { object: "aa".into(), path: "x".into() }];
        let read = |text: &str| contents(text.as_bytes(), wanted()).ok();
        assert_eq!(read("aa blob 2\nhi\n"), Some(Tree::from([("x".to_string(), b"hi".to_vec())])));
        for wrong in ["", "aa missing\n", "bb blob 2\nhi\n", "aa blob 9\nhi\n", "aa blob 99999999\n", "aa blob x\n"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_repository_decides_nothing() {
        let bare = Bare { folder: tempfile::tempdir().expect("a folder"), url: "https://example.com/x".into() };
        let command = bare.command(&["fetch", "--", "https://example.com/x", "main"]);
        let text = format!("{command:?}");
        assert!(
            text.contains("core.hooksPath=/dev/null") && text.contains("\"--\" \"https://example.com/x\""),
            "{text}"
        );
    }
}
