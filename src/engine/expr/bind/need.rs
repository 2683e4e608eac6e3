//! What the surrounding expression needs of a value.

use super::super::RefSegment;

/// What is needed of a value: paths below it. An empty path is all of it; no path at all: its keys.
#[derive(Clone, Debug)]
pub(super) struct Need(pub(super) Vec<Vec<RefSegment>>);

impl Need {
    pub(super) fn all() -> Self {
        Self(vec![Vec::new()])
    }

    pub(super) fn keys() -> Self {
        Self(Vec::new())
    }

    /// What is needed of the whole when this is needed of the member at `segment`.
    pub(super) fn inside(&self, segment: &RefSegment) -> Self {
        if self.0.is_empty() {
            // Somebody asks for the keys of the member: the scope knows no such question below a path.
            return Self(vec![vec![segment.clone()]]);
        }
        let prefixed = |path: &Vec<RefSegment>| std::iter::once(segment.clone()).chain(path.iter().cloned()).collect();
        Self(self.0.iter().map(prefixed).collect())
    }

    /// What is needed of the collection whose elements these are, in some order.
    pub(super) fn of_any_element(&self) -> Self {
        if self.0.is_empty() || self.0.iter().any(Vec::is_empty) {
            return self.clone();
        }
        self.of_element().inside(&RefSegment::Any)
    }

    /// What is needed of an element when this is needed of the collection.
    pub(super) fn of_element(&self) -> Self {
        Self(self.0.iter().map(|path| path.iter().skip(1).cloned().collect()).collect())
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The shortest form: all of a value makes every other path redundant, and so does all of every element.
    pub(super) fn normal(self) -> Vec<Vec<RefSegment>> {
        let mut out: Vec<Vec<RefSegment>> = Vec::new();
        for mut path in self.0 {
            // Only a path through elements may stay behind a base; anything else asks for all of it.
            if !matches!(path.first(), Some(RefSegment::Any)) {
                path.clear();
            }
            while matches!(path.last(), Some(RefSegment::Any)) {
                path.pop();
            }
            if path.is_empty() {
                return vec![path];
            }
            if !out.contains(&path) {
                out.push(path);
            }
        }
        out
    }
}
