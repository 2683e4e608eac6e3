//! YAML in, resources or diagnostics out.

mod asserted;
mod budget;
mod catalog;
mod checks;
mod cycles;
mod data;
mod drawing;
mod entries;
mod given;
mod inputs;
mod locals;
mod meant;
mod modules;
mod objects;
mod order;
mod places;
mod references;
mod scale;
mod schema;
mod stacks;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::catalog::TYPES;
use super::{Compiled, DesiredGraph, Evaluated, Facts, Known, compile};
use crate::config::{MemoryFiles, Project};
use crate::model::{Address, Diagnostics, StackId, Value};

const STAGE: &str = "\
account_id: \"123456789012\"
region: eu-west-1
tags: {team: platform, stage: \"${stage.name}\"}
values:
  domain: test.acme.example
  vpc_cidr: 10.20.0.0/16
  zones: [a, b, c]
";

/// A project of one stage, `test`. Paths without a folder are files of the stack `main`.
fn project(files: &[(&str, &str)]) -> Project {
    let project = config(files);
    assert!(!project.diagnostics.has_errors(), "{}", told(&project.diagnostics));
    project
}

/// The same, whatever is wrong with the files.
fn config(files: &[(&str, &str)]) -> Project {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    all.insert("wildfire.yaml".into(), "name: acme\n".into());
    all.insert("stages/test/stage.yaml".into(), STAGE.into());
    for (path, text) in files {
        let path = if path.contains('/') { path.to_string() } else { format!("stages/test/main/{path}") };
        all.insert(path, text.to_string());
    }
    MemoryFiles::new(all).load("test").unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

fn run(files: &[(&str, &str)]) -> Compiled {
    compile(&project(files), "main", &*TYPES, &Facts::default())
}

/// The graph of files without a fault.
fn graph(files: &[(&str, &str)]) -> DesiredGraph {
    let compiled = run(files);
    assert!(compiled.diagnostics.is_empty(), "{}", told(&compiled.diagnostics));
    compiled.graph
}

/// The faults of one stack file.
fn faults(yaml: &str) -> String {
    told(&run(&[("main.yaml", yaml)]).diagnostics)
}

/// One line per diagnostic: place, code, message; notes and help below.
fn told(diagnostics: &Diagnostics) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        if let Some(origin) = &diagnostic.origin {
            let file = origin.span.file.trim_start_matches("stages/test/main/");
            out.push_str(&format!("{file}:{}:{} ", origin.span.line, origin.span.column));
            for call in origin.calls() {
                let file = call.file.trim_start_matches("stages/test/main/");
                out.push_str(&format!("(via {file}:{}) ", call.line));
            }
        }
        out.push_str(&format!("{}: {}\n", diagnostic.code.name(), diagnostic.message));
        diagnostic.notes.iter().for_each(|note| out.push_str(&format!("  note: {note}\n")));
        diagnostic.help.iter().for_each(|help| out.push_str(&format!("  help: {help}\n")));
    }
    out
}

fn stack() -> StackId {
    StackId::new("test", "main")
}

fn at(path: &str) -> Address {
    Address::in_stack(&stack(), path).unwrap()
}

/// Known attributes of some resources.
#[derive(Default)]
struct Attributes(BTreeMap<Address, Arc<Value>>);

impl Attributes {
    fn of<const N: usize>(entries: [(&str, Value); N]) -> Self {
        Self(entries.into_iter().map(|(path, value)| (at(path), Arc::new(value))).collect())
    }
}

impl Known for Attributes {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address).cloned()
    }
}

fn evaluated(graph: &DesiredGraph, path: &str) -> Evaluated {
    evaluated_with(graph, path, &Attributes::default())
}

fn evaluated_with(graph: &DesiredGraph, path: &str, known: &dyn Known) -> Evaluated {
    graph.evaluate(&at(path), known).unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

/// The properties without `tags_all`, as compact JSON; an unknown as what it waits for.
fn properties(graph: &DesiredGraph, path: &str) -> String {
    let mut properties = evaluated(graph, path).properties;
    properties.shift_remove("tags_all");
    shown(&Value::Map(properties))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Unknown(unknown) => format!("<{}>", unknown.waits_for.join(", ")),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn paths(graph: &DesiredGraph) -> Vec<&str> {
    graph.resources.keys().map(Address::path).collect()
}

fn needs(graph: &DesiredGraph, path: &str) -> Vec<String> {
    graph.dependencies[&at(path)].iter().map(|address| address.path().to_string()).collect()
}
