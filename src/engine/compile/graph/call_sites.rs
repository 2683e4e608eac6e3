//! The static graph: every declaration at every call path, before `for_each`.
//!
//! A *site* is a definition at one call path, without keys. The graph has a node for each declaration of each site
//! (modules are seen through: inputs and outputs are nodes of their own, so a reference into a module needs
//! only what that output needs). Its order is the order in which everything can be computed, and its cycles are
//! the cycles that are told.

use crate::compile::declarations::{Definition, Target};
use crate::compile::ids::{DefinitionId, Item};
use crate::model::{Span, topological};

/// A definition at one call path.
pub(in crate::compile) struct Site {
    pub definition: DefinitionId,
    /// The calling site and the position of the call.
    pub caller: Option<(usize, usize)>,
    /// `network.subnets`; empty for the stack.
    pub path: String,
    /// Per call of the definition.
    pub children: Vec<Option<usize>>,
    base: usize,
    /// Where data, calls, inputs, locals and outputs begin, and the end (which stands for everything inside).
    starts: [usize; 6],
}

/// All sites and their nodes.
#[derive(Default)]
pub(in crate::compile) struct CallSites {
    pub sites: Vec<Site>,
    nodes: usize,
}

/// An edge: what is needed, and the place that says so.
#[derive(Clone)]
pub(in crate::compile) struct Need {
    pub node: usize,
    /// `None` for what follows from being inside a module.
    pub place: Option<Span>,
}

impl CallSites {
    /// Follows every module call. `definitions` must not call themselves, which loading makes sure of.
    pub fn new(definitions: &[Definition], root: DefinitionId) -> Self {
        let mut all = Self::default();
        all.add(definitions, root, None, String::new());
        let mut next = 0;
        while next < all.sites.len() {
            let definition = &definitions[all.sites[next].definition];
            for (call, info) in definition.calls.iter().enumerate() {
                // A module that contains itself was told when it was loaded.
                let Some(called) = info.definition.filter(|called| !all.within(next, *called)) else { continue };
                let path = all.written(next, &definition.name(Item::Call(call)));
                let child = all.add(definitions, called, Some((next, call)), path);
                all.sites[next].children[call] = Some(child);
            }
            next += 1;
        }
        all
    }

    /// Whether a site is inside of a definition, or is one of it.
    fn within(&self, site: usize, definition: DefinitionId) -> bool {
        let mut here = Some(site);
        while let Some(site) = here {
            if self.sites[site].definition == definition {
                return true;
            }
            here = self.sites[site].caller.map(|(caller, _)| caller);
        }
        false
    }

    fn add(
        &mut self,
        definitions: &[Definition],
        definition: DefinitionId,
        caller: Option<(usize, usize)>,
        path: String,
    ) -> usize {
        let body = &definitions[definition];
        let resources = body.resources.len();
        let data = resources + body.data.len();
        let calls = data + body.calls.len();
        let inputs = calls + body.inputs.len();
        let locals = inputs + body.locals.len();
        let outputs = locals + body.outputs.len();
        self.sites.push(Site {
            definition,
            caller,
            path,
            children: vec![None; body.calls.len()],
            base: self.nodes,
            starts: [resources, data, calls, inputs, locals, outputs],
        });
        self.nodes += outputs + 1;
        self.sites.len() - 1
    }

    pub fn len(&self) -> usize {
        self.nodes
    }

    /// The node of a declaration.
    pub fn node(&self, site: usize, item: Item) -> usize {
        let site = &self.sites[site];
        let [resources, data, calls, inputs, locals, _] = site.starts;
        site.base
            + match item {
                Item::Resource(index) => index,
                Item::Data(index) => resources + index,
                Item::Call(index) => data + index,
                Item::Input(index) => calls + index,
                Item::Local(index) => inputs + index,
                Item::Output(index) => locals + index,
            }
    }

    /// The node that stands for everything inside a site.
    fn inside(&self, site: usize) -> usize {
        self.sites[site].base + self.sites[site].starts[5]
    }

    /// How many outputs a site has.
    pub fn outputs(&self, site: usize) -> usize {
        self.sites[site].starts[5] - self.sites[site].starts[4]
    }

    /// The site and declaration of a node; `None` for one that stands for everything inside.
    pub fn item(&self, node: usize) -> (usize, Option<Item>) {
        // CallSites lie one after the other, so the last that begins at or before the node holds it.
        let site = self.sites.partition_point(|site| site.base <= node) - 1;
        let index = node - self.sites[site].base;
        let [resources, data, calls, inputs, locals, outputs] = self.sites[site].starts;
        let item = match index {
            _ if index < resources => Item::Resource(index),
            _ if index < data => Item::Data(index - resources),
            _ if index < calls => Item::Call(index - data),
            _ if index < inputs => Item::Input(index - calls),
            _ if index < locals => Item::Local(index - inputs),
            _ if index < outputs => Item::Output(index - locals),
            _ => return (site, None),
        };
        (site, Some(item))
    }

    /// A name at a site: `network.private`.
    pub fn written(&self, site: usize, name: &str) -> String {
        match self.sites[site].path.as_str() {
            "" => name.to_string(),
            path => format!("{path}.{name}"),
        }
    }

    /// The name of a node, for messages.
    pub fn label(&self, definitions: &[Definition], node: usize) -> String {
        match self.item(node) {
            (site, Some(item)) => self.written(site, &definitions[self.sites[site].definition].name(item)),
            (site, None) => self.sites[site].path.clone(),
        }
    }

    /// What each node needs.
    pub fn needs(&self, definitions: &[Definition]) -> Vec<Vec<Need>> {
        let mut out: Vec<Vec<Need>> = vec![Vec::new(); self.nodes];
        for (index, site) in self.sites.iter().enumerate() {
            let definition = &definitions[site.definition];
            let call = site.caller.map(|(caller, call)| self.node(caller, Item::Call(call)));
            let implied = |node: usize| Need { node, place: None };
            let local = (0..definition.resources.len()).map(Item::Resource);
            let local = local.chain((0..definition.data.len()).map(Item::Data));
            let local = local.chain((0..definition.calls.len()).map(Item::Call));
            for item in local {
                let node = self.node(index, item);
                out[node].extend(call.map(implied));
                out[self.inside(index)].push(implied(node));
            }
            let named = (0..definition.locals.len()).map(Item::Local);
            let named = named.chain((0..definition.outputs.len()).map(Item::Output));
            for item in named.clone() {
                out[self.node(index, item)].extend(call.map(implied));
            }
            for child in site.children.iter().flatten() {
                out[self.inside(index)].push(implied(self.inside(*child)));
            }
            for item in definition.order.iter().copied().chain(named) {
                let node = self.node(index, item);
                for one in definition.uses(item) {
                    self.targets(definition, index, &one.target, &mut |target| {
                        out[node].push(Need { node: target, place: Some(one.place.clone()) });
                    });
                }
            }
            for (position, info) in definition.calls.iter().enumerate() {
                let Some(child) = site.children[position] else { continue };
                for (input, uses) in info.inputs.iter().enumerate() {
                    let node = self.node(child, Item::Input(input));
                    for one in uses {
                        match one.target {
                            // The call's own `each`.
                            Target::Each => out[node].push(Need {
                                node: self.node(index, Item::Call(position)),
                                place: Some(one.place.clone()),
                            }),
                            _ => self.targets(definition, index, &one.target, &mut |target| {
                                out[node].push(Need { node: target, place: Some(one.place.clone()) });
                            }),
                        }
                    }
                }
            }
        }
        out
    }

    fn targets(&self, definition: &Definition, site: usize, target: &Target, add: &mut dyn FnMut(usize)) {
        let child = |call: usize| self.sites[site].children[call];
        match target {
            Target::Each | Target::Secret | Target::Foreign { .. } => {}
            Target::Resource { index, .. } => add(self.node(site, Item::Resource(*index))),
            Target::Data { index, .. } => add(self.node(site, Item::Data(*index))),
            Target::Input(index) => add(self.node(site, Item::Input(*index))),
            Target::Local(index) => add(self.node(site, Item::Local(*index))),
            Target::Keys { call } => add(self.node(site, Item::Call(*call))),
            Target::Inside { call } => {
                add(self.node(site, Item::Call(*call)));
                if let Some(child) = child(*call) {
                    add(self.inside(child));
                }
            }
            Target::Module { call, .. } => {
                add(self.node(site, Item::Call(*call)));
                if let Some(child) = child(*call) {
                    (0..self.outputs(child)).for_each(|output| add(self.node(child, Item::Output(output))));
                }
            }
            Target::Output { call, output, .. } => {
                debug_assert!(*call < definition.calls.len());
                if let Some(child) = child(*call) {
                    add(self.node(child, Item::Output(*output)));
                }
            }
        }
    }

    /// The nodes so that each comes after what it needs, the lowest first among equals. Nodes in cycles, and
    /// those that need one, are not in it.
    pub fn order(needs: &[Vec<Need>]) -> Vec<usize> {
        let edges =
            needs.iter().enumerate().flat_map(|(node, needed)| needed.iter().map(move |need| (need.node, node)));
        topological(needs.len(), edges)
    }
}
