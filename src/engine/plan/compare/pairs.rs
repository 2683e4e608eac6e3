//! Which elements of two sets are one.

use crate::model::Value;

/// Indexes of elements that have no equal on the other side.
pub(super) struct Unpaired {
    pub want: Vec<usize>,
    pub have: Vec<usize>,
}

/// Pairs as many elements as can be paired. Equality by meaning is not transitive (a block that leaves something to
/// AWS equals several that differ there), so a pair may be given up for a better distribution.
///
/// Cost: linear when both are in the same order, else the product of what remains.
pub(super) fn unpaired(want: &[Value], have: &[Value], same: impl Fn(&Value, &Value) -> bool) -> Unpaired {
    /// Finds a mate for `item`, moving others to new mates where needed.
    fn mate(item: usize, equal: &dyn Fn(usize, usize) -> bool, mates: &mut [Option<usize>], seen: &mut [bool]) -> bool {
        // A free one spares looking further.
        let free = (0..mates.len()).find(|other| !seen[*other] && mates[*other].is_none() && equal(item, *other));
        if let Some(other) = free {
            mates[other] = Some(item);
            return true;
        }
        for other in 0..mates.len() {
            if !seen[other] && equal(item, other) {
                seen[other] = true;
                if mates[other].is_none_or(|rival| mate(rival, equal, mates, seen)) {
                    mates[other] = Some(item);
                    return true;
                }
            }
        }
        false
    }
    let equal = |item: usize, other: usize| same(&want[item], &have[other]);
    let mut mates: Vec<Option<usize>> =
        (0..have.len()).map(|index| (index < want.len() && equal(index, index)).then_some(index)).collect();
    let placed: Vec<bool> = (0..want.len()).map(|index| mates.get(index).is_some_and(Option::is_some)).collect();
    let left = (0..want.len()).filter(|index| !placed[*index]);
    let want = left.filter(|index| !mate(*index, &equal, &mut mates, &mut vec![false; have.len()])).collect();
    let have = (0..have.len()).filter(|index| mates[*index].is_none()).collect();
    Unpaired { want, have }
}
