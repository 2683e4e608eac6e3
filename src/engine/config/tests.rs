//! Loading, end to end: files in, a project or diagnostics out.

use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::model::{Code, Diagnostics, Severity, Sources};

mod remote;
mod shapes;
mod shared;
mod yaml;

fn base() -> MemoryFiles {
    MemoryFiles::new([
        ("wildfire.yaml", "name: acme\nrequired_version: \">=0.1\"\n"),
        ("stages/test/stage.yaml", "account_id: \"123456789012\"\nregion: eu-west-1\n"),
        ("stages/production/stage.yaml", "account_id: \"210987654321\"\nregion: eu-west-1\n"),
        (
            "modules/vpc/module.yaml",
            "inputs: {cidr_block: string}\noutputs: {vpc_id: \"${vpc.id}\"}\nresources:\n  vpc: {type: aws_vpc}\n",
        ),
    ])
}

/// The base, with one file of the stack `main`.
fn stack(text: &str) -> Project {
    base().with("stages/test/main/a.yaml", text).load("test").expect("it loads")
}

/// `code place [label text] message; help` of each diagnostic.
fn told(diagnostics: &Diagnostics, project: Option<&Project>) -> Vec<String> {
    let one = |diagnostic: &crate::model::Diagnostic| {
        let mut out = diagnostic.code.name();
        if let Some(origin) = &diagnostic.origin {
            let span = &origin.span;
            let file = span.file.rsplit('/').next().unwrap_or_default();
            let text = project.and_then(|project| project.sources.line(span)).unwrap_or_default();
            let marked: String = text.chars().skip(span.column as usize - 1).take(span.length as usize).collect();
            out.push_str(&format!(" {file}:{}:{} [{marked}]", span.line, span.column));
        }
        out.push_str(&format!(" {}", diagnostic.message));
        for note in &diagnostic.notes {
            out.push_str(&format!(" ({note})"));
        }
        if let Some(help) = &diagnostic.help {
            out.push_str(&format!("; {help}"));
        }
        out
    };
    diagnostics.iter().map(one).collect()
}

/// Every diagnostic of a stack file.
#[track_caller]
fn faults(text: &str, wanted: &[&str]) {
    let project = stack(text);
    assert_eq!(told(&project.diagnostics, Some(&project)), wanted, "{text}");
}

#[test]
fn a_whole_stage() {
    let files = base()
        .with("stages/test/stage.yaml", "account_id: 123456789012\nregion: eu-west-1\ncredentials:\n  profile: p\n  assume_role: {role_arn: r, mfa_serial: m, duration: 1h}\nstate: {bucket: b, lock_table: l, kms_key: alias/k}\ntags: {team: platform}\nvalues: {zones: [a, b], cidr: 10.0.0.0/16}\n")
        .with("stages/test/main/b.yaml", "modules:\n  network:\n    source: vpc\n    inputs: {cidr_block: \"${stage.values.cidr}\"}\noutputs:\n  a: ${network.vpc_id}\n  b: {value: 1, description: one, sensitive: true}\n  c: {x: 1}\n")
        .with("stages/test/main/a.yml", "resources:\n  logs:\n    type: aws_s3_bucket\n    for_each: [x, y]\n    when: ${stage.name != 'x'}\n    properties: {bucket: \"${stage.name}-logs\"}\n    depends_on: [network]\n    lifecycle: {prevent_destroy: true, ignore_changes: all}\n    timeouts: {create: 1h30m, delete: 45s}\ndata:\n  me: {type: aws_caller_identity}\nmoved: [{from: old, to: 'logs[\"x\"]'}]\nremoved: [{from: gone, destroy: false}]\nimport: [{to: logs, id: my-bucket}]\n")
        .with("stages/test/main/.hidden.yaml", "nonsense")
        .with("stages/test/main/templates/x.yaml", "nonsense")
        .with("stages/test/bootstrap/state.yaml", "# nothing yet\n")
        .with("stages/test/templates/user-data.sh", "${x}");
    let project = files.load("test").expect("it loads");
    let stray = "unknown-stack x.yaml:1:1 [] stages/test/main/templates/x.yaml is not read; the files of a stack stand in \
                 stages/test/main itself";
    assert_eq!(told(&project.diagnostics, Some(&project)), [stray]);
    assert!(!project.diagnostics.has_errors());
    assert_eq!((project.name.as_str(), project.stage_names.join(",").as_str()), ("acme", "production,test"));
    let stage = &project.stage;
    assert_eq!(stage.account_id.value, "123456789012");
    let role = stage.credentials.assume_role.as_ref().expect("there is a role");
    assert_eq!((role.mfa_serial.as_deref(), role.duration), (Some("m"), Some(Duration::from_secs(3600))));
    assert_eq!(stage.stacks.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["bootstrap", "main"]);
    let body = &stage.stacks["main"].body;
    let logs = &body.resources["logs"];
    assert_eq!(logs.type_name.value.as_ref(), "aws_s3_bucket");
    assert_eq!(logs.span.to_string(), "stages/test/main/a.yml:2:3");
    let protected = logs.lifecycle.prevent_destroy.as_ref().and_then(|node| node.constant().ok());
    assert_eq!(protected.and_then(|value| value.as_bool()), Some(true));
    assert_eq!(logs.lifecycle.ignore_changes[0].value.as_ref(), "all");
    assert_eq!(logs.timeouts.create, Some(Duration::from_secs(5400)));
    assert_eq!(body.modules["network"].module.as_deref(), Some("modules/vpc"));
    assert_eq!(body.moved[0].to.value.to_string(), "test/main:logs[\"x\"]");
    assert!(!body.removed[0].destroy && body.imports.len() == 1 && body.data.len() == 1);
    assert!(body.outputs["b"].sensitive && matches!(body.outputs["c"].value.kind, NodeKind::Map(_)));
    assert!(matches!(project.modules["modules/vpc"].inputs["cidr_block"].ty, InputType::String));
}

#[test]
fn what_is_missing_altogether() {
    let without = MemoryFiles::new([("x", "")]).load("test").expect_err("there is no project");
    assert_eq!(
        told(&without, None)[0],
        "file-unreadable there is no wildfire.yaml in ; it names the project: `name: my-project`; `-C DIR` says where it is"
    );
    let unknown = base().load("tset").expect_err("there is no such stage");
    assert_eq!(told(&unknown, None), ["unknown-stage there is no stage `tset`; did you mean `test`?"]);
    let bare = base().with("stages/new/x.txt", "").load("new").expect_err("it has no stage.yaml");
    assert_eq!(told(&bare, None), ["unknown-stage there is no stage `new`; stages/new has no stage.yaml"]);
}

#[test]
fn another_file_may_stand_for_the_stage() {
    let files = base().with("/tmp/local.yaml", "account_id: '000000000000'\nregion: us-east-1\n");
    let options = LoadOptions { stage_file: Some("/tmp/local.yaml".into()), ..LoadOptions::default() };
    let project = load_with(&files, PathBuf::new(), "test", &options).expect("it loads");
    assert_eq!(
        (project.stage.account_id.value.as_str(), project.stage.file.as_ref()),
        ("000000000000", "/tmp/local.yaml")
    );
}

#[test]
fn no_line_of_a_file_outside_of_the_project_is_shown() {
    let named = |path: &str| {
        let files = base().with(path, "account_id: '000000000000'\nregion: us-east-1\nroot: hunter2\n");
        let options = LoadOptions { stage_file: Some(path.into()), ..LoadOptions::default() };
        let project = load_with(&files, PathBuf::new(), "test", &options).expect("it loads");
        let wrong =
            project.diagnostics.iter().find(|one| one.code == Code::UnknownKey).expect("a key that is not known");
        let span = wrong.origin.as_ref().expect("it has a place").span.clone();
        assert_eq!(span.file.as_ref(), path);
        let mut all = Sources::default();
        all.extend(&project.sources);
        assert_eq!(all.line(&span), project.sources.line(&span));
        project.sources.line(&span).map(String::from)
    };
    assert_eq!(named("/etc/local.yaml"), None);
    assert_eq!(named("ci/local.yaml").as_deref(), Some("root: hunter2"));
}

#[test]
fn modules_are_found_from_the_file_that_calls() {
    let module = |source: &str| format!("modules:\n  inner: {{source: {source}}}\n");
    let files = base()
        .with(
            "stages/test/main/a.yaml",
            "modules:\n  a: {source: a}\n  local: {source: ./local}\n  again: {source: ../../../modules/a}\n",
        )
        .with("stages/test/main/local/module.yaml", module("../../../../modules/vpc"))
        .with("modules/a/module.yaml", module("./b"))
        .with("modules/a/b/module.yaml", module("vpc"));
    let project = files.load("test").expect("it loads");
    assert_eq!(told(&project.diagnostics, Some(&project)), Vec::<String>::new());
    let found: Vec<&str> = project.modules.keys().map(AsRef::as_ref).collect();
    assert_eq!(found, ["modules/a", "modules/a/b", "modules/vpc", "stages/test/main/local"]);
    let calls = &project.stage.stacks["main"].body.modules;
    assert_eq!(calls["again"].module, calls["a"].module);
}

#[test]
fn modules_that_are_not_there_or_include_themselves() {
    faults(
        "modules:\n  a: {source: vcp}\n  b: {source: ../../../../etc}\n  c: {source: 'git::https://x/y'}\n  d: {source: /etc}\n  e: {source: ./x}\n",
        &[
            "unknown-module a.yaml:2:15 [vcp] there is no module \"vcp\": no modules/vcp/module.yaml; did you mean `vpc`?",
            "unknown-module a.yaml:3:15 [../../../../etc] \"../../../../etc\" is outside of the project; a source is a name under modules/, or a path such as ./network",
            "unknown-module a.yaml:4:15 ['git::https://x/y'] \"git::https://x/y\" is outside of the project; a source is a name under modules/, or a path such as ./network",
            "unknown-module a.yaml:5:15 [/etc] \"/etc\" is outside of the project; a source is a name under modules/, or a path such as ./network",
            "unknown-module a.yaml:6:15 [./x] there is no module \"./x\": no stages/test/main/x/module.yaml",
        ],
    );
    let files = base()
        .with("stages/test/main/a.yaml", "modules:\n  a: {source: a}\n")
        .with("modules/a/module.yaml", "modules:\n  b: {source: b}\n")
        .with("modules/b/module.yaml", "modules:\n  a: {source: a}\n  self: {source: .}\n");
    let project = files.load("test").expect("it loads");
    assert_eq!(
        told(&project.diagnostics, Some(&project)),
        [
            "module-cycle module.yaml:2:15 [a] the module modules/a includes itself: modules/a -> modules/b -> modules/a",
            "module-cycle module.yaml:3:18 [.] the module modules/b includes itself: modules/b -> modules/b",
        ]
    );
    assert_eq!(project.modules["modules/b"].body.modules["a"].module, None);
}

#[test]
fn the_files_of_a_stack_are_one_namespace() {
    let files = base()
        .with("stages/test/main/a.yaml", "resources:\n  x: {type: t}\ndata:\n  x: {type: t}\noutputs: {x: 1}\n")
        .with("stages/test/main/b.yaml", "resources:\n  x: {type: t}\nmodules:\n  x: {source: vpc}\noutputs: {x: 2}\n");
    let project = files.load("test").expect("it loads");
    assert_eq!(
        told(&project.diagnostics, Some(&project)),
        [
            "duplicate-address b.yaml:2:3 [x] the name `x` is declared twice (it is first at stages/test/main/a.yaml:2:3)",
            "duplicate-address b.yaml:4:3 [x] the name `x` is declared twice (it is first at stages/test/main/a.yaml:2:3)",
            "duplicate-address b.yaml:5:11 [x] the output `x` is declared twice (it is first at stages/test/main/a.yaml:5:11)",
        ]
    );
}

#[test]
fn stages_that_expressions_name_are_loaded_as_heads() {
    let files = base().with(
        "stages/test/main/a.yaml",
        "outputs: {z: \"${stages.production.main.outputs.zone}\", n: \"${stages.nope.main.outputs.x}\"}\n",
    );
    let project = files.load("test").expect("it loads");
    assert_eq!(project.other_stages.keys().collect::<Vec<_>>(), ["production"]);
    assert_eq!(project.other_stages["production"].account_id.value, "210987654321");
}

#[test]
fn a_file_beside_the_stacks_is_not_passed_over_in_silence() {
    let project = base().with("stages/test/vpc.yaml", "resources: {}").load("test").expect("it loads");
    let first = project.diagnostics.iter().next().expect("there is a warning");
    assert_eq!((first.severity, first.code), (Severity::Warning, Code::UnknownStack));
}

#[test]
fn ten_thousand_resources() {
    let mut files = base();
    for file in 0..10 {
        let text: String = (0..1000)
            .map(|n| format!("  r{file}_{n}:\n    type: aws_subnet\n    properties: {{vpc_id: \"${{r{file}_{}.id}}\", tags: {{Name: \"${{stage.name}}-{n}\"}}}}\n", n / 2))
            .collect();
        files = files.with(format!("stages/test/main/f{file}.yaml"), format!("resources:\n{text}"));
    }
    let project = files.load("test").expect("it loads");
    assert!(project.diagnostics.is_empty());
    assert_eq!(project.stage.stacks["main"].body.resources.len(), 10_000);
}

#[cfg(unix)]
#[test]
fn no_link_of_a_project_is_followed() {
    use std::fs;
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    let secret = folder.path().join("environ");
    fs::write(&secret, "AWS_SECRET_ACCESS_KEY=CANARY: [").expect("it is writable");
    let fresh = || {
        let _ = fs::remove_dir_all(&root);
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.join(path).parent().expect("it has one")).expect("it is writable");
            fs::write(root.join(path), text).expect("it is writable");
        };
        write("wildfire.yaml", "name: p\n");
        write("stages/test/stage.yaml", "account_id: '123456789012'\nregion: eu-west-1\n");
        write("stages/test/main/a.yaml", "modules: {m: {source: m}}\n");
        write("modules/m/module.yaml", "outputs: {a: {value: 1}}\n");
    };
    let linked = [
        ("wildfire.yaml", false),
        ("stages", true),
        ("stages/test", true),
        ("stages/test/stage.yaml", false),
        ("stages/test/main", true),
        ("stages/test/main/a.yaml", false),
        ("stages/test/main/b.yaml", false),
        ("stages/test/more", true),
        ("modules", true),
        ("modules/m", true),
        ("modules/m/module.yaml", false),
    ];
    for (path, is_folder) in linked {
        fresh();
        let at = root.join(path);
        // What is linked holds the same, so that only the link can be at fault.
        let moved = folder.path().join("moved");
        let _ = fs::remove_dir_all(&moved).or_else(|_| fs::remove_file(&moved));
        match (at.exists(), is_folder) {
            (true, _) => fs::rename(&at, &moved).expect("it can be moved"),
            (false, true) => fs::create_dir(&moved).expect("it is writable"),
            (false, false) => drop(fs::copy(&secret, &moved).expect("it is writable")),
        }
        symlink(&moved, &at).expect("a link");
        let told = match load(&root, "test") {
            Ok(project) => {
                assert!(project.diagnostics.has_errors(), "{path} is read");
                told(&project.diagnostics, None)
            }
            Err(errors) => told(&errors, None),
        };
        let told = told.join("\n");
        assert!(told.contains("symbolic link") || told.contains("there is no stage `test`"), "{path}: {told}");
        assert!(!told.contains("CANARY"), "{path}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_the_command_line_is_read_as_one_of_the_project_inside_of_it() {
    use std::fs;
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    fs::create_dir_all(root.join("ci")).expect("it is writable");
    let files = DiskFiles::new(&root);
    let outside = folder.path().join("outside.yaml");
    fs::write(&outside, "outside").expect("it is writable");
    fs::write(root.join("ci/stage.yaml"), "inside").expect("it is writable");
    symlink(&outside, root.join("ci/link.yaml")).expect("a link");
    symlink(folder.path(), root.join("up")).expect("a link");
    symlink(&root, folder.path().join("alias")).expect("a link");
    let read = |path: &str| files.read_named(&folder.path().join(path)).map_err(|error| error.to_string());
    assert_eq!(read("project/ci/stage.yaml").as_deref(), Ok(b"inside".as_slice()));
    assert_eq!(read("project/ci/../ci/./stage.yaml").as_deref(), Ok(b"inside".as_slice()));
    assert_eq!(read("outside.yaml").as_deref(), Ok(b"outside".as_slice()));
    for path in ["project/ci/link.yaml", "project/up/outside.yaml", "alias/ci/link.yaml"] {
        assert!(read(path).is_err_and(|error| error.contains("is a symbolic link")), "{path}");
    }
}
