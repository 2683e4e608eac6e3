//! Where the value of an expression came from, for who reads that something is wrong with it: an expression names locals, and
//! the mistake may stand in one of them.

use crate::compile::declarations::templates;
use crate::compile::ids::FrameId;
use crate::compile::instances::Program;
use crate::config::{Node, NodeKind};
use crate::expr::{RefSegment, Template};
use crate::model::{PropertyPath, Span};

/// A sentence for each local that an expression names, in the order written.
pub(in crate::compile) fn of_template(program: &Program, frame: FrameId, template: &Template) -> Vec<String> {
    let locals = &program.definition(frame).body.locals;
    let mut out: Vec<String> = Vec::new();
    for (reference, _) in template.references() {
        let [RefSegment::Field(root), RefSegment::Field(name), ..] = reference.path.as_slice() else { continue };
        if root != "locals" {
            continue;
        }
        let sentence = locals.get(name.as_str()).map(|local| format!("`locals.{name}` is declared at {}", local.span));
        out.extend(sentence.filter(|sentence| !out.contains(sentence)));
    }
    out
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
