//! Addresses that stand for many: all instances of a resource, everything in a module.

use crate::model::{Address, Segment};

/// True when `address` is `pattern`, an instance of it, or inside of it.
pub(super) fn within(pattern: &Address, address: &Address) -> bool {
    pattern.stack == address.stack && rest(&pattern.segments(), &address.segments()).is_some()
}

/// `address` after a move from `from` to `to`; none when it is not inside of `from`.
///
/// A name without key stands for all instances, which keep their keys, unless `to` has a key: then it
/// stands for the one without.
pub(super) fn rebased(address: &Address, from: &Address, to: &Address) -> Option<Address> {
    if from.stack != address.stack || from == to {
        return None;
    }
    let (from, mut target, segments) = (from.segments(), to.segments(), address.segments());
    let rest = rest(&from, &segments)?.to_vec();
    let last = segments.get(from.len().checked_sub(1)?)?;
    let (written, end) = (from.last()?, target.last_mut()?);
    match (&written.key, &end.key) {
        (None, None) => end.key.clone_from(&last.key),
        (None, Some(_)) if last.key.is_some() => return None,
        _ => {}
    }
    target.extend(rest);
    Some(Address::new(to.stack.clone(), &target))
}

/// What follows after the part of `segments` that matches `pattern`.
fn rest<'a>(pattern: &[Segment], segments: &'a [Segment]) -> Option<&'a [Segment]> {
    let matches = |(wanted, have): (&Segment, &Segment)| {
        wanted.name == have.name && (wanted.key.is_none() || wanted.key == have.key)
    };
    (segments.len() >= pattern.len() && pattern.iter().zip(segments).all(matches)).then(|| &segments[pattern.len()..])
}
