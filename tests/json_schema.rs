//! The files that are shipped, held against the schemas that editors get.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value as Json;
use wildfire_aws::AwsCatalog;
use wildfire_engine::expr::{LookupError, RefSegment, Scope, Template};
use wildfire_engine::model::{Catalog, Value};
use wildfire_engine::schema::{Document, schema, schema as schema_of};

use crate::support::{Project, root, run, wildfire};

/// A YAML document as JSON, read by the language itself.
fn json(text: &str) -> Json {
    struct Text(Value);
    impl Scope for Text {
        fn lookup(&self, _: &[RefSegment]) -> Result<Value, LookupError> {
            Ok(self.0.clone())
        }
        fn file(&self, _: &str) -> Result<std::sync::Arc<str>, String> {
            Err("no files".into())
        }
        fn bytes(&self, _: &str) -> Result<Option<std::sync::Arc<[u8]>>, String> {
            Err("no files".into())
        }
        fn files(&self, _: &str, _: usize) -> Result<std::sync::Arc<[String]>, String> {
            Err("no files".into())
        }
    }
    let template = Template::parse("${yamldecode(text)}").expect("it is an expression");
    template.evaluate(&Text(text.into())).expect("the file is YAML").to_json()
}

fn yaml_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            yaml_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            out.push(path);
        }
    }
}

/// What kind of file it is, by its name.
fn kind(path: &Path) -> Document {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("wildfire.yaml") => Document::Project,
        Some("stage.yaml") => Document::Stage,
        Some("module.yaml") => Document::Module,
        _ => Document::Stack,
    }
}

/// What holds files of a kind against their schema. The schema of a stack has every type: it is made once, not for each file.
fn validator(document: Document) -> &'static Validator {
    static MADE: [OnceLock<Validator>; Document::ALL.len()] = [const { OnceLock::new() }; Document::ALL.len()];
    let make = || jsonschema::validator_for(&schema(document, &AwsCatalog)).expect("the schema is one");
    MADE[document as usize].get_or_init(make)
}

#[track_caller]
fn hold(document: Document, text: &str, name: &str) {
    let validator = validator(document);
    let file = json(text);
    let wrong: Vec<String> =
        validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}\n{}", wrong.join("\n"));
}

#[test]
fn what_is_shipped_fits_its_schema() {
    let mut files = vec![root().join("wildfire.yaml")];
    yaml_files(&root().join("stages"), &mut files);
    yaml_files(&root().join("stacks"), &mut files);
    yaml_files(&root().join("modules"), &mut files);
    // What all stages have in common is values without a shape.
    files.retain(|path| !path.ends_with("stages/values.yaml"));
    files.retain(|path| !path.components().any(|part| part.as_os_str() == "tests"));
    assert!(files.len() >= 16, "{files:?}");
    for path in files {
        let text = fs::read_to_string(&path).expect("it is text");
        hold(kind(&path), &text, &path.display().to_string());
    }
}

#[test]
fn the_examples_of_all_types_fit_the_schema() {
    let indented = |example: &str| example.lines().map(|line| format!("      {line}\n")).collect::<String>();
    for schema in AwsCatalog.types() {
        let file =
            format!("resources:\n  a:\n    type: {}\n    properties:\n{}", schema.name, indented(schema.example));
        hold(Document::Stack, &file, schema.name);
    }
    for schema in AwsCatalog.data_types().iter().filter(|schema| !schema.example.is_empty()) {
        let file = format!("data:\n  a:\n    type: {}\n    properties:\n{}", schema.name, indented(schema.example));
        hold(Document::Stack, &file, schema.name);
    }
}

#[test]
fn a_new_stage_names_its_schemas_and_fits_them() {
    let project = Project::new();
    fs::remove_file(project.path().join("wildfire.yaml")).expect("it is there");
    run(wildfire(project.path()).args(["new", "fresh", "--account", "123456789012", "--region", "eu-west-1"]))
        .succeeded();
    for name in [
        "wildfire.yaml",
        "stages/fresh/stage.yaml",
        "stages/fresh/bootstrap/state.yaml",
        "stages/fresh/main/network.yaml",
    ] {
        let path = project.path().join(name);
        let text = fs::read_to_string(&path).expect("it is written");
        let line = text.lines().next().unwrap_or_default();
        let schema = line.strip_prefix("# yaml-language-server: $schema=").expect("the first line names the schema");
        let schema = path.parent().expect("it is in a folder").join(schema);
        let written: Json =
            serde_json::from_slice(&fs::read(&schema).expect("the schema is there")).expect("it is JSON");
        assert_eq!(written, schema_of(kind(&path), &AwsCatalog), "{name}");
        hold(kind(&path), &text, name);
    }
}
