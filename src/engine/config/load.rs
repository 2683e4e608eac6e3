//! The folders of a project: which files there are, and what belongs to what.

mod modules;
mod remote;
mod stacks;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::{self, Templates};
use super::remote::{Pin, Upstream};
use super::repair;
use super::strays::Strays;
use super::table::{Table, error};
use super::{
    Body, DiskFiles, EntryKind, Files, Input, Limits, Module, Node, NodeKind, Outside, Project, Spending, Stage,
};
use super::{body, given, moves, shapes, stage, values};
use crate::expr::RefSegment;
use crate::model::{Code, Diagnostic, Diagnostics, Origin, Sources, Span, StackId, nearest};

pub use stacks::Builtin;

/// What a caller may choose.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// A file to read in the place of the stage's `stage.yaml`; relative paths are relative to the working directory.
    /// It is of the command line, so it may be outside of the project.
    pub stage_file: Option<PathBuf>,
    /// A stack for stages that have none of its name.
    pub builtin: Option<Builtin>,
    /// What the files may cost.
    pub limits: Limits,
    /// Values that are set from outside.
    pub outside: Outside,
}

/// The folder with `wildfire.yaml`: `start`, or the nearest above it.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join("wildfire.yaml").is_file()).map(Path::to_path_buf)
}

/// The stages of a project on disk, by name.
pub fn stage_names(root: &Path) -> Vec<String> {
    stage_names_from(&DiskFiles::new(root))
}

/// The stages of a project: the folders of `stages/` that have a `stage.yaml`. A link is none.
pub fn stage_names_from(files: &dyn Files) -> Vec<String> {
    let mut names: Vec<String> = files
        .list("stages")
        .unwrap_or_default()
        .into_iter()
        .filter(|(name, kind)| *kind == EntryKind::Folder && !name.starts_with('.'))
        .map(|(name, _)| name)
        .filter(|name| {
            let inside = files.list(&format!("stages/{name}")).unwrap_or_default();
            inside.iter().any(|(file, kind)| *kind != EntryKind::Folder && file == "stage.yaml")
        })
        .collect();
    names.sort();
    names
}

/// Loads a stage of the project in `root`, and the modules that it uses.
///
/// # Errors
/// Only when nothing useful can be read: no `wildfire.yaml`, no such stage. Everything else that is wrong is in
/// [`Project::diagnostics`].
pub fn load(root: &Path, stage: &str) -> Result<Project, Diagnostics> {
    load_from(&DiskFiles::new(root), root.to_path_buf(), stage)
}

/// As [`load`], from any files.
///
/// # Errors
/// As for [`load`].
pub fn load_from(files: &dyn Files, root: PathBuf, stage: &str) -> Result<Project, Diagnostics> {
    load_with(files, root, stage, &LoadOptions::default())
}

/// As [`load_from`], with choices.
///
/// # Errors
/// As for [`load`].
pub fn load_with(files: &dyn Files, root: PathBuf, stage: &str, options: &LoadOptions) -> Result<Project, Diagnostics> {
    let mut loader = Loader {
        files,
        root: &root,
        sources: Sources::default(),
        templates: Templates::new(),
        diagnostics: Diagnostics::default(),
        modules: BTreeMap::new(),
        module_names: None,
        strays: Strays::default(),
        pins: None,
        remotes: BTreeMap::new(),
        trees: BTreeMap::new(),
        outside: None,
    };
    let head = loader.head()?;
    let stage_names = stage_names_from(files);
    let stage = loader.stage(stage, &stage_names, options)?;
    let mut value_types = head.value_types;
    for (name, input) in &stage.value_types {
        // What the project calls a secret is one in each of its stages.
        let sensitive = input.sensitive || value_types.get(name).is_some_and(|of_project| of_project.sensitive);
        value_types.insert(name.clone(), Input { sensitive, ..input.clone() });
    }
    let given = given::read(files, &stage, &value_types, &options.outside, &mut loader.diagnostics);
    let other_stages = loader.other_stages(&stage.name, &stage_names);
    let Loader { sources, mut diagnostics, modules, strays, remotes, .. } = loader;
    diagnostics.extend(strays.told(&sources));
    diagnostics.sort();
    let modules = modules.into_iter().filter_map(|(folder, module)| Some((folder, module?))).collect();
    Ok(Project {
        name: head.name,
        required_version: head.required_version,
        root,
        stage,
        value_types,
        given,
        stage_names,
        other_stages,
        modules,
        remotes,
        sources,
        diagnostics,
        spending: Arc::new(Spending::new(options.limits)),
    })
}

struct Loader<'a> {
    files: &'a dyn Files,
    root: &'a Path,
    sources: Sources,
    templates: Templates,
    diagnostics: Diagnostics,
    /// By folder; `None` while a module is being read.
    modules: BTreeMap<Arc<str>, Option<Module>>,
    /// The folders of `modules/`, when a name was not found.
    module_names: Option<Vec<String>>,
    strays: Strays,
    /// What `wildfire.lock` pins; none until somebody asks.
    pins: Option<BTreeMap<Upstream, Pin>>,
    remotes: BTreeMap<Upstream, Option<Pin>>,
    /// Folders of modules from elsewhere, and whether their files are those that are pinned.
    trees: BTreeMap<String, bool>,
    /// The file that stands for `stage.yaml`, when it is not of the project.
    outside: Option<Arc<str>>,
}

pub(super) fn yaml_name(name: &str) -> bool {
    (name.ends_with(".yaml") || name.ends_with(".yml")) && !name.starts_with('.')
}

/// True when a name has only what the names of stages and stacks have.
pub fn is_plain_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

pub(super) fn unreadable(file: &Arc<str>, failure: &io::Error) -> Diagnostic {
    let origin = Origin::at(Span::new(file.clone(), 1, 1, 1));
    Diagnostic::error(Code::FileUnreadable, format!("{file} cannot be read: {failure}")).at(origin)
}

impl Loader<'_> {
    /// Reads and parses a file; what is wrong with it is reported.
    fn document(&mut self, file: &Arc<str>) -> io::Result<Option<Node>> {
        let bytes = self.files.read(file)?;
        Ok(self.parsed(file, bytes))
    }

    fn parsed(&mut self, file: &Arc<str>, bytes: Vec<u8>) -> Option<Node> {
        match document::text(file, bytes) {
            Ok(text) => {
                match self.outside.as_ref() == Some(file) {
                    true => self.sources.insert_unquoted(file.clone(), text.clone()),
                    false => self.sources.insert(file.clone(), text.clone()),
                }
                repair::parse(file, &text, &mut self.templates, &mut self.diagnostics)
            }
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                None
            }
        }
    }

    fn head(&mut self) -> Result<stage::Head, Diagnostics> {
        let file: Arc<str> = "wildfire.yaml".into();
        match self.document(&file) {
            Ok(Some(node)) => Ok(stage::head(node, &mut self.diagnostics)),
            Ok(None) => Ok(stage::Head::unread()),
            Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
                let message = format!("there is no wildfire.yaml in {}", self.root.display());
                let help = "it names the project: `name: my-project`; `-C DIR` says where it is";
                Err(Diagnostic::error(Code::FileUnreadable, message).help(help).into())
            }
            Err(failure) => Err(unreadable(&file, &failure).into()),
        }
    }

    fn stage(&mut self, name: &str, names: &[String], options: &LoadOptions) -> Result<Stage, Diagnostics> {
        if !names.iter().any(|known| known == name) {
            return Err(self.unknown_stage(name, names).into());
        }
        let folder = format!("stages/{name}");
        let (file, bytes) = match &options.stage_file {
            Some(path) => {
                let shown = path.strip_prefix(self.root).unwrap_or(path);
                let file: Arc<str> = shown.to_string_lossy().replace('\\', "/").into();
                self.outside = Some(Arc::clone(&file)).filter(|_| !self.files.has_named(path));
                (file, self.files.read_named(path))
            }
            None => self.own(format!("{folder}/stage.yaml")),
        };
        let mut stage = self.stage_head(name, &file, bytes)?;
        let shared = self.shared_values();
        stage.values = values::laid_over(shared, stage.values.take(), &mut self.diagnostics);
        stage.stacks = self.stacks(&stage, options.builtin.as_ref());
        Ok(stage)
    }

    fn unknown_stage(&self, name: &str, names: &[String]) -> Diagnostic {
        let diagnostic = Diagnostic::error(Code::UnknownStage, format!("there is no stage `{name}`"));
        let inside = self.files.list(&format!("stages/{name}"));
        if let Some(refused) = inside.as_ref().err().and_then(|error| error.get_ref()) {
            return diagnostic.help(format!("stages/{name} is not read: {refused}"));
        }
        let folder = inside.is_ok();
        if folder && !name.is_empty() {
            return diagnostic.help(format!("stages/{name} has no stage.yaml"));
        }
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => {
                diagnostic.help("a stage is a folder with a stage.yaml: stages/test/stage.yaml")
            }
            None => diagnostic.help(format!("there are {}", names.join(", "))),
        }
    }

    /// The name of a file of the project, and what it says.
    fn own(&self, name: String) -> (Arc<str>, io::Result<Vec<u8>>) {
        let bytes = self.files.read(&name);
        (name.into(), bytes)
    }

    fn stage_head(&mut self, name: &str, file: &Arc<str>, bytes: io::Result<Vec<u8>>) -> Result<Stage, Diagnostics> {
        let node = match bytes {
            Ok(bytes) => self.parsed(file, bytes),
            Err(failure) => return Err(unreadable(file, &failure).into()),
        };
        // Of a file that is no YAML its own error is enough: missing keys are no news.
        let mut unused = Diagnostics::default();
        let null = Node { kind: NodeKind::Null, span: Span::new(file.clone(), 1, 1, 1) };
        Ok(match node {
            Some(node) => stage::stage(name, file, node, &mut self.diagnostics),
            None => {
                let values = Some(stage::unreadable(null.span.clone()));
                Stage { values, ..stage::stage(name, file, null, &mut unused) }
            }
        })
    }

    /// The values of all stages.
    fn shared_values(&mut self) -> Option<Node> {
        let file: Arc<str> = values::FILE.into();
        match self.document(&file) {
            Ok(node) => values::shared(node?, &mut self.diagnostics),
            Err(failure) if failure.kind() == io::ErrorKind::NotFound => None,
            Err(failure) => {
                self.diagnostics.push(unreadable(&file, &failure));
                None
            }
        }
    }

    /// The names in a folder of the project, sorted, without hidden ones. A folder that cannot be read has none.
    fn list(&mut self, folder: &str) -> Vec<(String, EntryKind)> {
        match self.files.list(folder) {
            Ok(mut entries) => {
                entries.retain(|(name, _)| !name.starts_with('.'));
                entries.sort();
                entries
            }
            Err(failure) => {
                self.diagnostics.push(unreadable(&folder.into(), &failure));
                Vec::new()
            }
        }
    }

    fn stack_file(&mut self, id: &StackId, node: Node, body: &mut Body) {
        let hint = |key: &str| match key {
            "resource" | "module" | "output" | "local" => Some(format!("did you mean `{key}s`?")),
            "variable" | "variables" | "values" => {
                Some("values of a stage stand in stage.yaml, under `values`".to_string())
            }
            "provider" | "providers" => Some("account, region and credentials stand in stage.yaml".to_string()),
            "terraform" | "backend" => Some("where state is stands in stage.yaml, under `state`".to_string()),
            "check" => Some("did you mean `checks`?".to_string()),
            "imports" => Some("did you mean `import`?".to_string()),
            "inputs" => Some("inputs belong to a module; a stack takes `stage.values`".to_string()),
            _ => None,
        };
        let out = &mut self.diagnostics;
        let Some(mut table) = Table::read_with(node, &shapes::STACK, out, hint) else {
            body.incomplete = true;
            return;
        };
        body::read(&mut table, body, out);
        body::tags(table.node("tags"), body, out);
        moves::moved(table.node("moved"), id, &mut body.moved, out);
        moves::removed(table.node("removed"), id, &mut body.removed, out);
        moves::imports(table.node("import"), id, &mut body.imports, out);
    }

    /// The heads of the stages that any expression names.
    fn other_stages(&mut self, own: &str, names: &[String]) -> BTreeMap<String, Stage> {
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        for template in self.templates.values().flatten() {
            for (reference, _) in template.references() {
                if let [RefSegment::Field(root), RefSegment::Field(stage), ..] = reference.path.as_slice()
                    && root == "stages"
                    && stage != own
                    && names.contains(stage)
                {
                    wanted.insert(stage.clone());
                }
            }
        }
        let mut out = BTreeMap::new();
        for name in wanted {
            let (file, bytes) = self.own(format!("stages/{name}/stage.yaml"));
            match self.stage_head(&name, &file, bytes) {
                Ok(stage) => {
                    out.insert(name, stage);
                }
                Err(diagnostics) => self.diagnostics.extend(diagnostics),
            }
        }
        out
    }
}
