//! What has to be read before a plan can be made, and what need not be.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compare::{blank, same};
use super::decide::Attributes;
use super::defaults::wanted as wanted_in_full;
use super::prior::Prior;
use super::select::{Selection, select};
use super::{Mode, Options, Plan};
use crate::compile::{DataRequest, DesiredGraph, Import};
use crate::model::secret::holds_digest;
use crate::model::{Catalog, Change, Diagnostics, Field, KnownTags, ReadRequest, TagRule, TypeSchema, Value};
use crate::read::{Live, LiveSet, Sort, wanted};
use crate::state::{Object, State};

/// The resources to read: those of state, at their address after moves, and those to import. What is wrong with
/// moves or flags is left to [`super::plan()`] to tell.
///
/// Of each, what a plan can depend on: the properties that are declared, those that state has with another value than
/// absence means, everything that an expression reads, and all attributes of what no run has read yet. What is left is
/// [`carry_over`]'s. A refresh asks for everything, as it is about what AWS has.
pub fn reads_needed(
    graph: &DesiredGraph,
    catalog: &dyn Catalog,
    state: &State,
    options: &Options,
) -> BTreeMap<Sort, Vec<ReadRequest>> {
    let mut ignored = Diagnostics::default();
    let prior = Prior::new(graph, state, &mut ignored);
    let selection = select(graph, &prior, options);
    let nothing = Attributes::default();
    let declared = |address| -> Vec<String> {
        let evaluated = graph.resources.get(address).and_then(|_| graph.evaluate(address, &nothing).ok());
        evaluated.map(|evaluated| evaluated.properties.keys().cloned().collect()).unwrap_or_default()
    };
    let read = graph.attributes_read();
    let mut items: Vec<(Sort, ReadRequest)> = Vec::new();
    for (address, resource) in prior.resources.iter().filter(|(address, _)| selection.contains(address)) {
        let known = &resource.state.attributes;
        let mut properties = declared(address);
        match graph.resources.get(address).map(|desired| desired.schema) {
            Some(schema) if *schema.name == *resource.state.type_name => {
                let refresh = options.mode == Mode::RefreshOnly;
                let is_read = read.of(address);
                let fields = schema.fields.iter().filter(|field| {
                    refresh
                        || says_something(schema, field, known.get(field.name), resource.state.unread)
                        || is_read(field.name)
                });
                properties.extend(fields.map(|field| field.name.to_string()));
            }
            _ => properties.extend(in_state(known)),
        }
        let mut request = ReadRequest::new(resource.state.id.clone(), properties);
        // A refresh asks the service itself.
        let schema = catalog.schema(&resource.state.type_name);
        request.remembered = schema.filter(|schema| schema.in_state).map(|_| known.clone());
        let rule = schema.and_then(|schema| schema.tags).filter(|_| options.mode != Mode::RefreshOnly);
        request.known_tags = rule.and_then(|rule| known_tags(rule, known));
        items.push(((resource.state.place.clone(), resource.state.type_name.clone()), request));
    }
    for (_, objects) in prior.deposed.iter().filter(|(address, _)| selection.contains(address)) {
        let read = objects.iter().map(|object| {
            let properties = in_state(&object.state.attributes).collect();
            let sort = (object.state.place.clone(), object.state.type_name.clone());
            (sort, ReadRequest::new(object.state.id.clone(), properties))
        });
        items.extend(read);
    }
    // An import of what its address holds has no effect; of another object it is an error, if there is such an object.
    let holds = |import: &&Import| {
        prior.resources.get(&import.to).is_some_and(|held| import.id.as_ref() == Some(&held.state.id))
    };
    for import in graph.imports.iter().filter(|import| !holds(import)) {
        if let (Some(id), Some(desired)) = (&import.id, graph.resources.get(&import.to))
            && (selection == Selection::All || selection.contains(&import.to))
        {
            // State knows nothing of it.
            let all = desired.schema.fields.iter().map(|field| field.name.to_string());
            let sort = (desired.place.clone(), desired.schema.name.into());
            let mut request = ReadRequest::new(id.clone(), all.collect());
            // Of a generated value there is nothing but its id: the rest is as it is declared.
            if desired.schema.in_state {
                let evaluated = graph.evaluate(&import.to, &nothing).map(|it| it.properties).unwrap_or_default();
                let known = evaluated.into_iter().filter(|(_, value)| value.is_known()).collect();
                request.remembered = Some(Value::Map(wanted_in_full(desired.schema, &known, &[], None)));
            }
            items.push((sort, request));
        }
    }
    wanted(items)
}

/// Puts attributes that a read left out, since nobody asked for them, back from state.
///
/// Only attributes that AWS alone sets. A plan compares none of them, and those that an expression reads were asked
/// for, so that nothing is decided on a remembered value. It is here for the calls of the type itself (the ARN that is
/// tagged), and so that state does not forget. A secret is never put back, as state has only its digest.
pub fn carry_over(live: &mut LiveSet, state: &State, catalog: &dyn Catalog) {
    for Object { type_name, id, place, attributes: known } in state.objects() {
        let key = ((place.clone(), type_name.clone()), id.clone());
        let Some(Live::Found(seen)) = live.0.get_mut(&key) else { continue };
        let Some(schema) = catalog.schema(type_name) else { continue };
        let left_out = schema.fields.iter().filter_map(|field| {
            let kept = known.get(field.name).filter(|value| !value.is_null() && !holds_digest(value))?;
            let absent = seen.get(field.name).is_none_or(Value::is_null);
            (absent && may_be_left_out(schema, field)).then(|| (field.name.to_string(), kept.clone()))
        });
        let left_out: Vec<(String, Value)> = left_out.collect();
        if let (false, Value::Map(map)) = (left_out.is_empty(), Arc::make_mut(seen)) {
            map.extend(left_out);
        }
    }
}

/// Attributes that a plan does not compare. Tags are compared, and a status is what it is now.
fn may_be_left_out(schema: &TypeSchema, field: &Field) -> bool {
    let all_tags = schema.tags.is_some_and(|rule| rule.all == field.name);
    field.change == Change::Computed && !all_tags && !field.name.starts_with('_')
}

/// True when what state has of a field is a reason to ask AWS for it. An attribute that the first read has not shown is
/// not asked for again.
fn says_something(schema: &TypeSchema, field: &Field, known: Option<&Value>, unread: bool) -> bool {
    let known = known.unwrap_or(&Value::Null);
    if may_be_left_out(schema, field) {
        return (unread && known.is_null()) || holds_digest(known);
    }
    match field.default {
        Some(default) => !same(field, known, &default.into()),
        None => !blank(known),
    }
}

/// The resources of a state, without any configuration: for `state show` and `drift` of a stack that is gone.
pub fn reads_of_state(state: &State) -> BTreeMap<Sort, Vec<ReadRequest>> {
    wanted(state.objects().map(|Object { type_name, id, place, attributes }| {
        let mut request = ReadRequest::new(id.clone(), in_state(attributes).collect());
        request.remembered = Some(attributes.clone());
        ((place.clone(), type_name.clone()), request)
    }))
}

/// Data sources of `plan.reads` that can be read before apply after all, since what their arguments refer to does
/// not change. Read them, compile with the results and plan again: the new plan knows more and needs fewer steps.
pub fn readable(graph: &DesiredGraph, plan: &Plan) -> Vec<DataRequest> {
    let known = foreseen(plan);
    let requests = plan.reads.iter().filter_map(|read| {
        let arguments = graph.evaluate_data(&read.address, &known).ok()?;
        arguments.is_known().then(|| DataRequest {
            place: graph.place(&read.address),
            address: read.address.clone(),
            type_name: read.type_name.into(),
            arguments,
            of_secret: graph.asks_with_secret(&read.address),
            origin: read.origin.clone(),
        })
    });
    requests.collect()
}

/// Learns the ids of `plan.open_imports` that can be known before apply after all, since what they refer to does not change.
/// True when there are some: read what they name, and plan again.
///
/// # Errors
/// An id that cannot be computed.
pub fn importable(graph: &mut DesiredGraph, plan: &Plan) -> Result<bool, Diagnostics> {
    match plan.open_imports.is_empty() {
        true => Ok(false),
        false => graph.learn_import_ids(&foreseen(plan)),
    }
}

/// What the plan says that everything will be.
fn foreseen(plan: &Plan) -> Attributes {
    let known = plan.planned.iter().filter_map(|(path, attributes)| {
        let address = crate::model::Address::in_stack(&plan.stack, path).ok()?;
        Some((address, attributes.clone()))
    });
    Attributes(known.collect())
}

/// The tags that state remembers, of what has tags and an ARN.
fn known_tags(rule: TagRule, attributes: &Value) -> Option<KnownTags> {
    let text = |value: &Value| value.as_str().map(str::to_string);
    let arn = attributes.get(rule.index?).and_then(text)?;
    let tags = attributes.get(rule.all)?.as_map()?;
    // A tag that is kept as a digest cannot be compared.
    let tags = tags.iter().map(|(key, value)| Some((key.clone(), text(value)?))).collect::<Option<_>>()?;
    Some(KnownTags { arn, tags })
}

/// Attributes of state that say something; what was empty there is not asked for again.
fn in_state(attributes: &Value) -> impl Iterator<Item = String> {
    attributes.as_map().into_iter().flatten().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.clone())
}

#[cfg(test)]
#[path = "reads/tests.rs"]
mod tests;
