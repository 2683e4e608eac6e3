//! Where the value of an expression came from, for who reads that something is wrong with it: an expression names locals and
//! values that were set from outside, and the mistake may be there.

use crate::compile::declarations::templates;
use crate::compile::ids::FrameId;
use crate::compile::instances::Program;
use crate::config::{Node, NodeKind};
use crate::expr::{RefSegment, Template};
use crate::model::{PropertyPath, Span};

/// A sentence for each local that an expression names, and for each value that was set from outside, in the order written.
pub(in crate::compile) fn of_template(program: &Program, frame: FrameId, template: &Template) -> Vec<String> {
    let locals = &program.definition(frame).body.locals;
    let mut out: Vec<String> = Vec::new();
    for (reference, _) in template.references() {
        let names: Vec<&str> = reference.path.iter().map_while(name).collect();
        let sentence = match names.as_slice() {
            ["locals", name, ..] => {
                locals.get(*name).map(|local| format!("`locals.{name}` is declared at {}", local.span))
            }
            ["stage", "values", name, ..] => {
                program.given.get(*name).map(|given| format!("`stage.values.{name}` is set by {}", given.by))
            }
            _ => None,
        };
        out.extend(sentence.filter(|sentence| !out.contains(sentence)));
    }
    out
}

fn name(segment: &RefSegment) -> Option<&str> {
    match segment {
        RefSegment::Field(name) => Some(name),
        RefSegment::Index(_) | RefSegment::Any => None,
    }
}

/// The same of everything in a node.
pub(in crate::compile) fn of_node(program: &Program, frame: FrameId, node: &Node) -> Vec<String> {
    let mut out = Vec::new();
    templates(node, None, &PropertyPath::default(), &mut |template, _, _| {
        out.extend(of_template(program, frame, template));
    });
    out.dedup();
    out
}

/// The expression at a place below a node.
pub(in crate::compile) fn template_at<'n>(node: &'n Node, place: &Span) -> Option<&'n Template> {
    match &node.kind {
        NodeKind::Template(template) if node.span == *place => Some(template),
        NodeKind::List(items) => items.iter().find_map(|item| template_at(item, place)),
        NodeKind::Map(entries) => entries.iter().find_map(|(_, inner)| template_at(inner, place)),
        _ => None,
    }
}
