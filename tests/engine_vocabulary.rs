//! The engine knows no cloud: what it has to know of types it is told by their schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;
use wildfire_aws::AwsCatalog;
use wildfire_engine::model::{Catalog, Field};

use crate::support::root;

/// Names of properties that are words of the engine itself: of the language, of its functions, of its documents.
const OWN: &[(&[&str], &str)] = &[
    (&["account_id", "bucket", "region", "role_arn", "state", "tags"], "keys of stage.yaml"),
    (
        &[
            "data",
            "default",
            "description",
            "key",
            "name",
            "path",
            "provider",
            "read",
            "resources",
            "type",
            "value",
            "values",
            "version",
        ],
        "keys of the language and of documents, and names in expressions",
    ),
    (&["filter", "max", "min", "url"], "functions, and a word before an address"),
    (&["address", "encrypted"], "keys of the document of a plan"),
    (&["id"], "every resource has an id"),
    (&["arn"], "how an ARN begins, in the form of an account"),
    (&["cidr_block", "vpc_id"], "a hint to those who write properties beside `properties`"),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        // Test catalogs are in the manner of AWS, and generated values are a cloud of their own.
        let apart = ["tests", "simulation", "benches", "local", "fuzz"].contains(&name.as_str());
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
            if word.starts_with("aws_") || known.contains(word.as_str()) {
                found.entry(word).or_default().push(file.display().to_string());
            }
        }
    }
    let own: BTreeSet<&str> = OWN.iter().flat_map(|(words, _)| words.iter().copied()).collect();
    let strange: Vec<_> = found.iter().filter(|(word, _)| !own.contains(word.as_str())).collect();
    let stale: Vec<_> = own.iter().filter(|word| !found.contains_key(**word)).collect();
    assert!(strange.is_empty(), "say it in a schema: {strange:#?}");
    assert!(stale.is_empty(), "no word of the engine any more: {stale:?}");
}
