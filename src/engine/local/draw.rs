//! Random numbers that follow from a seed: the same operation draws the same ones.

use sha2::{Digest, Sha256};

/// A stream of bytes: SHA-256 of a seed and a counter.
pub(super) struct Draw {
    seed: [u8; 32],
    block: [u8; 32],
    used: usize,
    counter: u64,
}

impl Draw {
    /// `parts` are told apart: `["a", "bc"]` and `["ab", "c"]` are two seeds.
    pub fn new(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self { seed: hash.finalize().into(), block: [0; 32], used: 32, counter: 0 }
    }

    pub fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            self.block =
                Sha256::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes()).finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// A number below `bound`, each as likely as the others. `bound` is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // What is left over at the end of the range would make small numbers more likely.
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let number = (0..8).fold(0, |number, _| (number << 8) | u64::from(self.byte()));
            if number < fair {
                return number % bound;
            }
        }
    }

    /// One of them; `None` of nothing.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(of.len()).ok().filter(|count| *count > 0)?;
        usize::try_from(self.below(count)).ok().and_then(|index| of.get(index))
    }

    /// Fisher and Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(last);
            items.swap(last, other);
        }
    }
}
