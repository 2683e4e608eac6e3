//! Whether the keys of a value stand in the files: who asks for those alone learns nothing that is sensitive.

use super::sensitive::Marks;
use crate::compile::declarations::{Read, Target, Use, UsePart};
use crate::compile::ids::Item;
use crate::config::{Node, NodeKind};
use crate::expr::RefSegment;
use crate::model::Value;

impl Marks<'_> {
    /// Whether the keys, or the number, of what `one` reads stand in the files: a map or a list that is written as one,
    /// of which only values are sensitive. The length of a text and the keys of what an expression makes do not.
    pub(super) fn keys_are_written(&self, site: usize, one: &Use) -> bool {
        if one.part == UsePart::DependsOn {
            return true;
        }
        let definition = self.definition(site);
        match &one.target {
            Target::Input(index) => self.input_is_written(site, *index, one.path.get(2..).unwrap_or_default()),
            Target::Local(index) => self.local_is_written(site, *index, one.path.get(2..).unwrap_or_default()),
            Target::Output { call, output, .. } => {
                let Some(child) = self.sites.sites[site].children[*call] else { return false };
                let decl = self.definition(child).body.outputs.get_index(*output);
                let below = below(&one.path, decl.map(|(name, _)| name.as_ref()));
                decl.is_some_and(|(_, decl)| {
                    self.written(child, &decl.value, below, self.definition(child).uses(Item::Output(*output)))
                })
            }
            Target::Resource { index, read: Read::Attribute(name), .. } => {
                let decl = definition.body.resources.get_index(*index).map(|(_, decl)| decl);
                let property = decl.and_then(|decl| entry(decl.properties.as_ref()?, name));
                property.is_some_and(|node| self.written(site, node, below(&one.path, Some(name)), &[]))
            }
            // Which instances there are.
            Target::Resource { read: Read::Keys | Read::Whole, .. } | Target::Module { .. } => one.path.len() == 1,
            Target::Data { .. } => one.path.len() == 2,
            _ => false,
        }
    }

    fn input_is_written(&self, site: usize, index: usize, below: &[RefSegment]) -> bool {
        let Some((name, input)) = self.definition(site).inputs.get_index(index) else { return false };
        let passed = self.sites.sites[site].caller.and_then(|(caller, call)| {
            let calling = self.definition(caller);
            let (_, node) = calling.body.modules[call].inputs.get(name)?;
            Some((caller, node, calling.calls[call].inputs.get(index).map(Vec::as_slice).unwrap_or_default()))
        });
        match passed {
            Some((caller, node, uses)) => self.written(caller, node, below, uses),
            None => below.is_empty() && matches!(input.default, Some(Value::Map(_) | Value::List(_))),
        }
    }

    fn local_is_written(&self, site: usize, index: usize, below: &[RefSegment]) -> bool {
        let definition = self.definition(site);
        let decl = definition.body.locals.get_index(index);
        decl.is_some_and(|(_, decl)| self.written(site, &decl.value, below, definition.uses(Item::Local(index))))
    }

    /// Whether what is `below` a node is a map or a list of the files. `uses`: those of the node, of which an expression
    /// that passes an input on has one.
    fn written(&self, site: usize, node: &Node, below: &[RefSegment], uses: &[Use]) -> bool {
        match (&node.kind, below) {
            (NodeKind::Map(_) | NodeKind::List(_), []) => true,
            (NodeKind::Map(_), [RefSegment::Field(name), rest @ ..]) => {
                entry(node, name).is_some_and(|inner| self.written(site, inner, rest, &[]))
            }
            (NodeKind::List(items), [RefSegment::Index(index), rest @ ..]) => {
                let item = usize::try_from(*index).ok().and_then(|index| items.get(index));
                item.is_some_and(|inner| self.written(site, inner, rest, &[]))
            }
            (NodeKind::Template(template), _) if template.is_reference() => match uses {
                [Use { target: Target::Input(outer), path, .. }] => {
                    let mut deeper = path.get(2..).unwrap_or_default().to_vec();
                    deeper.extend_from_slice(below);
                    self.input_is_written(site, *outer, &deeper)
                }
                [Use { target: Target::Local(outer), path, .. }] => {
                    let mut deeper = path.get(2..).unwrap_or_default().to_vec();
                    deeper.extend_from_slice(below);
                    self.local_is_written(site, *outer, &deeper)
                }
                _ => false,
            },
            _ => false,
        }
    }
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.kind {
        NodeKind::Map(entries) => entries.iter().find(|(key, _)| key.name.as_ref() == name).map(|(_, value)| value),
        _ => None,
    }
}

/// What of a path comes behind the attribute or output that it names; there may be the key of an instance before it.
fn below<'p>(path: &'p [RefSegment], name: Option<&str>) -> &'p [RefSegment] {
    let named = |segment: &RefSegment| matches!(segment, RefSegment::Field(field) if Some(field.as_str()) == name);
    match path.iter().skip(1).position(named) {
        Some(position) => &path[position + 2..],
        None => &[],
    }
}
