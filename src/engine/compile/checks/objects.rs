//! One object at AWS that is declared twice: under two addresses, or in one place whole and in another by parts.
//!
//! Most names hold what only AWS tells (`${vpc.id}`), so they are compared as symbols: two references to one attribute are
//! the same text, whatever it will be. What is computed of such a text, so that it leaves no trace, stays unknown.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::network::Stacks;
use crate::compile::ids::InstanceId;
use crate::compile::instances::Program;
use crate::compile::sink::Sink;
use crate::compile::values::{Evaluator, Memo, Nothing, properties};
use crate::compile::{DesiredGraph, Evaluated, Known};
use crate::model::{
    Address, Catalog, Code, Diagnostic, Diagnostics, Inline, Map, NaturalKey, Origin, Relations, Span, StackId,
    TypeSchema, Value,
};

/// No name at AWS holds it.
const MARK: char = '\u{0}';

/// Texts that stand for what only AWS will tell.
#[derive(Default)]
struct Symbols {
    /// Ids that the properties tell.
    ids: HashMap<Address, String>,
    /// Outputs of the stacks before.
    outputs: RefCell<HashMap<(StackId, String), Value>>,
    /// Outputs of all other stacks are symbols, too.
    others: Cell<bool>,
}

impl Known for Symbols {
    fn attributes(&self, _: &Address) -> Option<Arc<Value>> {
        None
    }

    fn stand_in(&self, address: &Address, attribute: &str) -> Option<Value> {
        let id = self.ids.get(address).filter(|_| attribute == "id");
        Some(match id {
            Some(id) => format!("{MARK}={id}{MARK}").into(),
            None => format!("{MARK}{address}.{attribute}{MARK}").into(),
        })
    }

    fn output(&self, stack: &StackId, name: &str) -> Option<Value> {
        let known = self.outputs.borrow().get(&(stack.clone(), name.to_string())).cloned();
        let foreign = || Value::from(format!("{MARK}{stack}.outputs.{name}{MARK}"));
        known.or_else(|| self.others.get().then(foreign))
    }
}

/// What a resource claims at AWS.
struct Claim {
    address: Address,
    origin: Origin,
    schema: &'static TypeSchema,
    /// Compared with those of other stacks too.
    keys: Vec<NaturalKey>,
    /// A set that it manages as a whole: property, type of the parts, id of what is around the set.
    wholes: Vec<Set>,
    /// The same for a set of which it is a part.
    parts: Vec<Set>,
}

/// A set of things at AWS that one property can hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Set {
    property: &'static str,
    part: &'static str,
    around: String,
}

/// Tells what resources of one stack declare twice. `known` holds what the first look at each resource found.
pub(in crate::compile) fn check(program: &Program, catalog: &dyn Catalog, known: Vec<(InstanceId, Map)>, sink: &Sink) {
    let symbols = Symbols { ids: ids(program, catalog, &known), ..Symbols::default() };
    let claims = claims(program, catalog, known, &symbols);
    let all: Vec<&Claim> = claims.iter().collect();
    compare(&all, |_, _| true).into_iter().for_each(|fault| sink.push(fault));
}

/// Tells what resources of different stacks declare twice, and which of their networks overlap; the stacks in the order of
/// their references.
pub(in crate::compile) fn across(graphs: &[DesiredGraph], catalog: &dyn Catalog) -> Diagnostics {
    let mut symbols = Symbols::default();
    let mut all = Vec::new();
    let mut networks = Stacks::default();
    for graph in graphs {
        let program = &graph.program;
        let seen = observe(program);
        let known: Vec<(InstanceId, Map)> =
            seen.iter().map(|(id, evaluated)| (*id, evaluated.properties.clone())).collect();
        symbols.ids.extend(ids(program, catalog, &known));
        symbols.others.set(true);
        let (memo, sink) = (Memo::default(), Sink::default());
        let evaluator = Evaluator { program, known: &symbols, memo: &memo, sink: &sink };
        for (id, evaluated) in &seen {
            networks.add(program, *id, evaluated, |of| {
                let value = evaluated.properties.get(of)?;
                let symbol = || Some(properties::one(evaluator, *id, of)).filter(marked).map(settled);
                let value = if value.is_known() { Some(value.clone()) } else { symbol() };
                value?.as_str().map(String::from)
            });
        }
        all.extend(claims(program, catalog, known, &symbols));
        // An output that cannot be computed is told elsewhere. A text that stands for a list would take the others along.
        symbols.others.set(false);
        let outputs = graph.outputs(&symbols).unwrap_or_default();
        let named = outputs.into_iter().map(|(name, output)| ((graph.stack.clone(), name), output.value));
        symbols.outputs.borrow_mut().extend(named);
    }
    let mut found = Diagnostics::default();
    let all: Vec<&Claim> = all.iter().collect();
    found.extend(compare(&all, |a, b| a.address.stack != b.address.stack));
    found.extend(networks.overlaps());
    found
}

/// The properties of what has something to compare, with nothing known.
fn observe(program: &Program) -> Vec<(InstanceId, Evaluated)> {
    let (memo, sink) = (Memo::default(), Sink::default());
    let evaluator = Evaluator { program, known: &Nothing, memo: &memo, sink: &sink };
    let related = |id: &InstanceId| schema(program, *id).is_some_and(|schema| schema.relations != Relations::NONE);
    let all = (0..program.resources.len()).filter(related);
    all.map(|id| (id, properties::resource(evaluator, id))).collect()
}

fn schema(program: &Program, id: InstanceId) -> Option<&'static TypeSchema> {
    let instance = &program.resources[id];
    program.definition(instance.frame).resources[instance.item].schema
}

fn ids(program: &Program, catalog: &dyn Catalog, known: &[(InstanceId, Map)]) -> HashMap<Address, String> {
    let id = |(id, properties): &(InstanceId, Map)| {
        let natural = catalog.natural_id(schema(program, *id)?.name, &Value::Map(properties.clone()))?;
        Some((program.resources[*id].address.clone(), natural.to_string()))
    };
    known.iter().filter_map(id).collect()
}

fn claims(program: &Program, catalog: &dyn Catalog, known: Vec<(InstanceId, Map)>, symbols: &Symbols) -> Vec<Claim> {
    let (memo, sink) = (Memo::default(), Sink::default());
    let evaluator = Evaluator { program, known: symbols, memo: &memo, sink: &sink };
    let inline = inline_parts(catalog);
    let claim = |(id, mut properties): (InstanceId, Map)| {
        let schema = schema(program, id)?;
        for (name, value) in properties.iter_mut().filter(|(_, value)| !value.is_known()) {
            let symbolic = properties::one(evaluator, id, name);
            if marked(&symbolic) {
                *value = settled(symbolic);
            }
        }
        let instance = &program.resources[id];
        let decl = &program.definition(instance.frame).body.resources[instance.item];
        let properties = Value::Map(properties);
        let around = symbols.stand_in(&instance.address, "id").map(settled);
        let around = around.and_then(|id| id.as_str().map(String::from));
        Some(Claim {
            address: instance.address.clone(),
            origin: Origin::via(decl.span.clone(), program.frames[instance.frame].via.clone()),
            schema,
            keys: catalog.natural_keys_in(&instance.place.of(schema.scope), schema.name, &properties),
            wholes: around.map(|around| wholes(schema, &properties, &around)).unwrap_or_default(),
            parts: inline.get(schema.name).map(|sets| parts(schema, sets, &properties)).unwrap_or_default(),
        })
    };
    known.into_iter().filter_map(claim).collect()
}

/// True when a symbol is in the value: it was kept, not looked into.
fn marked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MARK),
        Value::List(items) => items.iter().any(marked),
        Value::Map(map) => map.values().any(marked),
        _ => false,
    }
}

/// The value with ids that are known in the place of their symbols.
fn settled(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains(MARK) => {
            // Every second piece is a symbol.
            let pieces =
                text.split(MARK).enumerate().map(|(index, piece)| match (index % 2, piece.strip_prefix('=')) {
                    (1, Some(id)) => id.to_string(),
                    (1, None) => format!("{MARK}{piece}{MARK}"),
                    _ => piece.to_string(),
                });
            pieces.collect::<String>().into()
        }
        Value::List(items) => Value::List(items.into_iter().map(settled).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(key, item)| (key, settled(item))).collect()),
        other => other,
    }
}

/// By the type of the parts: the sets that properties of other types hold.
fn inline_parts(catalog: &dyn Catalog) -> HashMap<&'static str, Vec<&'static Inline>> {
    let mut out: HashMap<&'static str, Vec<_>> = HashMap::new();
    for inline in catalog.types().into_iter().flat_map(|schema| schema.relations.inline) {
        out.entry(inline.type_name).or_default().push(inline);
    }
    out
}

fn wholes(schema: &TypeSchema, properties: &Value, around: &str) -> Vec<Set> {
    let written = |property: &str| {
        properties.get(property).is_some_and(|value| !value.is_null() && !matches!(value, Value::Unknown(_)))
    };
    let inline = schema.relations.inline.iter().filter(|inline| written(inline.property));
    inline.map(|inline| Set { property: inline.property, part: inline.type_name, around: around.to_string() }).collect()
}

fn parts(schema: &TypeSchema, sets: &[&Inline], properties: &Value) -> Vec<Set> {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let flag = |name: &str| match properties.get(name) {
        None | Some(Value::Null) => Value::from(schema.field(name)?.default?).as_bool(),
        Some(value) => value.as_bool(),
    };
    let belongs = |inline: &&&Inline| match inline.only {
        Some((property, value @ ("true" | "false"))) => flag(property) == Some(value == "true"),
        Some((property, value)) => text(property) == Some(value),
        None => true,
    };
    let set = |inline: &&Inline| {
        let around = text(inline.parent)?.to_string();
        Some(Set { property: inline.property, part: inline.type_name, around })
    };
    sets.iter().filter(belongs).filter_map(set).collect()
}

/// What is claimed twice, of pairs that `counts` admits. Instances of the same declarations have one mistake in common.
fn compare(claims: &[&Claim], counts: impl Fn(&Claim, &Claim) -> bool) -> Vec<Diagnostic> {
    let mut told: BTreeSet<[Vec<Span>; 2]> = BTreeSet::new();
    let mut new = |first: &Claim, second: &Claim| told.insert([places(&first.origin), places(&second.origin)]);
    let mut found = Vec::new();
    let mut named: HashMap<&NaturalKey, Vec<&Claim>> = HashMap::new();
    // Ranges that overlap are compared as networks.
    for claim in claims {
        for key in claim.keys.iter().filter(|key| key.range.is_none()) {
            let others = named.entry(key).or_default();
            let first = others.iter().find(|first| first.address != claim.address && counts(first, claim));
            if let Some(first) = first
                && new(first, claim)
            {
                found.push(twice(first, claim));
            }
            // One of each stack is enough to compare with.
            if !others.iter().any(|other| other.address.stack == claim.address.stack) {
                others.push(claim);
            }
        }
    }
    let mut sets: HashMap<&Set, &Claim> = HashMap::new();
    for claim in claims {
        sets.extend(claim.wholes.iter().map(|set| (set, *claim)));
    }
    for part in claims {
        for set in &part.parts {
            if let Some(whole) = sets.get(set).filter(|whole| counts(whole, part))
                && new(whole, part)
            {
                found.push(both(set, whole, part));
            }
        }
    }
    found
}

/// Where a resource is written, and the module calls through which it came.
fn places(origin: &Origin) -> Vec<Span> {
    std::iter::once(&origin.span).chain(origin.calls()).cloned().collect()
}

/// An address as others of the same stack write it, or in full.
fn name(claim: &Claim, beside: &Claim) -> String {
    match claim.address.stack == beside.address.stack {
        true => claim.address.path().to_string(),
        false => claim.address.to_string(),
    }
}

fn place(origin: &Origin) -> String {
    let calls: Vec<String> = origin.calls().map(|call| format!(", through {call}")).collect();
    format!("{}{}", origin.span, calls.concat())
}

fn twice(first: &Claim, second: &Claim) -> Diagnostic {
    let names = [name(first, second), name(second, first)];
    let message = format!("`{}` and `{}` are one object at AWS", names[0], names[1]);
    let identity: Vec<String> =
        second.schema.relations.identity.iter().map(|property| format!("`{property}`")).collect();
    let mut diagnostic = Diagnostic::error(Code::DuplicateObject, message)
        .at(second.origin.clone())
        .address(second.address.clone())
        .note(format!("`{}` is declared at {}", names[0], place(&first.origin)));
    if !identity.is_empty() {
        let identity = identity.join(", ");
        diagnostic = diagnostic.note(format!("AWS keeps one {} with the same {identity}", second.schema.name));
    }
    diagnostic.help("declare it once: what one of them sets, the other takes back")
}

fn both(set: &Set, whole: &Claim, part: &Claim) -> Diagnostic {
    let names = [name(whole, part), name(part, whole)];
    let message = format!("`{}` is one of what `{}` holds in `{}`", names[1], names[0], set.property);
    Diagnostic::error(Code::DuplicateObject, message)
        .at(part.origin.clone())
        .address(part.address.clone())
        .note(format!("`{}` is declared at {}", names[0], place(&whole.origin)))
        .note(format!("what is not written in `{}` is taken away from `{}`", set.property, names[0]))
        .help(format!("write it in `{}`, or leave `{}` out and write each as {}", set.property, set.property, set.part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, Literal, Ty};

    #[test]
    fn a_part_belongs_to_a_set_by_a_flag_that_may_be_left_out() {
        let flag = Field::new("egress", Ty::Bool).immutable().default(Literal::Bool(false));
        let rule = TypeSchema::new("rule", vec![flag, Field::new("acl", Ty::String).immutable()]);
        let set = |property, flag| Inline { property, type_name: "rule", parent: "acl", only: Some(("egress", flag)) };
        let (ingress, egress) = (set("ingress", "false"), set("egress", "true"));
        let of = |flag: Value| {
            let properties = Value::from([("acl", Value::from("acl-1")), ("egress", flag)]);
            parts(&rule, &[&ingress, &egress], &properties).iter().map(|set| set.property).collect::<Vec<_>>()
        };
        assert_eq!(of(Value::Null), ["ingress"]);
        assert_eq!(of(Value::from(false)), ["ingress"]);
        assert_eq!(of(Value::from(true)), ["egress"]);
    }
}
