//! Texts for `file` and `templatefile`: inside the project only, no links and nothing hidden, read once, bounded.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{DiskFiles, Files, Project};
use crate::model::Sources;

const LIMIT: usize = 1 << 20;

type Text = Result<Arc<str>, String>;

/// The files that expressions read. A file keeps the text of its first reading, so that an apply sees what the
/// plan saw.
#[derive(Default)]
pub(in crate::compile) struct FileTexts {
    files: DiskFiles,
    /// The files of the configuration itself.
    sources: Sources,
    read: Mutex<BTreeMap<String, Text>>,
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
        read.entry(name.clone()).or_insert_with(|| self.load(&name)).clone()
    }

    fn load(&self, name: &str) -> Text {
        if let Some(text) = self.sources.text(name) {
            return Ok(text.clone());
        }
        let bytes = self.files.read(name).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("there is no file {name}"),
            _ => format!("{name} cannot be read: {error}"),
        })?;
        if bytes.len() > LIMIT {
            return Err(format!("{name} is larger than 1 MiB"));
        }
        String::from_utf8(bytes).map(Into::into).map_err(|_| format!("{name} is not UTF-8 text"))
    }

    /// Names and texts of the files that expressions read so far, by name.
    pub fn asked(&self) -> Vec<(String, Arc<str>)> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.iter().filter_map(|(name, text)| Some((name.clone(), text.as_ref().ok()?.clone()))).collect()
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
