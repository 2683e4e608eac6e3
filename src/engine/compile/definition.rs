//! A body analysed once, however often it is used: what each declaration refers to.

use std::sync::Arc;

use indexmap::IndexMap;

use super::program::{DefinitionId, Item};
use super::resolve::{Key, Resolver, Target};
use super::sink::Sink;
use crate::config::{Body, DataDecl, Input, ModuleCall, Node, NodeKind, ResourceDecl, Spanned};
use crate::expr::{Part, Template};
use crate::model::{Code, DataSchema, Diagnostic, Origin, PropertyPath, Span, Ty, TypeSchema, nearest};

/// One reference of a declaration.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub target: Target,
    /// Only the keys, or how many there are.
    pub keys_only: bool,
    pub place: Span,
    pub part: UsePart,
}

/// Where in a declaration a reference stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum UsePart {
    /// `for_each`
    Each,
    /// `when`
    When,
    DependsOn,
    /// A property; of an output or an input the empty path.
    Value(PropertyPath),
}

/// A body and its analysis. The vectors are parallel to the maps of `body`.
pub(super) struct Definition {
    pub folder: Arc<str>,
    pub inputs: IndexMap<Arc<str>, Input>,
    pub body: Body,
    pub resources: Vec<ResourceInfo>,
    pub data: Vec<DataInfo>,
    pub calls: Vec<CallInfo>,
    pub outputs: Vec<Vec<Use>>,
    /// Resources, data sources and calls in the order of the files.
    pub order: Vec<Item>,
}

pub(super) struct ResourceInfo {
    /// `None`: there is no such type, which was told.
    pub schema: Option<&'static TypeSchema>,
    pub uses: Vec<Use>,
    /// See [`narrow`].
    pub narrow: Vec<Item>,
    /// `replace_triggered_by`
    pub triggers: Vec<Target>,
}

pub(super) struct DataInfo {
    pub schema: Option<&'static DataSchema>,
    pub uses: Vec<Use>,
    /// See [`narrow`].
    pub narrow: Vec<Item>,
}

pub(super) struct CallInfo {
    /// `None`: there is no such module, which was told.
    pub definition: Option<DefinitionId>,
    /// References of `for_each`, `when` and `depends_on`.
    pub uses: Vec<Use>,
    /// By the position of the input in the called module.
    pub inputs: Vec<Vec<Use>>,
    /// See [`narrow`].
    pub narrow: Vec<Item>,
}

/// What a declaration reads only as `private[each.key]`: its expressions need one instance, and a scope need not
/// make the map of all (with `for_each` on both sides that would be the square).
fn narrow<'u>(uses: impl Iterator<Item = &'u Use> + Clone) -> Vec<Item> {
    let read = uses.filter_map(|one| match (&one.part, &one.target) {
        (UsePart::Each | UsePart::DependsOn, _) => None,
        (_, Target::Resource { index, key, .. }) => Some((Item::Resource(*index), key)),
        (_, Target::Data { index, key, .. }) => Some((Item::Data(*index), key)),
        (_, Target::Module { call, key } | Target::Output { call, key, .. }) => Some((Item::Call(*call), key)),
        (_, Target::Keys { call } | Target::Inside { call }) => Some((Item::Call(*call), &Key::All)),
        (_, Target::Each | Target::Input(_) | Target::Foreign { .. }) => None,
    });
    let (one, all): (Vec<_>, Vec<_>) = read.partition(|(_, key)| **key == Key::Each);
    let mut out: Vec<Item> = one.into_iter().map(|(item, _)| item).collect();
    out.retain(|item| !all.iter().any(|(other, _)| other == item));
    out.sort_unstable();
    out.dedup();
    out
}

/// The definition and the inputs of a module, by its folder.
pub(super) type Callee<'a> = dyn Fn(&str) -> Option<(DefinitionId, &'a IndexMap<Arc<str>, Input>)> + 'a;

impl Definition {
    /// Analyses a body. `callee` gives the definition of a module by its folder.
    pub fn new(resolver: &Resolver<'_>, folder: Arc<str>, callee: &Callee<'_>, sink: &Sink) -> Self {
        let body = resolver.body;
        let mut order: Vec<(Span, Item)> = Vec::new();
        let resources = body.resources.values().enumerate().map(|(index, decl)| {
            order.push((decl.span.clone(), Item::Resource(index)));
            resource(resolver, decl, sink)
        });
        let resources: Vec<_> = resources.collect();
        let data = body.data.values().enumerate().map(|(index, decl)| {
            order.push((decl.span.clone(), Item::Data(index)));
            data(resolver, decl, sink)
        });
        let data: Vec<_> = data.collect();
        let calls = body.modules.values().enumerate().map(|(index, decl)| {
            order.push((decl.span.clone(), Item::Call(index)));
            call(resolver, decl, callee, sink)
        });
        let calls: Vec<_> = calls.collect();
        let outputs = body.outputs.values().map(|output| {
            let mut uses = Vec::new();
            collect(resolver, &output.value, false, None, &mut uses, sink);
            uses
        });
        let outputs = outputs.collect();
        order.sort();
        Self {
            folder,
            inputs: resolver.inputs.cloned().unwrap_or_default(),
            body: body.clone(),
            resources,
            data,
            calls,
            outputs,
            order: order.into_iter().map(|(_, item)| item).collect(),
        }
    }

    /// The name of a declaration as an expression writes it.
    pub fn name(&self, item: Item) -> String {
        let name = |entry: Option<&Arc<str>>| entry.map(|name| name.to_string()).unwrap_or_default();
        match item {
            Item::Resource(i) => name(self.body.resources.get_index(i).map(|(name, _)| name)),
            Item::Data(i) => format!("data.{}", name(self.body.data.get_index(i).map(|(name, _)| name))),
            Item::Call(i) => name(self.body.modules.get_index(i).map(|(name, _)| name)),
            Item::Input(i) => format!("inputs.{}", name(self.inputs.get_index(i).map(|(name, _)| name))),
            Item::Output(i) => name(self.body.outputs.get_index(i).map(|(name, _)| name)),
        }
    }

    pub fn uses(&self, item: Item) -> &[Use] {
        match item {
            Item::Resource(i) => &self.resources[i].uses,
            Item::Data(i) => &self.data[i].uses,
            Item::Call(i) => &self.calls[i].uses,
            Item::Output(i) => &self.outputs[i],
            // Inputs are computed in the scope of the caller, which holds their references.
            Item::Input(_) => &[],
        }
    }

    /// See [`narrow`].
    pub fn narrow(&self, item: Item) -> &[Item] {
        match item {
            Item::Resource(i) => &self.resources[i].narrow,
            Item::Data(i) => &self.data[i].narrow,
            Item::Call(i) => &self.calls[i].narrow,
            Item::Input(_) | Item::Output(_) => &[],
        }
    }
}

fn resource(resolver: &Resolver<'_>, decl: &ResourceDecl, sink: &Sink) -> ResourceInfo {
    let type_name = &decl.type_name.value;
    let schema = resolver.world.catalog.schema(type_name);
    if schema.is_none() {
        let types = resolver.world.catalog.types();
        let mut fault = Diagnostic::error(Code::UnknownType, format!("there is no resource type `{type_name}`"))
            .at(Origin::at(decl.type_name.span.clone()));
        let near = nearest(type_name, types.iter().map(|schema| schema.name));
        if resolver.world.catalog.data_schema(type_name).is_some() {
            fault = fault.help(format!("`{type_name}` is read, not managed: declare it under `data`"));
        } else if resolver.world.catalog.not_yet().contains(&&**type_name) {
            fault.message = format!("the resource type `{type_name}` is not supported yet");
            fault = fault.help("`wildfire explain` lists the types that there are");
        } else {
            fault = fault.help(match near {
                Some(name) => format!("did you mean `{name}`?"),
                None => "`wildfire explain` lists the types; they have the names of Terraform's AWS provider".into(),
            });
        }
        sink.push_static(fault);
    }
    let each = decl.for_each.is_some();
    let mut uses = expansion(resolver, decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), sink);
    depends_on(resolver, &decl.depends_on, &mut uses, sink);
    if let Some(node) = &decl.properties {
        let ty = schema.map(|schema| Ty::Object(schema.fields));
        collect(resolver, node, each, ty, &mut uses, sink);
    }
    let mut triggers = Vec::new();
    for trigger in &decl.lifecycle.replace_triggered_by {
        match resolver.trigger(&trigger.value, each) {
            Ok(target) => triggers.push(target),
            Err(fault) => {
                let mut diagnostic =
                    Diagnostic::error(fault.code, format!("`replace_triggered_by`: {}", fault.message))
                        .at(Origin::at(trigger.span.clone()));
                diagnostic.help = fault.help;
                sink.push_static(diagnostic);
            }
        }
    }
    for target in &triggers {
        uses.push(Use { target: target.clone(), keys_only: true, place: decl.span.clone(), part: UsePart::DependsOn });
    }
    if let Some(schema) = schema {
        ignore_changes(schema, decl, sink);
    }
    ResourceInfo { schema, narrow: narrow(uses.iter()), uses, triggers }
}

fn ignore_changes(schema: &TypeSchema, decl: &ResourceDecl, sink: &Sink) {
    for name in &decl.lifecycle.ignore_changes {
        let property = names_property(schema, &name.value);
        if property || name.value.as_ref() == "all" {
            continue;
        }
        let names = schema.fields.iter().filter(|field| field.is_property()).map(|field| field.name);
        let mut fault = Diagnostic::error(
            Code::UnknownProperty,
            format!("`ignore_changes`: `{}` has no property `{}`", schema.name, name.value),
        )
        .at(Origin::at(name.span.clone()));
        fault.help = match nearest(&name.value, names) {
            _ if schema.field(&name.value).is_some() => Some("AWS sets it, so it is never a change".into()),
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if name.value.contains(['.', '[']) => {
                Some("name a property, a field of a block (`scaling_config.desired_size`), or `all`".into())
            }
            None => None,
        };
        sink.push_static(fault);
    }
}

/// True for a property, for a field of a block that is written as a map, and for a key of a map.
fn names_property(schema: &TypeSchema, path: &str) -> bool {
    let (first, mut rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let Some(mut field) = schema.field(first).filter(|field| field.is_property()) else { return false };
    while let Some(inner) = rest {
        let fields = match field.ty {
            Ty::Object(fields) => fields,
            Ty::Map(_) => return true,
            _ => return false,
        };
        let (name, next) = inner.split_once('.').map_or((inner, None), |(name, next)| (name, Some(next)));
        let Some(found) = fields.iter().find(|field| field.name == name && field.is_property()) else { return false };
        (field, rest) = (found, next);
    }
    true
}

fn data(resolver: &Resolver<'_>, decl: &DataDecl, sink: &Sink) -> DataInfo {
    let type_name = &decl.type_name.value;
    let schema = resolver.world.catalog.data_schema(type_name);
    if schema.is_none() {
        let types = resolver.world.catalog.data_types();
        let mut fault = Diagnostic::error(Code::UnknownType, format!("there is no data source type `{type_name}`"))
            .at(Origin::at(decl.type_name.span.clone()));
        fault = fault.help(match nearest(type_name, types.iter().map(|schema| schema.name)) {
            Some(name) => format!("did you mean `{name}`?"),
            None if resolver.world.catalog.schema(type_name).is_some() => {
                format!("`{type_name}` is managed, not read: declare it under `resources`")
            }
            None => "`wildfire explain` lists the types".into(),
        });
        sink.push_static(fault);
    }
    let mut uses = expansion(resolver, decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), sink);
    depends_on(resolver, &decl.depends_on, &mut uses, sink);
    if let Some(node) = &decl.properties {
        let ty = schema.map(|schema| Ty::Object(schema.fields));
        collect(resolver, node, decl.for_each.is_some(), ty, &mut uses, sink);
    }
    DataInfo { schema, narrow: narrow(uses.iter()), uses }
}

fn call(resolver: &Resolver<'_>, decl: &ModuleCall, callee: &Callee<'_>, sink: &Sink) -> CallInfo {
    let mut uses = expansion(resolver, decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), sink);
    depends_on(resolver, &decl.depends_on, &mut uses, sink);
    let each = decl.for_each.is_some();
    let called = decl.module.as_deref().and_then(callee);
    let Some((definition, declared)) = called else {
        for (_, node) in decl.inputs.values() {
            collect(resolver, node, each, None, &mut Vec::new(), sink);
        }
        return CallInfo { definition: None, uses, inputs: Vec::new(), narrow: Vec::new() };
    };
    let mut inputs = vec![Vec::new(); declared.len()];
    for (name, (span, node)) in &decl.inputs {
        let mut input_uses = Vec::new();
        collect(resolver, node, each, None, &mut input_uses, sink);
        match declared.get_index_of(name) {
            Some(index) => inputs[index] = input_uses,
            None => {
                let mut fault = Diagnostic::error(
                    Code::UnknownInput,
                    format!("module `{}` has no input `{name}`", decl.source.value),
                )
                .at(Origin::at(span.clone()));
                if let Some(near) = nearest(name, declared.keys().map(AsRef::as_ref)) {
                    fault = fault.help(format!("did you mean `{near}`?"));
                }
                sink.push_static(fault);
            }
        }
    }
    for (name, input) in declared {
        if input.default.is_none() && !decl.inputs.contains_key(name) {
            let mut fault = Diagnostic::error(
                Code::MissingInput,
                format!("module `{}` needs the input `{name}`", decl.source.value),
            )
            .at(Origin::at(decl.span.clone()));
            fault.notes.extend(input.description.as_ref().map(|text| format!("`{name}`: {text}")));
            sink.push_static(fault.note(format!("it is declared at {}", input.span)));
        }
    }
    let narrow = narrow(uses.iter().chain(inputs.iter().flatten()));
    CallInfo { definition: Some(definition), uses, inputs, narrow }
}

fn expansion(resolver: &Resolver<'_>, for_each: Option<&Node>, when: Option<&Node>, sink: &Sink) -> Vec<Use> {
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

fn depends_on(resolver: &Resolver<'_>, names: &[Spanned<Arc<str>>], uses: &mut Vec<Use>, sink: &Sink) {
    for name in names {
        match resolver.dependency(&name.value) {
            Ok(target) => {
                uses.push(Use { target, keys_only: true, place: name.span.clone(), part: UsePart::DependsOn })
            }
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
fn collect(resolver: &Resolver<'_>, node: &Node, each: bool, ty: Option<Ty>, uses: &mut Vec<Use>, sink: &Sink) {
    templates(node, ty, &PropertyPath::default(), &mut |template, node, path| {
        for part in &template.parts {
            let Part::Expr(expr) = part else { continue };
            for reference in expr.references.iter() {
                let at = expr.offset + reference.at.start..expr.offset + reference.at.end;
                match resolver.reference(expr, reference, each) {
                    Ok(targets) => uses.extend(targets.into_iter().map(|target| Use {
                        target,
                        keys_only: reference.keys_only,
                        place: node.quick_place(&at),
                        part: UsePart::Value(path.clone()),
                    })),
                    Err(fault) => {
                        sink.mark_broken(&node.span);
                        let place = node.place(&resolver.world.project.sources, &at);
                        let mut diagnostic = Diagnostic::error(fault.code, fault.message).at(Origin::at(place));
                        diagnostic.help = fault.help;
                        sink.push_static(diagnostic);
                    }
                }
            }
        }
    });
}

/// Calls `visit` for every template in a node, with the property path of the value that it gives.
///
/// A list of one map where the type wants one block is that block, so its index is not in the path.
pub(super) fn templates<'n>(
    node: &'n Node,
    ty: Option<Ty>,
    path: &PropertyPath,
    visit: &mut dyn FnMut(&'n Arc<Template>, &'n Node, &PropertyPath),
) {
    match &node.kind {
        NodeKind::Template(template) => visit(template, node, path),
        NodeKind::List(items) => match (ty, items.as_slice()) {
            (Some(Ty::Object(_)), [only]) => templates(only, ty, path, visit),
            _ => {
                let inner = match ty {
                    Some(Ty::List(inner)) => Some(*inner),
                    _ => None,
                };
                for (index, item) in items.iter().enumerate() {
                    templates(item, inner, &path.index(index), visit);
                }
            }
        },
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                let inner = match ty {
                    Some(Ty::Object(fields)) => {
                        fields.iter().find(|field| field.name == key.name.as_ref()).map(|field| field.ty)
                    }
                    Some(Ty::Map(inner)) => Some(*inner),
                    _ => None,
                };
                templates(value, inner, &path.key(key.name.clone()), visit);
            }
        }
        NodeKind::Null | NodeKind::Bool(_) | NodeKind::Int(_) | NodeKind::Float(_) | NodeKind::String(_) => {}
    }
}
