//! What has to be read before a plan can be made.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decide::Attributes;
use super::prior::Prior;
use super::select::{Selection, select};
use super::{Options, Plan};
use crate::compile::{DataRequest, DesiredGraph};
use crate::model::{Diagnostics, PhysicalId, ReadRequest, TypeSchema, Value};
use crate::read::wanted;
use crate::state::State;

/// The resources to read: those of state, at their address after moves, and those to import. What is wrong with
/// moves or flags is left to [`super::plan()`] to tell.
pub fn reads_needed(graph: &DesiredGraph, state: &State, options: &Options) -> BTreeMap<Arc<str>, Vec<ReadRequest>> {
    let mut ignored = Diagnostics::default();
    let prior = Prior::new(graph, state, &mut ignored);
    let selection = select(graph, &prior, options, &mut ignored);
    let nothing = Attributes::default();
    let declared = |address| -> Vec<String> {
        let evaluated = graph.resources.get(address).and_then(|_| graph.evaluate(address, &nothing).ok());
        evaluated.map(|evaluated| evaluated.properties.keys().cloned().collect()).unwrap_or_default()
    };
    let mut items: Vec<(Arc<str>, PhysicalId, Vec<String>)> = Vec::new();
    for (address, resource) in prior.resources.iter().filter(|(address, _)| selection.contains(address)) {
        let mut properties = declared(address);
        properties.extend(in_state(&resource.state.attributes));
        items.push((resource.state.type_name.clone(), resource.state.id.clone(), properties));
    }
    for (_, objects) in prior.deposed.iter().filter(|(address, _)| selection.contains(address)) {
        let read = objects.iter().map(|object| {
            (object.state.type_name.clone(), object.state.id.clone(), in_state(&object.state.attributes).collect())
        });
        items.extend(read);
    }
    for import in graph.imports.iter().filter(|import| !prior.resources.contains_key(&import.to)) {
        if let (Some(id), Some(desired)) = (&import.id, graph.resources.get(&import.to))
            && (selection == Selection::All || selection.contains(&import.to))
        {
            items.push((desired.schema.name.into(), id.clone(), settable(desired.schema, declared(&import.to))));
        }
    }
    wanted(items)
}

/// The resources of a state, without any configuration: for `state show` and `drift` of a stack that is gone.
pub fn reads_of_state(state: &State) -> BTreeMap<Arc<str>, Vec<ReadRequest>> {
    let resources = state.resources.values().map(|resource| (&resource.type_name, &resource.id, &resource.attributes));
    let deposed = state.deposed.values().flatten().map(|object| (&object.type_name, &object.id, &object.attributes));
    wanted(
        resources.chain(deposed).map(|(type_name, id, attributes)| {
            (type_name.clone(), id.clone(), in_state(attributes).collect::<Vec<_>>())
        }),
    )
}

/// Data sources of `plan.reads` that can be read before apply after all, since what their arguments refer to does
/// not change. Read them, compile with the results and plan again: the new plan knows more and needs fewer steps.
pub fn readable(graph: &DesiredGraph, plan: &Plan) -> Vec<DataRequest> {
    let known = plan.planned.iter().filter_map(|(path, attributes)| {
        let address = crate::model::Address::in_stack(&plan.stack, path).ok()?;
        Some((address, Arc::new(attributes.clone())))
    });
    let known = Attributes(known.collect());
    let requests = plan.reads.iter().filter_map(|read| {
        let arguments = graph.evaluate_data(&read.address, &known).ok()?;
        arguments.is_known().then(|| DataRequest {
            address: read.address.clone(),
            type_name: read.type_name.into(),
            arguments,
            origin: read.origin.clone(),
        })
    });
    requests.collect()
}

/// Attributes of state that say something; what was empty there is not asked for again.
fn in_state(attributes: &Value) -> impl Iterator<Item = String> {
    attributes.as_map().into_iter().flatten().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.clone())
}

/// Of an imported resource everything is read, since state knows nothing of it.
fn settable(schema: &TypeSchema, mut declared: Vec<String>) -> Vec<String> {
    declared.extend(schema.fields.iter().filter(|field| field.is_property()).map(|field| field.name.to_string()));
    declared
}
