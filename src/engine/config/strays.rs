//! YAML files that stand where nobody reads them. Whoever put one there believes that it counts.
//!
//! Below the folder of a stack only modules are read, and of a module only its `module.yaml`. A file that some text of the
//! project names (`file('policies/a.yaml')`) is there for that, and so is a folder whose name stands beside `fileset`.

use super::load::yaml_name;
use super::{EntryKind, Files};
use crate::model::{Code, Diagnostic, Origin, Sources, Span};

/// Levels of folders that are looked at below a stack's.
const DEPTH: usize = 4;
/// Folders that are looked at below a stack's.
const FOLDERS: usize = 200;

/// The files of one folder that are not read.
struct Stray {
    folder: String,
    files: Vec<String>,
    help: String,
}

#[derive(Default)]
pub(super) struct Strays(Vec<Stray>);

impl Strays {
    /// Looks into the folders of a stack's folder, whose entries are `entries`.
    pub fn below(&mut self, files: &dyn Files, stack: &str, entries: &[(String, EntryKind)]) {
        let inside = |folder: &str, entries: &[(String, EntryKind)]| -> Vec<String> {
            let folders = entries.iter().filter(|(name, kind)| {
                // What is in `tests` is for `wildfire test`.
                *kind == EntryKind::Folder && !name.starts_with('.') && name != "tests"
            });
            folders.map(|(name, _)| format!("{folder}/{name}")).collect()
        };
        let mut level = inside(stack, entries);
        let mut left = FOLDERS;
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for folder in level {
                left = left.saturating_sub(1);
                // What cannot be read is no place for files of ours.
                let Ok(mut entries) = files.list(&folder) else { continue };
                entries.sort();
                if left == 0 {
                    return;
                }
                next.extend(inside(&folder, &entries));
                if entries.iter().all(|(name, _)| name != "module.yaml") {
                    self.add(folder, &entries, format!("the files of a stack stand in {stack} itself"));
                }
            }
            level = next;
        }
    }

    /// Looks beside the `module.yaml` of a module.
    pub fn beside_module(&mut self, files: &dyn Files, folder: &str) {
        let Ok(mut entries) = files.list(folder) else { return };
        entries.sort();
        entries.retain(|(name, _)| name != "module.yaml");
        self.add(folder.to_string(), &entries, "a module is its module.yaml alone".to_string());
    }

    fn add(&mut self, folder: String, entries: &[(String, EntryKind)], help: String) {
        let files = entries.iter().filter(|(name, kind)| *kind != EntryKind::Folder && yaml_name(name));
        let files: Vec<String> = files.map(|(name, _)| name.clone()).collect();
        self.0.push(Stray { folder, files, help });
    }

    /// A warning for each folder with files that neither the loader nor an expression reads.
    pub fn told(self, sources: &Sources) -> Vec<Diagnostic> {
        let named = |file: &str| sources.files().any(|(_, text)| text.contains(file));
        let told = |stray: Stray| {
            // Its files are what `fileset` finds.
            let last = stray.folder.rsplit('/').next().unwrap_or_default();
            if sources.files().any(|(_, text)| text.contains("fileset(") && text.contains(last)) {
                return None;
            }
            let read = |file: &String| sources.text(&format!("{}/{file}", stray.folder)).is_some();
            let mut left = stray.files.iter().filter(|file| !read(file) && !named(file));
            let file = format!("{}/{}", stray.folder, left.next()?);
            let message = match left.count() {
                0 => format!("{file} is not read"),
                1 => format!("{file} is not read, and another one beside it"),
                more => format!("{file} is not read, and {more} others beside it"),
            };
            let origin = Origin::at(Span::new(file, 1, 1, 1));
            Some(Diagnostic::warning(Code::UnknownStack, message).at(origin).help(stray.help))
        };
        self.0.into_iter().filter_map(told).collect()
    }
}
