//! `random_…` and `terraform_data`: ids of new ones, and what follows from an id.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::draw::Draw;
use super::words::{ADJECTIVES, ADVERBS, ANIMALS};
use crate::model::{Map, Operation, Value};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

fn draw(operation: &Operation, what: &str) -> Draw {
    Draw::new(&[operation.id.as_str(), what])
}

fn int(properties: &Map, name: &str, default: i64) -> i64 {
    properties.get(name).and_then(Value::as_int).unwrap_or(default)
}

fn count(properties: &Map, name: &str, default: i64) -> usize {
    usize::try_from(int(properties, name, default)).unwrap_or(0)
}

fn text<'m>(properties: &'m Map, name: &str) -> &'m str {
    properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// By a seed of the user's where there is one: then everybody with the seed gets the same.
fn seeded(operation: &Operation, properties: &Map, what: &str) -> Draw {
    match text(properties, "seed") {
        "" => draw(operation, what),
        seed => Draw::new(&["seed", seed, what]),
    }
}

/// `id` and `result`, which are the same.
pub(super) fn result(id: &str, _: &Map) -> Map {
    [("id", id), ("result", id)].map(|(name, value)| (name.to_string(), Value::from(value))).into_iter().collect()
}

pub(super) fn only_id(id: &str, _: &Map) -> Map {
    [("id".to_string(), Value::from(id))].into_iter().collect()
}

pub(super) fn uuid(operation: &Operation, _: &Map) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&draw(operation, "uuid").bytes(16));
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

pub(super) fn bytes(operation: &Operation, properties: &Map) -> String {
    URL_SAFE_NO_PAD.encode(draw(operation, "id").bytes(count(properties, "byte_length", 0)))
}

/// The forms of the bytes that the id stands for.
pub(super) fn forms(id: &str, properties: &Map) -> Map {
    let bytes = URL_SAFE_NO_PAD.decode(id).unwrap_or_default();
    let prefix = text(properties, "prefix");
    let mut out = only_id(id, properties);
    for (name, form) in [
        ("b64_url", id.to_string()),
        ("b64_std", STANDARD.encode(&bytes)),
        ("hex", hex::encode(&bytes)),
        ("dec", decimal(&bytes)),
    ] {
        out.insert(name.to_string(), format!("{prefix}{form}").into());
    }
    out
}

/// A big-endian number in decimal.
fn decimal(bytes: &[u8]) -> String {
    // From the least digit on.
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

pub(super) fn integer(operation: &Operation, properties: &Map) -> String {
    let (min, max) = (int(properties, "min", 0), int(properties, "max", 0));
    let mut draw = seeded(operation, properties, "integer");
    let span = max.abs_diff(min);
    let offset = match span.checked_add(1) {
        Some(bound) => draw.below(bound),
        // Every number of 64 bits.
        None => draw.bytes(8).iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)),
    };
    min.wrapping_add_unsigned(offset).to_string()
}

pub(super) fn integer_result(id: &str, _: &Map) -> Map {
    let mut out = only_id(id, &Map::new());
    let number = id.parse::<i64>().map_or(Value::Null, Value::from);
    out.insert("result".to_string(), number);
    out
}

pub(super) fn string(operation: &Operation, properties: &Map) -> String {
    let mut draw = draw(operation, "string");
    let special = match text(properties, "override_special") {
        "" => SPECIAL,
        own => own,
    };
    let classes = [("upper", UPPER), ("lower", LOWER), ("numeric", DIGITS), ("special", special)];
    let wanted = |name: &str| properties.get(name).and_then(Value::as_bool).unwrap_or(true);
    let mut out: Vec<char> = Vec::new();
    let mut all: Vec<char> = Vec::new();
    for (name, letters) in classes.into_iter().filter(|(name, _)| wanted(name)) {
        let letters: Vec<char> = letters.chars().collect();
        let least = count(properties, &format!("min_{name}"), 0);
        out.extend((0..least).filter_map(|_| draw.one(&letters)));
        all.extend(letters);
    }
    let left = count(properties, "length", 0).saturating_sub(out.len());
    out.extend((0..left).filter_map(|_| draw.one(&all)));
    draw.shuffle(&mut out);
    out.into_iter().collect()
}

pub(super) fn pet(operation: &Operation, properties: &Map) -> String {
    let mut draw = draw(operation, "pet");
    let separator = properties.get("separator").and_then(Value::as_str).unwrap_or("-");
    let length = count(properties, "length", 2);
    let mut words = vec![text(properties, "prefix")];
    words.retain(|word| !word.is_empty());
    for left in (0..length).rev() {
        let list = match left {
            0 => ANIMALS,
            1 => ADJECTIVES,
            _ => ADVERBS,
        };
        words.extend(draw.one(list));
    }
    words.join(separator)
}

/// The seed of the order: it is all that has to be kept.
pub(super) fn order(operation: &Operation, properties: &Map) -> String {
    hex::encode(seeded(operation, properties, "order").bytes(8))
}

pub(super) fn shuffled(id: &str, properties: &Map) -> Map {
    let input = properties.get("input").and_then(Value::as_list).unwrap_or_default();
    let wanted = properties.get("result_count").and_then(Value::as_int).and_then(|count| usize::try_from(count).ok());
    let wanted = wanted.unwrap_or(input.len());
    let mut draw = Draw::new(&[id]);
    let mut result: Vec<Value> = Vec::new();
    // More than there are: again from the start.
    while result.len() < wanted && !input.is_empty() {
        let mut round = input.to_vec();
        draw.shuffle(&mut round);
        round.truncate(wanted - result.len());
        result.extend(round);
    }
    let mut out = only_id(id, properties);
    out.insert("result".to_string(), Value::List(result));
    out
}

/// What went in comes out.
pub(super) fn echoed(id: &str, properties: &Map) -> Map {
    let mut out = only_id(id, properties);
    out.insert("output".to_string(), properties.get("input").cloned().unwrap_or_default());
    out
}
