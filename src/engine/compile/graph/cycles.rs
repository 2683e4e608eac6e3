//! Cycles of the static graph, told with the whole path.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use super::call_sites::{CallSites, Need};
use crate::compile::declarations::{Definition, templates};
use crate::compile::ids::Item;
use crate::compile::sink::Sink;
use crate::model::{Code, Diagnostic, Origin, PropertyPath};

/// One diagnostic per knot of cycles: its shortest cycle through the declaration that stands first.
pub(in crate::compile) fn cycles(
    sites: &CallSites,
    definitions: &[Definition],
    needs: &[Vec<Need>],
    order: &[usize],
) -> Vec<Diagnostic> {
    if order.len() == needs.len() {
        return Vec::new();
    }
    let mut rest: BTreeSet<usize> = (0..needs.len()).collect();
    order.iter().for_each(|node| {
        rest.remove(node);
    });
    let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
    for node in &rest {
        graph.add_node(*node);
        for need in needs[*node].iter().filter(|need| rest.contains(&need.node)) {
            graph.add_edge(*node, need.node, ());
        }
    }
    let mut knots: Vec<BTreeSet<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .map(BTreeSet::from_iter)
        .filter(|knot: &BTreeSet<usize>| knot.len() > 1 || knot.iter().any(|node| graph.contains_edge(*node, *node)))
        .collect();
    knots.sort();
    let tell = |knot: &BTreeSet<usize>| tell(sites, definitions, needs, knot);
    knots.iter().filter_map(tell).collect()
}

fn tell(
    sites: &CallSites,
    definitions: &[Definition],
    needs: &[Vec<Need>],
    knot: &BTreeSet<usize>,
) -> Option<Diagnostic> {
    // A node that stands for a whole module is a poor place to begin to read.
    let begin = knot.iter().find(|node| sites.item(**node).1.is_some()).or_else(|| knot.first())?;
    let cycle = shortest(needs, knot, *begin);
    let label = |node: usize| sites.label(definitions, node);
    let mut names: Vec<String> = Vec::new();
    let mut notes = Vec::new();
    let mut origin = None;
    for need_of in cycle.windows(2) {
        let [from, to] = *need_of else { continue };
        let (from_name, to_name) = (label(from), label(to));
        if names.last() != Some(&from_name) {
            names.push(from_name.clone());
        }
        match needs[from].iter().find(|need| need.node == to).and_then(|need| need.place.clone()) {
            Some(place) => {
                notes.push(format!("`{from_name}` refers to `{to_name}` at {place}"));
                origin.get_or_insert(place);
            }
            None if from_name != to_name => notes.push(format!("`{from_name}` is part of `{to_name}`, or inside it")),
            None => {}
        }
    }
    names.push(label(*begin));
    let mut diagnostic =
        Diagnostic::error(Code::ReferenceCycle, format!("references go in a circle: {}", names.join(" -> ")));
    diagnostic.notes = notes;
    diagnostic.origin = origin.map(|place| Box::new(Origin::at(place)));
    let has = |wanted: fn(Item) -> bool| cycle.iter().any(|node| sites.item(*node).1.is_some_and(wanted));
    let local = has(|item| matches!(item, Item::Local(_))) && !has(|item| matches!(item, Item::Resource(_)));
    Some(diagnostic.help(match names.len() {
        2 if local => "a local cannot refer to itself: give one of the two another name",
        2 => "a declaration cannot refer to itself: its attributes are known once it exists",
        _ if local => "take one of these references out: each value needs the other first",
        _ => "take one of these references out: each resource needs the other to exist first",
    }))
}

/// The shortest way from `begin` back to itself, both ends included.
fn shortest(needs: &[Vec<Need>], knot: &BTreeSet<usize>, begin: usize) -> Vec<usize> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([begin]);
    while let Some(node) = queue.pop_front() {
        for need in needs[node].iter().filter(|need| knot.contains(&need.node)) {
            if need.node == begin {
                let mut path = vec![begin];
                let mut here = node;
                while here != begin {
                    path.push(here);
                    // Every node in the queue but `begin` was entered from somewhere.
                    here = came_from[&here];
                }
                path.push(begin);
                path.reverse();
                return path;
            }
            if let Entry::Vacant(entry) = came_from.entry(need.node) {
                entry.insert(node);
                queue.push_back(need.node);
            }
        }
    }
    vec![begin]
}

/// A local that is part of a circle, or needs one, has no value: to compute it would never end.
pub(in crate::compile) fn without_end(sites: &CallSites, definitions: &[Definition], order: &[usize], sink: &Sink) {
    if order.len() == sites.len() {
        return;
    }
    let fine: HashSet<usize> = order.iter().copied().collect();
    for node in (0..sites.len()).filter(|node| !fine.contains(node)) {
        let (site, Some(Item::Local(index))) = sites.item(node) else { continue };
        let local = definitions[sites.sites[site].definition].body.locals.get_index(index);
        let Some((_, local)) = local else { continue };
        templates(&local.value, None, &PropertyPath::default(), &mut |_, node, _| sink.mark_broken(&node.span));
    }
}
