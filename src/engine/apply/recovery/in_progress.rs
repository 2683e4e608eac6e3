//! What an earlier run left at AWS, seen from the first read of the next one.

use std::cell::RefCell;
use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::apply::knowledge::asked;
use crate::apply::waiting::{Settled, Until, Wait, poller, timeout_of};
use crate::apply::{RecoveryMode, failure};
use crate::model::{
    Address, Catalog, Cloud, CloudError, Code, Diagnostic, Diagnostics, ErrorKind, PhysicalId, Placement, Readiness,
    Value,
};
use crate::read::{Live, LiveSet, Sort};
use crate::state::State;

/// For how long a look may fail at what is only to be seen.
const SEEN: Duration = Duration::from_secs(30);

/// An object in state, current or deposed.
struct Object<'a> {
    path: &'a str,
    type_name: &'a std::sync::Arc<str>,
    place: &'a Placement,
    id: &'a PhysicalId,
    attributes: &'a Value,
}

impl Object<'_> {
    fn key(&self) -> (Sort, PhysicalId) {
        ((self.place.clone(), self.type_name.clone()), self.id.clone())
    }
}

/// Polls again where one read does not tell: at what is absent, as "not found" within the type's consistency delay after a
/// create is no absence, and no clock tells how long ago an earlier run has made it; and at what AWS was too busy with to
/// show. In [`RecoveryMode::Finish`] it also waits for what AWS is still making, or still taking away; for a
/// mere look the latter counts as gone.
///
/// What was seen in the end replaces the answers in `live`. `waiting` hears every new status. Costs nothing when every
/// resource is there and ready.
///
/// What cannot be read any more, or takes longer than a step may, is [`Live::Failed`]. `waiting` hears sentences without
/// the address.
///
/// # Errors
/// The run was interrupted.
pub async fn await_settled(
    state: &State,
    live: &mut LiveSet,
    catalog: &dyn Catalog,
    cloud: &dyn Cloud,
    mode: RecoveryMode,
    halt: &CancellationToken,
    mut waiting: impl FnMut(&Address, &str),
) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut waits = Vec::new();
    for object in objects(state) {
        let key = object.key();
        let until = match live.0.get(&key) {
            Some(Live::Absent) => Until::Seen,
            // Every other failure was met with all the attempts that it deserves.
            Some(Live::Failed(error)) if error.kind == ErrorKind::Busy => Until::Seen,
            Some(Live::Found(seen)) => match (cloud.readiness(object.type_name, seen), mode) {
                (Readiness::Pending(_), RecoveryMode::Finish) => Until::Ready,
                (Readiness::Deleting, RecoveryMode::Finish) => Until::Gone,
                (Readiness::Deleting, RecoveryMode::Look) => {
                    live.0.insert(key, Live::Absent);
                    continue;
                }
                _ => continue,
            },
            Some(Live::Failed(_)) | None => continue,
        };
        match Address::in_stack(&state.stack, object.path) {
            Ok(address) => waits.push((address, object, until)),
            Err(error) => problems.push(Diagnostic::error(Code::StateCorrupt, error.to_string())),
        }
    }

    let (poller, looks) = poller();
    let heard = RefCell::new(&mut waiting);
    let all = join_all(waits.iter().map(|(address, object, until)| {
        let (poller, heard) = (&poller, &heard);
        let schema = catalog.schema(object.type_name);
        async move {
            let consistency = Duration::from_secs(schema.map_or(0, |schema| schema.consistency_seconds).into());
            let wait = |until| Wait {
                cloud,
                poller,
                halt,
                place: object.place,
                type_name: object.type_name,
                id: object.id,
                properties: asked(object.attributes, None),
                until,
                consistency,
                timeout: match until {
                    // Only failing looks last longer than the delay.
                    Until::Seen => consistency.max(SEEN),
                    _ => timeout_of(schema.map_or(0, |schema| schema.usual_seconds)),
                },
            };
            let tell = |status: &str| {
                (heard.borrow_mut())(address, &format!("still {status} from an earlier run"));
            };
            match wait(*until).run(|_| false, tell).await {
                // It was only late, and then it may still be in the making.
                Settled::Ready(seen) if *until == Until::Seen && mode == RecoveryMode::Finish => {
                    match cloud.readiness(object.type_name, &seen) {
                        Readiness::Pending(_) => wait(Until::Ready).run(|_| false, tell).await,
                        Readiness::Deleting => wait(Until::Gone).run(|_| false, tell).await,
                        Readiness::Ready | Readiness::Failed(_) => Settled::Ready(seen),
                    }
                }
                settled => settled,
            }
        }
    }));
    let settled = tokio::select! {
        biased;
        settled = all => settled,
        // Cannot end first: `poller` lives longer than this block.
        () = looks.serve(cloud, || false) => Vec::new(),
    };
    for ((address, object, _), settled) in waits.iter().zip(settled) {
        let key = object.key();
        let still = |code, status: String| failure::new(code, format!("{address} is still {status}"), address, None);
        match settled {
            Settled::Ready(seen) | Settled::Failed(_, seen) => drop(live.0.insert(key, Live::Found(seen.into()))),
            Settled::Gone => drop(live.0.insert(key, Live::Absent)),
            Settled::Halted(status) => problems.push(still(Code::Interrupted, status)),
            // Either is in the way of what depends on it, and of nothing else.
            Settled::TimedOut(status) => {
                let error = CloudError::new(ErrorKind::Busy, format!("it is still {status}"));
                live.0.insert(key, Live::Failed(error));
            }
            Settled::Unreadable(error) => drop(live.0.insert(key, Live::Failed(error))),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(()) }
}

fn objects(state: &State) -> impl Iterator<Item = Object<'_>> {
    let current = state.resources.iter().map(|(path, resource)| Object {
        path,
        type_name: &resource.type_name,
        place: &resource.place,
        id: &resource.id,
        attributes: &resource.attributes,
    });
    let deposed = state.deposed.iter().flat_map(|(path, objects)| {
        objects.iter().map(move |object| Object {
            path,
            type_name: &object.type_name,
            place: &object.place,
            id: &object.id,
            attributes: &object.attributes,
        })
    });
    current.chain(deposed)
}
