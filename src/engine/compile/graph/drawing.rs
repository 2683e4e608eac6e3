//! What a picture of a stack shows: declarations and what they need, whether or not their instances are known.
//!
//! From the static graph, so that a `for_each` over something that nobody has read yet hides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::call_sites::{CallSites, Need};
use crate::compile::declarations::Target;
use crate::compile::ids::Item;
use crate::compile::instances::{Instances, Program};
use crate::compile::types::DesiredGraph;
use crate::model::StackId;

/// A resource as it is declared at one call path, with all of its instances.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// `network.private`
    pub path: String,
    pub type_name: &'static str,
    /// Declared with a `for_each`, its own or that of a module around it.
    pub keyed: bool,
    /// How many there are; none when a `for_each` or `when` is not known yet.
    pub instances: Option<usize>,
    pub needs: Needs,
}

/// What something needs, through inputs, outputs, modules and data sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// Paths of resources of the same stack.
    pub resources: BTreeSet<String>,
    /// Outputs of other stacks.
    pub outputs: BTreeSet<(StackId, Arc<str>)>,
}

/// The declarations of a stack, and what its outputs need, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    pub resources: Vec<Drawn>,
    pub outputs: BTreeMap<String, Needs>,
}

impl DesiredGraph {
    /// For a picture. Time grows with the number of declarations times that of what each needs.
    pub fn drawing(&self) -> Drawing {
        let program = &self.program;
        let Program { sites, definitions, .. } = program;
        if sites.sites.is_empty() {
            return Drawing::default();
        }
        let needs = sites.needs(definitions);
        let known = known_sites(program);
        let mut drawing = Drawing::default();
        for (site, at) in sites.sites.iter().enumerate() {
            let definition = &definitions[at.definition];
            for (index, (decl, info)) in definition.body.resources.values().zip(&definition.resources).enumerate() {
                let Some(schema) = info.schema else { continue };
                let node = sites.node(site, Item::Resource(index));
                drawing.resources.push(Drawn {
                    path: sites.written(site, &definition.name(Item::Resource(index))),
                    type_name: schema.name,
                    keyed: decl.for_each.is_some() || in_keyed(program, site),
                    instances: known[site].then(|| instances(program, site, index)).flatten(),
                    needs: reach(program, &needs, node),
                });
            }
        }
        let root = &definitions[sites.sites[0].definition];
        for (index, name) in root.body.outputs.keys().enumerate() {
            let node = sites.node(0, Item::Output(index));
            drawing.outputs.insert(name.to_string(), reach(program, &needs, node));
        }
        drawing
    }
}

/// By site: whether it is known how often it is there. Callers come before what they call.
fn known_sites(program: &Program) -> Vec<bool> {
    let mut known = Vec::with_capacity(program.sites.sites.len());
    for site in &program.sites.sites {
        known.push(site.caller.is_none_or(|(caller, call)| {
            let mut frames = program.frames.iter().filter(|frame| frame.site == caller);
            known[caller] && frames.all(|frame| !matches!(frame.calls[call], Instances::Missing(_)))
        }));
    }
    known
}

/// Whether one of the module calls around a site has a `for_each`.
fn in_keyed(program: &Program, site: usize) -> bool {
    let sites = &program.sites.sites;
    let calls = std::iter::successors(sites[site].caller, |(caller, _)| sites[*caller].caller);
    calls.into_iter().any(|(caller, call)| {
        let body = &program.definitions[sites[caller].definition].body;
        body.modules.get_index(call).is_some_and(|(_, decl)| decl.for_each.is_some())
    })
}

/// The instances of a resource in all frames of a site; none when some of them are not known.
fn instances(program: &Program, site: usize, index: usize) -> Option<usize> {
    let frames = program.frames.iter().filter(|frame| frame.site == site);
    frames
        .map(|frame| match &frame.resources[index] {
            Instances::Missing(_) => None,
            known => Some(known.ids().len()),
        })
        .sum()
}

/// What a node needs, with everything but resources seen through.
fn reach(program: &Program, needs: &[Vec<Need>], node: usize) -> Needs {
    let Program { sites, definitions, .. } = program;
    let mut out = Needs::default();
    let mut seen = BTreeSet::from([node]);
    let mut left = vec![node];
    while let Some(here) = left.pop() {
        out.outputs.extend(foreign(program, here));
        for need in &needs[here] {
            if !seen.insert(need.node) {
                continue;
            }
            match sites.item(need.node) {
                (site, Some(item @ Item::Resource(_))) => {
                    let definition = &definitions[sites.sites[site].definition];
                    out.resources.insert(sites.written(site, &definition.name(item)));
                }
                _ => left.push(need.node),
            }
        }
    }
    out
}

/// The outputs of other stacks that a node itself refers to.
fn foreign(program: &Program, node: usize) -> Vec<(StackId, Arc<str>)> {
    let CallSites { sites, .. } = &program.sites;
    let (site, item) = program.sites.item(node);
    let definition = |site: usize| &program.definitions[sites[site].definition];
    let uses = match (item, sites[site].caller) {
        // The caller's expression.
        (Some(Item::Input(index)), Some((caller, call))) => {
            definition(caller).calls[call].inputs.get(index).map_or(&[][..], Vec::as_slice)
        }
        (Some(item), _) => definition(site).uses(item),
        (None, _) => &[],
    };
    let outside = |target: &Target| match target {
        Target::Foreign { stack, output } => Some((stack.clone(), output.clone())),
        _ => None,
    };
    uses.iter().filter_map(|one| outside(&one.target)).collect()
}
