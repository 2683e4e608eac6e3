//! The stacks of a stage: each in a folder beside `stage.yaml`, in one of `stacks/` that stages share, or in both.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{Loader, error, is_plain_name, unreadable, yaml_name};
use crate::config::{Body, EntryKind, Refused, Spanned, Stack, Stage};
use crate::model::{Code, Diagnostic, Origin, Span, StackId, nearest};

/// A stack for stages that have none of its name.
#[derive(Clone, Debug)]
pub struct Builtin {
    pub stack: String,
    /// The name of its file.
    pub file: String,
    pub text: String,
}

impl Loader<'_> {
    /// All stacks of a stage, in the order of their names.
    pub(super) fn stacks(&mut self, stage: &Stage, builtin: Option<&Builtin>) -> BTreeMap<Arc<str>, Stack> {
        let folder = format!("stages/{}", stage.name);
        let id = |stack: &str| StackId::new(stage.name.clone(), stack);
        let mut stacks = BTreeMap::new();
        let entries = self.list(&folder);
        for (entry, kind) in &entries {
            // What a link left out would be deleted, so it is not passed over.
            if *kind == EntryKind::Link && entry != "stage.yaml" && (yaml_name(entry) || is_plain_name(entry)) {
                let file: Arc<str> = format!("{folder}/{entry}").into();
                self.diagnostics.push(unreadable(&file, &Refused::Link(entry.clone()).into()));
            } else if *kind != EntryKind::Folder {
                self.beside_stages(&folder, entry);
            } else if let Some(stack) = self.stack(&id(entry), true, stage.shared.get(entry.as_str())) {
                stacks.insert(stack.name.clone(), stack);
            }
        }
        let there = |name: &str| entries.iter().any(|(entry, _)| entry == name);
        for (name, source) in stage.shared.iter().filter(|(name, _)| !there(name)) {
            if let Some(stack) = self.stack(&id(name), false, Some(source)) {
                stacks.insert(stack.name.clone(), stack);
            }
        }
        if let Some(builtin) = builtin.filter(|one| !stacks.contains_key(one.stack.as_str()) && !there(&one.stack)) {
            let stack = self.builtin(&id(&builtin.stack), &folder, builtin);
            stacks.insert(stack.name.clone(), stack);
        }
        stacks
    }

    /// A file beside `stage.yaml` belongs to no stack.
    fn beside_stages(&mut self, folder: &str, entry: &str) {
        if !yaml_name(entry) || entry.starts_with("stage.") {
            return;
        }
        let file: Arc<str> = format!("{folder}/{entry}").into();
        let message = format!("{file} is not read: a stack is a folder beside stage.yaml");
        let warning = Diagnostic::warning(Code::UnknownStack, message).at(Origin::at(Span::new(file, 1, 1, 1)));
        self.diagnostics.push(warning.help(format!("move it to {folder}/main/{entry}")));
    }

    fn builtin(&mut self, id: &StackId, folder: &str, builtin: &Builtin) -> Stack {
        let folder: Arc<str> = format!("{folder}/{}", builtin.stack).into();
        let file: Arc<str> = format!("{folder}/{}", builtin.file).into();
        let mut body = Body::default();
        if let Some(node) = self.parsed(&file, builtin.text.as_bytes().to_vec()) {
            self.stack_file(id, node, &mut body);
        }
        self.resolve_modules(&mut body, &mut Vec::new());
        Stack { name: id.stack.clone(), folder, shared: None, body }
    }

    /// A stack, when there are YAML files of it. `own`: there is a folder of its name beside `stage.yaml`.
    fn stack(&mut self, id: &StackId, own: bool, source: Option<&Spanned<Arc<str>>>) -> Option<Stack> {
        let folder = format!("stages/{}/{}", id.stage, id.stack);
        let names = if own { self.yaml_files(&folder) } else { Vec::new() };
        let first = names.first().map(|name| Span::new(format!("{folder}/{name}"), 1, 1, 1));
        let place = source.map(|source| source.span.clone()).or(first)?;
        if !is_plain_name(&id.stack) {
            let message = format!("`{}` is not a name for a stack", id.stack);
            let help = "rename the folder: a name has letters, digits, `_` and `-`";
            self.diagnostics.push(error(Code::InvalidValue, &place, message).help(help));
            return None;
        }
        let mut body = Body::default();
        let shared = source.and_then(|source| self.shared(id, source, &mut body));
        if source.is_some() && shared.is_none() {
            body.incomplete = true;
        }
        let mut own = Body::default();
        self.read_files(id, &folder, names, &mut own);
        body.lay_over(own);
        self.resolve_modules(&mut body, &mut Vec::new());
        Some(Stack { name: id.stack.clone(), folder: folder.into(), shared, body })
    }

    /// Reads the files of `stacks/<source>`; their folder.
    fn shared(&mut self, id: &StackId, source: &Spanned<Arc<str>>, body: &mut Body) -> Option<Arc<str>> {
        let name = &source.value;
        if name.is_empty() || !is_plain_name(name) {
            let message = format!("{name:?} is not the name of a folder of stacks/");
            let help = "a name has letters, digits, `_` and `-`: `source: shop` is stacks/shop";
            self.diagnostics.push(error(Code::InvalidValue, &source.span, message).help(help));
            return None;
        }
        let folder = format!("stacks/{name}");
        let names = match self.files.list(&folder) {
            Ok(_) => self.yaml_files(&folder),
            Err(failure) if failure.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(failure) => {
                self.diagnostics.push(unreadable(&folder.clone().into(), &failure));
                return None;
            }
        };
        if names.is_empty() {
            let folders = self.files.list("stacks").unwrap_or_default().into_iter();
            let folders: Vec<String> =
                folders.filter(|(_, kind)| *kind == EntryKind::Folder).map(|(name, _)| name).collect();
            let message = format!("there is no stack {name:?} to share: {folder} has no YAML files");
            let help = match nearest(name, folders.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a stack that stages share is a folder of stacks/".to_string(),
            };
            self.diagnostics.push(error(Code::UnknownStack, &source.span, message).help(help));
            return None;
        }
        self.read_files(id, &folder, names, body);
        Some(folder.into())
    }

    /// The YAML files of a stack's folder, sorted.
    fn yaml_files(&mut self, folder: &str) -> Vec<String> {
        let files = self.list(folder);
        self.strays.below(self.files, folder, &files);
        let yaml = files.into_iter().filter(|(name, kind)| *kind != EntryKind::Folder && yaml_name(name));
        yaml.map(|(name, _)| name).collect()
    }

    fn read_files(&mut self, id: &StackId, folder: &str, names: Vec<String>, body: &mut Body) {
        for name in names {
            let file: Arc<str> = format!("{folder}/{name}").into();
            match self.document(&file) {
                Ok(Some(node)) => self.stack_file(id, node, body),
                Ok(None) => body.incomplete = true,
                Err(failure) => {
                    body.incomplete = true;
                    self.diagnostics.push(unreadable(&file, &failure));
                }
            }
        }
    }
}

impl Body {
    /// What the stage's own files say, over what all stages share: a name that both have is the stage's.
    fn lay_over(&mut self, own: Body) {
        let Body { resources, data, modules, locals, outputs, checks, tags, moved, removed, imports, lost, incomplete } =
            own;
        for (name, resource) in resources {
            self.modules.shift_remove(&name);
            self.resources.insert(name, resource);
        }
        for (name, call) in modules {
            self.resources.shift_remove(&name);
            self.modules.insert(name, call);
        }
        self.data.extend(data);
        self.locals.extend(locals);
        self.outputs.extend(outputs);
        self.checks.extend(checks);
        self.tags.retain(|(key, _)| !tags.iter().any(|(own, _)| own.name == key.name));
        self.tags.extend(tags);
        self.moved.extend(moved);
        self.removed.extend(removed);
        self.imports.extend(imports);
        self.lost.extend(lost);
        self.incomplete |= incomplete;
    }
}
