//! The documentation is true: the pages of the types are those that the binary prints, every link leads somewhere,
//! and every command says how it is used.
//!
//! `WILDFIRE_UPDATE_DOCS=1` writes the pages in place of comparing them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use wildfire_aws::AwsCatalog;
use wildfire_engine::model::Catalog;

use crate::support::{Project, difference, root, run, updating, wildfire};

/// What a command prints, which needs no project.
fn printed(arguments: &[&str]) -> String {
    run(wildfire(Project::new().path()).args(arguments)).succeeded().stdout
}

/// Names and sentences of the resource types (`types`) or the data sources (`data`).
fn listed(key: &str) -> Vec<(String, String)> {
    let list: serde_json::Value = serde_json::from_str(&printed(&["explain", "--json"])).expect("it is JSON");
    let entries = list[key].as_array().unwrap_or_else(|| panic!("`explain --json` lists {key}: {list}"));
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().expect("it is a string").to_string();
    entries.iter().map(|entry| (text(entry, "name"), text(entry, "doc"))).collect()
}

/// A table of links to the pages of a folder.
fn index(title: &str, lead: &str, entries: &[(String, String)]) -> String {
    let mut sorted = entries.to_vec();
    sorted.sort();
    let rows: Vec<String> = sorted.iter().map(|(name, doc)| format!("| [{name}]({name}.md) | {doc} |")).collect();
    format!("# {title}\n\n{lead}\n\n| type | what it is |\n|---|---|\n{}\n", rows.join("\n"))
}

/// Every generated page, by its path within `docs/`.
fn pages() -> BTreeMap<String, String> {
    let (types, data) = (listed("types"), listed("data"));
    let mut pages = BTreeMap::from([
        (
            "types/README.md".to_string(),
            index(
                "Resource types",
                "What wildfire manages. `wildfire explain <type>` shows the same; [data sources](../data/README.md) only read.",
                &types,
            ),
        ),
        (
            "data/README.md".to_string(),
            index(
                "Data sources",
                "What wildfire only reads. `wildfire explain <type>` shows the same; [resource types](../types/README.md) are managed.",
                &data,
            ),
        ),
    ]);
    for (name, _) in types.iter().chain(&data) {
        // A name may be both, and is explained at once.
        let text = printed(&["explain", name, "--format", "markdown"]);
        let title = format!("# {name} (data source)\n");
        let start = text.find(&title).unwrap_or(text.len());
        for (folder, page) in [("types", &text[..start]), ("data", &text[start..])] {
            if !page.trim().is_empty() {
                pages.insert(format!("{folder}/{name}.md"), format!("{}\n", page.trim_end()));
            }
        }
    }
    pages
}

#[test]
fn the_readme_counts_the_types() {
    let count = AwsCatalog.types().len();
    let readme = fs::read_to_string(root().join("README.md")).expect("there is one");
    assert!(readme.contains(&format!("| AWS resource types | {count} |")), "there are {count}");
    assert!(readme.contains(&format!("There are {count} resource types of AWS")), "there are {count}");
}

#[test]
fn docs_of_the_types_are_current() {
    let docs = root().join("docs");
    let pages = pages();
    let mut wrong = Vec::new();
    for folder in ["types", "data"] {
        let entries = fs::read_dir(docs.join(folder)).into_iter().flatten().flatten();
        for file in entries.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
            let path = format!("{folder}/{file}");
            if pages.contains_key(&path) {
                continue;
            }
            if updating("WILDFIRE_UPDATE_DOCS") {
                fs::remove_file(docs.join(&path)).expect("the page can be removed");
            } else {
                wrong.push(format!("docs/{path} is the page of nothing"));
            }
        }
    }
    for (path, page) in pages {
        let file = docs.join(&path);
        if updating("WILDFIRE_UPDATE_DOCS") {
            fs::create_dir_all(file.parent().expect("it is below docs/")).expect("a folder can be made");
            fs::write(file, page).expect("the page can be written");
        } else if let Some(difference) = difference(&fs::read_to_string(file).unwrap_or_default(), &page) {
            wrong.push(format!("docs/{path}\n{difference}"));
        }
    }
    assert!(wrong.is_empty(), "run `make docs`\n\n{}", wrong.join("\n\n"));
}

/// README.md and every page below `docs/`.
fn written() -> Vec<PathBuf> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                out.push(path);
            }
        }
    }
    let mut files = vec![root().join("README.md")];
    walk(&root().join("docs"), &mut files);
    files
}

/// The name by which a heading is linked.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The lines outside of fenced code.
fn prose(text: &str) -> String {
    let mut code = false;
    let keep = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !fence && !code
    };
    text.lines().filter(keep).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("it is a regular expression");
    let code = Regex::new("`[^`]*`").expect("it is a regular expression");
    let mut broken = Vec::new();
    for file in written() {
        let text = prose(&fs::read_to_string(&file).expect("it is text"));
        let text = code.replace_all(&text, "");
        for target in link.captures_iter(&text).map(|found| found[1].to_string()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            let folder = file.parent().expect("a file is in a folder");
            let other = if path.is_empty() { file.clone() } else { folder.join(path) };
            if !other.exists() {
                broken.push(format!("{}: {target} is not there", file.display()));
            } else if !heading.is_empty() {
                let page = prose(&fs::read_to_string(&other).unwrap_or_default());
                let mut headings = page.lines().filter(|line| line.starts_with('#'));
                if !headings.any(|line| anchor(line.trim_start_matches('#')) == heading) {
                    broken.push(format!("{}: {target} has no such heading", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The names below `Commands:` of a help text.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A name stands two spaces from the edge; what is further in goes on with a sentence.
    lines
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split(' ').next())
        .map(String::from)
        .collect()
}

#[test]
fn every_command_has_an_example() {
    let names = commands(&printed(&["--help"]));
    assert!(names.contains(&"plan".to_string()), "the commands are found: {names:?}");
    let mut without = Vec::new();
    for name in &names {
        let help = printed(&[name, "--help"]);
        let example = Regex::new(&format!(r"(?m)^Examples?:\n(  .*\n)*?  .*wildfire {name}\b")).expect("it is one");
        if !example.is_match(&help) {
            without.push(format!("{name}: no example"));
        }
        // Commands of a command are in the examples of theirs.
        for below in commands(&help).iter().filter(|below| !help.contains(&format!("wildfire {name} {below} "))) {
            without.push(format!("{name} {below}: no example"));
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
}

#[test]
fn the_exit_codes_are_in_the_help() {
    let help = printed(&["--help"]);
    for code in 0..=7 {
        assert!(help.lines().any(|line| line.starts_with(&format!("  {code}  "))), "{code}: {help}");
    }
}
