//! What a declaration refers to, reference by reference, and where each stands.

use std::sync::Arc;

use super::resolve::Resolver;
use super::target::{Key, Target};
use crate::compile::ids::Item;
use crate::compile::sink::Sink;
use crate::config::{Node, NodeKind, Spanned};
use crate::expr::{Part, RefSegment, Reference, Template};
use crate::model::{Diagnostic, Field, Origin, PropertyPath, Span, Ty};

/// One reference of a declaration.
#[derive(Clone, Debug)]
pub(in crate::compile) struct Use {
    pub target: Target,
    /// Only the keys, or how many there are.
    pub keys_only: bool,
    /// Its value becomes a key of a map.
    pub as_key: bool,
    /// The path that is read; of `keys_only` alone it matters how deep it leads.
    pub path: Vec<RefSegment>,
    /// The value that the reference is in.
    pub within: Span,
    pub place: Span,
    pub part: UsePart,
}

/// Where in a declaration a reference stands.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::compile) enum UsePart {
    /// `for_each`
    Each,
    /// `when`
    When,
    /// `region` or `account`
    Place,
    DependsOn,
    /// A property; of an output or an input the empty path.
    Value(PropertyPath),
}

/// What a declaration reads only as `private[each.key]`: its expressions need one instance, and a scope need not
/// make the map of all (with `for_each` on both sides that would be the square).
pub(in crate::compile) fn narrow<'u>(uses: impl Iterator<Item = &'u Use> + Clone) -> Vec<Item> {
    let read = uses.filter_map(|one| match (&one.part, &one.target) {
        (UsePart::Each | UsePart::DependsOn, _) => None,
        (_, Target::Resource { index, key, .. }) => Some((Item::Resource(*index), key)),
        (_, Target::Data { index, key, .. }) => Some((Item::Data(*index), key)),
        (_, Target::Module { call, key } | Target::Output { call, key, .. }) => Some((Item::Call(*call), key)),
        (_, Target::Keys { call } | Target::Inside { call }) => Some((Item::Call(*call), &Key::All)),
        (_, Target::Each | Target::Input(_) | Target::Local(_) | Target::Secret | Target::Foreign { .. }) => None,
    });
    let (one, all): (Vec<_>, Vec<_>) = read.partition(|(_, key)| **key == Key::Each);
    let mut out: Vec<Item> = one.into_iter().map(|(item, _)| item).collect();
    out.retain(|item| !all.iter().any(|(other, _)| other == item));
    out.sort_unstable();
    out.dedup();
    out
}

pub(in crate::compile) fn expansion(
    resolver: &Resolver<'_>,
    for_each: Option<&Node>,
    when: Option<&Node>,
    sink: &Sink,
) -> Vec<Use> {
    let mut uses = Vec::new();
    if let Some(node) = for_each {
        collect(resolver, node, false, None, &mut uses, sink);
        uses.iter_mut().for_each(|one| one.part = UsePart::Each);
    }
    if let Some(node) = when {
        let begin = uses.len();
        collect(resolver, node, for_each.is_some(), None, &mut uses, sink);
        uses[begin..].iter_mut().for_each(|one| one.part = UsePart::When);
    }
    uses
}

pub(in crate::compile) fn depends_on(
    resolver: &Resolver<'_>,
    names: &[Spanned<Arc<str>>],
    uses: &mut Vec<Use>,
    sink: &Sink,
) {
    for name in names {
        match resolver.dependency(&name.value) {
            Ok(target) => uses.push(Use {
                target,
                keys_only: true,
                as_key: false,
                path: Vec::new(),
                within: name.span.clone(),
                place: name.span.clone(),
                part: UsePart::DependsOn,
            }),
            Err(fault) if fault.told => {}
            Err(fault) => {
                let mut diagnostic = Diagnostic::error(fault.code, format!("`depends_on`: {}", fault.message))
                    .at(Origin::at(name.span.clone()));
                diagnostic.help = fault.help;
                sink.push_static(diagnostic);
            }
        }
    }
}

/// Resolves every reference in a node.
pub(in crate::compile) fn collect(
    resolver: &Resolver<'_>,
    node: &Node,
    each: bool,
    ty: Option<TyRef<'_>>,
    uses: &mut Vec<Use>,
    sink: &Sink,
) {
    templates(node, ty, &PropertyPath::default(), &mut |template, node, path| {
        for part in &template.parts {
            let Part::Expr(expr) = part else { continue };
            for reference in expr.references.iter() {
                let at = expr.offset + reference.at.start..expr.offset + reference.at.end;
                match resolver.reference(expr, reference, each) {
                    Ok(targets) => uses.extend(targets.into_iter().map(|target| Use {
                        target,
                        keys_only: reference.keys_only,
                        as_key: reference.as_key,
                        path: reference.path.clone(),
                        within: node.span.clone(),
                        place: node.quick_place(&at),
                        part: UsePart::Value(path.clone()),
                    })),
                    Err(fault) if fault.told => sink.mark_broken(&node.span),
                    Err(fault) => {
                        sink.mark_broken(&node.span);
                        let place = node.place(&resolver.world.project.sources, &at);
                        let mut diagnostic = Diagnostic::error(fault.code, fault.message).at(Origin::at(place));
                        diagnostic.help = match script_variable(template, reference) {
                            Some(name) => Some(format!("if it is for the shell, write `$${{{name}}}`")),
                            None => fault.help,
                        };
                        sink.push_static(diagnostic);
                    }
                }
            }
        }
    });
}

/// The name, when it stands alone in a script: most of what is `${name}` there is for the shell.
fn script_variable<'r>(template: &Template, reference: &'r Reference) -> Option<&'r str> {
    match reference.path.as_slice() {
        [RefSegment::Field(name)] if template.source.starts_with("#!") => Some(name),
        _ => None,
    }
}

/// What a node is written for: the body of a type, or a part of it.
#[derive(Clone, Copy)]
pub(in crate::compile) enum TyRef<'a> {
    Block(&'a [Field]),
    Other(&'a Ty),
}

impl<'a> TyRef<'a> {
    fn of(ty: &'a Ty) -> Self {
        ty.object().map_or(Self::Other(ty), Self::Block)
    }

    fn element(self, index: usize) -> Option<Self> {
        match self {
            Self::Block(_) => None,
            Self::Other(ty) => ty.element(index).map(Self::of),
        }
    }

    fn entry(self, key: &str) -> Option<Self> {
        match self {
            Self::Block(fields) => fields.iter().find(|field| field.name == key).map(|field| Self::of(&field.ty)),
            Self::Other(ty) => ty.entry(key).map(Self::of),
        }
    }
}

/// Calls `visit` for every template in a node, with the property path of the value that it gives.
///
/// A list of one map where the type wants one block is that block, so its index is not in the path.
pub(in crate::compile) fn templates<'n>(
    node: &'n Node,
    ty: Option<TyRef<'_>>,
    path: &PropertyPath,
    visit: &mut dyn FnMut(&'n Arc<Template>, &'n Node, &PropertyPath),
) {
    match &node.kind {
        NodeKind::Template(template) => visit(template, node, path),
        NodeKind::List(items) => match (ty, items.as_slice()) {
            (Some(TyRef::Block(_)), [only]) => templates(only, ty, path, visit),
            _ => {
                for (index, item) in items.iter().enumerate() {
                    let inner = ty.and_then(|ty| ty.element(index));
                    templates(item, inner, &path.index(index), visit);
                }
            }
        },
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                let inner = ty.and_then(|ty| ty.entry(&key.name));
                templates(value, inner, &path.key(key.name.clone()), visit);
            }
        }
        NodeKind::Null | NodeKind::Scalar(_) | NodeKind::String(_) => {}
    }
}
