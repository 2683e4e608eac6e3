//! Calls to the simulated cloud, with everything that can happen to a call on its way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::faults::{Faults, Operated, Process};
use super::random::Random;
use super::types::{Kind, kind};
use super::world::World;
use crate::model::secret_version::unread;
use crate::model::{
    Cloud, CloudError, Created, ErrorKind, Found, Identity, Map, Mutation, Operation, PhysicalId, Placement,
    ReadRequest, Readiness, Recover, Value,
};

/// One process's connection to a [`World`].
pub struct SimCloud {
    world: Arc<Mutex<World>>,
    faults: Mutex<Faults>,
    random: Mutex<Random>,
    crash: Arc<Process>,
    calls: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked with the lock has failed already.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What happens to a call.
enum Fate {
    Answered,
    Lost,
    Late,
}

impl SimCloud {
    pub fn new(world: Arc<Mutex<World>>, faults: Faults, crash: Arc<Process>) -> Self {
        let random = Random::new(faults.seed);
        Self { world, faults: Mutex::new(faults), random: Mutex::new(random), crash, calls: Mutex::default() }
    }

    /// Every call so far: kind, type, address or ids.
    pub fn calls(&self) -> Vec<String> {
        lock(&self.calls).clone()
    }

    /// Before the effect of a call: latency, crash, and the errors after which nothing was done.
    async fn before(&self, call: Operated, type_name: &str, about: &str) -> Result<Fate, CloudError> {
        self.crash.point().await;
        let latency = lock(&self.faults).latency;
        tokio::time::sleep(latency).await;
        lock(&self.calls).push(format!("{call:?} {type_name} {about}"));
        let panics = lock(&self.faults).panics.is_some_and(|(kind, name)| kind == call && name == type_name);
        assert!(!panics, "scripted");
        let mut faults = lock(&self.faults);
        let script = faults.scripts.iter_mut().find(|script| {
            script.call == call && script.type_name == type_name && script.times > 0 && about.contains(&script.about)
        });
        if let Some(script) = script {
            if script.after > 0 {
                script.after -= 1;
                return Ok(Fate::Answered);
            }
            script.times -= 1;
            return Err(CloudError::new(script.error, "scripted"));
        }
        let mut random = lock(&self.random);
        if random.chance(faults.throttled) {
            return Err(CloudError::new(ErrorKind::Throttled, "slow down"));
        }
        if random.chance(faults.swallowed) {
            return Err(CloudError::new(ErrorKind::Ambiguous, "the connection was lost"));
        }
        Ok(match (random.chance(faults.lost), random.chance(faults.late)) {
            (true, _) => Fate::Lost,
            (false, true) => Fate::Late,
            (false, false) => Fate::Answered,
        })
    }

    async fn mutate<T: Send + 'static>(
        &self,
        call: Operated,
        (place, type_name): (&Placement, &str),
        about: &str,
        change: impl FnOnce(&mut World, &'static Kind, &mut Random, Duration) -> Result<T, CloudError> + Send + 'static,
    ) -> Result<T, CloudError> {
        let Some(kind) = kind(type_name) else {
            return Err(CloudError::new(ErrorKind::Rejected, format!("there is no type {type_name}")));
        };
        let place = place.clone();
        let change = move |world: &mut World, kind, random: &mut _, lag| change(world.at(&place), kind, random, lag);
        let fate = self.before(call, type_name, about).await?;
        let lag = lock(&self.faults).lag;
        // Nothing comes, or something comes that is not AWS's.
        let lost = || match lock(&self.calls).len() % 2 {
            0 => CloudError::new(ErrorKind::Ambiguous, "the reply was lost"),
            _ => CloudError::new(ErrorKind::Unreadable, "a page came in place of the reply"),
        };
        if matches!(fate, Fate::Late) {
            let seed = lock(&self.random).draw();
            let after = Duration::from_secs(2);
            lock(&self.world).later(after, move |world| drop(change(world, kind, &mut Random::new(seed), lag)));
            return Err(lost());
        }
        let result = change(&mut lock(&self.world), kind, &mut lock(&self.random), lag);
        self.crash.point().await;
        if matches!(fate, Fate::Lost) { Err(lost()) } else { result }
    }

    /// What was read, without what takes a call of its own and nobody asks about. Such calls are `ReadApart`.
    fn as_asked(&self, type_name: &str, request: &ReadRequest, mut live: Value) -> Value {
        let apart = kind(type_name).map_or(&[][..], |kind| kind.schema.apart.as_slice());
        let (asked, left_out): (Vec<&str>, Vec<&str>) =
            apart.iter().partition(|name| request.properties.iter().any(|property| property == *name));
        if let Some(map) = live.as_map_mut() {
            left_out.iter().for_each(|name| drop(map.shift_remove(*name)));
        }
        if !asked.is_empty() {
            lock(&self.calls).push(format!("ReadApart {type_name} {} {}", request.id, asked.join(" ")));
        }
        live
    }

    /// A look: nothing is lost that another look would not bring.
    async fn look(&self, call: Operated, type_name: &str, about: &str) -> Result<(), CloudError> {
        self.before(call, type_name, about).await.map(drop)
    }
}

/// What the script of a request for several resources can name.
fn about(call: &Mutation) -> String {
    match (call.operation(), call) {
        (Some(operation), _) => operation.address.path().to_string(),
        (None, Mutation::Delete { id, .. } | Mutation::Update { id, .. }) => id.to_string(),
        (None, Mutation::Create { .. }) => String::new(),
    }
}

fn properties(value: &Value) -> Map {
    value.as_map().cloned().unwrap_or_default()
}

#[async_trait]
impl Cloud for SimCloud {
    async fn identity(&self) -> Result<Identity, CloudError> {
        Ok(Identity {
            account: "123456789012".into(),
            arn: "arn:aws:iam::123456789012:user/sim".into(),
            region: "eu-west-1".into(),
        })
    }

    async fn read(
        &self,
        place: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        let about: Vec<_> = wanted.iter().map(|request| request.id.as_str()).collect();
        match self.look(Operated::Read, type_name, &about.join(" ")).await {
            Err(error) => wanted.iter().map(|_| Err(error.clone())).collect(),
            Ok(()) => {
                let read = |request: &ReadRequest| lock(&self.world).at(place).read(type_name, request.id.as_str());
                wanted
                    .iter()
                    .map(|request| Ok(read(request).map(|live| self.as_asked(type_name, request, live))))
                    .collect()
            }
        }
    }

    async fn read_data(&self, _: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError> {
        self.look(Operated::ReadData, type_name, &arguments.to_string()).await?;
        Ok(match type_name {
            "aws_availability_zones" => Value::from([("names", Value::from(vec!["a".into(), "b".into(), "c".into()]))]),
            "aws_vault" => {
                let name = arguments.get("name").and_then(Value::as_str).unwrap_or_default();
                let version = lock(&self.world).vault.get(name).map_or(0, Vec::len).to_string();
                let secret = unread(&format!("vault:{name}"), "secret", &version);
                Value::from([("name", name.into()), ("version", version.into()), ("secret", secret)])
            }
            _ => {
                let question = arguments.get("question").cloned().unwrap_or_default();
                let answer = format!("answer to {}", question.as_str().unwrap_or_default());
                Value::from([("question", question), ("answer", answer.into())])
            }
        })
    }

    async fn reveal_data(&self, _: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError> {
        let text = |name: &str| read.get(name).and_then(Value::as_str).unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        self.look(Operated::ReadData, type_name, &format!("reveal {name} {version}")).await?;
        let index = version.parse::<usize>().unwrap_or(0).wrapping_sub(1);
        let secret = lock(&self.world).vault.get(name).and_then(|versions| versions.get(index)).cloned();
        let Some(secret) = secret else {
            return Err(CloudError::new(ErrorKind::NotFound, format!("there is no version {version} of {name}")));
        };
        Ok(Value::from([("name", name.into()), ("version", version.into()), ("secret", secret.into())]))
    }

    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError> {
        self.look(Operated::Find, type_name, wanted.operation.address.path()).await?;
        let Some(kind) = kind(type_name) else {
            return Err(CloudError::new(ErrorKind::Rejected, format!("there is no type {type_name}")));
        };
        let found = lock(&self.world).at(&wanted.operation.place).find(
            kind,
            &properties(&wanted.wanted),
            &wanted.operation.id,
        )?;
        Ok(found.map(|id| Found { id: id.into() }))
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        let (want, op) = (properties(want), operation.clone());
        let id = self
            .mutate(
                Operated::Create,
                (&operation.place, type_name),
                operation.address.path(),
                move |world, kind, random, lag| world.create(kind, &want, &op, random, lag),
            )
            .await?;
        Ok(Created { id: id.into(), attributes: Value::Null })
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        _prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        let (want, id, call) = (properties(want), id.to_string(), call.to_string());
        let about = format!("{} {call}", operation.address.path());
        self.mutate(Operated::Update, (&operation.place, type_name), &about, move |world, kind, random, lag| {
            world.update(kind, &id, &call, &want, random, lag)
        })
        .await
    }

    async fn delete(
        &self,
        place: &Placement,
        type_name: &str,
        id: &PhysicalId,
        _prior: &Value,
    ) -> Result<(), CloudError> {
        let (about, id) = (id.to_string(), id.to_string());
        self.mutate(Operated::Delete, (place, type_name), &about, move |world, kind, random, lag| {
            world.delete(kind, &id, random, lag)
        })
        .await
    }

    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        let about: Vec<String> = calls.iter().map(about).collect();
        let place = calls.first().map(|call| call.place().clone()).unwrap_or_default();
        let calls = calls.to_vec();
        let ids = self
            .mutate(Operated::Together, (&place, type_name), &about.join(" "), move |world, kind, random, lag| {
                world.together(kind, &calls, random, lag)
            })
            .await?;
        Ok(ids.into_iter().map(|id| Ok(Created { id: id.into(), attributes: Value::Null })).collect())
    }

    fn readiness(&self, _: &str, live: &Value) -> Readiness {
        match live.get("status").and_then(Value::as_str) {
            Some("creating") => Readiness::Pending("creating".into()),
            Some("failed") => Readiness::Failed("failed".into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn poll_interval(&self, _: &str) -> Duration {
        Duration::from_secs(15)
    }
}
