//! Files that expressions read: inside the project only, no links and nothing hidden, read once, bounded.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::config::{DiskFiles, EntryKind, Files, Project};
use crate::expr::Digest;
use crate::model::Sources;

const LIMIT: usize = 1 << 20;
/// Bytes of a file of which a digest is made: an archive of code, say. It is read in one piece and not kept.
const DIGEST_LIMIT: u64 = 256 << 20;
/// Names that are looked at below one folder.
const MAX_NAMES: usize = 10_000;

type Text = Result<Arc<str>, String>;
type Content = Result<Option<Arc<[u8]>>, String>;
type Digested = Result<Option<Arc<str>>, String>;
type Names = Result<Arc<[String]>, String>;

/// The files that expressions read. A file keeps the content of its first reading and a folder its first list, so that
/// an apply sees what the plan saw.
#[derive(Default)]
pub(in crate::compile) struct FileTexts {
    files: DiskFiles,
    /// The files of the configuration itself.
    sources: Sources,
    read: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    contents: BTreeMap<String, Content>,
    texts: BTreeMap<String, Text>,
    /// By file and function.
    digests: BTreeMap<(String, &'static str), Digested>,
    /// By folder and levels.
    folders: BTreeMap<(String, usize), Names>,
}

impl FileTexts {
    pub fn new(project: &Project) -> Self {
        Self { files: DiskFiles::new(&project.root), sources: project.sources.clone(), read: Mutex::default() }
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The text of `path`, relative to `folder` of the project.
    pub fn text(&self, folder: &str, path: &str) -> Text {
        let name = within(folder, path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = read.texts.get(&name) {
            return text.clone();
        }
        let text = match self.load(&mut read, &name) {
            Ok(Some(bytes)) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(text.into()),
                Err(_) => Err(format!("{name} is not UTF-8 text")),
            },
            Ok(None) => Err(format!("there is no file {name}")),
            Err(message) => Err(message),
        };
        read.texts.insert(name, text.clone());
        text
    }

    /// The content of `path`, relative to `folder` of the project; `None` when there is no such file.
    pub fn content(&self, folder: &str, path: &str) -> Content {
        let name = within(folder, path)?;
        self.load(&mut self.read.lock().unwrap_or_else(PoisonError::into_inner), &name)
    }

    /// A digest of `path`, relative to `folder` of the project; `None` when there is no such file.
    pub fn digest(&self, folder: &str, path: &str, way: Digest) -> Digested {
        let name = within(folder, path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let digests = &mut read.digests;
        digests.entry((name, way.name)).or_insert_with_key(|(name, _)| self.digested(name, way)).clone()
    }

    fn digested(&self, name: &str, way: Digest) -> Digested {
        if let Some(text) = self.sources.text(name) {
            return Ok(Some((way.of)(text.as_bytes()).into()));
        }
        match self.files.read_large(name, DIGEST_LIMIT + 1) {
            Ok(bytes) if bytes.len() as u64 > DIGEST_LIMIT => Err(format!("{name} is larger than 256 MiB")),
            Ok(bytes) => Ok(Some((way.of)(&bytes).into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{name} cannot be read: {error}")),
        }
    }

    /// What is wrong with a file that a resource is made of, whose name counts from the folder of the project; `most`: its
    /// bytes.
    pub fn refuses(&self, name: &str, most: u64) -> Option<String> {
        match self.files.size(name) {
            Ok(size) if size > most => Some(format!("the file has {size} bytes, and {most} at most are taken")),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Some("there is no such file in the project".into())
            }
            Err(error) => Some(format!("the file cannot be read: {error}")),
        }
    }

    /// The names of the files below `path`, as many levels down, relative to it and sorted.
    pub fn below(&self, folder: &str, path: &str, levels: usize) -> Names {
        let name = within(folder, path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = read.folders.entry((name, levels)).or_insert_with_key(|(name, levels)| self.list(name, *levels));
        listed.clone()
    }

    fn load(&self, read: &mut Seen, name: &str) -> Content {
        if let Some(content) = read.contents.get(name) {
            return content.clone();
        }
        let content = match self.sources.text(name) {
            Some(text) => Ok(Some(text.as_bytes().into())),
            None => match self.files.read(name) {
                Ok(bytes) if bytes.len() > LIMIT => Err(format!("{name} is larger than 1 MiB")),
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(format!("{name} cannot be read: {error}")),
            },
        };
        read.contents.insert(name.to_string(), content.clone());
        content
    }

    fn list(&self, folder: &str, levels: usize) -> Names {
        let mut out = Vec::new();
        let mut level = vec![String::new()];
        let mut looked_at = 0;
        for _ in 0..levels {
            let mut next = Vec::new();
            for below in level {
                let path = if below.is_empty() { folder.to_string() } else { format!("{folder}/{below}") };
                let entries = self.files.list(&path).map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => format!("there is no folder {path}"),
                    _ => format!("{path} cannot be read: {error}"),
                })?;
                looked_at += entries.len();
                if looked_at > MAX_NAMES {
                    return Err(format!("there are more than {MAX_NAMES} files below {folder}"));
                }
                for (name, kind) in entries.into_iter().filter(|(name, _)| !name.starts_with('.')) {
                    let full = if below.is_empty() { name } else { format!("{below}/{name}") };
                    match kind {
                        EntryKind::File => out.push(full),
                        EntryKind::Folder => next.push(full),
                        // To leave it out would silently leave out what it leads to.
                        EntryKind::Link => {
                            return Err(format!("{folder}/{full} is a symbolic link, and no link is followed"));
                        }
                        EntryKind::Special => {}
                    }
                }
            }
            level = next;
        }
        out.sort_unstable();
        Ok(out.into())
    }

    /// Names and texts of what expressions asked for so far, by name: of files, of files that are not there, and of
    /// folders. What is not text has its digest in its place.
    pub fn asked(&self) -> Vec<(String, Arc<str>)> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |bytes: &[u8]| -> Arc<str> {
            match std::str::from_utf8(bytes) {
                Ok(text) => text.into(),
                Err(_) => hex::encode(Sha256::digest(bytes)).into(),
            }
        };
        let files = read.contents.iter().filter_map(|(name, content)| {
            let told = match (read.texts.get(name), content) {
                (Some(Ok(shared)), _) => shared.clone(),
                (_, Ok(Some(bytes))) => text(bytes),
                (_, Ok(None)) => "\0".into(),
                (_, Err(_)) => return None,
            };
            Some((name.clone(), told))
        });
        let digests = read.digests.iter().filter_map(|((name, way), digest)| {
            let told = digest.as_ref().ok()?.clone().unwrap_or_else(|| "\0".into());
            Some((format!("{name} ({way})"), told))
        });
        let folders = read.folders.iter().filter_map(|((name, levels), names)| {
            Some((format!("{name}/ ({levels} levels)"), names.as_ref().ok()?.join("\n").into()))
        });
        files.chain(digests).chain(folders).collect()
    }
}

/// `path` seen from `folder`, as a path within the project.
fn within(folder: &str, path: &str) -> Result<String, String> {
    if path.starts_with('/') || path.contains('\\') {
        return Err(format!("{path:?}: write a path relative to the folder of the file, with `/`"));
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    // A module from elsewhere reads its own files, and none of the project.
    let least = crate::config::tree_of(folder).map_or(0, |tree| tree.split('/').count());
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if least > 0 && parts.len() <= least => return Err(format!("{path:?} is outside of the module")),
            ".." => {
                parts.pop().ok_or_else(|| format!("{path:?} is outside of the project"))?;
            }
            name => parts.push(name),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn stays_in_the_project() {
        assert_eq!(within("stages/test/main", "../policy.json").as_deref(), Ok("stages/test/policy.json"));
        assert!(within("modules/a", "../../../etc/passwd").is_err());
        assert!(within("modules/a", "/etc/passwd").is_err());
    }
}
