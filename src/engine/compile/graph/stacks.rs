//! Stacks among each other: which refers to which, and the order that follows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::compile::declarations::templates;
use crate::config::{Body, Node, Project};
use crate::expr::{Part, RefSegment};
use crate::model::{Code, Diagnostic, Diagnostics, Origin, PropertyPath, Span, StackId, topological};

/// The stage's stacks so that each comes after those whose outputs it uses: `bootstrap` first where that is
/// possible, the rest by name.
///
/// # Errors
/// Stacks that need each other, with the whole path.
pub fn stack_order(project: &Project) -> Result<Vec<Arc<str>>, Diagnostics> {
    let stage = &project.stage;
    let mut needs: BTreeMap<&Arc<str>, BTreeMap<&Arc<str>, Span>> = BTreeMap::new();
    for name in stage.stacks.keys() {
        let mut needed = BTreeMap::new();
        for (stack, span) in references(project, name) {
            // A stack that does not exist is told where it is compiled.
            if let Some((other, _)) = stage.stacks.get_key_value(&stack.stack).filter(|_| stack.stage == stage.name)
                && other != name
            {
                needed.entry(other).or_insert(span);
            }
        }
        needs.insert(name, needed);
    }
    let mut names: Vec<&Arc<str>> = needs.keys().copied().collect();
    names.sort_by_key(|name| (name.as_ref() != "bootstrap", *name));
    let index: BTreeMap<&Arc<str>, usize> = names.iter().enumerate().map(|(index, name)| (*name, index)).collect();
    let index = &index;
    let edges = needs.iter().flat_map(|(name, needed)| needed.keys().map(move |one| (index[one], index[name])));
    let order: Vec<Arc<str>> =
        topological(names.len(), edges).into_iter().map(|index| Arc::clone(names[index])).collect();
    match order.len() == names.len() {
        true => Ok(order),
        false => Err(cycle(&needs, &order).into()),
    }
}

/// A cycle among the stacks that are not in `order`.
fn cycle(needs: &BTreeMap<&Arc<str>, BTreeMap<&Arc<str>, Span>>, order: &[Arc<str>]) -> Diagnostic {
    let mut path: Vec<&Arc<str>> = Vec::new();
    let mut here = needs.keys().copied().find(|name| !order.contains(name));
    // Every stack that is left needs another that is left, so following them comes back to one on the path.
    while let Some(name) = here.filter(|name| !path.contains(name)) {
        path.push(name);
        here = needs[name].keys().copied().find(|needed| !order.contains(needed));
    }
    let begin = path.iter().position(|name| Some(*name) == here).unwrap_or(0);
    let mut path = path.split_off(begin);
    path.extend(path.first().copied());
    let names: Vec<&str> = path.iter().map(|name| name.as_ref()).collect();
    let mut fault = Diagnostic::error(Code::ReferenceCycle, format!("stacks need each other: {}", names.join(" -> ")));
    for pair in path.windows(2) {
        let [from, to] = *pair else { continue };
        if let Some(span) = needs[from].get(to) {
            if fault.origin.is_none() {
                fault = fault.at(Origin::at(span.clone()));
            }
            fault = fault.note(format!("`{from}` uses an output of `{to}` at {span}"));
        }
    }
    fault
}

/// The stacks, of this stage and of others, whose outputs a stack uses.
pub fn references_to_stacks(project: &Project, stack: &str) -> BTreeSet<StackId> {
    references(project, stack).into_iter().map(|(id, _)| id).collect()
}

fn references(project: &Project, stack: &str) -> Vec<(StackId, Span)> {
    let mut out = Vec::new();
    bodies(project, stack, &mut |body| nodes(body, &mut |node| find(node, &project.stage.name, &mut out)));
    out
}

/// Every node of a body that may hold expressions.
fn nodes<'b>(body: &'b Body, visit: &mut dyn FnMut(&'b Node)) {
    for decl in body.resources.values() {
        let nodes = [decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), decl.properties.as_ref()];
        nodes.into_iter().flatten().chain(decl.place.nodes()).for_each(&mut *visit);
        let lifecycle = [&decl.lifecycle.prevent_destroy, &decl.lifecycle.create_before_destroy];
        lifecycle.into_iter().flatten().for_each(&mut *visit);
        decl.checks.iter().for_each(|check| [&check.assert, &check.message].into_iter().for_each(&mut *visit));
    }
    body.checks.iter().for_each(|check| [&check.assert, &check.message].into_iter().for_each(&mut *visit));
    for decl in body.data.values() {
        let nodes = [decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), decl.properties.as_ref()];
        nodes.into_iter().flatten().chain(decl.place.nodes()).for_each(&mut *visit);
    }
    for call in body.modules.values() {
        let nodes = [call.for_each.as_ref().map(|each| &each.0), call.when.as_ref()];
        let nodes = nodes.into_iter().flatten().chain(call.place.nodes());
        nodes.chain(call.inputs.values().map(|(_, node)| node)).for_each(&mut *visit);
    }
    body.tags.iter().map(|(_, node)| node).for_each(&mut *visit);
    body.locals.values().map(|local| &local.value).for_each(&mut *visit);
    body.outputs.values().map(|output| &output.value).for_each(&mut *visit);
    body.imports.iter().map(|import| &import.id).for_each(&mut *visit);
}

/// The values of the stage that a stack reads, by name; none when it reads all, as far as can be told.
pub(in crate::compile) fn values_read(project: &Project, stack: &str) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut all = false;
    let mut look = |node: &Node| {
        templates(node, None, &PropertyPath::default(), &mut |template, _, _| {
            for (reference, _) in template.references() {
                match reference.path.as_slice() {
                    [RefSegment::Field(stage), ..] if stage != "stage" => {}
                    [_, RefSegment::Field(values), RefSegment::Field(name), ..] if values == "values" => {
                        names.insert(name.clone());
                    }
                    [_, RefSegment::Field(other), ..] if other != "values" => {}
                    _ => all = true,
                }
            }
        });
    };
    // Every resource has the tags of the stage.
    project.stage.tags.iter().for_each(&mut look);
    bodies(project, stack, &mut |body| nodes(body, &mut look));
    (!all).then_some(names)
}

/// The body of a stack, and those of the modules that it reaches.
fn bodies<'p>(project: &'p Project, stack: &str, visit: &mut dyn FnMut(&'p Body)) {
    let Some(stack) = project.stage.stacks.get(stack) else { return };
    let mut seen: BTreeSet<&Arc<str>> = BTreeSet::new();
    let mut left = vec![&stack.body];
    while let Some(body) = left.pop() {
        visit(body);
        for folder in body.modules.values().filter_map(|call| call.module.as_ref()) {
            if let Some(module) = project.modules.get(folder).filter(|_| seen.insert(folder)) {
                left.push(&module.body);
            }
        }
    }
}

fn find(node: &Node, own_stage: &Arc<str>, out: &mut Vec<(StackId, Span)>) {
    templates(node, None, &PropertyPath::default(), &mut |template, node, _| {
        for part in &template.parts {
            let Part::Expr(expr) = part else { continue };
            for reference in expr.references.iter() {
                let names: Vec<&str> = reference
                    .path
                    .iter()
                    .map_while(|segment| match segment {
                        RefSegment::Field(name) => Some(name.as_str()),
                        _ => None,
                    })
                    .collect();
                let id = match names.as_slice() {
                    ["stack", "name", ..] => continue,
                    ["stack", stack, ..] => StackId::new(own_stage.clone(), *stack),
                    ["stages", stage, stack, ..] => StackId::new(*stage, *stack),
                    _ => continue,
                };
                let at = expr.offset + reference.at.start..expr.offset + reference.at.end;
                out.push((id, node.quick_place(&at)));
            }
        }
    });
}
