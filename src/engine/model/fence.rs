//! Whether a run may still change anything.

use std::fmt;
use std::sync::Arc;

/// What keeps a run that has lost its lock from changing anything. It is asked before each call, and by the cloud once more
/// when the request is signed. Cheap to ask and to clone.
#[derive(Clone)]
pub struct Fence(Arc<dyn Fn() -> bool + Send + Sync>);

impl Fence {
    /// `may_act`: false once the lock may belong to another run, and from then on.
    pub fn new(may_act: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(may_act))
    }

    /// For what needs no lock.
    pub fn none() -> Self {
        Self::new(|| true)
    }

    pub fn may_act(&self) -> bool {
        (self.0)()
    }
}

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fence")
    }
}
