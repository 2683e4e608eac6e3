//! Where the objects of a stack are.

use crate::model::StackId;

/// The keys of a stack's objects; none but these are ever written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    prefix: String,
}

impl Keys {
    pub fn new(stack: &StackId) -> Self {
        Self { prefix: format!("{}/{}/", stack.stage, stack.stack) }
    }

    /// The one object that is overwritten, and only by compare-and-swap.
    pub fn head(&self) -> String {
        format!("{}head.json", self.prefix)
    }

    /// The document for Terraform's readers.
    pub fn terraform(&self) -> String {
        format!("{}terraform.tfstate", self.prefix)
    }

    /// The row of the lock table.
    pub fn lock(&self) -> String {
        self.prefix.trim_end_matches('/').to_string()
    }

    /// What every key of the stack begins with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn snapshot(&self, serial: u64, id: &str) -> String {
        format!("{}snapshots/{serial}-{id}.json", self.prefix)
    }

    pub(super) fn segment(&self, serial: u64, id: &str) -> String {
        format!("{}segments/{serial}-{id}.json", self.prefix)
    }

    /// The serial in the key of a snapshot or a segment; `None` for any other key.
    pub(super) fn serial(&self, key: &str) -> Option<u64> {
        let name = key.strip_prefix(&self.prefix)?;
        let name = name.strip_prefix("snapshots/").or_else(|| name.strip_prefix("segments/"))?;
        name.split_once('-')?.0.parse().ok()
    }

    /// True for a key of some stack, whichever: what else is in a bucket was put there by others.
    pub fn is_one(key: &str) -> bool {
        let parts: Vec<&str> = key.split('/').collect();
        matches!(parts[..], [_, _, "head.json" | "terraform.tfstate"] | [_, _, "snapshots" | "segments", _])
    }

    /// True for an object that only a stack with a head has.
    pub(super) fn proves_a_head(&self, key: &str) -> bool {
        self.serial(key).is_some() || key == self.terraform()
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use crate::model::StackId;

    #[test]
    fn the_serial_is_read_from_our_own_keys_only() {
        let keys = Keys::new(&StackId::new("test", "main"));
        assert_eq!(keys.serial(&keys.snapshot(17, "01J")), Some(17));
        assert_eq!(keys.serial(&keys.segment(3, "01J")), Some(3));
        assert_eq!(keys.serial(&keys.head()), None);
        assert_eq!(keys.serial("test/mainly/segments/3-01J.json"), None);
        assert_eq!(keys.lock(), "test/main");
    }

    #[test]
    fn keys_of_any_stack_are_told_from_those_of_others() {
        let keys = Keys::new(&StackId::new("test", "main"));
        let all = [keys.head(), keys.terraform(), keys.snapshot(1, "01J"), keys.segment(2, "01J")];
        assert!(all.iter().all(|key| Keys::is_one(key)));
        assert!(!Keys::is_one("terraform.tfstate") && !Keys::is_one("logs/2026/01/head.gz"));
    }
}
