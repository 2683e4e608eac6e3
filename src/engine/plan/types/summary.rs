//! How much a plan does.

use serde::Serialize;

use super::{Action, ResourceChange};

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub forget: usize,
    pub import: usize,
    pub moved: usize,
}

impl Summary {
    /// The sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            create: self.create + other.create,
            update: self.update + other.update,
            replace: self.replace + other.replace,
            delete: self.delete + other.delete,
            forget: self.forget + other.forget,
            import: self.import + other.import,
            moved: self.moved + other.moved,
        }
    }

    /// Counts one resource. An import that also changes the resource at AWS counts as both.
    pub fn add(&mut self, change: &ResourceChange) {
        match change.action {
            Action::NoOp => {}
            Action::Create => self.create += 1,
            Action::Update => self.update += 1,
            Action::Replace(_) => self.replace += 1,
            Action::Delete => self.delete += 1,
            Action::Forget => self.forget += 1,
            Action::Import => {
                self.import += 1;
                self.update += usize::from(change.changes_at_aws());
            }
        }
        self.moved += usize::from(change.previous_address.is_some());
    }
}
