//! What goes wrong.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::model::ErrorKind;

/// A kind of call, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operated {
    Read,
    ReadData,
    Find,
    Create,
    Update,
    Delete,
    /// A request for several resources.
    Together,
}

/// Calls of one kind on one type that fail, this many times.
#[derive(Clone, Debug)]
pub struct Script {
    pub call: Operated,
    pub type_name: String,
    /// Only calls about this address or id; empty: all.
    pub about: String,
    /// As many are let through before.
    pub after: u32,
    pub times: u32,
    pub error: ErrorKind,
}

/// Probabilities are from 0 to 1, each per call.
#[derive(Clone, Debug)]
pub struct Faults {
    pub seed: u64,
    /// A change is seen by reads after up to this long. No type is seen later than its `consistency_seconds`.
    pub lag: Duration,
    /// A call takes this long.
    pub latency: Duration,
    pub throttled: f64,
    /// Done, and the reply is lost.
    pub lost: f64,
    /// Not done, and no reply says so.
    pub swallowed: f64,
    /// Done somewhat later than the error that the caller gets; within the consistency delay.
    pub late: f64,
    pub scripts: Vec<Script>,
    /// The code that makes these calls is wrong: it panics.
    pub panics: Option<(Operated, &'static str)>,
}

impl Faults {
    /// A cloud in which nothing goes wrong.
    pub fn none() -> Self {
        Self {
            seed: 0,
            lag: Duration::ZERO,
            latency: Duration::from_millis(50),
            throttled: 0.0,
            lost: 0.0,
            swallowed: 0.0,
            late: 0.0,
            scripts: Vec::new(),
            panics: None,
        }
    }

    /// A cloud on a bad day.
    pub fn many(seed: u64) -> Self {
        Self {
            seed,
            lag: Duration::from_secs(4),
            throttled: 0.1,
            lost: 0.1,
            swallowed: 0.05,
            late: 0.05,
            ..Self::none()
        }
    }
}

/// One process of a simulation. It may stop at the n-th interaction with the outside: that call and all later ones never return, and whoever drives
/// the run drops it once [`Process::happened`].
#[derive(Debug)]
pub struct Process {
    at: u64,
    count: AtomicU64,
    fired: CancellationToken,
}

impl Process {
    /// Interactions count from 1.
    pub fn crashing_at(interaction: u64) -> Self {
        Self { at: interaction, count: AtomicU64::new(0), fired: CancellationToken::new() }
    }

    pub fn undisturbed() -> Self {
        Self::crashing_at(u64::MAX)
    }

    /// One interaction; every call passes two of them, before and after its effect.
    pub async fn point(&self) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if count >= self.at {
            self.fired.cancel();
            std::future::pending::<()>().await;
        }
    }

    /// How many interactions there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Returns when the run has to be dropped.
    pub async fn happened(&self) {
        self.fired.cancelled().await;
    }
}
