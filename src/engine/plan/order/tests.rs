use proptest::prelude::*;

use super::*;

/// Small graphs, written as what happens to each node.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Nothing,
    Create,
    Update,
    DeleteFirst,
    CreateFirst,
    Delete,
}

fn build(does: &[Does], needs: &[(usize, usize)], held: &[(usize, usize)]) -> (Vec<Node>, usize) {
    let mut count = 0;
    let mut step = || {
        count += 1;
        count - 1
    };
    let mut nodes: Vec<Node> = Vec::new();
    for (index, does) in does.iter().enumerate() {
        let mut node = Node {
            needs: needs.iter().filter(|(from, _)| *from == index).map(|(_, to)| *to).collect(),
            held: held.iter().filter(|(from, _)| *from == index).map(|(_, to)| *to).collect(),
            ..Node::default()
        };
        if matches!(does, Does::Create | Does::Update | Does::DeleteFirst | Does::CreateFirst) {
            node.forward = vec![step(), step()];
        }
        if matches!(does, Does::Delete | Does::DeleteFirst | Does::CreateFirst) {
            node.back = vec![step()];
        }
        nodes.push(node);
    }
    let replaced: Vec<bool> = does.iter().map(|does| matches!(does, Does::DeleteFirst | Does::CreateFirst)).collect();
    let declared: Vec<bool> = does.iter().map(|does| *does == Does::CreateFirst).collect();
    let first = create_first(&nodes, &replaced, &declared);
    nodes.iter_mut().zip(first).for_each(|(node, first)| node.create_first = first);
    (nodes, count)
}

fn before(order: &StepOrder, a: usize, b: usize) -> bool {
    let place = |step| order.sequence.iter().position(|other| *other == step);
    let mut stack = vec![a];
    let mut seen = BTreeSet::new();
    while let Some(at) = stack.pop() {
        if seen.insert(at) {
            stack.extend(order.edges.iter().filter(|(from, _)| *from == at).map(|(_, to)| *to));
        }
    }
    assert!(place(a) < place(b) || !seen.contains(&b));
    seen.contains(&b)
}

#[test]
fn a_replacement_that_deletes_first_waits_for_its_dependants_to_go() {
    // 1 depends on 0; both are replaced.
    let (nodes, count) = build(&[Does::DeleteFirst, Does::DeleteFirst], &[(1, 0)], &[(1, 0)]);
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[1].back[0], nodes[0].back[0]));
    assert!(before(&order, nodes[0].back[0], nodes[0].forward[0]));
    assert!(before(&order, nodes[0].forward[1], nodes[1].forward[0]));
}

#[test]
fn a_replacement_that_creates_first_goes_when_its_dependants_have_moved_over() {
    let (nodes, count) = build(&[Does::CreateFirst, Does::Update], &[(1, 0)], &[(1, 0)]);
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[0].forward[1], nodes[1].forward[0]));
    assert!(before(&order, nodes[1].forward[1], nodes[0].back[0]));
}

#[test]
fn creating_first_spreads_to_what_is_replaced_below() {
    // 2 -> 1 (unchanged) -> 0
    let (nodes, count) =
        build(&[Does::DeleteFirst, Does::Nothing, Does::CreateFirst], &[(2, 1), (1, 0)], &[(2, 1), (1, 0)]);
    assert!(nodes[0].create_first);
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[0].forward[1], nodes[2].forward[0]));
    assert!(before(&order, nodes[2].back[0], nodes[0].back[0]));
}

#[test]
fn a_deletion_waits_for_those_that_let_go_of_it() {
    let (nodes, count) = build(&[Does::Delete, Does::Update], &[], &[(1, 0)]);
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[1].forward[1], nodes[0].back[0]));
}

#[test]
fn order_passes_through_what_does_not_change() {
    let (nodes, count) = build(&[Does::Delete, Does::Nothing, Does::Delete], &[], &[(2, 1), (1, 0)]);
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[2].back[0], nodes[0].back[0]));
}

#[test]
fn a_courtesy_gives_way_to_a_need() {
    // 2 used 1 and needs 0; 1 (deleted) holds 0, which is deleted first and made again.
    let (nodes, count) = build(&[Does::DeleteFirst, Does::Delete, Does::Update], &[(2, 0)], &[(1, 0), (2, 1)]);
    let order = order(&nodes, count, &[]);
    assert_eq!(order.sequence.len(), count);
    assert!(before(&order, nodes[1].back[0], nodes[0].back[0]));
    assert!(before(&order, nodes[0].forward[1], nodes[2].forward[0]));
    assert!(!before(&order, nodes[2].forward[1], nodes[1].back[0]));
}

#[test]
fn what_takes_a_place_waits_until_it_is_free() {
    let (mut nodes, count) = build(&[Does::DeleteFirst, Does::Delete, Does::Update], &[], &[]);
    nodes[1].makes_room = vec![0];
    nodes[2].makes_room = vec![0];
    let order = order(&nodes, count, &[]);
    assert!(before(&order, nodes[1].back[0], nodes[0].forward[0]));
    assert!(before(&order, nodes[2].forward[1], nodes[0].forward[0]));
    assert_eq!(order.no_room, []);
}

#[test]
fn room_counts_more_than_courtesy_and_less_than_a_need() {
    // 2 used 1 and moves over to 0, which takes the name of 1.
    let (mut nodes, count) = build(&[Does::Create, Does::Delete, Does::Update], &[(2, 0)], &[(2, 1)]);
    nodes[1].makes_room = vec![0];
    let after = order(&nodes, count, &[]);
    assert!(before(&after, nodes[1].back[0], nodes[0].forward[0]));
    assert_eq!(after.no_room, []);
    // Both are made before they are deleted, and each takes the name of the other.
    let (mut nodes, count) = build(&[Does::CreateFirst, Does::CreateFirst], &[], &[]);
    nodes[0].makes_room = vec![1];
    nodes[1].makes_room = vec![0];
    let never = order(&nodes, count, &[]);
    let pairs = [(nodes[0].back[0], nodes[1].forward[0]), (nodes[1].back[0], nodes[0].forward[0])];
    assert_eq!(never.no_room.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from(pairs));
    assert_eq!(never.sequence.len(), count);
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        Just(Does::Nothing),
        Just(Does::Create),
        Just(Does::Update),
        Just(Does::DeleteFirst),
        Just(Does::CreateFirst),
        Just(Does::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The configuration is a graph without cycles; what state remembers may be anything at all.
    #[test]
    fn there_is_always_an_order_and_needs_hold(
        does in prop::collection::vec(does(), 1..9),
        needs in prop::collection::vec((0_usize..9, 0_usize..9), 0..14),
        held in prop::collection::vec((0_usize..9, 0_usize..9), 0..14),
    ) {
        let inside = |(a, b): &(usize, usize)| *a < does.len() && *b < does.len();
        let needs: Vec<_> = needs.into_iter().filter(inside).filter(|(a, b)| a > b).collect();
        let held: Vec<_> = held.into_iter().filter(inside).filter(|(a, b)| a != b).collect();
        let (nodes, count) = build(&does, &needs, &held);
        let order = order(&nodes, count, &[]);
        let mut place = vec![0; count];
        order.sequence.iter().enumerate().for_each(|(position, step)| place[*step] = position);
        prop_assert_eq!(order.sequence.iter().collect::<BTreeSet<_>>().len(), count);
        for (a, b) in &order.edges {
            prop_assert!(place[*a] < place[*b]);
        }
        let needed = Nearest::new(nodes.len(), |at| &nodes[at].needs, |at| !nodes[at].forward.is_empty());
        for (index, node) in nodes.iter().enumerate() {
            for need in needed.of(index) {
                if let Some(first) = node.forward.first() {
                    prop_assert!(nodes[need].forward.iter().all(|step| place[*step] < place[*first]));
                }
            }
        }
    }

    /// What takes a place waits for it, or is told; and nothing that is needed is given up for it.
    #[test]
    fn room_is_made_or_told(
        does in prop::collection::vec(does(), 1..9),
        needs in prop::collection::vec((0_usize..9, 0_usize..9), 0..10),
        room in prop::collection::vec((0_usize..9, 0_usize..9), 0..6),
    ) {
        let inside = |(a, b): &(usize, usize)| *a < does.len() && *b < does.len();
        let needs: Vec<_> = needs.into_iter().filter(|pair| inside(pair) && pair.0 > pair.1).collect();
        let room: Vec<_> = room.into_iter().filter(|pair| inside(pair) && pair.0 != pair.1).collect();
        let (mut nodes, count) = build(&does, &needs, &needs);
        room.iter().for_each(|(giver, taker)| nodes[*giver].makes_room.push(*taker));
        let order = order(&nodes, count, &[]);
        prop_assert_eq!(order.sequence.len(), count);
        let mut place = vec![0; count];
        order.sequence.iter().enumerate().for_each(|(position, step)| place[*step] = position);
        for (giver, taker) in &room {
            let last = nodes[*giver].back.last().or(nodes[*giver].forward.last());
            if let (Some(before), Some(after)) = (last, nodes[*taker].forward.first()) {
                let told = order.no_room.contains(&(*before, *after));
                prop_assert!(told || place[*before] < place[*after], "{} makes room for {}", giver, taker);
            }
        }
        let needed = Nearest::new(nodes.len(), |at| &nodes[at].needs, |at| !nodes[at].forward.is_empty());
        for (index, node) in nodes.iter().enumerate() {
            for need in needed.of(index) {
                if let (Some(first), Some(last)) = (node.forward.first(), nodes[need].forward.last()) {
                    prop_assert!(place[*last] < place[*first]);
                }
            }
        }
    }

    /// State that agrees with the configuration: deletion order and predecessors hold as well.
    #[test]
    fn nothing_is_given_up_when_state_agrees(
        does in prop::collection::vec(does(), 1..9),
        needs in prop::collection::vec((0_usize..9, 0_usize..9), 0..14),
    ) {
        let inside = |(a, b): &(usize, usize)| *a < does.len() && *b < does.len() && a > b;
        let needs: Vec<_> = needs.into_iter().filter(inside).collect();
        let (nodes, count) = build(&does, &needs, &needs);
        let order = order(&nodes, count, &[]);
        let mut place = vec![0; count];
        order.sequence.iter().enumerate().for_each(|(position, step)| place[*step] = position);
        for (from, to) in &needs {
            if let (Some(a), Some(b)) = (nodes[*from].back.first(), nodes[*to].back.first()) {
                prop_assert!(place[*a] < place[*b], "{} is deleted before {}", from, to);
            }
            if nodes[*to].create_first
                && let (Some(a), Some(b)) = (nodes[*from].forward.last(), nodes[*to].back.first())
            {
                prop_assert!(place[*a] < place[*b], "{} moves over before the old {} goes", from, to);
            }
        }
    }
}
