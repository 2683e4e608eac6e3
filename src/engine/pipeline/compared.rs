//! What differs between two stages, as far as their files tell: nothing outside is read.
//!
//! Owns: which stacks, resources and outputs belong together, and what is another of them. Leaves out: how it is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::compile::{self, DesiredGraph, Evaluated, Known};
use crate::config::{Input, Project};
use crate::model::{Address, Catalog, Diagnostics, Field, Map, Origin, Placement, PropertyPath, SecretPaths, Value};
use crate::plan::PropertyChange;

/// Which of the two stages has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Only {
    First,
    Second,
}

/// What two stages do not have in common.
#[derive(Debug, Default)]
pub struct Differences {
    /// Of `stage.yaml`.
    pub settings: Vec<PropertyChange>,
    pub stacks: Vec<StackDifferences>,
    /// Resources that are the same in both.
    pub same: usize,
}

/// A stack of both, or of one of them.
#[derive(Debug)]
pub struct StackDifferences {
    pub stack: Arc<str>,
    pub only: Option<Only>,
    /// Resources that differ, and those of one stage alone; in the order of the files.
    pub resources: Vec<ResourceDifference>,
    pub outputs: Vec<PropertyChange>,
}

/// A resource that is not the same in both stages.
#[derive(Debug)]
pub struct ResourceDifference {
    pub path: String,
    pub type_name: &'static str,
    /// Where it is in the first stage and in the second, when that differs.
    pub places: Option<(Placement, Placement)>,
    pub only: Option<Only>,
    /// Of a resource of both.
    pub changes: Vec<PropertyChange>,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
            && self
                .stacks
                .iter()
                .all(|stack| stack.only.is_none() && stack.resources.is_empty() && stack.outputs.is_empty())
    }
}

/// A stage and those of its stacks that are looked at.
pub struct Side<'a> {
    pub project: &'a Project,
    pub stacks: &'a [Arc<str>],
}

/// Compares two stages. Pure, and linear in the number of their resources.
///
/// # Errors
/// Everything that is wrong with the files.
pub fn compare(first: &Side<'_>, second: &Side<'_>, catalog: &dyn Catalog) -> Result<Differences, Diagnostics> {
    let settings = [of_stage(first.project, catalog)?, of_stage(second.project, catalog)?];
    let names: BTreeSet<&Arc<str>> = first.stacks.iter().chain(second.stacks).collect();
    let mut out = Differences { settings: of_settings(&settings), ..Differences::default() };
    for name in names {
        let graph = |side: &Side<'_>| match side.stacks.contains(name) {
            true => compiled(side.project, name, catalog).map(Some),
            false => Ok(None),
        };
        let (stack, same) = of_stack(name, graph(first)?, graph(second)?)?;
        out.same += same;
        out.stacks.push(stack);
    }
    Ok(out)
}

fn compiled(project: &Project, stack: &str, catalog: &dyn Catalog) -> Result<DesiredGraph, Diagnostics> {
    let compiled = compile::compile_offline(project, stack, catalog);
    if compiled.diagnostics.has_errors() { Err(compiled.diagnostics) } else { Ok(compiled.graph) }
}

/// Nothing is known of any resource.
struct Nothing;

impl Known for Nothing {
    fn attributes(&self, _: &Address) -> Option<Arc<Value>> {
        None
    }
}

/// What a stage says about itself, and which of its values are sensitive.
struct Settings<'a> {
    stage: Value,
    declared: &'a IndexMap<Arc<str>, Input>,
}

impl Settings<'_> {
    /// The names of its values.
    fn names(&self) -> impl Iterator<Item = &String> {
        self.stage.get("values").and_then(Value::as_map).into_iter().flat_map(Map::keys)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.stage.get("values")?.get(name)
    }

    fn hides(&self, name: &str) -> bool {
        self.declared.get(name).is_some_and(|input| input.sensitive)
    }
}

fn of_stage<'a>(project: &'a Project, catalog: &dyn Catalog) -> Result<Settings<'a>, Diagnostics> {
    Ok(Settings { stage: compile::stage_values(project, catalog)?, declared: &project.value_types })
}

/// A value is a difference of its own: one that is sensitive hides nothing of the others.
fn of_settings([first, second]: &[Settings<'_>; 2]) -> Vec<PropertyChange> {
    let mut out = Vec::new();
    let mut compare = |path: PropertyPath, before: Option<&Value>, after: Option<&Value>, sensitive: bool| {
        let [before, after] = [before, after].map(|value| value.cloned().unwrap_or_default());
        if before != after {
            out.push(difference(path, before, after, None, sensitive));
        }
    };
    for key in ["account_id", "region", "regions", "accounts", "state", "tags"] {
        compare(key.into(), first.stage.get(key), second.stage.get(key), false);
    }
    let names: BTreeSet<&String> = [first, second].into_iter().flat_map(Settings::names).collect();
    for name in names {
        let path = PropertyPath::from("values").key(name.as_str());
        let sensitive = first.hides(name) || second.hides(name);
        compare(path, first.value(name), second.value(name), sensitive);
    }
    out
}

fn difference(
    path: PropertyPath,
    before: Value,
    after: Value,
    origin: Option<Origin>,
    sensitive: bool,
) -> PropertyChange {
    PropertyChange { path, before, after, origin, forces_replacement: false, sensitive, call: None, drifted: false }
}

/// What differs in a stack, and how many resources do not.
fn of_stack(
    name: &Arc<str>,
    first: Option<DesiredGraph>,
    second: Option<DesiredGraph>,
) -> Result<(StackDifferences, usize), Diagnostics> {
    let only = match (&first, &second) {
        (Some(_), Some(_)) => None,
        (Some(_), None) => Some(Only::First),
        (None, _) => Some(Only::Second),
    };
    let mut stack = StackDifferences { stack: name.clone(), only, resources: Vec::new(), outputs: Vec::new() };
    let mut same = 0;
    if let (Some(first), Some(second)) = (&first, &second) {
        for (address, desired) in &first.resources {
            let other = at(second, address.path());
            let found = match &other {
                Some(other) if second.resources[other].schema.name == desired.schema.name => {
                    of_resource((first, address), (second, other))?
                }
                _ => Some(alone(first, address, Only::First)),
            };
            same += usize::from(found.is_none());
            stack.resources.extend(found);
        }
        for (address, desired) in &second.resources {
            let other = at(first, address.path());
            if other.is_none_or(|other| first.resources[&other].schema.name != desired.schema.name) {
                stack.resources.push(alone(second, address, Only::Second));
            }
        }
        stack.outputs = of_outputs(first, second)?;
    } else if let Some(graph) = first.or(second) {
        let only = only.unwrap_or(Only::First);
        stack.resources = graph.resources.keys().map(|address| alone(&graph, address, only)).collect();
    }
    Ok((stack, same))
}

/// The address of the same path in another stage.
fn at(graph: &DesiredGraph, path: &str) -> Option<Address> {
    let address = Address::in_stack(&graph.stack, path).ok()?;
    graph.resources.contains_key(&address).then_some(address)
}

fn alone(graph: &DesiredGraph, address: &Address, only: Only) -> ResourceDifference {
    let desired = &graph.resources[address];
    ResourceDifference {
        path: address.path().to_string(),
        type_name: desired.schema.name,
        places: None,
        only: Some(only),
        changes: Vec::new(),
    }
}

fn of_resource(
    (first, address): (&DesiredGraph, &Address),
    (second, other): (&DesiredGraph, &Address),
) -> Result<Option<ResourceDifference>, Diagnostics> {
    let schema = first.resources[address].schema;
    let (before, after) = (first.evaluate(address, &Nothing)?, second.evaluate(other, &Nothing)?);
    let places = (first.place(address), second.place(other));
    let names: Vec<&String> = before
        .properties
        .keys()
        .chain(after.properties.keys().filter(|name| !before.properties.contains_key(*name)))
        .collect();
    let side = |side: &Evaluated, name: &str| side.properties.get(name).cloned().unwrap_or_default();
    let secret = |field: Option<&Field>, name: &str| {
        let path = PropertyPath::from(name);
        let hidden = |side: &Evaluated| {
            let secrets = SecretPaths::new(&side.sensitive);
            secrets.covers(&path) || side.sensitive.iter().any(|inner| inner.first() == Some(name))
        };
        field.is_some_and(holds_secret) || hidden(&before) || hidden(&after)
    };
    let changes: Vec<PropertyChange> = names
        .into_iter()
        // The tags of the stage are told once, with its settings.
        .filter(|name| {
            schema.tags.is_none_or(|rule| rule.all != name.as_str()) && side(&before, name) != side(&after, name)
        })
        .map(|name| {
            let path = PropertyPath::from(name.as_str());
            let origin = after.origins.get(&path).or_else(|| before.origins.get(&path)).cloned();
            difference(path, side(&before, name), side(&after, name), origin, secret(schema.field(name), name))
        })
        .collect();
    let places = (places.0 != places.1).then_some(places);
    let found =
        ResourceDifference { path: address.path().to_string(), type_name: schema.name, places, only: None, changes };
    Ok((found.places.is_some() || !found.changes.is_empty()).then_some(found))
}

/// True for a field that is sensitive, or has a sensitive part.
fn holds_secret(field: &Field) -> bool {
    field.sensitive || field.block().is_some_and(|inner| inner.iter().any(holds_secret))
}

fn of_outputs(first: &DesiredGraph, second: &DesiredGraph) -> Result<Vec<PropertyChange>, Diagnostics> {
    let (before, after) = (first.outputs(&Nothing)?, second.outputs(&Nothing)?);
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differ = names.filter_map(|name| {
        let (old, new) = (before.get(name), after.get(name));
        let value = |side: Option<&compile::Output>| side.map(|output| output.value.clone()).unwrap_or_default();
        let origin = new.or(old).map(|output| output.origin.clone());
        let sensitive = [old, new].into_iter().flatten().any(|output| output.sensitive);
        (value(old) != value(new) || old.is_some() != new.is_some())
            .then(|| difference(name.as_str().into(), value(old), value(new), origin, sensitive))
    });
    Ok(differ.collect())
}
