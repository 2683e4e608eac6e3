//! After a crash: what became of the calls that were announced and have no result.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::unresolved_creates::is_over;
use crate::apply::failure::{self, Doing};
use crate::apply::knowledge::asked;
use crate::apply::steps::{backoff, digest};
use crate::apply::waiting::{Poller, Settled, Until, Wait, poller, timeout_of, worth_repeating};
use crate::journal::Entry;
use crate::model::{
    Address, Catalog, Cloud, CloudError, Code, Diagnostic, Diagnostics, ErrorKind, Found, Map, Operation, PhysicalId,
    Placement, Readiness, Recover, TypeSchema, Value,
};
use crate::plan::Recovered;
use crate::state::{ObjectId, Pending, PendingCall, State};

/// After a create of this run, looks may fail for this long, as a network may have to come back.
pub(in crate::apply) const PATIENCE: Duration = Duration::from_secs(120);
/// At the start of a run somebody waits for the plan, and can begin again.
const PATIENCE_AT_START: Duration = Duration::from_secs(20);

/// Whether a recovery may take its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryMode {
    /// For a plan: a deletion that is under way counts as done.
    Look,
    /// For an apply: a deletion that is under way is waited for.
    Finish,
}

/// Who hears what is waited for.
type Heard<'a> = RefCell<&'a mut (dyn FnMut(&Address, &str) + 'a)>;

/// What a recovery found out. The entries are folded into the state in memory for a plan, and committed for an apply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recovery {
    pub entries: Vec<Entry>,
    pub recovered: Vec<Recovered>,
    /// Calls of which nothing could be found out, as the search failed. They stay pending, or in doubt.
    pub unclear: Vec<Diagnostic>,
}

/// Finds out what became of every pending call of `state`. Reads only; nothing is sent again.
///
/// A create that nobody can find counts as not done only when the type's consistency delay has passed since this function
/// was called, as no clock tells how old the intent is. Even then a late request may make it: such creates are kept in mind
/// ([`State::doubtful`]) and searched for once in every run, until they are old by `now` (RFC 3339). Costs one search or read
/// for each of both.
///
/// A search that fails is never an absence: see [`Recovery::unclear`]. `waiting` hears what is searched for when the first
/// look has not found it.
///
/// # Errors
/// The run was interrupted, or the state holds what this version cannot understand.
pub async fn recover(
    state: &State,
    catalog: &dyn Catalog,
    cloud: &dyn Cloud,
    mode: RecoveryMode,
    now: &str,
    halt: &CancellationToken,
    mut waiting: impl FnMut(&Address, &str),
) -> Result<Recovery, Diagnostics> {
    if state.pending.is_empty() && state.doubtful.is_empty() {
        return Ok(Recovery::default());
    }
    let (poller, looks) = poller();
    let heard: Heard<'_> = RefCell::new(&mut waiting);
    let work = Work { state, catalog, cloud, mode, now, halt, poller: &poller, start: Instant::now(), heard: &heard };
    let all = async {
        futures::join!(
            join_all(state.pending.values().map(|pending| work.one(pending))),
            join_all(state.doubtful.values().map(|pending| work.late(pending))),
        )
    };
    let (pending, doubtful) = tokio::select! {
        biased;
        results = all => results,
        // Cannot end first: `poller` lives longer than this block.
        () = looks.serve(cloud, || false) => Default::default(),
    };
    let mut problems = Diagnostics::default();
    let mut unclear = Vec::new();
    let mut bad = |problem: Box<Diagnostic>| match problem.code {
        Code::Interrupted | Code::StateCorrupt | Code::UnknownType => problems.push(*problem),
        _ => unclear.push(*problem),
    };
    let pending: Vec<_> = pending.into_iter().filter_map(|result| result.map_err(&mut bad).ok()).collect();
    let late: Vec<_> = doubtful.into_iter().filter_map(|result| result.map_err(&mut bad).ok()).flatten().collect();
    if problems.has_errors() { Err(problems) } else { Ok(Recovery { unclear, ..work.together(pending, late) }) }
}

struct Work<'a> {
    state: &'a State,
    catalog: &'a dyn Catalog,
    cloud: &'a dyn Cloud,
    mode: RecoveryMode,
    now: &'a str,
    halt: &'a CancellationToken,
    poller: &'a Poller,
    start: Instant,
    heard: &'a Heard<'a>,
}

/// A further look for a create that was given up.
struct Late<'a> {
    pending: &'a Pending,
    address: Address,
    wanted: &'a Value,
    found: Option<PhysicalId>,
}

impl Work<'_> {
    async fn one(&self, pending: &Pending) -> Result<(Entry, Recovered), Box<Diagnostic>> {
        let (address, schema) = self.about(pending)?;
        let operation = pending.operation.clone();
        let (entry, call, found) = match &pending.call {
            PendingCall::Create { wanted, .. } => {
                let found = self.made(pending, &address, schema, wanted, self.start + delay(schema)).await?;
                let entry = match &found {
                    Some(id) => Entry::Created { operation, id: id.clone(), attributes: with_id(wanted, id) },
                    None => Entry::Doubted { operation },
                };
                (entry, "create".to_string(), found)
            }
            // Whether it was done shows in the next read; a call that belongs to the create stays in the list of these.
            PendingCall::Update { call, .. } => {
                (Entry::Void { operation, reason: "what AWS has decides".into() }, call.clone(), None)
            }
            PendingCall::Delete { id, deposed } => {
                let known = match deposed {
                    Some(_) => Value::Null,
                    None => self.state.resources.get(&pending.path).map(|r| r.attributes.clone()).unwrap_or_default(),
                };
                let there = self.still_there(&address, schema, (&pending.place, id), &known).await?;
                let entry = match there {
                    true => Entry::Void { operation, reason: "it still exists".into() },
                    false => Entry::Deleted { operation },
                };
                (entry, "delete".to_string(), there.then(|| id.clone()))
            }
        };
        Ok((entry, recovered(pending, address, &call, found)))
    }

    /// Polls once more for what a create made that was given up.
    async fn late<'p>(&self, pending: &'p Pending) -> Result<Option<Late<'p>>, Box<Diagnostic>> {
        let (address, schema) = self.about(pending)?;
        let PendingCall::Create { wanted, .. } = &pending.call else { return Ok(None) };
        let found = self.made(pending, &address, schema, wanted, self.start).await?;
        Ok(Some(Late { pending, address, wanted, found }))
    }

    /// All that was found out. A place is settled before something that surfaces can stand beside what is there, and
    /// what several searches find, as they do where nothing but the key tells resources apart, is one resource.
    fn together(&self, pending: Vec<(Entry, Recovered)>, late: Vec<Late>) -> Recovery {
        let in_state = self.state.objects().map(|object| object.object_id());
        let found = pending.iter().filter_map(|(_, one)| {
            let place = self.state.pending.get(&one.operation)?.place.clone();
            Some(ObjectId { type_name: one.type_name.clone(), id: one.found.clone()?, place })
        });
        let mut known: HashSet<ObjectId> = in_state.chain(found).collect();
        known.extend(self.state.forgotten.iter().cloned());

        let mut recovery = Recovery::default();
        for (entry, recovered) in pending {
            recovery.entries.push(entry);
            recovery.recovered.push(recovered);
        }
        for Late { pending, address, wanted, found } in late {
            let operation = pending.operation.clone();
            let new = found.filter(|id| {
                let (type_name, place) = (pending.type_name.to_string(), pending.place.clone());
                known.insert(ObjectId { type_name, id: id.clone(), place })
            });
            if let Some(id) = new {
                let mut key =
                    digest(&Value::from([("operation", operation.as_str().into()), ("id", id.as_str().into())]));
                key.truncate(8);
                recovery.entries.push(Entry::Surfaced {
                    operation,
                    id: id.clone(),
                    attributes: with_id(wanted, &id),
                    key,
                });
                recovery.recovered.push(recovered(pending, address, "create", Some(id)));
            } else if is_over(pending, self.now) {
                // Until then what is in state already may be made once more when it is gone.
                recovery.entries.push(Entry::Void { operation, reason: "nothing of it can land any more".into() });
            }
        }
        recovery
    }

    fn about(&self, pending: &Pending) -> Result<(Address, &'static TypeSchema), Box<Diagnostic>> {
        let address = Address::in_stack(&self.state.stack, &pending.path)
            .map_err(|error| Box::new(Diagnostic::error(Code::StateCorrupt, error.to_string())))?;
        let schema = self.catalog.schema(&pending.type_name).ok_or_else(|| {
            let message = format!("{address} has the type {}, which this version does not know", pending.type_name);
            Box::new(failure::new(Code::UnknownType, message, &address, None))
        })?;
        Ok((address, schema))
    }

    /// `visible`: what cannot be seen by then was not made.
    async fn made(
        &self,
        pending: &Pending,
        address: &Address,
        schema: &'static TypeSchema,
        wanted: &Value,
        visible: Instant,
    ) -> Result<Option<PhysicalId>, Box<Diagnostic>> {
        let operation = Operation {
            id: pending.operation.clone(),
            address: address.clone(),
            attempt: pending.attempts,
            place: pending.place.clone(),
        };
        let recover = Recover { operation, wanted: wanted.clone() };
        let tell = |left: Duration| {
            let left = left.as_secs_f64().ceil();
            let message = format!("looking for what an earlier run may have created, for {left} s at most");
            (self.heard.borrow_mut())(address, &message);
        };
        match search(self.cloud, schema, &recover, visible, PATIENCE_AT_START, self.halt, tell).await {
            Search::Found(found) => Ok(Some(found.id)),
            Search::Nothing => Ok(None),
            Search::Halted => Err(Box::new(failure::new(
                Code::Interrupted,
                format!("it is not known yet whether {address} was created"),
                address,
                None,
            ))),
            Search::Failed(error) => Err(Box::new(
                failure::from_call_error(Doing::Read, address, None, &error)
                    .note("An earlier run was stopped while it created this; whether AWS did it is not known."),
            )),
        }
    }

    async fn still_there(
        &self,
        address: &Address,
        schema: &'static TypeSchema,
        (place, id): (&Placement, &PhysicalId),
        known: &Value,
    ) -> Result<bool, Box<Diagnostic>> {
        let late = delay(schema);
        let wait = |until, consistency, timeout| Wait {
            cloud: self.cloud,
            poller: self.poller,
            halt: self.halt,
            place,
            type_name: schema.name,
            id,
            properties: asked(known, None),
            until,
            consistency,
            timeout,
        };
        let problem = |code, message: String| Box::new(failure::new(code, message, address, None));
        let going_on = |code| problem(code, format!("{address} is still being deleted"));
        let unreadable = |error: &CloudError| Box::new(failure::from_call_error(Doing::Read, address, None, error));

        // A read may be behind the one with which the plan saw it.
        let looking = wait(Until::Seen, late, PATIENCE_AT_START.max(late));
        let seen = match looking.run(|_| false, |_| {}).await {
            Settled::Ready(seen) => seen,
            Settled::Unreadable(error) => return Err(unreadable(&error)),
            Settled::Halted(_) => {
                let message = format!("it is not known yet whether {address} was deleted");
                return Err(problem(Code::Interrupted, message));
            }
            Settled::Gone | Settled::Failed(..) | Settled::TimedOut(_) => return Ok(false),
        };
        if self.cloud.readiness(schema.name, &seen) != Readiness::Deleting {
            return Ok(true);
        }
        if self.mode == RecoveryMode::Look {
            return Ok(false);
        }
        let going = wait(Until::Gone, Duration::ZERO, timeout_of(schema.usual_seconds));
        match going.run(|_| false, |_| {}).await {
            Settled::Gone => Ok(false),
            // AWS has given the deletion up: the plan deletes it again.
            Settled::Failed(..) => Ok(true),
            Settled::Unreadable(error) => Err(unreadable(&error)),
            Settled::Halted(_) => Err(going_on(Code::Interrupted)),
            Settled::Ready(_) | Settled::TimedOut(_) => Err(going_on(Code::TimedOut)),
        }
    }
}

/// The outcome of a search.
#[derive(Debug)]
pub(in crate::apply) enum Search {
    Found(Found),
    /// Nothing, and the type's consistency delay has passed.
    Nothing,
    Halted,
    Failed(CloudError),
}

/// Polls for what a create made, from now until `visible`: what cannot be seen then was not made, or is made later. Polls
/// may fail one after the other for as long as `patience`, and none is waited for beyond that. `waiting` hears once, after
/// the first look, for how long the search may still go on.
pub(in crate::apply) async fn search(
    cloud: &dyn Cloud,
    schema: &TypeSchema,
    recover: &Recover,
    visible: Instant,
    patience: Duration,
    halt: &CancellationToken,
    waiting: impl Fn(Duration),
) -> Search {
    let mut answered = Instant::now();
    let end = answered.max(visible) + patience;
    let mut looks = 0;
    loop {
        // A search that began later sees everything; one that began earlier may have missed it.
        let began = Instant::now();
        looks += 1;
        let look = timeout_at(end, cloud.find(schema.name, recover)).await.unwrap_or_else(|_| {
            Err(CloudError::new(ErrorKind::Ambiguous, format!("{looks} looks for it were not answered in time")))
        });
        let pause = match look {
            Ok(Some(found)) => return Search::Found(found),
            Ok(None) if began >= visible => return Search::Nothing,
            Ok(None) => {
                answered = Instant::now();
                backoff(1.0, 15.0, looks, recover.operation.id.as_str()).min(visible - began)
            }
            Err(error) if worth_repeating(&error) && answered.elapsed() < patience && Instant::now() < end => {
                backoff(1.0, 15.0, looks, recover.operation.id.as_str())
            }
            Err(error) => return Search::Failed(error),
        };
        if looks == 1 {
            waiting(end.saturating_duration_since(Instant::now()));
        }
        tokio::select! {
            biased;
            () = halt.cancelled() => return Search::Halted,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn recovered(pending: &Pending, address: Address, call: &str, found: Option<PhysicalId>) -> Recovered {
    Recovered {
        operation: pending.operation.clone(),
        address,
        type_name: pending.type_name.to_string(),
        call: call.to_string(),
        found,
    }
}

/// For how long a search may miss what there is.
pub(in crate::apply) fn delay(schema: &TypeSchema) -> Duration {
    Duration::from_secs(schema.consistency_seconds.into())
}

fn with_id(wanted: &Value, id: &PhysicalId) -> Value {
    let mut map: Map = wanted.as_map().cloned().unwrap_or_default();
    map.entry("id".to_string()).or_insert_with(|| id.as_str().into());
    Value::Map(map)
}
