//! Modules from elsewhere: pinned, held against their digest, and kept to their own files.

use std::collections::BTreeMap;

use crate::config::{MemoryFiles, Project, digest};
use crate::model::Diagnostics;

const HEAD: &str = "account_id: \"123456789012\"\nregion: eu-west-1\n";
const COMMIT: &str = "0123456789012345678901234567890123456789";
const URL: &str = "https://git.example.com/infra.git";

/// The folder of the commit.
fn tree() -> String {
    use sha2::Digest;
    format!(".wildfire/modules/{}", hex::encode(&sha2::Sha256::digest(format!("{URL}\0{COMMIT}"))[..16]))
}

fn call(path: &str) -> String {
    format!("modules: {{net: {{source: {{git: \"{URL}\", ref: v1, path: {path}}}}}}}\n")
}

fn lock(digest: &str) -> String {
    format!("modules:\n  - git: \"{URL}\"\n    ref: v1\n    commit: \"{COMMIT}\"\n    digest: \"sha256:{digest}\"\n")
}

/// A project with a stack, a lock file, and files of the module from elsewhere.
fn load(stack: &str, lock: Option<&str>, kept: &[(&str, &str)]) -> Project {
    let mut files = MemoryFiles::new([("wildfire.yaml", "name: shop\n"), ("stages/test/stage.yaml", HEAD)])
        .with("stages/test/main/main.yaml", stack)
        .with("modules/vpc/module.yaml", "outputs: {}\n");
    if let Some(lock) = lock {
        files = files.with("wildfire.lock", lock);
    }
    for (path, text) in kept {
        files = files.with(format!("{}/{path}", tree()), *text);
    }
    files.load("test").unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

fn told(problems: &Diagnostics) -> String {
    let line = |problem: &crate::model::Diagnostic| {
        let place = problem.origin.as_ref().map(|origin| origin.span.to_string()).unwrap_or_default();
        let notes = problem.notes.join("; ");
        format!("{place} {}: {} | {notes}", problem.code.name(), problem.message).replace(&tree(), "<tree>")
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn sum(files: &[(&str, &str)]) -> String {
    let all: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())).collect();
    digest(&all)
}

#[test]
fn what_is_pinned_and_there_is_used() {
    let kept = [
        ("modules/net/module.yaml", "modules: {inner: {source: vpc}, beside: {source: ../vpc}}\n"),
        ("modules/vpc/module.yaml", "outputs: {from: here}\n"),
        ("readme.txt", "hello"),
    ];
    let project = load(&call("modules/net"), Some(&lock(&sum(&kept))), &kept);
    assert_eq!(told(&project.diagnostics), "");
    let found: Vec<String> = project.modules.keys().map(|folder| folder.replace(&tree(), "<tree>")).collect();
    assert_eq!(found, ["<tree>/modules/net", "<tree>/modules/vpc"], "its names are those of its own repository");
    let pins: Vec<_> =
        project.remotes.into_iter().map(|(upstream, pin)| (upstream.to_string(), pin.is_some())).collect();
    assert_eq!(pins, [(format!("{URL} at v1"), true)]);
}

#[test]
fn what_is_not_pinned_or_not_there_or_another_is_not_used() {
    let kept = [("module.yaml", "outputs: {}\n")];
    let place = "stages/test/main/main.yaml:1:25";
    let unpinned = load(&call("."), None, &kept);
    let expected =
        format!("{place} unknown-module: the module {URL} at v1 is not pinned: wildfire.lock does not name it | ");
    assert_eq!(told(&unpinned.diagnostics), expected);
    let absent = load(&call("."), Some(&lock(&sum(&kept))), &[]);
    let expected = format!(
        "{place} unknown-module: the module {URL} at v1 is pinned, and is not on this machine | it is pinned at wildfire.lock:2:5"
    );
    assert_eq!(told(&absent.diagnostics), expected);
    for changed in
        [vec![("module.yaml", "outputs: {a: 1}\n")], vec![kept[0], ("more.yaml", "")], vec![("other.yaml", kept[0].1)]]
    {
        let project = load(&call("."), Some(&lock(&sum(&kept))), &changed);
        let text = told(&project.diagnostics);
        assert!(
            text.starts_with(&format!("{place} module-changed: the files of the module {URL} at v1 are not those")),
            "{text}"
        );
        assert!(text.contains(&sum(&kept)) && text.contains(&sum(&changed)), "{text}");
        assert!(project.modules.is_empty());
    }
}

#[test]
fn a_module_from_elsewhere_does_not_leave_its_files() {
    for source in ["../../../modules/vpc", "../..", "../../.."] {
        let kept = [("a/module.yaml", format!("modules: {{out: {{source: {source}}}}}\n"))];
        let kept: Vec<(&str, &str)> = kept.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let project = load(&call("a"), Some(&lock(&sum(&kept))), &kept);
        let text = told(&project.diagnostics);
        assert!(text.contains("is outside of the project"), "{source}: {text}");
    }
}

#[test]
fn a_lock_file_that_somebody_edited_is_told() {
    let good = lock(&"a".repeat(64));
    for (from, to, expected) in [
        ("sha256:aa", "sha256:AA", "wildfire.lock:5:13 invalid-value"),
        ("sha256:", "md5:", "wildfire.lock:5:13 invalid-value"),
        (COMMIT, "main", "wildfire.lock:4:13 invalid-value"),
        ("    ref: v1\n", "", "wildfire.lock:2:5 missing-key"),
        ("    ref: v1\n", "    ref: --upload-pack=evil\n", "wildfire.lock:3:10 invalid-value"),
        (URL, "ext::sh -c evil", "wildfire.lock:2:10 invalid-value"),
        ("    ref: v1\n", "    ref: v1\n    branch: x\n", "wildfire.lock:4:5 unknown-key"),
    ] {
        let text = told(&load(&call("."), Some(&good.replace(from, to)), &[]).diagnostics);
        assert!(text.contains(expected), "{to}: {text}");
    }
    let twice = format!("{good}{}", good.trim_start_matches("modules:\n"));
    let text = told(&load(&call("."), Some(&twice), &[]).diagnostics);
    assert!(text.contains("wildfire.lock:6:5 duplicate-key"), "{text}");
}

#[test]
fn sources_that_are_none_are_refused() {
    for (source, expected) in [
        ("{git: 'http://git.example.com/x', ref: v1}", "is not a source of modules"),
        ("{git: 'ssh://git@example.com/x', ref: v1}", "is not a source of modules"),
        ("{git: 'https://user:secret@example.com/x', ref: v1}", "is not a source of modules"),
        ("{git: '--upload-pack=evil', ref: v1}", "is not a source of modules"),
        ("{git: 'https://-oProxy', ref: v1}", "is not a source of modules"),
        ("{git: 'https://example.com/x y', ref: v1}", "is not a source of modules"),
        ("{git: 'https://example.com/x', ref: --upload-pack=evil}", "is not a branch, a tag or a commit"),
        ("{git: 'https://example.com/x', ref: 'a..b'}", "is not a branch, a tag or a commit"),
        ("{git: 'https://example.com/x', ref: v1, path: ../x}", "is not a folder in a module"),
        ("{git: 'https://example.com/x', ref: v1, path: .git}", "is not a folder in a module"),
        ("{git: 'https://example.com/x'}", "needs `ref`"),
        ("{ref: v1}", "needs `git`"),
        ("{git: 'https://example.com/x', tag: v1}", "is no key of a source"),
    ] {
        let project = load(&format!("modules: {{net: {{source: {source}}}}}\n"), None, &[]);
        let text = told(&project.diagnostics);
        assert!(text.contains(expected), "{source}: {text}");
    }
}
