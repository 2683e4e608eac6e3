//! The dependency rule: who may see whom.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};

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

/// What a row of the table in `docs/architecture.md` lets a module see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    Everything,
    /// Types and traits, and no functions.
    Types,
}

/// The rows of the table, by the name in the first column: `compile`, or `src/aws`.
fn rows() -> BTreeMap<String, BTreeMap<String, Sight>> {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).expect("the document is there");
    let table = text.split("| module | sees |").nth(1).expect("the table is there");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, module, sees, _] = cells.as_slice() else { panic!("two columns: {row}") };
        let words: Vec<&str> = sees.split('`').collect();
        let seen = words.chunks(2).filter_map(|pair| match pair {
            [before, name] if before.ends_with("types of ") => Some(((*name).to_string(), Sight::Types)),
            [_, name] => Some(((*name).to_string(), Sight::Everything)),
            _ => None,
        });
        (module.trim_matches('`').to_string(), seen.collect())
    })
    .collect()
}

/// The paths of a source that begin with one of `roots`, as far as the second name behind it. Comments and strings hold
/// none, and the code of tests may see everything.
fn paths(source: &str, roots: &[&str]) -> Vec<Vec<String>> {
    let tokens: TokenStream = source.parse().expect("a source is tokens");
    let mut out = Vec::new();
    find(&tokens.into_iter().collect::<Vec<_>>(), roots, &mut out);
    out
}

fn find(tokens: &[TokenTree], roots: &[&str], out: &mut Vec<Vec<String>>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '#' && is_test(&tokens[at..]) => at += 5,
            TokenTree::Ident(ident) if roots.iter().any(|root| ident == root) => {
                let supers = tokens[at..]
                    .iter()
                    .filter(|token| !is_colon(token))
                    .take_while(|token| token.to_string() == "super");
                // Of several `super`, the last is where the path leaves.
                let next = at + 3 * supers.count().max(1) - 2;
                follow(&tokens[next.min(tokens.len())..], &[ident.to_string()], out);
                at = next;
            }
            TokenTree::Group(group) => {
                find(&group.stream().into_iter().collect::<Vec<_>>(), roots, out);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// `#[cfg(test)] mod name { … }`
fn is_test(tokens: &[TokenTree]) -> bool {
    let [_, TokenTree::Group(attribute), TokenTree::Ident(word), TokenTree::Ident(_), TokenTree::Group(_), ..] = tokens
    else {
        return false;
    };
    word == "mod" && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// What follows `::`: a name, or names in braces.
fn follow(tokens: &[TokenTree], begin: &[String], out: &mut Vec<Vec<String>>) {
    let path = |name: &str| begin.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
    match tokens {
        [first, second, TokenTree::Ident(name), rest @ ..] if is_colon(first) && is_colon(second) => {
            let path = path(&name.to_string());
            match (path.len(), rest) {
                (2, [colon, ..]) if is_colon(colon) => follow(rest, &path, out),
                _ => out.push(path),
            }
        }
        [first, second, TokenTree::Group(group), ..] if is_colon(first) && is_colon(second) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            for item in inner.split(comma) {
                // As if it stood behind the braces' own `::`.
                let behind: Vec<TokenTree> = [first.clone(), second.clone()].into_iter().chain(item.to_vec()).collect();
                follow(&behind, begin, out);
            }
        }
        _ => out.push(begin.to_vec()),
    }
}

#[test]
fn paths_are_found_in_every_form() {
    let source = "
        use crate::{plan, model::{Value, secret}};
        use crate::expr;
        //! crate::journal
        fn f() -> crate::state::Head { write!(out, \"crate::read\", crate::apply::run::go()) }
        use super::super::config::Node;
        #[cfg(test)]
        mod tests { use crate::simulation; }
        use crate::compile::*;
    ";
    let found: Vec<String> = paths(source, &["crate", "super"]).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "crate::plan",
            "crate::model::Value",
            "crate::model::secret",
            "crate::expr",
            "crate::state::Head",
            "crate::apply::run",
            "super::config::Node",
            "crate::compile",
        ]
    );
}

/// The sources of a module of the engine, or of a crate. Tests and benchmarks may use the whole engine.
fn code(place: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    if place.is_dir() {
        sources(place, &mut files);
    }
    let file = place.with_extension("rs");
    files.extend(file.is_file().then_some(file));
    assert!(!files.is_empty(), "{} is a module", place.display());
    let is_test = |part: &OsStr| {
        let part = part.to_string_lossy();
        part == "benches" || part.starts_with("tests") || part.ends_with("_tests.rs")
    };
    files.retain(|file| !file.strip_prefix(root()).expect("it is below the root").iter().any(is_test));
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a source is text");
        (file.strip_prefix(root()).expect("it is below the root").display().to_string(), text)
    };
    files.into_iter().map(read).collect()
}

/// What is wrong with a path, of which the first name is a module of the engine.
fn trespass(seen: &[String], may: &BTreeMap<String, Sight>) -> Option<String> {
    let [module, rest @ ..] = seen else { return None };
    match (may.get(module), rest.first()) {
        (None, _) => Some(format!("sees {module}")),
        (Some(Sight::Types), Some(name)) if !name.starts_with(|c: char| c.is_uppercase()) => {
            Some(format!("sees {module}::{name}, which is no type"))
        }
        _ => None,
    }
}

/// The modules of the engine, from its root.
fn modules() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/engine/lib.rs")).expect("the root is text");
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_string).collect()
}

#[test]
fn modules_of_the_engine_see_only_what_the_table_says() {
    let (rows, modules) = (rows(), modules());
    let mut problems = Vec::new();
    for module in &modules {
        let may = rows.get(module).unwrap_or_else(|| panic!("{module} has no row in docs/architecture.md"));
        let base = root().join("src/engine").join(module);
        for (name, text) in code(&base) {
            let own = Path::new(&name).strip_prefix("src/engine").expect("it is in the engine").with_extension("");
            let depth = own.iter().filter(|part| *part != "mod").count();
            for path in paths(&text, &["crate"]) {
                let seen = &path[1..];
                if seen.first().is_some_and(|seen| seen != module && modules.contains(seen)) {
                    problems.extend(trespass(seen, may).map(|what| format!("{name}: {module} {what}")));
                }
            }
            // From a file at the top of the engine, `super` is its root.
            let climbs = if depth == 1 { paths(&text, &["super"]) } else { Default::default() };
            for seen in climbs.iter().filter_map(|path| path.get(1)).filter(|seen| modules.contains(seen)) {
                problems.push(format!("{name}: `super::{seen}` climbs out of {module}: write `crate::{seen}`"));
            }
            if text.contains(&"super::".repeat(depth.max(2))) {
                problems.push(format!("{name}: climbs out of {module} by `super`: write `crate::`"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let unknown: Vec<&String> = rows.keys().filter(|row| !row.starts_with("src/") && !modules.contains(row)).collect();
    assert!(unknown.is_empty(), "rows of docs/architecture.md without a module: {unknown:?}");
}

#[test]
fn crates_see_only_what_the_table_says() {
    let rows = rows();
    let mut problems = Vec::new();
    for (row, may) in rows.iter().filter(|(row, _)| row.starts_with("src/")) {
        for (name, text) in code(&root().join(row)) {
            for path in paths(&text, &["wildfire_engine", "wildfire_aws", "wildfire"]) {
                match (path[0].as_str(), &path[1..]) {
                    // The command line sees everything.
                    ("wildfire_engine", _) if may.contains_key("src/engine") => {}
                    ("wildfire_engine", seen @ [_, ..]) => {
                        problems.extend(trespass(seen, may).map(|what| format!("{name}: {what}")));
                    }
                    ("wildfire_aws", _) if may.contains_key("src/aws") => {}
                    // A word and no path.
                    ("wildfire", []) => {}
                    (other, _) => problems.push(format!("{name}: names {other}")),
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for (name, text) in code(&root().join("src/engine")) {
        let mut others = paths(&text, &["wildfire_aws", "wildfire"]);
        others.retain(|path| path.len() > 1);
        assert!(others.is_empty(), "{name}: {others:?}");
    }
    assert!(rows.contains_key("src/aws") && rows.contains_key("src/cli") && rows.contains_key("src/derive"));
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
