//! The modules that bodies call, each loaded once.

use std::io;
use std::sync::Arc;

use super::{Loader, error, unreadable};
use crate::config::files::{folder_of, resolve};
use crate::config::remote::tree_of;
use crate::config::{Body, EntryKind, ModuleCall, module};
use crate::model::{Code, Diagnostic, Span, nearest};

impl Loader<'_> {
    /// Finds the module of every call, and loads those that are new. `path` holds the modules around, outermost first.
    pub(super) fn resolve_modules(&mut self, body: &mut Body, path: &mut Vec<Arc<str>>) {
        for call in body.modules.values_mut() {
            call.module = self.module(call, path);
        }
    }

    fn module(&mut self, call: &ModuleCall, path: &mut Vec<Arc<str>>) -> Option<Arc<str>> {
        let source = call.source.value.as_ref();
        let span = &call.source.span;
        if let Some(remote) = &call.remote {
            let folder = self.remote(remote, span)?;
            return self.module_in(folder.into(), source, span, true, path);
        }
        let relative = source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
        let resolved = match relative {
            true => resolve(folder_of(&span.file), source),
            false => resolve("modules", source).filter(|folder| folder.starts_with("modules/")),
        };
        // A module from elsewhere sees its own files, and none of the project.
        let resolved = match tree_of(&span.file) {
            None => resolved,
            Some(tree) => {
                resolved.map(|folder| if relative { folder } else { format!("{tree}/{folder}") }).filter(|folder| {
                    folder.strip_prefix(tree).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            }
        };
        let Some(folder) = resolved.filter(|folder| !folder.is_empty()) else {
            let message = format!("{source:?} is outside of the project");
            let help = "a source is a name under modules/, or a path such as ./network";
            self.diagnostics.push(error(Code::UnknownModule, span, message).help(help));
            return None;
        };
        self.module_in(folder.into(), source, span, relative, path)
    }

    /// The module in a folder, which is loaded if it is new.
    fn module_in(
        &mut self,
        folder: Arc<str>,
        source: &str,
        span: &Span,
        relative: bool,
        path: &mut Vec<Arc<str>>,
    ) -> Option<Arc<str>> {
        if let Some(start) = path.iter().position(|open| *open == folder) {
            let mut round: Vec<&str> = path[start..].iter().map(AsRef::as_ref).collect();
            round.push(&folder);
            let message = format!("the module {folder} includes itself: {}", round.join(" -> "));
            self.diagnostics.push(error(Code::ModuleCycle, span, message));
            return None;
        }
        if !self.modules.contains_key(&folder) {
            let file: Arc<str> = format!("{folder}/module.yaml").into();
            let node = match self.document(&file) {
                Ok(node) => node,
                Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
                    let diagnostic = self.unknown_module(source, span, &file, relative);
                    self.diagnostics.push(diagnostic);
                    return None;
                }
                Err(failure) => {
                    self.diagnostics.push(unreadable(&file, &failure));
                    return None;
                }
            };
            if tree_of(&folder).is_none() {
                self.strays.beside_module(self.files, &folder);
            }
            self.modules.insert(folder.clone(), None);
            // Of a module that cannot be read nothing is known: that it has no inputs and outputs would be a lie.
            let node = node?;
            let mut module = module::read(&folder, node, &mut self.diagnostics);
            path.push(folder.clone());
            self.resolve_modules(&mut module.body, path);
            path.pop();
            self.modules.insert(folder.clone(), Some(module));
        }
        self.modules.get(&folder)?.as_ref()?;
        Some(folder)
    }

    fn unknown_module(&mut self, source: &str, span: &Span, file: &str, relative: bool) -> Diagnostic {
        let diagnostic = error(Code::UnknownModule, span, format!("there is no module {source:?}: no {file}"));
        if relative {
            return diagnostic;
        }
        if source.contains("://") || source.contains("::") || source.contains('?') || source.contains(".git") {
            return diagnostic
                .help("a module from elsewhere is written `source: {git: https://…, ref: v1.0, path: …}`");
        }
        let files = self.files;
        let names = self.module_names.get_or_insert_with(|| {
            let entries = files.list("modules").unwrap_or_default();
            entries.into_iter().filter(|(_, kind)| *kind == EntryKind::Folder).map(|(name, _)| name).collect()
        });
        match nearest(source, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("a source is a name under modules/, or a path such as ./network"),
        }
    }
}
