//! The walk over two values side by side.

use super::pairs::unpaired;
use super::{PropertyChange, document};
use crate::model::secret::{is_digest, matches};
use crate::model::secret_version::{holds_mark, is_mark, mark};
use crate::model::{Change, Field, Form, Map, Normal, Origin, PropertyPath, SecretPaths, TagRule, Ty, Value};

/// A place where the two sides differ.
#[derive(Debug)]
pub(super) struct Difference {
    pub path: PropertyPath,
    pub before: Value,
    pub after: Value,
    change: Change,
    sensitive: bool,
}

impl Difference {
    pub fn new(change: Change, path: PropertyPath, before: Value, after: Value, sensitive: bool) -> Self {
        Self { path, before, after, change, sensitive }
    }

    pub fn into_change(self, origin: Option<Origin>, drifted: bool) -> PropertyChange {
        // A plan is shown and stored: of a secret it says only whether it is there.
        let shown = |value: Value| match value {
            value if !self.sensitive || value.is_null() || matches!(value, Value::Unknown(_)) => value,
            _ => Value::from(HIDDEN),
        };
        PropertyChange {
            path: self.path,
            before: shown(self.before),
            after: shown(self.after),
            origin,
            forces_replacement: self.change == Change::Immutable,
            sensitive: self.sensitive,
            call: match self.change {
                Change::Update(call) => Some(call),
                _ => None,
            },
            drifted,
        }
    }
}

/// What stands for a secret that is there.
const HIDDEN: &str = "(sensitive value)";

/// The marks of a field that hold for everything inside of it, down to the next field.
#[derive(Clone, Copy)]
pub(super) struct Rule<'f> {
    /// Never `Inherit`.
    change: Change,
    sensitive: bool,
    json: bool,
    normal: Option<Normal>,
    single: bool,
    forms: &'f [Form],
}

impl<'f> Rule<'f> {
    pub fn of(field: &'f Field, outer: Change) -> Self {
        Self {
            change: if field.change == Change::Inherit { outer } else { field.change },
            sensitive: field.sensitive,
            json: field.json,
            normal: field.compared_after,
            single: field.single,
            forms: &field.forms,
        }
    }
}

/// Collects differences between what is wanted and what there is.
pub(super) struct Walk<'a> {
    secrets: &'a SecretPaths,
    imported: bool,
    pub found: Vec<Difference>,
}

/// True when the two values mean the same.
pub(super) fn same(ty: &Ty, rule: Rule<'_>, want: &Value, have: &Value) -> bool {
    same_beside(&SecretPaths::default(), ty, rule, want, have)
}

/// The same where digests may stand for secrets.
fn same_beside(secrets: &SecretPaths, ty: &Ty, rule: Rule<'_>, want: &Value, have: &Value) -> bool {
    let mut walk = Walk::new(secrets, false);
    walk.typed(ty, rule, want, have, None, &PropertyPath::default());
    walk.found.is_empty()
}

impl<'a> Walk<'a> {
    pub fn new(secrets: &'a SecretPaths, imported: bool) -> Self {
        Self { secrets, imported, found: Vec::new() }
    }

    /// One field of a type or of a block. `prior` holds what state remembers of the type or block, if anything.
    pub fn property(
        &mut self,
        field: &Field,
        outer: Change,
        want: Option<&Value>,
        have: Option<&Value>,
        prior: Option<&Value>,
        path: &PropertyPath,
    ) {
        let rule = Rule::of(field, outer);
        let mut have = have.unwrap_or(&Value::Null);
        let default;
        let want = match want {
            Some(want) if !want.is_null() => want,
            _ => match field.default {
                Some(literal) => {
                    default = Value::from(literal);
                    &default
                }
                None if field.aws_default => return,
                None => &Value::Null,
            },
        };
        let remembered = prior.map(|prior| prior.get(field.name).unwrap_or(&Value::Null));
        if field.write_only || rule.change == Change::Local {
            // AWS cannot be asked, and of what was imported nobody knows what was set before.
            let Some(remembered) = remembered else { return };
            // A password can be set again at any time, and anything else may force a replacement.
            if field.write_only && self.imported && remembered.is_null() && !field.is_password() {
                return;
            }
            have = remembered;
        }
        self.typed(&field.ty, rule, want, have, remembered, path);
    }

    /// What state remembers of a field against what is live.
    pub fn drifted(&mut self, field: &Field, live: &Value, prior: &Value, path: &PropertyPath) {
        // What was made of a secret that nobody has read cannot be compared with what is there.
        if !holds_mark(prior) {
            self.typed(&field.ty, Rule::of(field, Change::Computed), live, prior, None, path);
        }
    }

    /// Tags, without those that are never a difference.
    pub fn tags(&mut self, rule: TagRule, change: Change, want: Option<&Value>, have: Option<&Value>) {
        let path = PropertyPath::from(rule.all);
        let counted = |tags: Option<&Value>| tags.and_then(Value::as_map).map(|tags| rule.of_user(tags));
        let counted = |tags: Option<&Value>| counted(tags).unwrap_or_default();
        let rule = Rule { change, sensitive: false, json: false, normal: None, single: false, forms: &[] };
        let have = counted(have);
        match want {
            Some(want @ Value::Unknown(_)) => self.differ(rule, &path, &Value::Map(have), want),
            want => self.entries(&Ty::String, rule, &counted(want), &have, None, &path),
        }
    }

    fn typed(
        &mut self,
        ty: &Ty,
        rule: Rule<'_>,
        want: &Value,
        have: &Value,
        prior: Option<&Value>,
        path: &PropertyPath,
    ) {
        if blank(want) && blank(have) {
            return;
        }
        if let Some(remembered) = prior.filter(|prior| is_mark(prior)) {
            // Of a secret that only an apply reads the versions are compared, whatever AWS shows of it.
            if mark(want).as_ref() != Some(remembered) {
                self.differ(rule, path, have, want);
            }
            return;
        }
        if matches!(want, Value::Unknown(_)) {
            return self.differ(rule, path, have, want);
        }
        if is_digest(have) {
            // What nobody but state remembers reads as its digest.
            if have != want && !matches(have, want, self.secrets.key()) {
                self.differ(rule, path, have, want);
            }
            return;
        }
        if rule.json {
            let (want, have) = (&document::normal(want, rule.normal), &document::normal(have, rule.normal));
            if !want.is_known() || !document::same(want, have, rule.forms) {
                for part in document::differences(want, have, rule.forms) {
                    let path = PropertyPath(path.0.iter().cloned().chain(part.path.0).collect());
                    self.differ(rule, &path, &part.have, &part.want);
                }
            }
            return;
        }
        if let (Ty::List(inner) | Ty::Set(inner), true, Some(want), Some(have)) =
            (ty, rule.single, only(want), only(have))
        {
            let prior = prior.and_then(only);
            return self.typed(inner, Rule { single: false, ..rule }, want, have, prior, &path.index(0));
        }
        match (ty, want, have) {
            (Ty::Object(fields), Value::Map(_), Value::Map(_)) => self.block(fields, rule, want, have, prior, path),
            // A block on one side only counts when something in it is more than a default.
            (Ty::Object(fields), Value::Map(_) | Value::Null, Value::Map(_) | Value::Null) => {
                let empty = Value::Map(Map::new());
                let side = |value: &'_ Value| if value.is_null() { empty.clone() } else { value.clone() };
                let nothing = SecretPaths::default();
                let mut inner = Walk::new(&nothing, false);
                inner.block(fields, rule, &side(want), &side(have), None, path);
                if !inner.found.is_empty() {
                    self.differ(rule, path, have, want);
                }
            }
            (Ty::Set(inner), Value::List(want), Value::List(have)) => {
                self.set(inner, rule, want, have, path);
            }
            (Ty::List(_) | Ty::Tuple(_), Value::List(want), Value::List(have)) => {
                self.list(ty, rule, want, have, prior, path);
            }
            (Ty::Map(inner), Value::Map(want), Value::Map(have)) => {
                self.entries(inner, rule, want, have, prior, path);
            }
            _ if !want.is_known() || !document::alike(ty, want, have, rule.forms) => {
                self.differ(rule, path, have, want);
            }
            _ => {}
        }
    }

    fn block(
        &mut self,
        fields: &[Field],
        rule: Rule<'_>,
        want: &Value,
        have: &Value,
        prior: Option<&Value>,
        path: &PropertyPath,
    ) {
        for field in fields.iter().filter(|field| field.is_property()) {
            let (want, have) = (want.get(field.name), have.get(field.name));
            let before = self.found.len();
            self.property(field, rule.change, want, have, prior, &path.key(field.name));
            for difference in &mut self.found[before..] {
                difference.sensitive |= rule.sensitive;
            }
        }
    }

    fn entries(
        &mut self,
        inner: &Ty,
        rule: Rule<'_>,
        want: &Map,
        have: &Map,
        prior: Option<&Value>,
        path: &PropertyPath,
    ) {
        for (key, value) in want.iter().filter(|(_, value)| !value.is_null()) {
            let path = path.key(key.as_str());
            match have.get(key) {
                Some(have) if !have.is_null() => {
                    self.typed(inner, rule, value, have, prior.and_then(|prior| prior.get(key)), &path);
                }
                // A key with an empty value is there; a missing one is not.
                _ => self.differ(rule, &path, &Value::Null, value),
            }
        }
        let gone = |key: &str| want.get(key).is_none_or(Value::is_null);
        for (key, value) in have.iter().filter(|(key, value)| gone(key) && !value.is_null()) {
            self.differ(rule, &path.key(key.as_str()), value, &Value::Null);
        }
    }

    fn list(
        &mut self,
        ty: &Ty,
        rule: Rule<'_>,
        want: &[Value],
        have: &[Value],
        prior: Option<&Value>,
        path: &PropertyPath,
    ) {
        for index in 0..want.len().max(have.len()) {
            let path = path.index(index);
            match (want.get(index), have.get(index)) {
                (Some(want), Some(have)) => {
                    let prior = prior.and_then(Value::as_list).and_then(|prior| prior.get(index));
                    self.typed(ty.element(index).unwrap_or(&Ty::Any), rule, want, have, prior, &path);
                }
                (want, have) => {
                    self.differ(rule, &path, have.unwrap_or(&Value::Null), want.unwrap_or(&Value::Null));
                }
            }
        }
    }

    /// Pairs equal elements first, so that only what really differs is shown. An element that is wanted twice
    /// is wanted once: AWS keeps it once.
    fn set(&mut self, inner: &Ty, rule: Rule<'_>, want: &[Value], have: &[Value], path: &PropertyPath) {
        let secrets = self.secrets;
        let rest = unpaired(want, have, |want, have| same_beside(secrets, inner, rule, want, have));
        let repeated = |index: usize| want[..index].iter().any(|other| *other == want[index] && other.is_known());
        let wanted: Vec<usize> = rest.want.into_iter().filter(|index| !repeated(*index)).collect();
        let mut left: Vec<usize> = rest.have;
        for index in wanted {
            let item = &want[index];
            let path = path.index(index);
            let mate = match (item, inner) {
                (Value::Unknown(_), _) if !left.is_empty() => Some(0),
                (item, Ty::Object(fields)) => nearest_block(fields, rule, item, have, &left),
                _ => None,
            };
            match mate.map(|mate| left.remove(mate)) {
                Some(mate) => self.typed(inner, rule, item, &have[mate], None, &path),
                None => self.differ(rule, &path, &Value::Null, item),
            }
        }
        for (offset, index) in left.into_iter().enumerate() {
            self.differ(rule, &path.index(want.len() + offset), &have[index], &Value::Null);
        }
    }

    fn differ(&mut self, rule: Rule<'_>, path: &PropertyPath, before: &Value, after: &Value) {
        let sensitive = rule.sensitive || self.secrets.covers(path) || self.secrets.reaches_into(path);
        self.found.push(Difference {
            path: path.clone(),
            before: before.clone(),
            after: after.clone(),
            change: rule.change,
            sensitive,
        });
    }
}

/// The element of a list of at most one; null where there is none.
fn only(list: &Value) -> Option<&Value> {
    match list {
        Value::Null => Some(&Value::Null),
        Value::List(items) => match &items[..] {
            [] => Some(&Value::Null),
            [one] => Some(one),
            _ => None,
        },
        _ => None,
    }
}

/// The position in `left` of the block with most fields in common with `item`; none when nothing is in common.
fn nearest_block(fields: &[Field], rule: Rule<'_>, item: &Value, have: &[Value], left: &[usize]) -> Option<usize> {
    let score = |other: &Value| {
        fields
            .iter()
            .filter(|field| {
                let (a, b) = (item.get(field.name), other.get(field.name));
                matches!((a, b), (Some(a), Some(b)) if !blank(a) && same(&field.ty, Rule::of(field, rule.change), a, b))
            })
            .count()
    };
    left.iter()
        .enumerate()
        .map(|(position, index)| (score(&have[*index]), position))
        .filter(|(score, _)| *score > 0)
        // The first of equals, so that the order of the files decides.
        .max_by_key(|(score, position)| (*score, std::cmp::Reverse(*position)))
        .map(|(_, position)| position)
}

/// What AWS returns, or leaves out, where nothing is set.
pub(in crate::plan) fn blank(value: &Value) -> bool {
    match value {
        Value::Bool(b) => !b,
        Value::Int(i) => *i == 0,
        Value::Float(f) => *f == 0.0,
        other => other.is_empty(),
    }
}
