//! What something is: documentation, type, and what a change does, as Markdown.

use super::complete::{described, trailing, type_name};
use super::context::{self, Meaning, Writing};
use super::symbol::{self, Symbol, namings};
use super::{Home, Position, Workspace, home};
use crate::config::shapes::Document;
use crate::config::{Key, Node, NodeKind};
use crate::expr::function_names;
use crate::model::Field;

impl Workspace {
    /// What stands at a place, as Markdown.
    pub fn hover(&self, file: &str, position: Position) -> Option<String> {
        let text = self.text(file)?;
        let document = Document::of(file)?;
        let position = word_end(&text, position)?;
        let projects = self.projects();
        let home = home(&projects, file);
        match context::at(&text, position)? {
            Writing::Expression { prefix } => self.in_expression_hover(home?, &prefix, file, position),
            Writing::Key { mut path, prefix } => {
                path.push(prefix);
                self.of_path(document, &path, home)
            }
            Writing::Value { path, prefix } => {
                let schema = self.catalog.schema(prefix.trim()).map(|schema| (schema.name, schema.doc));
                let data = self.catalog.data_schema(prefix.trim()).map(|schema| (schema.name, schema.doc));
                match schema.or(data) {
                    Some((name, doc)) => Some(format!("`{name}`\n\n{doc}")),
                    None => self.of_path(document, &path, home),
                }
            }
        }
    }

    /// The key that a path ends with.
    fn of_path(&self, document: Document, path: &[String], home: Option<Home<'_>>) -> Option<String> {
        let (last, around) = path.split_last()?;
        match self.meaning(document, around, home)? {
            Meaning::Map(shape) => shape.key(last).map(|key| format!("`{}`\n\n{}", key.name, key.doc)),
            Meaning::Fields(fields) => fields.iter().find(|field| field.name == last).map(of_field),
            Meaning::Inputs => {
                let call = around.get(around.len().checked_sub(2)?)?;
                let home = home?;
                let folder = home.body.modules.get(call.as_str())?.module.as_ref()?;
                let input = home.project.modules.get(folder)?.inputs.get(last.as_str())?;
                Some(format!("input `{last}` of {folder}\n\n{}", input.description.clone().unwrap_or_default()))
            }
            Meaning::Names | Meaning::Value(_) | Meaning::Field(_) => None,
        }
    }

    fn in_expression_hover(&self, home: Home<'_>, prefix: &str, file: &str, position: Position) -> Option<String> {
        let path = trailing(prefix);
        let steps: Vec<&str> = path.iter().map(String::as_str).collect();
        if let [name] = steps.as_slice()
            && let Some(function) = function_names().iter().find(|function| function.name == *name)
            && !home.body.resources.contains_key(*name)
        {
            return Some(format!("```\n{}\n```\n\n{}", function.signature, function.doc));
        }
        match steps.as_slice() {
            ["stage", "values", inner @ ..] => {
                let text = shown(find(home.project.stage.values.as_ref()?, inner)?);
                Some(format!("`stage.values.{}` of {} is `{text}`", inner.join("."), home.project.stage.name))
            }
            ["data", name, inner @ ..] => {
                let one = home.body.data.get(*name)?;
                let schema = self.catalog.data_schema(&one.type_name.value)?;
                of_attribute(schema.name, schema.doc, &schema.fields, inner)
            }
            [name, inner @ ..] if home.body.resources.contains_key(*name) => {
                let one = home.body.resources.get(*name)?;
                let schema = self.catalog.schema(&one.type_name.value)?;
                let inner = if one.for_each.is_some() { inner.get(1..).unwrap_or_default() } else { inner };
                of_attribute(schema.name, schema.doc, &schema.fields, inner)
            }
            _ => self.of_symbol(home, file, position),
        }
    }

    /// Inputs, outputs and module calls: what their declaration says.
    fn of_symbol(&self, home: Home<'_>, file: &str, position: Position) -> Option<String> {
        let all = namings(home.project);
        let found = symbol::at(&all, file, position)?;
        match found.symbol {
            Symbol::Input { module, name } => {
                let input = home.project.modules.get(module.as_str())?.inputs.get(name.as_str())?;
                Some(format!("input `{name}` of {module}\n\n{}", input.description.clone().unwrap_or_default()))
            }
            Symbol::Output { scope, name } => {
                let module = home.project.modules.get(scope.as_str()).map(|module| &module.body);
                let stack = home.project.stage.stacks.values().find(|stack| *stack.folder == *scope);
                let output = module.or_else(|| stack.map(|stack| &stack.body))?.outputs.get(name.as_str())?;
                Some(format!("output `{name}` of {scope}\n\n{}", output.description.clone().unwrap_or_default()))
            }
            Symbol::Name { name, .. } => {
                let call = home.body.modules.get(name.as_str())?;
                let module = home.project.modules.get(call.module.as_ref()?)?;
                Some(format!("module {}\n\n{}", module.folder, module.description.clone().unwrap_or_default()))
            }
            Symbol::Data { .. } | Symbol::Local { .. } | Symbol::Value { .. } | Symbol::Module { .. } => None,
        }
    }
}

fn of_field(field: &Field) -> String {
    let required = if field.required { ", required" } else { "" };
    format!("`{}`: {}{required}\n\n{}", field.name, type_name(&field.ty), described(field))
}

fn of_attribute(type_name: &str, doc: &str, fields: &'static [Field], inner: &[&str]) -> Option<String> {
    let mut fields = fields;
    let mut found = None;
    for step in inner {
        // An index, or the key of an instance.
        if step.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let field = fields.iter().find(|field| field.name == *step)?;
        fields = field.block().unwrap_or_default();
        found = Some(field);
    }
    Some(found.map_or_else(|| format!("`{type_name}`\n\n{doc}"), of_field))
}

/// The end of the word at a place; none where there is no word.
fn word_end(text: &str, position: Position) -> Option<Position> {
    let line: Vec<char> = text.lines().nth(position.line)?.chars().collect();
    let part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let inside = line.get(position.column).is_some_and(part);
    let behind = position.column > 0 && line.get(position.column - 1).is_some_and(part);
    if !inside && !behind {
        return None;
    }
    let rest = line[position.column.min(line.len())..].iter();
    let rest = rest.take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
    Some(Position { column: position.column + rest, ..position })
}

fn find<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    let Some((first, rest)) = path.split_first() else { return Some(node) };
    let NodeKind::Map(entries) = &node.kind else { return None };
    let (_, inner) = entries.iter().find(|(key, _): &&(Key, Node)| key.name.as_ref() == *first)?;
    find(inner, rest)
}

/// Characters of a value that are shown.
const SHOWN: usize = 200;

fn shown(node: &Node) -> String {
    let text = match node.constant() {
        Ok(value) => value.to_string(),
        Err(_) => "an expression".to_string(),
    };
    text.chars().take(SHOWN).collect()
}
