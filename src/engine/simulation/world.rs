//! What exists in the simulated cloud, and what can be seen of it.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::object::Object;
use super::random::Random;
use super::types::{Kind, kind};
use crate::model::{CloudError, CreateOnce, ErrorKind, Map, Mutation, OpId, Operation, Placement, Value, is_own_tag};

/// A change that happens after its caller was told that it failed.
struct Late {
    at: Instant,
    change: Box<dyn FnOnce(&mut World) + Send>,
}

/// The simulated cloud's memory; it outlives every run.
#[derive(Default)]
pub struct World {
    /// What it is of.
    place: Placement,
    /// Other accounts and regions.
    elsewhere: BTreeMap<Placement, World>,
    objects: BTreeMap<(&'static str, String), Object>,
    /// Objects that are gone, as reads may still show them.
    past: BTreeMap<(&'static str, String), Object>,
    late: Vec<Late>,
    made: u64,
    /// Secrets by name: the versions that each has had, the last one current.
    pub vault: BTreeMap<String, Vec<String>>,
    /// Properties, by type and name, of which an update is accepted and not done.
    pub ignored: Vec<(&'static str, &'static str)>,
    /// What reads show of a property for this long after each change of its resource.
    pub brief: Option<(&'static str, &'static str, Value, Duration)>,
}

type Done<T> = Result<T, CloudError>;

fn refuse<T>(kind: ErrorKind, code: &str, message: String) -> Done<T> {
    Err(CloudError { code: Some(code.to_string()), ..CloudError::new(kind, message) })
}

impl World {
    /// Resources that exist now, also such as no read shows yet.
    pub fn existing(&mut self) -> Vec<Object> {
        self.advance();
        let own: Vec<Object> = self.objects.values().cloned().collect();
        own.into_iter().chain(self.elsewhere.values_mut().flat_map(World::existing)).collect()
    }

    /// The part of the world that a place is.
    pub fn at(&mut self, place: &Placement) -> &mut World {
        // What comes late comes through here.
        self.advance();
        if place.is_home() {
            return self;
        }
        let other = self.elsewhere.entry(place.clone()).or_default();
        other.place = place.clone();
        other
    }

    /// What exists, without what differs from run to run: ids, operations.
    pub fn essence(&mut self) -> Vec<(String, Value)> {
        let all = self.existing();
        let names: BTreeMap<String, String> =
            all.iter().filter_map(|object| Some((object.id.clone(), object.address.clone()?))).collect();
        let mut out: Vec<_> = all
            .into_iter()
            .map(|object| {
                let mut attributes = object.attributes;
                if let Some(Value::Map(tags)) = attributes.get_mut("tags_all") {
                    tags.retain(|key, _| !is_own_tag(key));
                }
                attributes.sort_keys();
                let mut text = Value::Map(attributes).to_json().to_string();
                for (id, address) in &names {
                    text = text.replace(id.as_str(), &format!("<{address}>"));
                }
                let name =
                    format!("{} {}{}", object.type_name, object.address.unwrap_or(object.id), object.place.suffix());
                (name, Value::from(text))
            })
            .collect();
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }

    /// Somebody else changes a resource.
    pub fn tamper(&mut self, type_name: &str, id: &str, name: &str, value: Value) {
        self.advance();
        let found = self.objects.values_mut().find(|object| object.type_name == type_name && object.id == id);
        if let Some(object) = found {
            object.attributes.insert(name.to_string(), value);
            object.show(Duration::ZERO);
        }
    }

    /// Somebody else deletes a resource.
    pub fn steal(&mut self, type_name: &str, id: &str) {
        self.advance();
        if let Some(kind) = kind(type_name) {
            self.remove(kind.schema.name, id, Duration::ZERO);
        }
    }

    /// Somebody else makes a resource, with attributes as they are.
    pub fn plant(&mut self, type_name: &str, id: &str, attributes: Map) {
        let Some(kind) = kind(type_name) else { return };
        let now = Instant::now();
        let mut object = Object {
            type_name: kind.schema.name,
            id: id.to_string(),
            place: self.place.clone(),
            op: None,
            address: None,
            attributes,
            ready: now,
            gone: None,
            seen: Vec::new(),
        };
        object.attributes.insert("id".into(), id.into());
        object.show(Duration::ZERO);
        self.objects.insert((object.type_name, object.id.clone()), object);
    }

    /// Lets happen what is due.
    pub(super) fn advance(&mut self) {
        let now = Instant::now();
        while let Some(index) = self.late.iter().position(|late| late.at <= now) {
            let late = self.late.swap_remove(index);
            (late.change)(self);
        }
        let gone: Vec<_> = self
            .objects
            .values()
            .filter(|object| object.gone.is_some_and(|at| at <= now))
            .map(|object| (object.type_name, object.id.clone()))
            .collect();
        for (type_name, id) in gone {
            self.remove(type_name, &id, Duration::ZERO);
        }
    }

    pub(super) fn later(&mut self, after: Duration, change: impl FnOnce(&mut World) + Send + 'static) {
        self.late.push(Late { at: Instant::now() + after, change: Box::new(change) });
    }

    /// What a read shows now.
    pub(super) fn read(&mut self, type_name: &str, id: &str) -> Option<Value> {
        self.advance();
        let kind = kind(type_name)?;
        let key = (kind.schema.name, id.to_string());
        let object = self.objects.get(&key).or_else(|| self.past.get(&key))?;
        let mut look = object.look(kind)?;
        if let (Some((of, name, value, length)), Value::Map(map)) = (&self.brief, &mut look)
            && *of == kind.schema.name
            && object.changed() + *length > Instant::now()
        {
            map.insert(name.to_string(), value.clone());
        }
        Some(look)
    }

    /// What a search by operation, or by name where nothing else is kept, shows now.
    pub(super) fn find(&mut self, kind: &Kind, wanted: &Map, op: &OpId) -> Done<Option<String>> {
        self.advance();
        let untaggable = !kind.schema.taggable();
        let name = kind.natural_id(wanted);
        let found: Vec<_> = self
            .objects
            .values()
            .filter(|object| object.type_name == kind.schema.name)
            .filter(|object| match untaggable {
                true => Some(&object.id) == name.as_ref(),
                false => object.op.as_ref() == Some(op),
            })
            .filter(|object| object.look(kind).is_some())
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.id.clone())),
            _ => refuse(ErrorKind::Rejected, "Ambiguous", format!("two resources have the operation {op}")),
        }
    }

    pub(super) fn create(
        &mut self,
        kind: &'static Kind,
        want: &Map,
        op: &Operation,
        random: &mut Random,
        lag: Duration,
    ) -> Done<String> {
        self.advance();
        let name = kind.schema.name;
        let mine = self.objects.values().find(|object| object.type_name == name && object.op.as_ref() == Some(&op.id));
        if kind.schema.create_once == CreateOnce::ClientToken
            && let Some(object) = mine
        {
            return Ok(object.id.clone());
        }
        for (type_name, id) in kind.references(want) {
            let there =
                self.objects.get(&(super::types::kind(type_name).map_or("", |k| k.schema.name), id.to_string()));
            let visible = there
                .filter(|object| object.gone.is_none())
                .and_then(|object| object.look(super::types::kind(type_name)?));
            if visible.is_none() {
                return refuse(ErrorKind::NotFound, "NotFound", format!("{type_name} {id} does not exist"));
            }
        }
        let same = |object: &&mut Object| {
            object.type_name == name
                && kind.unique.iter().all(|unique| object.attributes.get(*unique) == want.get(*unique))
        };
        if !kind.unique.is_empty()
            && let Some(existing) = self.objects.values_mut().find(same)
        {
            let ours = existing.op.as_ref() == Some(&op.id);
            match kind.schema.create_once {
                CreateOnce::SameRequest if ours => return Ok(existing.id.clone()),
                CreateOnce::Upsert => {
                    let id = existing.id.clone();
                    existing.attributes.extend(want.iter().map(|(key, value)| (key.clone(), value.clone())));
                    existing.op = Some(op.id.clone());
                    existing.address = Some(op.address.to_tag());
                    existing.show(late(random, lag));
                    return Ok(id);
                }
                _ => return refuse(ErrorKind::AlreadyExists, "AlreadyExists", format!("{} exists", existing.id)),
            }
        }
        self.made += 1;
        let id = kind.natural_id(want).unwrap_or_else(|| format!("{}-{:04x}", kind.prefix, self.made));
        let mut attributes = Map::new();
        for field in &kind.schema.fields {
            let silent = field.after_create || field.begins.is_some() || field.change == crate::model::Change::Local;
            match want.get(field.name) {
                Some(value) if !silent && field.is_property() => {
                    drop(attributes.insert(field.name.into(), value.clone()))
                }
                // What the create call does not take has the service's own first value.
                _ if field.after_create => drop(attributes.insert(field.name.into(), Value::Bool(false))),
                _ => {}
            }
        }
        for name in kind.lowered {
            if let Some(Value::String(text)) = attributes.get(*name) {
                let lower = text.to_lowercase();
                attributes.insert(name.to_string(), lower.into());
            }
        }
        attributes.insert("id".into(), id.as_str().into());
        let now = Instant::now();
        let mut object = Object {
            type_name: name,
            id: id.clone(),
            place: self.place.clone(),
            op: Some(op.id.clone()),
            address: Some(op.address.to_tag()),
            attributes,
            ready: now + Duration::from_secs(kind.ready_after),
            gone: None,
            seen: Vec::new(),
        };
        object.show(late(random, lag));
        self.past.remove(&(name, id.clone()));
        self.objects.insert((name, id.clone()), object);
        Ok(id)
    }

    pub(super) fn update(
        &mut self,
        kind: &Kind,
        id: &str,
        call: &str,
        want: &Map,
        random: &mut Random,
        lag: Duration,
    ) -> Done<()> {
        self.advance();
        let Some(object) = self.objects.get_mut(&(kind.schema.name, id.to_string())) else {
            return refuse(ErrorKind::NotFound, "NotFound", format!("{id} does not exist"));
        };
        if object.look(kind).is_none() {
            return refuse(ErrorKind::NotFound, "NotFound", format!("{id} does not exist"));
        }
        if object.gone.is_some() || object.ready > Instant::now() {
            return refuse(ErrorKind::Busy, "InvalidState", format!("{id} is not available"));
        }
        for field in kind
            .schema
            .fields
            .iter()
            .filter(|field| field.change == crate::model::Change::Update(leak_free(kind, call)))
        {
            if self.ignored.contains(&(kind.schema.name, field.name)) {
                continue;
            }
            let mut value = want.get(field.name).cloned().unwrap_or_default();
            if field.name == "tags_all" {
                // Whoever tags leaves the marks alone.
                let own = object.attributes.get("tags_all").and_then(Value::as_map).cloned().unwrap_or_default();
                let mut tags = value.as_map().cloned().unwrap_or_default();
                tags.extend(own.into_iter().filter(|(key, _)| is_own_tag(key)));
                value = Value::Map(tags);
            }
            object.attributes.insert(field.name.to_string(), value);
        }
        object.show(late(random, lag));
        Ok(())
    }

    pub(super) fn delete(&mut self, kind: &Kind, id: &str, random: &mut Random, lag: Duration) -> Done<()> {
        self.advance();
        let key = (kind.schema.name, id.to_string());
        let Some(object) = self.objects.get(&key) else { return Ok(()) };
        if object.gone.is_some() {
            return Ok(());
        }
        if object.attributes.get("deletion_protection") == Some(&Value::Bool(true)) {
            return refuse(ErrorKind::Rejected, "InvalidParameterCombination", format!("{id} is protected"));
        }
        let user = self.objects.values().find(|other| {
            super::types::kind(other.type_name)
                .is_some_and(|other_kind| other_kind.references(&other.attributes).contains(&(kind.schema.name, id)))
        });
        if let Some(user) = user {
            return refuse(ErrorKind::Busy, "DependencyViolation", format!("{id} is used by {}", user.id));
        }
        if kind.gone_after > 0 {
            if let Some(object) = self.objects.get_mut(&key) {
                object.gone = Some(Instant::now() + Duration::from_secs(kind.gone_after));
            }
        } else {
            self.remove(kind.schema.name, id, late(random, lag));
        }
        Ok(())
    }

    /// Does all of `calls`, or none and says why.
    pub(super) fn together(
        &mut self,
        kind: &'static Kind,
        calls: &[Mutation],
        random: &mut Random,
        lag: Duration,
    ) -> Done<Vec<String>> {
        self.advance();
        let before = (self.objects.clone(), self.past.clone());
        let properties = |value: &Value| value.as_map().cloned().unwrap_or_default();
        let mut one = |world: &mut Self, call: &Mutation| match call {
            Mutation::Create { want, operation } => world.create(kind, &properties(want), operation, random, lag),
            Mutation::Update { id, call, want, .. } => {
                world.update(kind, id.as_str(), call, &properties(want), random, lag).map(|()| id.to_string())
            }
            Mutation::Delete { id, .. } => world.delete(kind, id.as_str(), random, lag).map(|()| id.to_string()),
        };
        let done: Done<Vec<String>> = calls.iter().map(|call| one(self, call)).collect();
        if done.is_err() {
            (self.objects, self.past) = before;
        }
        done
    }

    fn remove(&mut self, type_name: &'static str, id: &str, lag: Duration) {
        let key = (type_name, id.to_string());
        if let Some(mut object) = self.objects.remove(&key) {
            object.seen.push((Instant::now() + lag, None));
            self.past.insert(key, object);
        }
    }
}

/// The schema's own spelling of a call name, which lives as long as the schema; empty for none.
fn leak_free(kind: &Kind, call: &str) -> &'static str {
    kind.schema.update_calls.iter().find(|(name, _)| *name == call).map_or("", |(name, _)| *name)
}

fn late(random: &mut Random, lag: Duration) -> Duration {
    lag.mul_f64(random.part())
}
