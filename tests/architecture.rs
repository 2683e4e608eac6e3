//! The dependency rule: who may see whom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::root;

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// Each module of the engine, and the modules that it may see.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("model", vec![]),
        ("expr", vec!["model"]),
        ("config", vec!["model", "expr"]),
        ("compile", vec!["model", "expr", "config"]),
        ("read", vec!["model"]),
        ("state", vec!["model"]),
        ("journal", vec!["model", "state"]),
        ("plan", vec!["model", "expr", "config", "compile", "read", "state"]),
        ("apply", vec!["model", "expr", "config", "compile", "read", "state", "journal", "plan"]),
        ("pipeline", vec!["model", "expr", "config", "compile", "read", "state", "journal", "plan", "apply"]),
        (
            "simulation",
            vec!["model", "expr", "config", "compile", "read", "state", "journal", "plan", "apply", "pipeline"],
        ),
    ])
}

#[test]
fn modules_of_the_engine_see_only_what_is_to_their_left() {
    let engine = root().join("src/engine");
    let mut problems = Vec::new();
    for (module, may_see) in allowed() {
        let folder = engine.join(module);
        assert!(folder.is_dir() || folder.with_extension("rs").is_file(), "{module} is a module of the engine");
        let mut files = Vec::new();
        if folder.is_dir() {
            sources(&folder, &mut files);
        }
        let file = folder.with_extension("rs");
        files.extend(file.is_file().then_some(file));
        for file in files {
            // Tests may use the whole engine.
            if file.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests")) {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("it is text");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
            for (number, line) in code.lines().enumerate() {
                let Some((_, rest)) = line.split_once("crate::") else { continue };
                if line.trim_start().starts_with("//") || line.contains("pub(in crate::") {
                    continue;
                }
                let seen: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                let known = allowed().contains_key(seen.as_str());
                if known && seen != module && !may_see.contains(&seen.as_str()) {
                    problems.push(format!("{}:{}: {module} sees {seen}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn only_the_aws_crate_names_an_sdk() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let aws = root().join("src/aws");
    for file in files.iter().filter(|file| !file.starts_with(&aws)) {
        let text = std::fs::read_to_string(file).expect("it is text");
        assert!(!text.contains("aws_sdk_") && !text.contains("aws_config"), "{} names an SDK", file.display());
    }
}

#[test]
fn the_engine_links_no_sdk() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--package",
            "wildfire-engine",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(tree.contains("wildfire-engine"), "{tree}");
    let sdk: Vec<&str> = tree.lines().filter(|line| line.starts_with("aws-")).collect();
    assert!(sdk.is_empty(), "{sdk:?}");
}

/// What does not fit a request must not be left out of it in silence: the schema refuses it, or the conversion fails.
#[test]
fn no_conversion_drops_what_does_not_fit() {
    let mut files = Vec::new();
    sources(&root().join("src/aws"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source is text");
        let lines = text.lines().enumerate().filter(|(_, line)| {
            let narrows =
                line.contains("try_into()") || line.contains("i32::try_from(") || line.contains("DateTime::from_str(");
            narrows && line.contains(".ok()")
        });
        wrong.extend(lines.map(|(number, line)| format!("{}:{}: {}", file.display(), number + 1, line.trim())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_prints() {
    let mut files = Vec::new();
    sources(&root().join("src/engine"), &mut files);
    sources(&root().join("src/aws"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it is text");
        for word in ["println!(", "eprintln!(", "print!(", "eprint!("] {
            let inside_test = file.to_string_lossy().contains("tests") || file.to_string_lossy().contains("benches");
            assert!(inside_test || !text.contains(word), "{} prints", file.display());
        }
    }
}

/// Everything that is printed passes one place, which lets nothing through that a terminal obeys.
#[test]
fn only_the_screen_the_log_and_the_questions_write_to_the_terminal() {
    let mut files = Vec::new();
    for folder in ["src/cli", "src/aws", "src/engine"] {
        sources(&root().join(folder), &mut files);
    }
    let may = [
        "src/cli/screen.rs",
        "src/cli/log.rs",
        "src/cli/prompt.rs",
        "src/cli/editor/mod.rs",
        "src/cli/complete/mod.rs",
    ];
    let mut problems = Vec::new();
    for file in files {
        let name = file.strip_prefix(root()).expect("it is below the root").display().to_string();
        if may.contains(&name.as_str()) || name.contains("/tests/") || name.contains("/benches/") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("it is text");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
        for (number, line) in code.lines().enumerate() {
            let asks = line.contains(".is_terminal()");
            let writes = ["::stdout()", "::stderr()", "println!(", "print!(", "dbg!("];
            if !asks && writes.iter().any(|call| line.contains(call)) && !line.trim_start().starts_with("//") {
                problems.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
