//! Addresses that stand for many: all instances of a resource, everything in a module.

use std::collections::HashMap;

use crate::model::{Address, Segment};

/// Many patterns, by their segments: what an address is within is found without looking at each of them.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    root: Branch,
}

#[derive(Debug, Default)]
struct Branch {
    /// The patterns that end here.
    ends: Vec<usize>,
    below: HashMap<Segment, Branch>,
}

impl Patterns {
    /// All of one stack, numbered from 0.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Address>) -> Self {
        let mut root = Branch::default();
        for (number, pattern) in patterns.into_iter().enumerate() {
            let mut here = &mut root;
            for segment in pattern.segments() {
                here = here.below.entry(segment).or_default();
            }
            here.ends.push(number);
        }
        Self { root }
    }

    /// The numbers of the patterns that an address is within, ascending.
    pub fn around(&self, address: &Address) -> Vec<usize> {
        let mut out = Vec::new();
        let mut here = vec![&self.root];
        for segment in address.segments() {
            // With its key, and for all instances.
            let all = Segment { name: segment.name.clone(), key: None };
            let forms = if segment.key.is_some() { vec![segment, all] } else { vec![segment] };
            here = here.into_iter().flat_map(|branch| forms.iter().filter_map(|form| branch.below.get(form))).collect();
            here.iter().for_each(|branch| out.extend(&branch.ends));
        }
        out.sort_unstable();
        out
    }
}

/// True when `address` is `pattern`, an instance of it, or inside of it.
pub fn within(pattern: &Address, address: &Address) -> bool {
    pattern.stack == address.stack && rest(&pattern.segments(), &address.segments()).is_some()
}

/// `address` after a move from `from` to `to`; none when it is not inside of `from`.
///
/// A name without key stands for all instances, which keep their keys, unless `to` has a key: then it
/// stands for the one without.
pub fn rebased(address: &Address, from: &Address, to: &Address) -> Option<Address> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StackId;

    fn at(path: &str) -> Address {
        Address::in_stack(&StackId::new("test", "main"), path).expect("an address")
    }

    #[test]
    fn patterns_around_an_address_are_those_it_is_within() {
        let patterns: Vec<Address> =
            ["a", "a[\"x\"]", "m.a", "m[\"x\"]", "m", "m.a[\"y\"]", "b", "a.b"].into_iter().map(at).collect();
        let index = Patterns::new(&patterns);
        for path in ["a", "a[\"x\"]", "m[\"x\"].a[\"y\"]", "m.a", "m.a[\"y\"].c", "b.c", "c"] {
            let wanted = (0..patterns.len()).filter(|number| within(&patterns[*number], &at(path)));
            assert_eq!(index.around(&at(path)), wanted.collect::<Vec<_>>(), "{path}");
        }
    }
}
