//! Declarations, and where they are named.

use std::sync::Arc;

use super::Position;
use crate::config::{Body, Node, NodeKind, Project, Spanned};
use crate::expr::{Expr, RefSegment, Reference};
use crate::model::Span;

/// Something that is declared in one place and named in others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A resource or a module call: both are the begin of a reference.
    Name {
        scope: Scope,
        name: String,
    },
    Data {
        scope: Scope,
        name: String,
    },
    Input {
        module: String,
        name: String,
    },
    Output {
        scope: Scope,
        name: String,
    },
    Local {
        scope: Scope,
        name: String,
    },
    /// `stage.values.<name>`
    Value {
        stage: String,
        name: String,
    },
    /// The module itself, by its folder.
    Module {
        folder: String,
    },
}

/// Whose declarations: the folder of a stack or of a module.
pub(super) type Scope = String;

/// One naming of a symbol: exactly the characters of the name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Naming {
    pub symbol: Symbol,
    pub span: Span,
    pub declares: bool,
}

/// Everything in a project that names something, in the order of the files.
pub(super) fn namings(project: &Project) -> Vec<Naming> {
    let mut out = Vec::new();
    for stack in project.stage.stacks.values() {
        Walk { project, body: &stack.body, scope: &stack.folder, module: None, out: &mut out }.body();
    }
    for module in project.modules.values() {
        let scope = &module.folder;
        for (name, input) in &module.inputs {
            let symbol = Symbol::Input { module: scope.to_string(), name: name.to_string() };
            out.push(Naming { symbol, span: input.span.clone(), declares: true });
        }
        Walk { project, body: &module.body, scope, module: Some(scope), out: &mut out }.body();
    }
    values(project, &mut out);
    out
}

fn values(project: &Project, out: &mut Vec<Naming>) {
    let Some(NodeKind::Map(entries)) = project.stage.values.as_ref().map(|values| &values.kind) else { return };
    for (key, _) in entries {
        let symbol = Symbol::Value { stage: project.stage.name.to_string(), name: key.name.to_string() };
        out.push(Naming { symbol, span: key.span.clone(), declares: true });
    }
}

/// The naming at a place.
pub(super) fn at(namings: &[Naming], file: &str, position: Position) -> Option<Naming> {
    namings.iter().find(|naming| naming.span.file.as_ref() == file && covers(&naming.span, position)).cloned()
}

/// Whether a place is in a span, or right behind it.
pub(super) fn covers(span: &Span, position: Position) -> bool {
    let (line, begin) = (span.line as usize, span.column as usize);
    line == position.line + 1 && (begin..=begin + span.length as usize).contains(&(position.column + 1))
}

struct Walk<'a> {
    project: &'a Project,
    body: &'a Body,
    scope: &'a Arc<str>,
    /// The folder of the module, whose inputs the body sees.
    module: Option<&'a Arc<str>>,
    out: &'a mut Vec<Naming>,
}

impl Walk<'_> {
    fn scope(&self) -> String {
        self.scope.to_string()
    }

    fn add(&mut self, symbol: Symbol, span: &Span, declares: bool) {
        self.out.push(Naming { symbol, span: span.clone(), declares });
    }

    fn name(&self, name: &str) -> Symbol {
        Symbol::Name { scope: self.scope(), name: name.to_string() }
    }

    fn body(&mut self) {
        let body = self.body;
        for (name, one) in &body.resources {
            self.add(self.name(name), &one.span, true);
            self.nodes([one.for_each.as_ref().map(|each| &each.0), one.when.as_ref(), one.properties.as_ref()]);
            self.names(&one.depends_on);
            self.nodes([one.lifecycle.prevent_destroy.as_ref(), one.lifecycle.create_before_destroy.as_ref()]);
            self.names(&one.lifecycle.replace_triggered_by);
        }
        for (name, one) in &body.data {
            self.add(Symbol::Data { scope: self.scope(), name: name.to_string() }, &one.span, true);
            self.nodes([one.for_each.as_ref().map(|each| &each.0), one.when.as_ref(), one.properties.as_ref()]);
            self.names(&one.depends_on);
        }
        for (name, one) in &body.modules {
            self.add(self.name(name), &one.span, true);
            if let Some(folder) = &one.module {
                self.add(Symbol::Module { folder: folder.to_string() }, &one.source.span, false);
            }
            self.nodes([one.for_each.as_ref().map(|each| &each.0), one.when.as_ref(), None]);
            for (input, (span, node)) in &one.inputs {
                if let Some(folder) = &one.module {
                    self.add(Symbol::Input { module: folder.to_string(), name: input.to_string() }, span, false);
                }
                self.node(node);
            }
            self.names(&one.depends_on);
        }
        for (name, one) in &body.outputs {
            self.add(Symbol::Output { scope: self.scope(), name: name.to_string() }, &one.span, true);
            self.node(&one.value);
        }
        for (name, one) in &body.locals {
            self.add(Symbol::Local { scope: self.scope(), name: name.to_string() }, &one.span, true);
            self.node(&one.value);
        }
        for check in body.checks.iter().chain(body.resources.values().flat_map(|one| &one.checks)) {
            self.node(&check.assert);
            self.node(&check.message);
        }
        for import in &body.imports {
            self.node(&import.id);
        }
    }

    /// Names of `depends_on` and the like: `logs`, `data.zones`, `task.arn`.
    fn names(&mut self, names: &[Spanned<Arc<str>>]) {
        for name in names {
            let (skipped, data, rest) = match name.value.strip_prefix("data.") {
                Some(rest) => (5, true, rest),
                None => (0, false, name.value.as_ref()),
            };
            let own: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            // Quotes make the place longer than the name.
            let quotes = u32::from(name.span.length as usize == name.value.chars().count() + 2);
            let span = Span::new(
                name.span.file.clone(),
                name.span.line,
                name.span.column + quotes + skipped,
                own.chars().count() as u32,
            );
            let symbol = if data { Symbol::Data { scope: self.scope(), name: own } } else { self.name(&own) };
            self.add(symbol, &span, false);
        }
    }

    fn nodes<const N: usize>(&mut self, nodes: [Option<&Node>; N]) {
        nodes.into_iter().flatten().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Template(template) => {
                for expr in template.expressions() {
                    for reference in expr.references.iter() {
                        self.reference(node, expr, reference);
                    }
                }
            }
            NodeKind::List(items) => items.iter().for_each(|item| self.node(item)),
            NodeKind::Map(entries) => entries.iter().for_each(|(_, value)| self.node(value)),
            NodeKind::Null | NodeKind::Scalar(_) | NodeKind::String(_) => {}
        }
    }

    fn reference(&mut self, node: &Node, expr: &Expr, reference: &Reference) {
        let field = |position: usize| match reference.path.get(position) {
            Some(RefSegment::Field(name)) => Some(name.as_str()),
            _ => None,
        };
        let Some(root) = field(0) else { return };
        match (root, field(1)) {
            ("inputs", Some(name)) => {
                if let Some(module) = self.module {
                    let symbol = Symbol::Input { module: module.to_string(), name: name.to_string() };
                    self.within(node, expr, reference, name, symbol);
                }
            }
            ("data", Some(name)) => {
                let symbol = Symbol::Data { scope: self.scope(), name: name.to_string() };
                self.within(node, expr, reference, name, symbol);
            }
            ("locals", Some(name)) => {
                let symbol = Symbol::Local { scope: self.scope(), name: name.to_string() };
                self.within(node, expr, reference, name, symbol);
            }
            ("stage", Some("values")) => {
                if let Some(name) = field(2) {
                    let symbol = Symbol::Value { stage: self.project.stage.name.to_string(), name: name.to_string() };
                    self.within(node, expr, reference, name, symbol);
                }
            }
            ("stack", Some(stack)) => {
                let stack = self.project.stage.stacks.get(stack);
                if let (Some(stack), Some("outputs"), Some(name)) = (stack, field(2), field(3)) {
                    let symbol = Symbol::Output { scope: stack.folder.to_string(), name: name.to_string() };
                    self.within(node, expr, reference, name, symbol);
                }
            }
            ("stage" | "stack" | "stages" | "each" | "inputs" | "data" | "locals", _) => {}
            (name, _) => self.own(node, expr, reference, name),
        }
    }

    /// A resource or a module call, and the output of the call.
    fn own(&mut self, node: &Node, expr: &Expr, reference: &Reference, name: &str) {
        let from = expr.offset + reference.at.start;
        let place = node.place(&self.project.sources, &(from..from + name.chars().count()));
        self.add(self.name(name), &place, false);
        let Some(call) = self.body.modules.get(name) else { return };
        let key = usize::from(call.for_each.is_some());
        let output = reference.path.get(1 + key);
        if let (Some(folder), Some(RefSegment::Field(output))) = (&call.module, output) {
            let symbol = Symbol::Output { scope: folder.to_string(), name: output.clone() };
            self.within(node, expr, reference, output, symbol);
        }
    }

    /// A name behind the first dot of a reference.
    fn within(&mut self, node: &Node, expr: &Expr, reference: &Reference, name: &str, symbol: Symbol) {
        let written: Vec<char> = expr.source.chars().skip(reference.at.start).take(reference.at.len()).collect();
        let wanted: Vec<char> = name.chars().collect();
        let plain = |c: Option<&char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && *c != '_');
        let found = (1..written.len()).find(|at| {
            written[*at..].starts_with(&wanted) && plain(written.get(at - 1)) && plain(written.get(at + wanted.len()))
        });
        // Of `values(network).map(n, n.id)` the name stands elsewhere.
        let Some(found) = found else { return };
        let from = expr.offset + reference.at.start + found;
        let place = node.place(&self.project.sources, &(from..from + wanted.len()));
        self.add(symbol, &place, false);
    }
}
