//! The files on disk, and over them those that are open in an editor.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use crate::config::{DiskFiles, EntryKind, Files};

pub(super) struct Overlay<'a> {
    pub disk: DiskFiles,
    pub open: &'a BTreeMap<String, String>,
}

impl Files for Overlay<'_> {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match self.open.get(name) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.disk.read(name),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let below = |name: &String| {
            let rest =
                if folder.is_empty() { Some(name.as_str()) } else { name.strip_prefix(folder)?.strip_prefix('/') };
            let rest = rest?;
            Some(match rest.split_once('/') {
                Some((first, _)) => (first.to_string(), EntryKind::Folder),
                None => (rest.to_string(), EntryKind::File),
            })
        };
        // A file that was never saved is in no folder of the disk yet.
        let open: BTreeSet<(String, EntryKind)> = self.open.keys().filter_map(below).collect();
        let mut entries = match self.disk.list(folder) {
            Ok(entries) => entries,
            Err(_) if !open.is_empty() => Vec::new(),
            Err(error) => return Err(error),
        };
        for (name, kind) in open {
            if !entries.iter().any(|(known, _)| *known == name) {
                entries.push((name, kind));
            }
        }
        Ok(entries)
    }

    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read_named(path)
    }

    fn has_named(&self, path: &Path) -> bool {
        self.disk.has_named(path)
    }
}
