//! What an argument may be: stages and stacks by their folders, addresses and outputs by their files, types.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::clouds::AllTypes;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use wildfire_engine::compile;
use wildfire_engine::config::{self, DiskFiles, EntryKind, Files, LoadOptions, Project};
use wildfire_engine::expr::function_names;
use wildfire_engine::model::Catalog;

use super::line::Chosen;
use crate::cli::stage_files::{self, BOOTSTRAP};
use crate::cli::{Target, command};

/// Candidates for a word; those that do not begin with it are left out.
fn completer(candidates: impl Fn(&str) -> Vec<String> + Send + Sync + 'static) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let Some(current) = current.to_str() else { return Vec::new() };
        let fits = |text: &String| text.starts_with(current);
        candidates(current).into_iter().filter(fits).map(CompletionCandidate::new).collect::<Vec<_>>()
    })
}

/// A stage, or a stack of one.
pub fn targets() -> ArgValueCompleter {
    completer(|current| stages_and_stacks(current, false))
}

/// A stack; its stage alone is too little where the stage has several.
pub fn stacks() -> ArgValueCompleter {
    completer(|current| stages_and_stacks(current, true))
}

fn stages_and_stacks(current: &str, stacks: bool) -> Vec<String> {
    let Some(root) = root(&Chosen::of_the_line()) else { return Vec::new() };
    // As it is typed: `./stages/te`.
    let below = current.strip_prefix("./").unwrap_or(current);
    let below = below.strip_prefix("stages/").unwrap_or(below);
    let lead = &current[..current.len() - below.len()];
    let (typed, inside) = below.split_once('/').map_or((below, false), |(stage, _)| (stage, true));
    let fits = |stage: &String| if inside { stage == typed } else { stage.starts_with(typed) };
    let stages: Vec<String> = config::stage_names(&root).into_iter().filter(fits).collect();
    let mut found = Vec::new();
    for stage in &stages {
        // Of several stages the names are enough to choose from.
        if stages.len() == 1 || stacks {
            found.extend(stack_names(&root, stage).into_iter().map(|stack| format!("{lead}{stage}/{stack}")));
        }
        if !stacks {
            found.push(format!("{lead}{stage}"));
        }
    }
    found.sort();
    found
}

fn stack_names(root: &PathBuf, stage: &str) -> BTreeSet<String> {
    let entries = DiskFiles::new(root).list(&format!("stages/{stage}")).unwrap_or_default();
    let folders = entries.into_iter().filter(|(name, kind)| *kind == EntryKind::Folder && !name.starts_with('.'));
    // Of a stage that cannot be read the folders are known all the same.
    let project = stage_files::load(root, stage, LoadOptions::default()).ok();
    let stacks = project.into_iter().flat_map(|project| project.stage.stacks.into_keys());
    let stacks = stacks.map(|name| name.to_string());
    folders.map(|(name, _)| name).chain([BOOTSTRAP.to_string()]).chain(stacks).collect()
}

/// A resource or module of the stages that the line names, by path or by `stack:path`.
pub fn addresses() -> ArgValueCompleter {
    completer(|current| {
        let mut found = BTreeSet::new();
        for (project, stacks) in chosen() {
            for stack in &stacks {
                let of_stage = format!("{}/{stack}:", project.stage.name);
                let of_stack = format!("{stack}:");
                let lead = [of_stage, of_stack].into_iter().find(|lead| current.starts_with(lead.as_str()));
                if stacks.len() > 1 && lead.is_none() {
                    found.insert(format!("{stack}:"));
                }
                let lead = lead.unwrap_or_default();
                found.extend(paths(&project, stack).into_iter().map(|path| format!("{lead}{path}")));
            }
        }
        found.into_iter().collect()
    })
}

/// Every resource of a stack with its instances as far as the files tell them, and the modules around them.
fn paths(project: &Project, stack: &str) -> BTreeSet<String> {
    let graph = compile::compile_offline(project, stack, &AllTypes).graph;
    let mut paths: BTreeSet<String> = graph.resources.keys().map(|address| address.path().to_string()).collect();
    for drawn in graph.drawing().resources {
        // The names of its modules are those before it; a declaration has no keys.
        let modules = drawn.path.match_indices('.').map(|(end, _)| drawn.path[..end].to_string());
        paths.extend(modules);
        paths.insert(drawn.path);
    }
    paths
}

/// An output of the stages that the line names.
pub fn outputs() -> ArgValueCompleter {
    completer(|_| {
        let mut found = BTreeSet::new();
        for (project, stacks) in chosen() {
            let bodies = stacks.iter().filter_map(|stack| project.stage.stacks.get(stack));
            found.extend(bodies.flat_map(|stack| stack.body.outputs.keys()).map(ToString::to_string));
        }
        found.into_iter().collect()
    })
}

/// A resource type, data source or function.
pub fn types() -> ArgValueCompleter {
    completer(|_| {
        let (types, data) = (AllTypes.types(), AllTypes.data_types());
        let names = types.iter().map(|schema| schema.name).chain(data.iter().map(|schema| schema.name));
        let functions = function_names().iter().map(|function| function.name);
        names.chain(functions).map(String::from).collect::<BTreeSet<_>>().into_iter().collect()
    })
}

/// A command. Those within it are told when it is there already.
pub fn commands() -> ArgValueCompleter {
    completer(|_| {
        let words = super::line::help_words();
        let mut root = command();
        let here = words.iter().try_fold(&mut root, |here, word| here.find_subcommand_mut(word));
        here.map(|here| here.get_subcommands().map(|inner| inner.get_name().to_string()).collect()).unwrap_or_default()
    })
}

/// The stages that the line names, with the stacks that it is about; where it names none, the only one that there is.
fn chosen() -> Vec<(Project, Vec<Arc<str>>)> {
    let chosen = Chosen::of_the_line();
    let Some(root) = root(&chosen) else { return Vec::new() };
    let mut targets = chosen.targets;
    if targets.is_empty()
        && let [stage] = &config::stage_names(&root)[..]
    {
        targets.push(Target { stage: stage.clone(), stack: None });
    }
    let load = |target: Target| {
        let stage_file = chosen.global.stage_file.clone();
        let outside = chosen.global.outside().unwrap_or_default();
        let options = LoadOptions { stage_file, outside, ..LoadOptions::default() };
        let project = stage_files::load(&root, &target.stage, options).ok()?;
        let wanted = |stack: &&Arc<str>| match &target.stack {
            Some(name) => ***stack == *name,
            None => &***stack != BOOTSTRAP,
        };
        let stacks = project.stage.stacks.keys().filter(wanted).cloned().collect();
        Some((project, stacks))
    };
    targets.into_iter().filter_map(load).collect()
}

fn root(chosen: &Chosen) -> Option<PathBuf> {
    config::find_root(&chosen.global.start())
}
