//! What a graph was made of, and the digest of all of it.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::compile::declarations::{Definition, Target};
use crate::compile::instances::Program;
use crate::compile::{DesiredGraph, GivenValue, Ingredient, IngredientKind};
use crate::model::secret::strip;
use crate::model::{Address, SecretPaths, StackId, Value};

/// SHA-256, in hex, over the files that were used and the facts that were asked for.
pub(in crate::compile) fn digest(program: &Program, values: &[GivenValue]) -> String {
    let mut hash = Sha256::new();
    // Each part with its length, so that no two inputs run together to the same bytes.
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&program.stack.to_string());
    for (file, text) in files(program) {
        add(&file);
        add(&text);
    }
    for value in values {
        add(&value.name);
        add(&given(value));
    }
    for (address, value) in data(program) {
        add(&address.to_string());
        add(&json(value));
    }
    for (stack, name, value) in outputs(program) {
        add(&stack.to_string());
        add(name);
        add(&json(value));
    }
    hex::encode(hash.finalize())
}

/// Each thing that the graph was made of so far, by itself; see [`DesiredGraph::ingredients`].
pub(in crate::compile) fn ingredients(graph: &DesiredGraph) -> Vec<Ingredient> {
    let program = &graph.program;
    let files = files(program).into_iter().map(|(name, text)| Ingredient {
        kind: IngredientKind::File,
        name: name.to_string(),
        text,
    });
    let data = data(program).filter_map(|(address, value)| {
        let (schema, _) = graph.data.get(address)?;
        let shown = strip(&schema.fields, &SecretPaths::default(), value).0;
        Some(Ingredient { kind: IngredientKind::Data, name: address.to_string(), text: json(&shown).into() })
    });
    let outputs = outputs(program).map(|(stack, name, value)| Ingredient {
        kind: IngredientKind::Output,
        name: format!("{stack}:{name}"),
        text: json(value).into(),
    });
    let values = graph.values.iter().map(|value| Ingredient {
        kind: IngredientKind::Value,
        name: value.name.clone(),
        text: given(value).into(),
    });
    files.chain(values).chain(data).chain(outputs).collect()
}

/// The files of the configuration that the stack uses, and those that its expressions read.
fn files(program: &Program) -> Vec<(Arc<str>, Arc<str>)> {
    let used = program.files.sources().files().filter(|(file, _)| {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.is_empty()
            || **file == program.stage_file
            || ***file == *crate::config::SHARED_VALUES
            || program.shared.as_deref() == Some(folder)
            || program.definitions.iter().any(|definition| definition.folder.as_ref() == folder)
    });
    let used = used.map(|(file, text)| (file.clone(), text.clone()));
    used.chain(program.files.asked().into_iter().map(|(file, text)| (file.into(), text))).collect()
}

fn data(program: &Program) -> impl Iterator<Item = (&Address, &Value)> {
    program.facts.data.iter().filter(|(address, _)| program.data_at.contains_key::<Address>(address))
}

/// The outputs of other stacks that an expression asks for.
fn outputs(program: &Program) -> impl Iterator<Item = (&StackId, &str, &Value)> {
    program.facts.outputs.iter().flat_map(move |(stack, facts)| {
        let asked = facts
            .outputs
            .iter()
            .filter(move |(name, _)| program.definitions.iter().any(|definition| asks(definition, stack, name)));
        asked.map(move |(name, value)| (stack, name.as_str(), value))
    })
}

/// The value as JSON. What is sensitive is not in it: that it changes shows in the resources that take it.
fn given(value: &GivenValue) -> String {
    value.value.as_ref().map_or_else(|| "sensitive".to_string(), json)
}

fn json(value: &Value) -> String {
    value.to_json().to_string()
}

fn asks(definition: &Definition, stack: &StackId, name: &str) -> bool {
    let resources = definition.resources.iter().flat_map(|info| [&info.uses, &info.lifecycle]);
    let checks = definition.checks.iter().flat_map(|check| [&check.uses, &check.message]);
    let data = definition.data.iter().map(|info| &info.uses);
    let calls = definition.calls.iter().flat_map(|info| info.inputs.iter().chain([&info.uses]));
    let mut uses =
        resources.chain(data).chain(calls).chain(checks).chain(&definition.locals).chain(&definition.outputs).flatten();
    uses.any(
        |one| matches!(&one.target, Target::Foreign { stack: of, output } if of == stack && output.as_ref() == name),
    )
}
