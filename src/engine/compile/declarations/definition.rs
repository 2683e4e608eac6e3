//! A body analysed once, however often it is used: what each declaration refers to.

use std::sync::Arc;

use indexmap::IndexMap;

use super::placement;
use super::resolve::Resolver;
use super::target::Target;
use super::uses::{TyRef, Use, UsePart, collect, depends_on, expansion, narrow};
use crate::compile::ids::{DefinitionId, Item};
use crate::compile::sink::Sink;
use crate::config::{Body, CheckDecl, DataDecl, Expected, Input, ModuleCall, Node, ResourceDecl};
use crate::model::{Code, DataSchema, Diagnostic, Origin, Span, Ty, TypeSchema, nearest};

/// A body and its analysis. The vectors are parallel to the maps of `body`.
pub(in crate::compile) struct Definition {
    pub folder: Arc<str>,
    pub inputs: IndexMap<Arc<str>, Input>,
    /// The names of places that its callers give a meaning.
    pub expected: Expected,
    pub body: Body,
    pub resources: Vec<ResourceInfo>,
    pub data: Vec<DataInfo>,
    pub calls: Vec<CallInfo>,
    pub checks: Vec<CheckInfo>,
    pub locals: Vec<Vec<Use>>,
    pub outputs: Vec<Vec<Use>>,
    /// References of the ids of imports.
    pub imports: Vec<Use>,
    /// Resources, data sources and calls in the order of the files.
    pub order: Vec<Item>,
}

pub(in crate::compile) struct ResourceInfo {
    /// `None`: there is no such type, which was told.
    pub schema: Option<&'static TypeSchema>,
    pub uses: Vec<Use>,
    /// See [`narrow()`].
    pub narrow: Vec<Item>,
    /// Of expressions in `lifecycle`.
    pub lifecycle: Vec<Use>,
    /// `replace_triggered_by`
    pub triggers: Vec<Target>,
}

pub(in crate::compile) struct DataInfo {
    pub schema: Option<&'static DataSchema>,
    pub uses: Vec<Use>,
    /// See [`narrow()`].
    pub narrow: Vec<Item>,
}

pub(in crate::compile) struct CallInfo {
    /// `None`: there is no such module, which was told.
    pub definition: Option<DefinitionId>,
    /// References of `for_each`, `when` and `depends_on`.
    pub uses: Vec<Use>,
    /// By the position of the input in the called module.
    pub inputs: Vec<Vec<Use>>,
    /// See [`narrow()`].
    pub narrow: Vec<Item>,
}

/// A condition, and what it reads.
pub(in crate::compile) struct CheckInfo {
    /// The resource that it stands at; none for the stack or module, and for an input.
    pub owner: Option<usize>,
    pub decl: CheckDecl,
    pub uses: Vec<Use>,
    /// Those of the message, which is shown.
    pub message: Vec<Use>,
}

/// The definition and the inputs of a module, by its folder.
pub(in crate::compile) type Callee<'a> = dyn Fn(&str) -> Option<(DefinitionId, &'a IndexMap<Arc<str>, Input>)> + 'a;

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
        let plain = |node: &Node| {
            let mut uses = Vec::new();
            collect(resolver, node, false, None, &mut uses, sink);
            uses
        };
        let locals = body.locals.values().map(|local| plain(&local.value)).collect();
        let outputs = body.outputs.values().map(|output| plain(&output.value)).collect();
        let mut imports = Vec::new();
        body.imports.iter().for_each(|decl| collect(resolver, &decl.id, false, None, &mut imports, sink));
        order.sort();
        Self {
            folder,
            inputs: resolver.inputs.cloned().unwrap_or_default(),
            expected: resolver.module.map(|module| module.expected.clone()).unwrap_or_default(),
            body: body.clone(),
            resources,
            data,
            calls,
            checks: checks(resolver, sink),
            locals,
            outputs,
            imports,
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
            Item::Local(i) => format!("locals.{}", name(self.body.locals.get_index(i).map(|(name, _)| name))),
            Item::Output(i) => name(self.body.outputs.get_index(i).map(|(name, _)| name)),
        }
    }

    pub fn uses(&self, item: Item) -> &[Use] {
        match item {
            Item::Resource(i) => &self.resources[i].uses,
            Item::Data(i) => &self.data[i].uses,
            Item::Call(i) => &self.calls[i].uses,
            Item::Local(i) => &self.locals[i],
            Item::Output(i) => &self.outputs[i],
            // Inputs are computed in the scope of the caller, which holds their references.
            Item::Input(_) => &[],
        }
    }

    /// See [`narrow()`].
    pub fn narrow(&self, item: Item) -> &[Item] {
        match item {
            Item::Resource(i) => &self.resources[i].narrow,
            Item::Data(i) => &self.data[i].narrow,
            Item::Call(i) => &self.calls[i].narrow,
            Item::Input(_) | Item::Local(_) | Item::Output(_) => &[],
        }
    }
}

/// Those of the body, of its inputs and of its resources.
fn checks(resolver: &Resolver<'_>, sink: &Sink) -> Vec<CheckInfo> {
    let inputs = resolver.inputs.into_iter().flat_map(IndexMap::values);
    let bare = resolver.body.checks.iter().chain(inputs.flat_map(|input| &input.validation));
    let owned = resolver.body.resources.values().enumerate();
    let owned = owned.flat_map(|(index, decl)| decl.checks.iter().map(move |check| (Some((index, decl)), check)));
    let read = |(owner, decl): (Option<(usize, &ResourceDecl)>, &CheckDecl)| {
        let each = owner.is_some_and(|(_, owner)| owner.for_each.is_some());
        let (mut uses, mut message) = (Vec::new(), Vec::new());
        collect(resolver, &decl.assert, each, None, &mut uses, sink);
        collect(resolver, &decl.message, each, None, &mut message, sink);
        CheckInfo { owner: owner.map(|(index, _)| index), decl: decl.clone(), uses, message }
    };
    bare.map(|check| (None, check)).chain(owned).map(read).collect()
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
        } else if resolver.world.catalog.is_unimplemented(type_name) {
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
    placement::uses(resolver, &decl.place, each, &mut uses, sink);
    if let Some(node) = &decl.properties {
        let ty = schema.map(|schema| TyRef::Block(&schema.fields));
        collect(resolver, node, each, ty, &mut uses, sink);
    }
    let mut triggers = Vec::new();
    for trigger in &decl.lifecycle.replace_triggered_by {
        match resolver.trigger(&trigger.value, each) {
            Ok(target) => triggers.push(target),
            Err(fault) if fault.told => {}
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
        uses.push(Use {
            target: target.clone(),
            keys_only: true,
            as_key: false,
            path: Vec::new(),
            within: decl.span.clone(),
            place: decl.span.clone(),
            part: UsePart::DependsOn,
        });
    }
    if let Some(schema) = schema {
        ignore_changes(schema, decl, sink);
    }
    let mut lifecycle = Vec::new();
    for node in [&decl.lifecycle.prevent_destroy, &decl.lifecycle.create_before_destroy].into_iter().flatten() {
        collect(resolver, node, each, None, &mut lifecycle, sink);
    }
    ResourceInfo { schema, narrow: narrow(uses.iter()), uses, lifecycle, triggers }
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
        let fields = match &field.ty {
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
    placement::uses(resolver, &decl.place, decl.for_each.is_some(), &mut uses, sink);
    if let Some(node) = &decl.properties {
        let ty = schema.map(|schema| TyRef::Block(&schema.fields));
        collect(resolver, node, decl.for_each.is_some(), ty, &mut uses, sink);
    }
    DataInfo { schema, narrow: narrow(uses.iter()), uses }
}

fn call(resolver: &Resolver<'_>, decl: &ModuleCall, callee: &Callee<'_>, sink: &Sink) -> CallInfo {
    let mut uses = expansion(resolver, decl.for_each.as_ref().map(|each| &each.0), decl.when.as_ref(), sink);
    depends_on(resolver, &decl.depends_on, &mut uses, sink);
    let each = decl.for_each.is_some();
    placement::uses(resolver, &decl.place, each, &mut uses, sink);
    placement::call(resolver, decl, sink);
    let called = decl.module.as_deref().and_then(callee);
    let Some((definition, declared)) = called else {
        for (_, node) in decl.inputs.values() {
            collect(resolver, node, each, None, &mut Vec::new(), sink);
        }
        return CallInfo { definition: None, uses, inputs: Vec::new(), narrow: Vec::new() };
    };
    let mut inputs = vec![Vec::new(); declared.len()];
    // A slip in the name of an input that is needed is one mistake.
    let mut meant = Vec::new();
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
                    meant.push(near.to_string());
                }
                sink.push_static(fault);
            }
        }
    }
    for (name, input) in declared {
        if input.default.is_none() && !decl.inputs.contains_key(name) && !meant.contains(&name.to_string()) {
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
