//! Where a value came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Relative to the project, with `/`: `stages/test/main/vpc.yaml`.
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// In characters, at least 1; never past the end of the line.
    pub length: u32,
}

impl Span {
    pub fn new(file: impl Into<Arc<str>>, line: u32, column: u32, length: u32) -> Self {
        Self { file: file.into(), line, column, length: length.max(1) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A place, and the module calls through which it was reached, innermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub span: Span,
    pub via: Option<Arc<Origin>>,
}

impl Origin {
    pub fn at(span: Span) -> Self {
        Self { span, via: None }
    }

    pub fn via(span: Span, call: Option<Arc<Origin>>) -> Self {
        Self { span, via: call }
    }

    /// The places of the module calls, innermost first.
    pub fn calls(&self) -> impl Iterator<Item = &Span> {
        std::iter::successors(self.via.as_deref(), |origin| origin.via.as_deref()).map(|origin| &origin.span)
    }
}

/// One step of a property path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Key(Arc<str>),
    Index(usize),
}

/// A path inside the properties of a resource: `ingress[0].cidr_blocks`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyPath(pub Vec<Step>);

impl PropertyPath {
    pub fn key(&self, name: impl Into<Arc<str>>) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(name.into()));
        Self(steps)
    }

    pub fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }

    /// The name of the property that the path begins with.
    pub fn first(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Key(name)) => Some(name),
            _ => None,
        }
    }
}

impl From<&str> for PropertyPath {
    fn from(name: &str) -> Self {
        Self(vec![Step::Key(name.into())])
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(name)?;
                }
                Step::Key(name) => write!(f, "[{}]", serde_json::Value::from(name.as_ref()))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The origins of a resource's properties; a path without its own takes that of its nearest parent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins(BTreeMap<PropertyPath, Origin>);

impl Origins {
    pub fn insert(&mut self, path: PropertyPath, origin: Origin) {
        self.0.insert(path, origin);
    }

    pub fn get(&self, path: &PropertyPath) -> Option<&Origin> {
        let mut steps = path.0.clone();
        loop {
            if let Some(origin) = self.0.get(&PropertyPath(steps.clone())) {
                return Some(origin);
            }
            steps.pop()?;
        }
    }
}

/// The text of every file that was read, for whoever shows a diagnostic.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: BTreeMap<Arc<str>, Arc<str>>,
    /// Those of which no line is shown.
    unquoted: BTreeSet<Arc<str>>,
}

impl Sources {
    pub fn insert(&mut self, file: Arc<str>, text: Arc<str>) {
        self.texts.insert(file, text);
    }

    /// The same of a file from outside of the project, of which no line is shown: whoever names a file by mistake does not
    /// publish it.
    pub fn insert_unquoted(&mut self, file: Arc<str>, text: Arc<str>) {
        self.unquoted.insert(Arc::clone(&file));
        self.texts.insert(file, text);
    }

    /// Adds the files of `other`.
    pub fn extend(&mut self, other: &Self) {
        let texts = other.texts.iter().map(|(file, text)| (Arc::clone(file), Arc::clone(text)));
        self.texts.extend(texts);
        self.unquoted.extend(other.unquoted.iter().cloned());
    }

    pub fn text(&self, file: &str) -> Option<&Arc<str>> {
        self.texts.get(file)
    }

    /// The line that `span` begins on, without its end; none of a file that is not quoted.
    pub fn line(&self, span: &Span) -> Option<&str> {
        if self.unquoted.contains(&span.file) {
            return None;
        }
        self.text(&span.file)?.lines().nth(span.line.checked_sub(1)? as usize)
    }

    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.texts.iter()
    }
}
