//! Orders and circles of random graphs.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{graph, run};
use crate::model::Code;

/// Resources `r0…`, each referring to some others; those listed in `spread` have a `for_each`.
fn yaml(references: &[Vec<usize>], spread: &[bool]) -> String {
    let mut out = String::from("resources:\n");
    for (index, needed) in references.iter().enumerate() {
        out.push_str(&format!("  r{index}:\n    type: aws_db_instance\n"));
        if spread[index] {
            out.push_str("    for_each: [a, b]\n");
        }
        let ids = needed.iter().map(|one| match spread[*one] {
            true => format!("\"${{values(r{one})[0].endpoint}}\""),
            false => format!("\"${{r{one}.endpoint}}\""),
        });
        out.push_str(&format!("    properties: {{subnet_ids: [{}]}}\n", ids.collect::<Vec<_>>().join(", ")));
    }
    out
}

/// Whether following references from any node can come back to it.
fn circular(references: &[Vec<usize>]) -> bool {
    fn back(references: &[Vec<usize>], node: usize, state: &mut [u8]) -> bool {
        match state[node] {
            1 => return true,
            2 => return false,
            _ => {}
        }
        state[node] = 1;
        let found = references[node].iter().any(|next| back(references, *next, state));
        state[node] = 2;
        found
    }
    let mut state = vec![0; references.len()];
    (0..references.len()).any(|node| back(references, node, &mut state))
}

fn any_references() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<bool>)> {
    (1usize..9).prop_flat_map(|count| {
        (
            prop::collection::vec(prop::collection::vec(0..count, 0..3), count),
            prop::collection::vec(any::<bool>(), count),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn circles_are_found_and_nothing_else((references, spread) in any_references()) {
        let compiled = run(&[("main.yaml", &yaml(&references, &spread))]);
        let told = compiled.diagnostics.iter().filter(|one| one.code == Code::ReferenceCycle).count();
        prop_assert_eq!(told > 0, circular(&references));
        prop_assert_eq!(told, compiled.diagnostics.len());
    }

    #[test]
    fn everything_comes_after_what_it_needs((references, spread) in any_references()) {
        // Only backward references: no circle.
        let references: Vec<Vec<usize>> = references
            .iter()
            .enumerate()
            .map(|(index, needed)| needed.iter().copied().filter(|one| *one < index).collect())
            .collect();
        let graph = graph(&[("main.yaml", &yaml(&references, &spread))]);
        let order = graph.topological();
        prop_assert_eq!(order.len(), graph.resources.len());
        let place: BTreeMap<_, _> = order.iter().enumerate().map(|(place, address)| (address, place)).collect();
        for (address, needed) in &graph.dependencies {
            for one in needed {
                prop_assert!(place[one] < place[address], "{} before {}", address, one);
            }
        }
        // Ties are in the order of the files, so with backward references the order is that of the files.
        prop_assert!(order.iter().eq(graph.resources.keys()));
    }
}

#[test]
fn a_graph_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync>() {}
    shared::<crate::compile::DesiredGraph>();
    shared::<crate::compile::Compiled>();
}
