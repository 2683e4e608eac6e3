//! Texts for `file` and `templatefile`: inside the project only, read once, bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Sources;

const LIMIT: u64 = 1 << 20;

type Text = Result<Arc<str>, String>;

/// The files that expressions read. A file keeps the text of its first reading, so that an apply sees what the
/// plan saw.
#[derive(Default)]
pub(super) struct FileTexts {
    root: PathBuf,
    /// Texts, and the names that expressions asked for.
    read: Mutex<(BTreeMap<String, Text>, BTreeSet<String>)>,
}

impl FileTexts {
    /// `sources` are files that are in memory already.
    pub fn new(root: PathBuf, sources: &Sources) -> Self {
        let read = sources.files().map(|(name, text)| (name.to_string(), Ok(text.clone()))).collect();
        Self { root, read: Mutex::new((read, BTreeSet::new())) }
    }

    /// The text of `path`, relative to `folder` of the project.
    pub fn text(&self, folder: &str, path: &str) -> Text {
        let name = within(folder, path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let (texts, asked) = &mut *read;
        asked.insert(name.clone());
        texts.entry(name.clone()).or_insert_with(|| self.load(&name)).clone()
    }

    fn load(&self, name: &str) -> Text {
        let file = std::fs::File::open(self.root.join(name)).map_err(|error| format!("{name}: {error}"))?;
        let mut bytes = Vec::new();
        file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        if bytes.len() as u64 > LIMIT {
            return Err(format!("{name} is larger than 1 MiB"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(_) => Err(format!("{name} is not UTF-8 text")),
        }
    }

    /// Names and texts of the files that expressions read so far, by name.
    pub fn asked(&self) -> Vec<(String, Arc<str>)> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let (texts, asked) = &*read;
        asked.iter().filter_map(|name| Some((name.clone(), texts.get(name)?.as_ref().ok()?.clone()))).collect()
    }
}

/// `path` seen from `folder`, as a path within the project.
fn within(folder: &str, path: &str) -> Result<String, String> {
    if path.starts_with('/') || path.contains('\\') {
        return Err(format!("{path:?}: write a path relative to the folder of the file, with `/`"));
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
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
