//! Secrets: which parts of a value are sensitive, and the digests that stand for them.
//!
//! Owns: finding sensitive parts (those of the schema, and paths beyond it), leaving them out, replacing them
//! by digests, comparing a value with a digest. Leaves out: where values become sensitive (`compile`).

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::secret_version::{is_mark, versions};
use super::{DigestKey, Field, Map, PropertyPath, Step, Ty, Unknown, Value, redactor};

/// The key that marks a digest; no AWS name can contain a NUL.
const DIGEST_KEY: &str = "\u{0}sha256";

/// How the text of a digest begins that was made with a key.
const KEYED: &str = "hmac-";

/// Paths that are sensitive beyond the schema, with every list index erased: elements of a list are sensitive
/// together, since AWS may return them in another order. With the key of the digests of what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretPaths {
    paths: BTreeSet<Vec<Step>>,
    key: DigestKey,
}

impl SecretPaths {
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a PropertyPath>) -> Self {
        Self { paths: paths.into_iter().map(erase).collect(), key: DigestKey::default() }
    }

    /// From paths as state keeps them; a text that is no path is taken as the name of a property.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let path = |text: &String| erase(&parse(text).unwrap_or_else(|| text.as_str().into()));
        Self { paths: texts.into_iter().map(path).collect(), key: DigestKey::default() }
    }

    /// Adds the paths of `other`.
    pub fn extend(&mut self, other: Self) {
        self.paths.extend(other.paths);
    }

    /// The same, with digests that are made and checked with `key`.
    pub fn with_key(self, key: &DigestKey) -> Self {
        Self { key: key.clone(), ..self }
    }

    pub fn key(&self) -> &DigestKey {
        &self.key
    }

    /// True when `path` is inside one of the paths, or is one.
    pub fn covers(&self, path: &PropertyPath) -> bool {
        let path = erase(path);
        (1..=path.len()).any(|end| self.paths.contains(&path[..end]))
    }

    /// True when something strictly below `path` is sensitive.
    pub fn reaches_into(&self, path: &PropertyPath) -> bool {
        let path = erase(path);
        // Paths that begin with `path` follow it in the order of the set, without a gap.
        self.paths.range(path.clone()..).find(|other| **other != path).is_some_and(|other| other.starts_with(&path))
    }
}

/// Paths as state keeps them; [`SecretPaths::from_texts`] reads them.
pub fn texts(paths: &BTreeSet<PropertyPath>) -> BTreeSet<String> {
    paths.iter().map(PropertyPath::to_string).collect()
}

/// The inverse of the path's `Display`.
fn parse(text: &str) -> Option<PropertyPath> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let mut stream = serde_json::Deserializer::from_str(inner).into_iter::<serde_json::Value>();
            steps.push(match stream.next()?.ok()? {
                serde_json::Value::String(key) => Step::Key(key.into()),
                number => Step::Index(usize::try_from(number.as_u64()?).ok()?),
            });
            rest = inner.get(stream.byte_offset()..)?.strip_prefix(']')?;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Key(name.get(..end).filter(|name| !name.is_empty())?.into()));
            rest = name.get(end..)?;
        }
    }
    Some(PropertyPath(steps))
}

fn erase(path: &PropertyPath) -> Vec<Step> {
    path.0
        .iter()
        .map(|step| match step {
            Step::Key(name) => Step::Key(name.clone()),
            Step::Index(_) => Step::Index(0),
        })
        .collect()
}

/// The digest that stands for `value` in state.
///
/// `salt` is the lineage and the path of the resource; a hash of it and of `place` is kept in the digest, so that
/// the digest can be checked after the resource has moved. Without a key it is a plain SHA-256. What stands for a secret
/// already, as in what is read of a type that is in state only, stays as it is.
pub fn digest(value: &Value, place: &PropertyPath, salt: &str, key: &DigestKey) -> Value {
    if is_digest(value) {
        return value.clone();
    }
    let salt = &salt_at(&place.to_string(), salt);
    Value::from([(DIGEST_KEY, Value::from(keyed(value, salt, key).unwrap_or_else(|| salted(value, salt))))])
}

/// The keyed digest that tells whether a value, set under a name, is the same later; none without a key. Unlike a
/// [`digest`] it is kept outside of state.
pub fn pinned(value: &Value, name: &str, salt: &str, key: &DigestKey) -> Option<String> {
    keyed(value, &salt_at(name, salt), key)
}

/// True for what stands for a secret in state: what [`digest`] returns, or the mark of a version.
pub fn is_digest(value: &Value) -> bool {
    digest_text(value).is_some() || is_mark(value)
}

/// True when a part of a value stands for a secret.
pub fn holds_digest(value: &Value) -> bool {
    match value {
        value if is_digest(value) => true,
        Value::Map(map) => map.values().any(holds_digest),
        Value::List(items) => items.iter().any(holds_digest),
        _ => false,
    }
}

/// True when `digest` was made of a value equal to `value`. Cost: one SHA-256 of the value.
pub fn matches(digest: &Value, value: &Value, key: &DigestKey) -> bool {
    digest_text(digest).and_then(|text| Some((text, text.split_once(':')?.0))).is_some_and(|(text, salt)| {
        match salt.strip_prefix(KEYED) {
            Some(salt) => keyed(value, salt, key).is_some_and(|made| made == text),
            None => salted(value, salt) == text,
        }
    })
}

/// `attributes` with each sensitive part replaced by its digest; empty parts stay as they are.
pub fn redact(fields: &[Field], extra: &SecretPaths, attributes: &Value, salt: &str) -> Value {
    replace(fields, extra, attributes, &mut |path, value| Some(digest(value, path, salt, &extra.key)))
}

/// `attributes` without their sensitive parts (in a list: null in their place), and the paths of these.
pub fn strip(fields: &[Field], extra: &SecretPaths, attributes: &Value) -> (Value, BTreeSet<PropertyPath>) {
    let mut paths = BTreeSet::new();
    let value = replace(fields, extra, attributes, &mut |path, _| {
        paths.insert(path.clone());
        None
    });
    (value, paths)
}

/// `attributes` with `(sensitive value)` in the place of each sensitive part.
pub fn hide(fields: &[Field], extra: &SecretPaths, attributes: &Value) -> Value {
    replace(fields, extra, attributes, &mut |_, _| Some(redactor::HIDDEN.into()))
}

/// `properties` for who must not learn of secrets: each part at one of `paths` is unknown, whether it has a value, is empty, or
/// is not there.
pub fn unknown_at(paths: &BTreeSet<PropertyPath>, properties: Map) -> Map {
    let mut all = Value::Map(properties);
    for path in paths {
        put(&mut all, &path.0, &Value::Unknown(Unknown::one("something sensitive")));
    }
    match all {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// Takes what is at one of `paths` out of `shown`, and says at which of them nothing is to be shown: at each but for the
/// versions of secrets, which are shown. That there is nothing tells something as well.
pub fn conceal(paths: &BTreeSet<PropertyPath>, shown: &mut Value) -> BTreeSet<PropertyPath> {
    let versioned = |path: &PropertyPath| {
        let at = path.0.iter().try_fold(&*shown, |value, step| match step {
            Step::Key(name) => value.get(name),
            Step::Index(index) => value.as_list()?.get(*index),
        });
        matches!(at, Some(Value::Unknown(unknown)) if versions(unknown).next().is_some())
    };
    let hidden: BTreeSet<PropertyPath> = paths.iter().filter(|path| !versioned(path)).cloned().collect();
    for path in &hidden {
        put(shown, &path.0, &Value::Null);
    }
    hidden
}

/// Puts `what` at a path, in place of what is there, or of text that may hold it. A null takes an entry of a map away.
fn put(value: &mut Value, path: &[Step], what: &Value) {
    match (path, value) {
        ([Step::Key(name)], Value::Map(map)) if what.is_null() => drop(map.shift_remove(name.as_ref())),
        ([Step::Key(name)], Value::Map(map)) => drop(map.insert(name.to_string(), what.clone())),
        ([Step::Key(name), rest @ ..], Value::Map(map)) => {
            if let Some(inner) = map.get_mut(name.as_ref()) {
                put(inner, rest, what);
            }
        }
        ([Step::Index(index), rest @ ..], Value::List(items)) => {
            if let Some(inner) = items.get_mut(*index) {
                put(inner, rest, what);
            }
        }
        // Nothing is inside of it.
        ([_, ..], Value::Null | Value::Unknown(_)) => {}
        (_, value) => *value = what.clone(),
    }
}

/// Tells the redactor the sensitive parts of `attributes`. Costs nothing where there are none.
pub fn learn(fields: &[Field], extra: &SecretPaths, attributes: &Map) {
    tell(fields, extra, attributes, redactor::learn);
}

/// The same for logs alone: see [`redactor::learn_for_logs`].
pub fn learn_for_logs(fields: &[Field], extra: &SecretPaths, attributes: &Map) {
    tell(fields, extra, attributes, redactor::learn_for_logs);
}

fn tell(fields: &[Field], extra: &SecretPaths, attributes: &Map, learn: fn(&Value)) {
    fn any(fields: &[Field]) -> bool {
        fields.iter().any(|field| field.sensitive || field.block().is_some_and(any))
    }
    if extra.paths.is_empty() && !any(fields) {
        return;
    }
    block(fields, extra, attributes, &PropertyPath::default(), &mut |_, value| {
        learn(value);
        None
    });
}

/// 16 hex digits.
fn salt_at(place: &str, salt: &str) -> String {
    let mut hash = hex::encode(Sha256::digest(format!("{salt}\u{0}{place}")));
    hash.truncate(16);
    hash
}

fn digest_text(value: &Value) -> Option<&str> {
    match value {
        Value::Map(map) if map.len() == 1 => map.get(DIGEST_KEY)?.as_str(),
        _ => None,
    }
}

/// Ends in an HMAC instead of a hash; none without a key.
fn keyed(value: &Value, salt: &str, key: &DigestKey) -> Option<String> {
    let mut text = format!("{salt}\u{0}");
    canonical(value, &mut text);
    Some(format!("{KEYED}{salt}:{}", hex::encode(key.sign(text.as_bytes())?)))
}

fn salted(value: &Value, salt: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    let mut text = String::new();
    canonical(value, &mut text);
    hash.update(text.as_bytes());
    format!("{salt}:{}", hex::encode(hash.finalize()))
}

/// Equal values have equal texts: the keys of maps are sorted, whole floats are written as integers.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::List(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Map(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (key, value) in keys {
                out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                out.push(':');
                canonical(value, out);
                out.push(',');
            }
            out.push('}');
        }
        other => match other.as_int() {
            Some(int) => out.push_str(&int.to_string()),
            None => out.push_str(&other.to_string()),
        },
    }
}

type OnSecret<'f> = dyn FnMut(&PropertyPath, &Value) -> Option<Value> + 'f;

fn replace(fields: &[Field], extra: &SecretPaths, attributes: &Value, on_secret: &mut OnSecret<'_>) -> Value {
    match attributes {
        Value::Map(map) => Value::Map(block(fields, extra, map, &PropertyPath::default(), on_secret)),
        other => other.clone(),
    }
}

fn block(fields: &[Field], extra: &SecretPaths, map: &Map, path: &PropertyPath, on_secret: &mut OnSecret<'_>) -> Map {
    let mut out = Map::with_capacity(map.len());
    for (name, value) in map {
        let field = fields.iter().find(|field| field.name == name);
        let place = path.key(name.as_str());
        let sensitive = field.is_some_and(|field| field.sensitive);
        let ty = field.map_or(&Ty::Any, |field| &field.ty);
        if let Some(value) = part(ty, sensitive, extra, value, &place, on_secret) {
            out.insert(name.clone(), value);
        }
    }
    out
}

fn part(
    ty: &Ty,
    sensitive: bool,
    extra: &SecretPaths,
    value: &Value,
    path: &PropertyPath,
    on_secret: &mut OnSecret<'_>,
) -> Option<Value> {
    // An unknown holds no secret, and nothing is told by what is empty or a digest already.
    if value.is_empty() || matches!(value, Value::Unknown(_)) || is_digest(value) {
        return Some(value.clone());
    }
    if sensitive || extra.covers(path) {
        return on_secret(path, value);
    }
    match (ty, value) {
        (Ty::Object(fields), Value::Map(map)) => Some(Value::Map(block(fields, extra, map, path, on_secret))),
        (Ty::Map(inner), Value::Map(map)) => {
            let entries = map.iter().filter_map(|(key, value)| {
                Some((key.clone(), part(inner, false, extra, value, &path.key(key.as_str()), on_secret)?))
            });
            Some(Value::Map(entries.collect()))
        }
        (_, Value::Map(map)) => Some(Value::Map(block(&[], extra, map, path, on_secret))),
        (_, Value::List(items)) => {
            let elements = items.iter().enumerate().map(|(index, item)| {
                let inner = ty.element(index).unwrap_or(&Ty::Any);
                part(inner, false, extra, item, &path.index(index), on_secret).unwrap_or_default()
            });
            Some(Value::List(elements.collect()))
        }
        // A JSON document that AWS returned as text: the sensitive part is somewhere inside.
        (_, scalar) if extra.reaches_into(path) => on_secret(path, scalar),
        (_, scalar) => Some(scalar.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Field> {
        let plain = || Field::new("name", Ty::Any).immutable();
        let inner = Ty::Object(vec![plain(), Field::new("token", Ty::Any).immutable().sensitive()]);
        vec![
            plain(),
            Field::new("password", Ty::String).immutable().sensitive(),
            Field::new("rule", Ty::list(inner)).immutable(),
        ]
    }

    fn attributes() -> Value {
        Value::from([
            ("name", Value::from([("inside", Value::from("b")), ("open", Value::from("c"))])),
            ("password", Value::from("hunter2")),
            ("rule", Value::from(vec![Value::from([("name", Value::from("r")), ("token", Value::from("t"))])])),
        ])
    }

    #[test]
    fn a_digest_is_found_wherever_it_is() {
        let made = digest(&"hunter2".into(), &"password".into(), "salt", &DigestKey::default());
        assert!(holds_digest(&made), "itself");
        assert!(holds_digest(&Value::from([("a", Value::from(vec![Value::Null, made]))])));
        assert!(!holds_digest(&attributes()));
    }

    #[test]
    fn a_digest_is_checked_without_knowing_where_it_was_made() {
        for key in [DigestKey::default(), DigestKey::new("key")] {
            let digest = |text: &str, place: &str, salt: &str| digest(&text.into(), &place.into(), salt, &key);
            let made = digest("hunter2", "password", "lineage/a.b");
            assert!(is_digest(&made));
            assert!(matches(&made, &Value::from("hunter2"), &key));
            assert!(!matches(&made, &Value::from("hunter3"), &key));
            assert_ne!(made, digest("hunter2", "password", "lineage/a.c"));
            assert_ne!(made, digest("hunter2", "other", "lineage/a.b"));
            assert!(!matches(&Value::from("hunter2"), &Value::from("hunter2"), &key));
        }
    }

    #[test]
    fn without_its_key_a_digest_tells_nothing() {
        let (value, key) = (Value::from("hunter2"), DigestKey::new("key"));
        let made = digest(&value, &"password".into(), "s", &key);
        assert!(!matches(&made, &value, &DigestKey::default()));
        assert!(!matches(&made, &value, &DigestKey::new("other")));
        // State from before there were keys is compared all the same.
        assert!(matches(&digest(&value, &"password".into(), "s", &DigestKey::default()), &value, &key));
    }

    #[test]
    fn equal_values_have_equal_digests() {
        let one = Value::from([("a", Value::from(1)), ("b", Value::from(2.0))]);
        let other = Value::from([("b", Value::from(2)), ("a", Value::from(1))]);
        let key = DigestKey::new("key");
        assert!(matches(&digest(&one, &"x".into(), "s", &key), &other, &key));
    }

    #[test]
    fn every_sensitive_part_is_replaced_and_nothing_else() {
        let extra = SecretPaths::new([&PropertyPath::from("name").key("inside")]);
        let redacted = redact(&fields(), &extra, &attributes(), "salt");
        let text = redacted.to_string();
        assert!(!text.contains("hunter2") && !text.contains("\"t\"") && !text.contains("\"b\""), "{text}");
        assert_eq!(redacted.get("name").and_then(|name| name.get("open")), Some(&Value::from("c")));
        assert_eq!(redact(&fields(), &extra, &redacted, "salt"), redacted);
    }

    #[test]
    fn paths_survive_being_written() {
        let path = PropertyPath::from("tags").key("a.b\"[").key("plain").index(7).key("x");
        assert_eq!(parse(&path.to_string()), Some(path));
        assert_eq!(parse("a..b"), None);
        assert!(
            SecretPaths::from_texts(&["rule[0].name".to_string()])
                .covers(&PropertyPath::from("rule").index(4).key("name"))
        );
    }

    #[test]
    fn stripping_names_what_it_left_out() {
        let extra = SecretPaths::new([&PropertyPath::from("name").key("inside")]);
        let (value, paths) = strip(&fields(), &extra, &attributes());
        let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["name.inside", "password", "rule[0].token"]);
        assert_eq!(value.to_string(), r#"{"name": {"open": "c"}, "rule": [{"name": "r"}]}"#);
    }

    #[test]
    fn a_document_with_a_secret_inside_is_a_secret_as_a_whole_when_it_is_text() {
        let extra = SecretPaths::new([&PropertyPath::from("name").key("inside").index(3)]);
        let value = Value::from([("name", Value::from(r#"{"inside":["b"]}"#))]);
        assert!(is_digest(redact(&fields(), &extra, &value, "s").get("name").unwrap()));
        assert!(extra.reaches_into(&"name".into()) && !extra.reaches_into(&"nam".into()));
    }

    #[test]
    fn what_came_through_a_secret_is_neither_seen_nor_missed() {
        let paths: BTreeSet<PropertyPath> =
            [PropertyPath::from("a"), PropertyPath::from("tags").key("x"), PropertyPath::from("tags").key("gone")]
                .into_iter()
                .chain([PropertyPath::from("list").index(1).key("name"), PropertyPath::from("policy").key("Sid")])
                .collect();
        let known = || {
            let list = vec![Value::from("plain"), Value::from([("name", Value::from("s")), ("other", 1.into())])];
            Value::from([
                ("a", Value::List(Vec::new())),
                ("tags", Value::from([("x", Value::from("s")), ("y", Value::from("t"))])),
                ("list", Value::List(list)),
                ("policy", Value::from("{\"Sid\": \"s\"}")),
            ])
        };
        let Value::Map(all) = known() else { panic!("a map") };
        let seen = Value::Map(unknown_at(&paths, all));
        let unknown = |value: Option<&Value>| matches!(value, Some(Value::Unknown(_)));
        assert!(unknown(seen.get("a")) && unknown(seen.get("policy")));
        let tags = seen.get("tags").unwrap();
        assert!(unknown(tags.get("x")) && unknown(tags.get("gone")) && tags.get("y") == Some(&"t".into()));
        let mut shown = known();
        assert_eq!(conceal(&paths, &mut shown), paths);
        let list = Value::List(vec![Value::from("plain"), Value::from([("other", Value::from(1))])]);
        assert_eq!(
            shown,
            Value::from([("tags", Value::from([("y", Value::from("t"))])), ("list", list), ("policy", Value::Null)])
        );
    }
}
