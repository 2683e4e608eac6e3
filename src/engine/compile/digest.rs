//! The digest of everything that a graph was made of.

use sha2::{Digest, Sha256};

use super::definition::Definition;
use super::program::Program;
use super::target::Target;
use crate::config::Project;
use crate::model::{Address, StackId, Value};

/// SHA-256, in hex, over the files that were used and the facts that were asked for.
pub(super) fn digest(project: &Project, program: &Program) -> String {
    let mut hash = Sha256::new();
    // Each part with its length, so that no two inputs run together to the same bytes.
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&program.stack.to_string());
    for (file, text) in project.sources.files() {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let used = folder.is_empty()
            || *file == project.stage.file
            || program.definitions.iter().any(|definition| definition.folder.as_ref() == folder);
        if used {
            add(file);
            add(text);
        }
    }
    for (file, text) in program.files.asked() {
        add(&file);
        add(&text);
    }
    for (address, value) in &program.facts.data {
        if program.data_at.contains_key::<Address>(address) {
            add(&address.to_string());
            add(&json(value));
        }
    }
    for (stack, facts) in &program.facts.outputs {
        for (name, value) in &facts.outputs {
            if program.definitions.iter().any(|definition| asks(definition, stack, name)) {
                add(&stack.to_string());
                add(name);
                add(&json(value));
            }
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(value: &Value) -> String {
    value.to_json().to_string()
}

fn asks(definition: &Definition, stack: &StackId, name: &str) -> bool {
    let resources = definition.resources.iter().map(|info| &info.uses);
    let data = definition.data.iter().map(|info| &info.uses);
    let calls = definition.calls.iter().flat_map(|info| info.inputs.iter().chain([&info.uses]));
    let mut uses = resources.chain(data).chain(calls).chain(&definition.outputs).flatten();
    uses.any(
        |one| matches!(&one.target, Target::Foreign { stack: of, output } if of == stack && output.as_ref() == name),
    )
}
