//! The state that is proposed to a provider for its plan: what is configured, and what there was in the gaps of that.

use std::collections::BTreeMap;

use wildfire_engine::model::{Map, Value};

use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{member, set};

/// The members of an object: of a block, or of a nested attribute.
#[derive(Clone, Copy)]
struct Members<'a> {
    attributes: &'a BTreeMap<String, Attribute>,
    blocks: Option<&'a BTreeMap<String, NestedBlock>>,
}

impl<'a> Members<'a> {
    fn of(block: &'a Block) -> Self {
        Self { attributes: &block.attributes, blocks: Some(&block.blocks) }
    }

    fn nested(attributes: &'a BTreeMap<String, Attribute>) -> Self {
        Self { attributes, blocks: None }
    }

    /// Each member that is collected: its name, how, and what is in it.
    fn collected(self) -> impl Iterator<Item = (&'a str, Nesting, Members<'a>)> {
        let blocks = self.blocks.into_iter().flatten();
        let blocks = blocks.map(|(name, nested)| (name.as_str(), nested.nesting, Members::of(&nested.block)));
        let nested = self.attributes.iter().filter_map(|(name, attribute)| {
            let (nesting, fields) = attribute.nested.as_ref()?;
            Some((name.as_str(), *nesting, Members::nested(fields)))
        });
        blocks.chain(nested)
    }
}

/// `config` complete, with `prior` where the provider fills gaps. A null `config` is a deletion, and proposes null.
pub fn proposed(block: &Block, prior: &Value, config: &Value) -> Value {
    match (prior, config) {
        (_, Value::Null) => Value::Null,
        (_, Value::Unknown(_)) => prior.clone(),
        (Value::Null, _) => merged(Members::of(block), &block.empty(), config),
        _ => merged(Members::of(block), prior, config),
    }
}

fn merged(members: Members<'_>, prior: &Value, config: &Value) -> Value {
    let mut out = Map::new();
    for (name, attribute) in members.attributes {
        let (was, want) = (member(prior, name), member(config, name));
        let value = match &attribute.nested {
            // It can only have come from a configuration that is gone.
            Some((_, fields))
                if attribute.computed && attribute.optional && want.is_null() && configured(fields, was) =>
            {
                Value::Null
            }
            _ if attribute.computed && want.is_null() => was.clone(),
            Some((nesting, fields)) => collection(*nesting, Members::nested(fields), was, want),
            None => want.clone(),
        };
        out.insert(name.clone(), value);
    }
    for (name, nested) in members.blocks.into_iter().flatten() {
        let value = collection(nested.nesting, Members::of(&nested.block), member(prior, name), member(config, name));
        out.insert(name.clone(), value);
    }
    out.sort_unstable_keys();
    Value::Map(out)
}

fn items(value: &Value) -> &[Value] {
    value.as_list().unwrap_or_default()
}

/// An object that was not there before.
fn fresh(members: Members<'_>, config: &Value) -> Value {
    merged(members, &Value::Null, config)
}

fn collection(nesting: Nesting, members: Members<'_>, prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (_, Value::Null | Value::Unknown(_)) => config.clone(),
        // Without the one that was there before, it is as it is configured.
        (Nesting::One, _) if prior.is_null() => config.clone(),
        (Nesting::Single | Nesting::Group | Nesting::One, Value::Map(_)) => merged(members, prior, config),
        (Nesting::List, Value::List(want)) => {
            let was = items(prior);
            let one = |(index, item): (usize, &Value)| match (was.get(index), item) {
                (Some(was), Value::Map(_)) => merged(members, was, item),
                _ => item.clone(),
            };
            Value::List(want.iter().enumerate().map(one).collect())
        }
        (Nesting::Map, Value::Map(map)) => {
            let one = |(key, item): (&String, &Value)| {
                let value = match item {
                    Value::Map(_) => merged(members, member(prior, key), item),
                    _ => item.clone(),
                };
                (key.clone(), value)
            };
            Value::Map(map.iter().map(one).collect())
        }
        (Nesting::Set, Value::List(want)) => {
            let mut left: Vec<&Value> = items(prior).iter().collect();
            let one = |item: &Value| match left.iter().position(|was| comes_from(members, was, item)) {
                _ if !matches!(item, Value::Map(_)) => item.clone(),
                Some(at) => merged(members, left.remove(at), item),
                None => fresh(members, item),
            };
            set(want.iter().map(one).collect())
        }
        _ => config.clone(),
    }
}

/// True when `was` may have been made of `want`: equal, but for what is computed and not configured.
fn comes_from(members: Members<'_>, was: &Value, want: &Value) -> bool {
    if was == want {
        return true;
    }
    if !matches!((was, want), (Value::Map(_), Value::Map(_))) {
        return false;
    }
    let plain = members.attributes.iter().filter(|(_, attribute)| attribute.nested.is_none());
    let mut plain = plain.map(|(name, attribute)| (attribute, member(was, name), member(want, name)));
    plain.all(|(attribute, was, want)| was == want || (attribute.computed && want.is_null()))
        && members
            .collected()
            .all(|(name, nesting, inner)| all_come_from(nesting, inner, member(was, name), member(want, name)))
}

fn all_come_from(nesting: Nesting, members: Members<'_>, was: &Value, want: &Value) -> bool {
    match (nesting, was, want) {
        _ if was == want => true,
        (Nesting::Set, ..) => false,
        (Nesting::List, Value::List(was), Value::List(want)) => {
            was.len() == want.len() && was.iter().zip(want).all(|(was, want)| comes_from(members, was, want))
        }
        (Nesting::Map, Value::Map(was), Value::Map(want)) => {
            was.len() == want.len()
                && was.iter().all(|(key, was)| want.get(key).is_some_and(|want| comes_from(members, was, want)))
        }
        _ => comes_from(members, was, want),
    }
}

/// True when something in a nested attribute cannot have been computed.
fn configured(fields: &BTreeMap<String, Attribute>, value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(|item| configured(fields, item)),
        Value::Map(map) => map.iter().any(|(name, value)| match fields.get(name) {
            _ if value.is_null() => false,
            Some(attribute) => {
                !attribute.computed || attribute.nested.as_ref().is_some_and(|(_, inner)| configured(inner, value))
            }
            // The key of a map of objects.
            None => configured(fields, value),
        }),
        _ => false,
    }
}
