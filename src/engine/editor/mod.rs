//! What an editor asks while somebody writes: what is wrong, what may stand here, what this is, where it comes from.
//!
//! Owns: the files as they are in the editor, and the answers, in the engine's own terms. Leaves out: the protocol, which is
//! the command line's. Every answer is made of the same tables and trees that `validate` reads.

mod complete;
mod context;
mod hover;
mod navigate;
mod overlay;
mod rename;
mod symbol;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::compile;
use crate::config::shapes::Document;
use crate::config::{Body, DiskFiles, Files, Input, Project, load_from, stage_names_from};
use crate::format::format;
use crate::model::{Catalog, Diagnostic};

pub use complete::{Completion, CompletionKind};
pub use rename::Edit;

use overlay::Overlay;

/// A place in a file, from 0, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A project in an editor: the files on disk, and over them those that are open.
pub struct Workspace {
    root: PathBuf,
    catalog: &'static dyn Catalog,
    open: BTreeMap<String, String>,
}

/// The declarations that a file belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Home<'p> {
    pub project: &'p Project,
    pub body: &'p Body,
    /// Of a module.
    pub inputs: Option<&'p indexmap::IndexMap<Arc<str>, Input>>,
}

impl Workspace {
    pub fn new(root: &Path, catalog: &'static dyn Catalog) -> Self {
        Self { root: root.to_path_buf(), catalog, open: BTreeMap::new() }
    }

    /// The text of a file is this now, whatever is on disk.
    pub fn open(&mut self, file: &str, text: String) {
        self.open.insert(file.to_string(), text);
    }

    /// From here on a file is what is on disk.
    pub fn close(&mut self, file: &str) {
        self.open.remove(file);
    }

    /// The text of a file, as the editor has it.
    pub fn text(&self, file: &str) -> Option<String> {
        String::from_utf8(self.files().read(file).ok()?).ok()
    }

    fn files(&self) -> Overlay<'_> {
        Overlay { disk: DiskFiles::new(&self.root), open: &self.open }
    }

    /// Every stage, loaded as far as it can be read.
    pub(crate) fn projects(&self) -> Vec<Project> {
        let files = self.files();
        let load = |stage: String| load_from(&files, self.root.clone(), &stage).ok();
        stage_names_from(&files).into_iter().filter_map(load).collect()
    }

    /// What `validate` says of all stages, by file. A file without a fault that is open has an empty list.
    pub fn diagnostics(&self) -> BTreeMap<String, Vec<Diagnostic>> {
        let mut out: BTreeMap<String, Vec<Diagnostic>> =
            self.open.keys().map(|file| (file.clone(), Vec::new())).collect();
        let mut add = |diagnostic: &Diagnostic| {
            let Some(origin) = &diagnostic.origin else { return };
            let list = out.entry(origin.span.file.to_string()).or_default();
            // What stages share is told once.
            let told = |other: &Diagnostic| {
                other.message == diagnostic.message && other.origin.as_ref().map(|o| &o.span) == Some(&origin.span)
            };
            if !list.iter().any(told) {
                list.push(diagnostic.clone());
            }
        };
        for project in self.projects() {
            project.diagnostics.iter().for_each(&mut add);
            let stacks: Vec<Arc<str>> = match compile::stack_order(&project) {
                Ok(stacks) => stacks,
                Err(problems) => {
                    problems.iter().for_each(&mut add);
                    continue;
                }
            };
            compile::validate_stage(&project, &stacks, self.catalog).iter().for_each(&mut add);
        }
        out
    }

    /// The canonical form of a file, if it has one.
    pub fn formatted(&self, file: &str) -> Option<String> {
        let text = self.text(file)?;
        format(&file.into(), &text, Document::of(file).map(Document::shape)).ok()
    }
}

/// What a file belongs to in one of the projects.
pub(crate) fn home<'p>(projects: &'p [Project], file: &str) -> Option<Home<'p>> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    projects.iter().find_map(|project| {
        if let Some(module) = project.modules.get(folder).filter(|_| file.ends_with("/module.yaml")) {
            return Some(Home { project, body: &module.body, inputs: Some(&module.inputs) });
        }
        let stack = project.stage.stacks.values().find(|stack| stack.folder.as_ref() == folder)?;
        Some(Home { project, body: &stack.body, inputs: None })
    })
}
