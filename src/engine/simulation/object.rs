//! A resource of the simulated cloud, and what reads show of it.

use std::time::Duration;

use tokio::time::Instant;

use super::types::Kind;
use crate::model::{Map, OpId, Placement, Value};

/// One resource of the world.
#[derive(Clone, Debug)]
pub struct Object {
    pub type_name: &'static str,
    pub id: String,
    pub place: Placement,
    /// The operation that made it; the service of an untaggable type keeps it for the checks only.
    pub op: Option<OpId>,
    /// `wildfire:address`, as for `op`.
    pub address: Option<String>,
    /// What it is.
    pub attributes: Map,
    pub(super) ready: Instant,
    pub(super) gone: Option<Instant>,
    /// What reads see, from when on; `None`: nothing.
    pub(super) seen: Vec<(Instant, Option<Map>)>,
}

impl Object {
    pub(super) fn show(&mut self, lag: Duration) {
        let at = Instant::now() + lag;
        // Never an older view after a newer one.
        let at = self.seen.last().map_or(at, |(before, _)| at.max(*before));
        self.seen.push((at, Some(self.attributes.clone())));
    }

    /// When it was made or changed last, as reads show it.
    pub(super) fn changed(&self) -> Instant {
        self.seen.last().map_or(self.ready, |(at, _)| *at)
    }

    /// What a read shows now: the last view that is visible, with the status of this moment.
    pub(super) fn look(&self, kind: &Kind) -> Option<Value> {
        let now = Instant::now();
        let (_, view) = self.seen.iter().rev().find(|(at, _)| *at <= now)?;
        let mut map = view.clone()?;
        let status = match (self.gone, self.ready > now) {
            (Some(_), _) => "deleting",
            (None, true) => "creating",
            (None, false) => "available",
        };
        if status == "available" {
            for name in kind.when_ready {
                map.insert(name.to_string(), format!("{name}.of.{}", self.id).into());
            }
        }
        map.insert("status".into(), status.into());
        for field in kind.schema.fields.iter().filter(|field| field.write_only) {
            map.shift_remove(field.name);
        }
        Some(Value::Map(map))
    }
}
