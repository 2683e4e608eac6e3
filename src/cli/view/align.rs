//! What two sequences have in common.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// A part of two sequences; indexes into each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    Equal {
        before: Range<usize>,
        after: Range<usize>,
    },
    /// One of the two may be empty.
    Differs {
        before: Range<usize>,
        after: Range<usize>,
    },
}

/// Pairs of items that are compared at most; a table of two bytes for each. Beyond it all that is between the equal
/// beginning and the equal end counts as different, which is correct, and shows more than is needed.
const PAIRS: usize = 16 << 20;

/// The runs of two sequences, in order: together they are each of the two. As much as possible is equal.
///
/// Cost: the product of the lengths, without what is equal at both ends, and at most [`PAIRS`].
pub fn align<T: Eq + Hash>(before: &[T], after: &[T]) -> Vec<Run> {
    let mut numbers: HashMap<&T, u32> = HashMap::new();
    let mut number = |item| {
        let next = numbers.len() as u32;
        *numbers.entry(item).or_insert(next)
    };
    let old: Vec<u32> = before.iter().map(&mut number).collect();
    let new: Vec<u32> = after.iter().map(&mut number).collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut runs = Runs(Vec::new());
    runs.equal(0, 0, head);
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    match a.len().saturating_mul(b.len()) <= PAIRS && a.len().min(b.len()) < usize::from(u16::MAX) {
        true => runs.middle(a, b, head),
        false => runs.differs(head..head + a.len(), head..head + b.len()),
    }
    runs.equal(old.len() - tail, new.len() - tail, tail);
    runs.0
}

struct Runs(Vec<Run>);

impl Runs {
    /// The longest common subsequence, by the table of its lengths for every pair of suffixes.
    fn middle(&mut self, a: &[u32], b: &[u32], offset: usize) {
        let width = b.len() + 1;
        let mut length = vec![0_u16; (a.len() + 1) * width];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                length[i * width + j] = match a[i] == b[j] {
                    true => length[(i + 1) * width + j + 1] + 1,
                    false => length[(i + 1) * width + j].max(length[i * width + j + 1]),
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            let (x, y) = (offset + i, offset + j);
            if i < a.len() && j < b.len() && a[i] == b[j] {
                self.equal(x, y, 1);
                (i, j) = (i + 1, j + 1);
            } else if j == b.len() || (i < a.len() && length[(i + 1) * width + j] >= length[i * width + j + 1]) {
                self.differs(x..x + 1, y..y);
                i += 1;
            } else {
                self.differs(x..x, y..y + 1);
                j += 1;
            }
        }
    }

    fn equal(&mut self, x: usize, y: usize, count: usize) {
        match self.0.last_mut() {
            _ if count == 0 => {}
            Some(Run::Equal { before, after }) => (before.end, after.end) = (x + count, y + count),
            _ => self.0.push(Run::Equal { before: x..x + count, after: y..y + count }),
        }
    }

    fn differs(&mut self, x: Range<usize>, y: Range<usize>) {
        match self.0.last_mut() {
            _ if x.is_empty() && y.is_empty() => {}
            Some(Run::Differs { before, after }) => (before.end, after.end) = (x.end, y.end),
            _ => self.0.push(Run::Differs { before: x, after: y }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let text = |items: &[char]| items.iter().collect::<String>();
        let run = |run: Run| match run {
            Run::Equal { before, .. } => text(&old[before]),
            Run::Differs { before, after } => format!("({}>{})", text(&old[before]), text(&new[after])),
        };
        align(&old, &new).into_iter().map(run).collect()
    }

    #[test]
    fn as_much_as_possible_is_equal() {
        assert_eq!(shown("", ""), "");
        assert_eq!(shown("abc", "abc"), "abc");
        assert_eq!(shown("abc", ""), "(abc>)");
        assert_eq!(shown("abcdef", "abxdef"), "ab(c>x)def");
        assert_eq!(shown("abcabba", "cbabac"), "(ab>)c(a>)b(>a)ba(>c)");
    }

    #[test]
    fn long_sequences_without_anything_in_common_take_no_time() {
        let (old, new): (Vec<u32>, Vec<u32>) = ((0..200_000).collect(), (200_000..400_000).collect());
        assert_eq!(align(&old, &new), [Run::Differs { before: 0..200_000, after: 0..200_000 }]);
    }

    proptest! {
        #[test]
        fn runs_are_the_sequences(old in prop::collection::vec(0_u8..4, 0..20), new in prop::collection::vec(0_u8..4, 0..20)) {
            let (mut a, mut b) = (0, 0);
            for run in align(&old, &new) {
                let (before, after) = match run {
                    Run::Equal { before, after } => {
                        prop_assert_eq!(&old[before.clone()], &new[after.clone()]);
                        (before, after)
                    }
                    Run::Differs { before, after } => (before, after),
                };
                prop_assert!(before.start == a && after.start == b);
                (a, b) = (before.end, after.end);
            }
            prop_assert!(a == old.len() && b == new.len());
        }
    }
}
