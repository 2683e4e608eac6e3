//! The engine knows no cloud: what it has to know of types it is told by their schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;
use wildfire_aws::AwsCatalog;
use wildfire_engine::model::{Catalog, Field};

use crate::support::root;

/// Names of properties that the engine has of its own, or does not ask a schema for. Names of one word are not looked at: they
/// are words of the language and of documents too.
const OWN: &[(&[&str], &str)] = &[
    (&["account_id", "kms_key", "role_arn"], "keys of stage.yaml"),
    (&["cidr_block", "vpc_id"], "a hint to those who write properties beside `properties`"),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        // Clouds of tests are in the manner of AWS, and generated values are a cloud of their own.
        let apart = ["tests", "simulation", "rehearsal", "benches", "local", "fuzz"].contains(&name.as_str());
        if path.is_dir() && !apart {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !apart {
            out.push(path);
        }
    }
}

/// The texts in a source, without its comments and its tests.
fn texts(path: &Path) -> BTreeSet<String> {
    let source = std::fs::read_to_string(path).expect("a source");
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let source = Regex::new(r"(?m)^\s*//.*$").expect("a pattern").replace_all(source, "").into_owned();
    let words = Regex::new(r#""([a-z_0-9]+)""#).expect("a pattern");
    words.captures_iter(&source).map(|found| found[1].to_string()).collect()
}

fn names(fields: &[Field], out: &mut BTreeSet<&'static str>) {
    for field in fields {
        out.insert(field.name);
        names(field.block().unwrap_or_default(), out);
    }
}

#[test]
fn the_engine_names_no_type_and_no_property_of_aws() {
    let mut known = BTreeSet::new();
    AwsCatalog.types().iter().for_each(|schema| names(&schema.fields, &mut known));
    let mut files = Vec::new();
    sources(&root().join("src/engine"), &mut files);
    assert!(files.len() > 100, "{}", files.len());
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        for word in texts(file) {
            if word.contains('_') && (word.starts_with("aws_") || known.contains(word.as_str())) {
                found.entry(word).or_default().push(file.display().to_string());
            }
        }
    }
    let own: BTreeSet<&str> = OWN.iter().flat_map(|(words, _)| words.iter().copied()).collect();
    let strange: Vec<_> = found.iter().filter(|(word, _)| !own.contains(word.as_str())).collect();
    assert!(strange.is_empty(), "say it in a schema: {strange:#?}");
}
