//! Which resources a plan is about: `--target` and `--exclude`.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::within;
use super::prior::Prior;
use super::{Mode, Options, Target};
use crate::compile::DesiredGraph;
use crate::model::Address;

/// The resources that a plan is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selection {
    All,
    Only(BTreeSet<Address>),
}

impl Selection {
    pub fn contains(&self, address: &Address) -> bool {
        match self {
            Selection::All => true,
            Selection::Only(addresses) => addresses.contains(address),
        }
    }

    /// The selection without `unread`, without what is made or changed on top of it, and without what is deleted from
    /// under it. A refresh changes nothing, and leaves out no more than these.
    pub fn without(
        &self,
        unread: &BTreeSet<Address>,
        graph: &DesiredGraph,
        prior: &Prior<'_>,
        mode: Mode,
    ) -> Selection {
        let declared = |address: &Address| graph.resources.contains_key(address);
        let links = Links::new(graph, prior);
        let left_out = match mode {
            Mode::RefreshOnly => unread.clone(),
            Mode::Destroy => spread(unread.clone(), &links.down, |_| true),
            Mode::Normal => {
                let on_top = spread(unread.clone(), &links.up, declared);
                spread(on_top, &links.down, |address| !declared(address))
            }
        };
        let all = graph.resources.keys().chain(prior.resources.keys()).chain(prior.deposed.keys());
        let rest = all.filter(|address| self.contains(address) && !left_out.contains(*address));
        Selection::Only(rest.cloned().collect())
    }
}

/// Who depends on whom, in configuration or state, in both directions.
struct Links {
    down: BTreeMap<Address, BTreeSet<Address>>,
    up: BTreeMap<Address, BTreeSet<Address>>,
}

/// Everything that a flag may name.
fn all<'a>(graph: &'a DesiredGraph, prior: &'a Prior<'_>) -> BTreeSet<&'a Address> {
    graph.resources.keys().chain(prior.resources.keys()).chain(prior.deposed.keys()).collect()
}

/// The flags that name nothing of this stack.
pub(super) fn unmatched(graph: &DesiredGraph, prior: &Prior<'_>, options: &Options) -> Vec<Target> {
    let all = all(graph, prior);
    let flags = options.targets.iter().chain(&options.excludes).chain(&options.replace);
    flags.filter(|flag| !all.iter().any(|address| within(&flag.0, address))).cloned().collect()
}

/// The selection. A flag that names nothing selects nothing: another stack of the command may have what it names.
pub(super) fn select(graph: &DesiredGraph, prior: &Prior<'_>, options: &Options) -> Selection {
    let all = all(graph, prior);
    if options.targets.is_empty() && options.excludes.is_empty() {
        return Selection::All;
    }
    let declared = |address: &Address| graph.resources.contains_key(address);
    let links = Links::new(graph, prior);
    let named = |flags: &[Target]| -> BTreeSet<Address> {
        all.iter().filter(|address| flags.iter().any(|flag| within(&flag.0, address))).map(|a| (*a).clone()).collect()
    };
    let everything = || all.iter().map(|address| (*address).clone()).collect();
    let mut chosen: BTreeSet<Address> = if options.targets.is_empty() { everything() } else { named(&options.targets) };
    let mut left_out = named(&options.excludes);
    if options.mode == Mode::Destroy {
        chosen = spread(chosen, &links.up, |_| true);
        left_out = spread(left_out, &links.down, |_| true);
    } else {
        // What is deleted takes along what is deleted with it; what stays keeps what it stands on.
        chosen = spread(chosen, &links.down, declared);
        let going = chosen.iter().filter(|address| !declared(address)).cloned().collect();
        chosen.extend(spread(going, &links.up, |address| !declared(address)));
        left_out = spread(left_out, &links.up, |_| true);
        left_out = spread(left_out, &links.down, |address| !declared(address));
    }
    Selection::Only(chosen.difference(&left_out).cloned().collect())
}

impl Links {
    fn new(graph: &DesiredGraph, prior: &Prior<'_>) -> Self {
        let mut links = Self { down: BTreeMap::new(), up: BTreeMap::new() };
        let held = prior.resources.iter().map(|(address, resource)| (address, &resource.dependencies));
        for (address, needs) in graph.dependencies.iter().chain(held) {
            for need in needs {
                links.down.entry(address.clone()).or_default().insert(need.clone());
                links.up.entry(need.clone()).or_default().insert(address.clone());
            }
        }
        links
    }
}

/// `start` and all that can be reached from it through addresses that `enter` admits.
fn spread(
    start: BTreeSet<Address>,
    links: &BTreeMap<Address, BTreeSet<Address>>,
    enter: impl Fn(&Address) -> bool,
) -> BTreeSet<Address> {
    let mut stack: Vec<Address> = start.iter().cloned().collect();
    let mut seen = start;
    while let Some(at) = stack.pop() {
        for next in links.get(&at).into_iter().flatten() {
            if enter(next) && seen.insert(next.clone()) {
                stack.push(next.clone());
            }
        }
    }
    seen
}
