//! Another name for a resource, a module call, a data source, an input or an output, wherever it is named; what state
//! knows by the old name gets a `moved` entry.

use super::symbol::{self, Symbol, namings};
use super::{Position, Workspace};
use crate::config::{Body, ModuleCall, Project};
use crate::model::Span;

/// A change of a file: the characters of a span give way to a text. An empty span is a place to insert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub file: String,
    pub from: Position,
    pub to: Position,
    pub text: String,
}

impl Workspace {
    /// What stands at a place and can be renamed: exactly its characters.
    pub fn renameable(&self, file: &str, position: Position) -> Option<Span> {
        let found = self.projects().iter().map(namings).find_map(|all| symbol::at(&all, file, position))?;
        (!matches!(found.symbol, Symbol::Module { .. })).then_some(found.span)
    }

    /// The changes of a new name.
    ///
    /// # Errors
    /// Nothing that can be renamed stands there, or the name is none or is taken.
    pub fn rename(&self, file: &str, position: Position, name: &str) -> Result<Vec<Edit>, String> {
        let projects = self.projects();
        let all: Vec<Vec<symbol::Naming>> = projects.iter().map(namings).collect();
        let found = all.iter().find_map(|namings| symbol::at(namings, file, position));
        let Some(found) = found.filter(|found| !matches!(found.symbol, Symbol::Module { .. })) else {
            return Err("there is nothing here that has a name".into());
        };
        let shaped = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !shaped {
            return Err("a name has letters, digits and `_`, and does not begin with a digit".into());
        }
        let renamed = with_name(&found.symbol, name);
        if all.iter().flatten().any(|naming| naming.declares && naming.symbol == renamed) {
            return Err(format!("`{name}` is declared already"));
        }
        let mut edits: Vec<Edit> = Vec::new();
        for naming in all.iter().flatten().filter(|naming| naming.symbol == found.symbol) {
            let edit = replace(&naming.span, name);
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        if let Symbol::Name { scope, name: old } = &found.symbol {
            for project in &projects {
                for entry in moved(project, scope, old, name) {
                    let edit = self.insert_moved(&entry);
                    if let Some(edit) = edit.filter(|edit| !edits.contains(edit)) {
                        edits.push(edit);
                    }
                }
            }
        }
        edits.sort_by(|a, b| (&a.file, a.from).cmp(&(&b.file, b.from)));
        Ok(edits)
    }

    fn insert_moved(&self, moved: &Moved) -> Option<Edit> {
        let text = self.text(&moved.file)?;
        let entry = format!("{{from: {}, to: {}}}", moved.from, moved.to);
        let lines: Vec<&str> = text.lines().collect();
        let at = |line: usize, column: usize, text: String| {
            let place = Position { line, column };
            Some(Edit { file: moved.file.clone(), from: place, to: place, text })
        };
        let Some(line) = lines.iter().position(|line| line.starts_with("moved:")) else {
            let last = lines.last().map_or(0, |line| line.chars().count());
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let place = if end.is_empty() { (lines.len(), 0) } else { (lines.len() - 1, last) };
            return at(place.0, place.1, format!("{end}\nmoved:\n  - {entry}\n"));
        };
        if let Some(bracket) = lines[line].chars().position(|c| c == '[') {
            let empty = lines[line].chars().skip(bracket + 1).find(|c| *c != ' ') == Some(']');
            return at(line, bracket + 1, if empty { entry } else { format!("{entry}, ") });
        }
        let dash = lines[line + 1..].iter().find(|line| line.trim_start().starts_with('-'));
        let indent = dash.map_or(2, |line| line.len() - line.trim_start().len());
        at(line + 1, 0, format!("{}- {entry}\n", " ".repeat(indent)))
    }
}

fn with_name(symbol: &Symbol, name: &str) -> Symbol {
    let mut out = symbol.clone();
    match &mut out {
        Symbol::Name { name: old, .. }
        | Symbol::Data { name: old, .. }
        | Symbol::Input { name: old, .. }
        | Symbol::Local { name: old, .. }
        | Symbol::Output { name: old, .. }
        | Symbol::Value { name: old, .. } => *old = name.to_string(),
        Symbol::Module { .. } => {}
    }
    out
}

fn replace(span: &Span, text: &str) -> Edit {
    let from = Position { line: span.line.saturating_sub(1) as usize, column: span.column.saturating_sub(1) as usize };
    let to = Position { column: from.column + span.length as usize, ..from };
    Edit { file: span.file.to_string(), from, to, text: text.to_string() }
}

/// An entry for a file of a stack.
struct Moved {
    file: String,
    from: String,
    to: String,
}

/// The entries that a new name in a body needs, in every stack that the body is part of.
fn moved(project: &Project, scope: &str, old: &str, new: &str) -> Vec<Moved> {
    let mut out = Vec::new();
    for stack in project.stage.stacks.values() {
        if stack.folder.as_ref() == scope {
            // The file of the declaration itself.
            if let Some(span) = declared(&stack.body, old) {
                out.push(Moved { file: span.file.to_string(), from: old.to_string(), to: new.to_string() });
            }
            continue;
        }
        for call in &stack.body.modules {
            for path in paths(project, call, scope, 0) {
                out.push(Moved {
                    file: call.1.span.file.to_string(),
                    from: format!("{path}.{old}"),
                    to: format!("{path}.{new}"),
                });
            }
        }
    }
    out
}

fn declared<'b>(body: &'b Body, name: &str) -> Option<&'b Span> {
    let resource = body.resources.get(name).map(|one| &one.span);
    resource.or_else(|| body.modules.get(name).map(|one| &one.span))
}

/// Levels of modules that are looked through; more are a circle, which `validate` tells.
const DEPTH: usize = 16;

/// The paths of calls from here that lead to a module. Calls with `for_each` have a key for each instance, which only
/// state knows: those are left to the plan, which prints the entries.
fn paths(
    project: &Project,
    (name, call): (&std::sync::Arc<str>, &ModuleCall),
    scope: &str,
    depth: usize,
) -> Vec<String> {
    let Some(folder) = call.module.as_ref().filter(|_| call.for_each.is_none() && depth < DEPTH) else {
        return Vec::new();
    };
    if folder.as_ref() == scope {
        return vec![name.to_string()];
    }
    let Some(module) = project.modules.get(folder) else { return Vec::new() };
    let inner = module.body.modules.iter().flat_map(|call| paths(project, call, scope, depth + 1));
    inner.map(|path| format!("{name}.{path}")).collect()
}
