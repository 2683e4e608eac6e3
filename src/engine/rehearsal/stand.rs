//! What stands around a module that is tested: a stage with one stack that calls it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Subject, Suite};
use crate::config::{EntryKind, Files, Key, Node, NodeKind, Project, TestCase, TestGiven, is_plain_name, load_from};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Span};

/// The name of the call, and so the begin of every address in it.
pub(super) const CALL: &str = "module";
/// The stack of a module that is tested.
const STACK: &str = "main";

/// Files of which the stages are others.
struct Stand<'a> {
    files: &'a dyn Files,
    stage: &'a str,
    made: BTreeMap<String, String>,
}

impl Files for Stand<'_> {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match self.made.get(name) {
            Some(text) => Ok(text.clone().into_bytes()),
            None if name == "stages" || name.starts_with("stages/") => Err(io::ErrorKind::NotFound.into()),
            None => self.files.read(name),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let one = |name: &str, kind: EntryKind| (name.to_string(), kind);
        let stage = format!("stages/{}", self.stage);
        match folder {
            "stages" => Ok(vec![one(self.stage, EntryKind::Folder)]),
            _ if folder == stage => Ok(vec![one("stage.yaml", EntryKind::File), one(STACK, EntryKind::Folder)]),
            _ if folder == format!("{stage}/{STACK}") => Ok(vec![one("main.yaml", EntryKind::File)]),
            _ if folder.starts_with("stages/") => Err(io::ErrorKind::NotFound.into()),
            _ => self.files.list(folder),
        }
    }

    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.read_named(path)
    }

    fn has_named(&self, path: &Path) -> bool {
        self.files.has_named(path)
    }
}

/// A subject, loaded.
pub(super) struct Loaded {
    pub project: Project,
    pub stack: Arc<str>,
    /// The segment that every address begins with; none for a stack.
    pub prefix: Option<&'static str>,
}

/// Loads the subject with what the test gives.
///
/// # Errors
/// There is no such module, stage or stack. What is wrong with files is in the project.
pub(super) fn load(
    files: &dyn Files,
    root: &Path,
    suite: &Suite,
    test: &TestCase,
    given: &TestGiven,
) -> Result<Loaded, Diagnostics> {
    match &suite.subject {
        Subject::Module(folder) => module(files, root, folder, test, given),
        Subject::Stack { stage, stack } => self::stack(files, root, stage, stack, test, given),
        Subject::Shared(folder) => {
            let message = format!("stacks/{folder} is tested as the stack of a stage");
            Err(Diagnostic::error(Code::UnknownStack, message).at(at(test)).into())
        }
    }
}

fn at(test: &TestCase) -> Origin {
    Origin::at(test.span.clone())
}

fn module(
    files: &dyn Files,
    root: &Path,
    folder: &str,
    test: &TestCase,
    given: &TestGiven,
) -> Result<Loaded, Diagnostics> {
    let name = test.stage.name.as_deref().unwrap_or("test");
    let account = test.stage.account_id.as_deref().unwrap_or("123456789012");
    let region = test.stage.region.as_deref().unwrap_or("eu-west-1");
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    if name.is_empty() || !is_plain_name(name) {
        return Err(Diagnostic::error(Code::InvalidValue, format!("{name:?} is no name of a stage"))
            .at(at(test))
            .into());
    }
    let made = BTreeMap::from([
        (format!("stages/{name}/stage.yaml"), format!("account_id: {}\nregion: {}\n", quoted(account), quoted(region))),
        (
            format!("stages/{name}/{STACK}/main.yaml"),
            format!("modules:\n  {CALL}:\n    source: {}\n", quoted(&format!("../../../{folder}"))),
        ),
    ]);
    let mut project = load_from(&Stand { files, stage: name, made }, root.to_path_buf(), name)?;
    if let Some(values) = &given.values {
        project.stage.values = Some(values.clone());
    }
    let call = project.stage.stacks.get_mut(STACK).and_then(|stack| stack.body.modules.get_mut(CALL));
    let Some(call) = call else {
        return Err(Diagnostic::error(Code::UnknownModule, format!("there is no module in {folder}"))
            .at(at(test))
            .into());
    };
    // What is wrong with the call is wrong with the test.
    call.span = test.span.clone();
    call.inputs = entries(given.inputs.as_ref());
    Ok(Loaded { project, stack: STACK.into(), prefix: Some(CALL) })
}

fn entries(node: Option<&Node>) -> indexmap::IndexMap<Arc<str>, (Span, Node)> {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Map(entries)) => {
            entries.iter().map(|(key, node)| (key.name.clone(), (key.span.clone(), node.clone()))).collect()
        }
        _ => indexmap::IndexMap::new(),
    }
}

fn stack(
    files: &dyn Files,
    root: &Path,
    stage: &str,
    stack: &str,
    test: &TestCase,
    given: &TestGiven,
) -> Result<Loaded, Diagnostics> {
    if let Some(inputs) = &given.inputs {
        let diagnostic = Diagnostic::error(Code::UnknownKey, "a stack has no inputs");
        let help = "give `values`: they are merged over those of the stage";
        return Err(diagnostic.at(Origin::at(inputs.span.clone())).help(help).into());
    }
    let mut project = load_from(files, root.to_path_buf(), stage)?;
    if let Some(values) = &given.values {
        match &mut project.stage.values {
            Some(before) => merge(before, values),
            none => *none = Some(values.clone()),
        }
    }
    let head = &mut project.stage;
    for (value, field) in [(&test.stage.account_id, &mut head.account_id), (&test.stage.region, &mut head.region)] {
        if let Some(value) = value {
            field.value.clone_from(value);
        }
    }
    let Some(found) = project.stage.stacks.get(stack).map(|stack| stack.name.clone()) else {
        let message = format!("the stage {stage} has no stack {stack}");
        return Err(Diagnostic::error(Code::UnknownStack, message).at(at(test)).into());
    };
    Ok(Loaded { project, stack: found, prefix: None })
}

/// Values over those that are there, map by map.
fn merge(into: &mut Node, over: &Node) {
    match (&mut into.kind, &over.kind) {
        (NodeKind::Map(before), NodeKind::Map(after)) => {
            for (key, value) in after {
                match before.iter_mut().find(|(known, _): &&mut (Key, Node)| known.name == key.name) {
                    Some((_, known)) => merge(known, value),
                    None => before.push((key.clone(), value.clone())),
                }
            }
        }
        _ => *into = over.clone(),
    }
}
