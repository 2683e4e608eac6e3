//! Written values brought into the shape of a schema: conversions that Terraform's users expect, and what is wrong.
//!
//! An unknown passes every check; the check is made again when it is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::scalar;
use crate::compile::checks::network;
use crate::config::{Node, NodeKind};
use crate::expr::Template;
use crate::model::{
    Code, Diagnostic, Field, Form, Map, Origin, Origins, PropertyPath, Span, TagRule, Ty, Unknown, Value, nearest,
};

/// Gives the value of a template in some scope.
pub(in crate::compile) trait Written {
    fn template(&self, template: &Template, node: &Node, via: Option<&Arc<Origin>>) -> Value;
}

/// No scope: every template is unknown. For checks of declarations that have no instances.
pub(in crate::compile) struct Unevaluated;

impl Written for Unevaluated {
    fn template(&self, _: &Template, _: &Node, _: Option<&Arc<Origin>>) -> Value {
        Value::Unknown(Unknown::one("an instance"))
    }
}

/// Coerces the properties of one declaration.
pub(in crate::compile) struct Coercer<'a> {
    pub values: &'a dyn Written,
    /// `aws_subnet`
    pub type_name: &'static str,
    pub unsupported: &'static [(&'static str, &'static str)],
    /// Where the type keeps its tags.
    pub tags: Option<TagRule>,
    /// The module calls through which a path's value came.
    pub via: &'a dyn Fn(&PropertyPath) -> Option<Arc<Origin>>,
    /// Templates have no values here: each may turn out to be null.
    pub unevaluated: bool,
    /// Paths whose values must not be shown.
    pub sensitive: &'a BTreeSet<PropertyPath>,
    pub origins: Origins,
    /// Properties that were meant by names that mean nothing: they are not missing.
    pub meant: BTreeSet<PropertyPath>,
    pub faults: Vec<Diagnostic>,
}

impl Coercer<'_> {
    /// The value of one property at the top.
    pub fn property(&mut self, field: &Field, node: &Node) -> Value {
        self.typed(node, shape(field), field, &PropertyPath::from(field.name))
    }

    /// A block written as a map; nulls are left out.
    pub fn block(
        &mut self,
        entries: &[(crate::config::Key, Node)],
        fields: &[Field],
        path: &PropertyPath,
        place: &Span,
    ) -> Map {
        let mut out = Map::with_capacity(entries.len());
        for (key, node) in entries {
            let at = path.key(key.name.clone());
            let Some(field) = self.field(fields, &key.name, path, &key.span) else { continue };
            let value = self.typed(node, shape(field), field, &at);
            if !value.is_null() {
                out.insert(key.name.to_string(), value);
            }
        }
        self.complete(&out, fields, path, place);
        out
    }

    pub(in crate::compile) fn fault(
        &mut self,
        code: Code,
        place: &Span,
        path: &PropertyPath,
        message: String,
    ) -> &mut Diagnostic {
        let origin = Origin::via(place.clone(), (self.via)(path));
        let fault = Diagnostic::error(code, message).at(origin);
        self.faults.push(if self.is_secret(path) { fault.of_secret() } else { fault });
        // Just pushed.
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    /// The field of a property's name, or a fault.
    fn field<'f>(&mut self, fields: &'f [Field], name: &str, holder: &PropertyPath, place: &Span) -> Option<&'f Field> {
        let type_name = self.type_name;
        let top = holder.0.is_empty();
        let path = holder.key(name);
        let subject = if top { format!("`{type_name}`") } else { format!("`{holder}` of `{type_name}`") };
        let written = path.to_string();
        if let Some((_, reason)) =
            self.unsupported.iter().find(|(unsupported, _)| *unsupported == without_indexes(&path))
        {
            let message = format!("`{written}` of `{type_name}` is not supported: {reason}");
            self.fault(Code::UnsupportedProperty, place, holder, message);
            return None;
        }
        let tags = self.tags.filter(|rule| top && rule.all == name);
        match fields.iter().find(|field| field.name == name) {
            Some(field) if field.is_property() && tags.is_none() => Some(field),
            Some(_) => {
                let message = format!("`{written}` of `{type_name}` is set by AWS and cannot be written");
                let fault = self.fault(Code::ComputedProperty, place, holder, message);
                if let Some(TagRule { own, all, .. }) = tags {
                    fault.message = format!("`{all}` is made of the stage's tags and `{own}`, and cannot be written");
                    fault.help = Some(format!("write `{own}`"));
                }
                None
            }
            None => {
                let names = fields.iter().filter(|field| field.is_property()).map(|field| field.name);
                let misplaced = misplaced(name).filter(|_| top);
                let near = nearest(name, names).filter(|_| misplaced.is_none());
                self.meant.extend(near.map(|near| holder.key(near)));
                let help = misplaced.or_else(|| near.map(|near| format!("did you mean `{near}`?")));
                let help = help.or_else(|| Some(format!("`wildfire explain {type_name}` lists what there is")));
                let message = format!("{subject} has no property `{name}`");
                self.fault(Code::UnknownProperty, place, holder, message).help = help;
                None
            }
        }
    }

    fn typed(&mut self, node: &Node, ty: &Ty, field: &Field, path: &PropertyPath) -> Value {
        self.origins.insert(path.clone(), Origin::via(node.span.clone(), (self.via)(path)));
        if is_free(field) || *ty == Ty::Any {
            let value = self.plain(node, path);
            return self.conform(value, ty, field, path, &node.span);
        }
        match (&node.kind, ty) {
            (NodeKind::Map(entries), Ty::Object(fields)) => Value::Map(self.block(entries, fields, path, &node.span)),
            (NodeKind::List(items), Ty::Object(_)) if items.len() == 1 => self.typed(&items[0], ty, field, path),
            (NodeKind::List(items), Ty::List(inner) | Ty::Set(inner)) => {
                self.count(items.len(), field, path, &node.span);
                let items = items.iter().enumerate();
                let element = |(index, item): (usize, &Node)| {
                    if matches!(item.kind, NodeKind::Null) {
                        self.is_null(&path.index(index), &item.span);
                    }
                    self.typed(item, inner, field, &path.index(index))
                };
                Value::List(items.map(element).collect())
            }
            (NodeKind::Map(entries), Ty::Map(inner)) => {
                let mut out = Map::with_capacity(entries.len());
                for (key, item) in entries {
                    let value = self.typed(item, inner, field, &path.key(key.name.clone()));
                    if !value.is_null() {
                        out.insert(key.name.to_string(), value);
                    }
                }
                Value::Map(out)
            }
            _ => {
                let value = self.plain(node, path);
                self.conform(value, ty, field, path, &node.span)
            }
        }
    }

    /// The value of a node without a type.
    fn plain(&mut self, node: &Node, path: &PropertyPath) -> Value {
        match &node.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Scalar(value) => value.clone(),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Template(template) => self.values.template(template, node, (self.via)(path).as_ref()),
            NodeKind::List(items) => Value::List(items.iter().map(|item| self.plain(item, path)).collect()),
            NodeKind::Map(entries) => {
                let entries = entries.iter().map(|(key, item)| (key.name.to_string(), self.plain(item, path)));
                Value::Map(entries.collect())
            }
        }
    }

    /// A computed value in the shape of `ty`.
    fn conform(&mut self, value: Value, ty: &Ty, field: &Field, path: &PropertyPath, place: &Span) -> Value {
        if matches!(value, Value::Null | Value::Unknown(_)) {
            return value;
        }
        if is_free(field) {
            // In a policy every value is text; in another document a number may be meant.
            let value = if field.policy { value.in_texts() } else { value.in_document() };
            self.json(&value, path, place);
            return value;
        }
        match (ty, value) {
            (ty, Value::String(text)) if field.shape.as_ref() == Some(ty) => match serde_json::from_str(&text) {
                Ok(json) => self.conform(Value::from_json(json), ty, field, path, place),
                Err(error) => {
                    self.no_json(&error, path, place);
                    Value::String(text)
                }
            },
            (Ty::Any, value) => value.in_document(),
            (Ty::List(inner) | Ty::Set(inner), Value::List(items)) => {
                self.count(items.len(), field, path, place);
                let items = items.into_iter().enumerate();
                let element = |(index, item): (usize, Value)| {
                    let path = path.index(index);
                    if item.is_null() {
                        self.is_null(&path, place);
                    }
                    self.conform(item, inner, field, &path, place)
                };
                Value::List(items.map(element).collect())
            }
            (Ty::Tuple(types), Value::List(items)) if items.len() == types.len() => {
                let items = items.into_iter().zip(types).enumerate();
                let element = |(index, (item, ty))| self.conform(item, ty, field, &path.index(index), place);
                Value::List(items.map(element).collect())
            }
            (Ty::Map(inner), Value::Map(map)) => {
                let mut out = Map::with_capacity(map.len());
                for (key, item) in map {
                    let value = self.conform(item, inner, field, &path.key(key.as_str()), place);
                    if !value.is_null() {
                        out.insert(key, value);
                    }
                }
                Value::Map(out)
            }
            (Ty::Object(fields), Value::Map(map)) => {
                let mut out = Map::with_capacity(map.len());
                for (key, item) in map {
                    let Some(inner) = self.field(fields, &key, path, place) else { continue };
                    let value = self.conform(item, shape(inner), inner, &path.key(key.as_str()), place);
                    if !value.is_null() {
                        out.insert(key, value);
                    }
                }
                self.complete(&out, fields, path, place);
                Value::Map(out)
            }
            (Ty::Object(_), Value::List(mut items)) if items.len() <= 1 => match items.pop() {
                Some(item) => self.conform(item, ty, field, path, place),
                None => Value::Null,
            },
            (Ty::String | Ty::Version | Ty::Int | Ty::Float | Ty::Number | Ty::Bool, value) => match scalar(&value, ty)
            {
                Some(value) => {
                    // What is none of the allowed values is one mistake, whatever else can be said of it.
                    if self.one_of(&value, field, path, place) {
                        self.allowed(&value, field, path, place);
                    }
                    network::in_short_form(field, value)
                }
                None => self.mismatch(value, ty, field, path, place),
            },
            (_, value) => self.mismatch(value, ty, field, path, place),
        }
    }

    fn is_hidden(&self, field: &Field, path: &PropertyPath) -> bool {
        field.sensitive || self.is_secret(path)
    }

    /// Whether a value came through something sensitive: then what is wrong with it tells something of that.
    pub(in crate::compile) fn is_secret(&self, path: &PropertyPath) -> bool {
        self.sensitive.iter().any(|secret| path.0.starts_with(&secret.0))
    }

    fn mismatch(&mut self, value: Value, ty: &Ty, field: &Field, path: &PropertyPath, place: &Span) -> Value {
        if let Value::Written(written) = &value
            && let Some(help) = written.ambiguous()
        {
            let (found, help) = match self.is_hidden(field, path) {
                true => (String::new(), None),
                false => (format!(" {}", written.text()), Some(help)),
            };
            let message = format!("`{path}`: the number{found} can be read in two ways");
            self.fault(Code::InvalidValue, place, path, message).help = help;
            return value;
        }
        let found = match &value {
            Value::List(items) if matches!(ty, Ty::Object(_)) => format!("a list of {}", items.len()),
            other => article(other.type_name()),
        };
        let message = format!("`{path}` must be {}, found {found}", wanted(ty));
        let help = match (ty, &value) {
            (_, Value::Map(_)) if ty.blocks().is_some() => {
                Some(format!("write a list of maps, with `-` before the first key, even for a single `{path}`"))
            }
            (Ty::List(_) | Ty::Set(_) | Ty::Tuple(_), Value::List(_) | Value::Map(_)) => None,
            (Ty::List(_) | Ty::Set(_), _) => Some("write a list of one: `[…]`".to_string()),
            (Ty::Object(_), Value::List(_)) => Some("AWS takes one of these at most".to_string()),
            (Ty::Int | Ty::Float | Ty::Number, Value::String(text)) if without_groups(text).is_some() => {
                without_groups(text)
                    .filter(|_| !self.is_hidden(field, path))
                    .map(|digits| format!("write {digits}, without `_`"))
            }
            (Ty::String, Value::Map(_)) => Some("`jsonencode(…)` makes a string of it".to_string()),
            (Ty::Bool, Value::String(text)) if matches!(text.as_ref(), "yes" | "no" | "on" | "off") => {
                Some("YAML 1.2 has `true` and `false` only".to_string())
            }
            _ => None,
        };
        self.fault(Code::WrongType, place, path, message).help = help;
        value
    }

    /// Whether a value is one of those that there are.
    fn one_of(&mut self, value: &Value, field: &Field, path: &PropertyPath, place: &Span) -> bool {
        let Some(text) = value.as_str().filter(|text| !field.one_of.is_empty() && !field.one_of.contains(text)) else {
            return true;
        };
        if field.forms.contains(&Form::Case) && field.one_of.iter().any(|allowed| allowed.eq_ignore_ascii_case(text)) {
            return true;
        }
        let hidden = self.is_hidden(field, path);
        let message = match hidden {
            true => format!("`{path}` has a value that AWS does not know"),
            false => format!("`{path}` cannot be {}", Value::from(text)),
        };
        let names: Vec<String> = field.one_of.iter().map(|name| format!("`{name}`")).collect();
        let near = nearest(text, field.one_of.iter().copied()).filter(|_| !hidden);
        let fault = self.fault(Code::InvalidValue, place, path, message);
        fault.help = near.map(|near| format!("did you mean `{near}`?"));
        fault.notes.push(format!("it is one of {}", names.join(", ")));
        false
    }

    /// More elements than AWS takes, or fewer.
    fn count(&mut self, count: usize, field: &Field, path: &PropertyPath, place: &Span) {
        if let Some((least, most)) = field.items
            && !(least as usize..=most as usize).contains(&count)
        {
            let message = format!("`{path}` has {count} elements, and {least} to {most} are taken");
            self.fault(Code::InvalidValue, place, path, message);
        } else if field.single && count > 1 {
            let message = format!("`{path}` has {count} elements, and AWS takes one at most");
            self.fault(Code::InvalidValue, place, path, message);
        }
    }

    /// A number or a text that AWS cannot be sent.
    fn allowed(&mut self, value: &Value, field: &Field, path: &PropertyPath, place: &Span) {
        let Some(why) = field.refuses(value) else { return };
        let message = match self.is_hidden(field, path) {
            true => format!("`{path}` has a value that cannot be sent; {why}"),
            false => format!("`{path}` is {value}; {why}"),
        };
        self.fault(Code::InvalidValue, place, path, message);
    }

    /// An element of a list that is null.
    fn is_null(&mut self, path: &PropertyPath, place: &Span) {
        let message = format!("`{path}` must not be null");
        self.fault(Code::WrongType, place, path, message).help =
            Some("`compact(…)` leaves nulls and empty strings out of a list".into());
    }

    fn no_json(&mut self, error: &serde_json::Error, path: &PropertyPath, place: &Span) {
        let message = match self.is_secret(path) {
            true => format!("`{path}` is not valid JSON"),
            false => format!("`{path}` is not valid JSON: {error}"),
        };
        self.fault(Code::InvalidValue, place, path, message).help = Some("it can be written as YAML instead".into());
    }

    fn json(&mut self, value: &Value, path: &PropertyPath, place: &Span) {
        match value {
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                    self.no_json(&error, path, place);
                }
            }
            Value::Map(_) | Value::List(_) => {}
            other => {
                let found = article(other.type_name());
                let message =
                    format!("`{path}` must be a JSON document (a map, a list or a JSON string), found {found}");
                self.fault(Code::WrongType, place, path, message);
            }
        }
    }
}

/// What the value of a field is made of: a document with a shape is written as blocks are.
fn shape(field: &Field) -> &Ty {
    field.shape.as_ref().unwrap_or(&field.ty)
}

/// A document that may hold anything.
fn is_free(field: &Field) -> bool {
    field.json && field.shape.is_none()
}

/// `1_000` without its `_`, which are no part of a number in YAML 1.2.
fn without_groups(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    (digits.len() < text.len() && digits.parse::<f64>().is_ok()).then_some(digits)
}

fn article(noun: &str) -> String {
    match noun {
        "null" | "unknown" => noun.to_string(),
        "int" => "an int".to_string(),
        other => format!("a {other}"),
    }
}

fn wanted(ty: &Ty) -> String {
    match ty {
        Ty::String => "a string".into(),
        Ty::Version => "a version".into(),
        Ty::Int => "an int".into(),
        Ty::Float | Ty::Number => "a number".into(),
        Ty::Bool => "true or false".into(),
        Ty::Any => "any value".into(),
        ty if ty.blocks().is_some() => "a list of maps".into(),
        Ty::List(_) | Ty::Set(_) => "a list".into(),
        Ty::Tuple(types) => format!("a list of {}", types.len()),
        Ty::Map(_) | Ty::Object(_) => "a map".into(),
    }
}

/// `ingress.description`, as `unsupported` lists name it.
fn without_indexes(path: &PropertyPath) -> String {
    let names = path.0.iter().filter_map(|step| match step {
        crate::model::Step::Key(name) => Some(name.as_ref()),
        crate::model::Step::Index(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Help for what stands beside `properties`, or is Terraform's and not ours.
fn misplaced(name: &str) -> Option<String> {
    Some(match name {
        "timeouts" | "lifecycle" | "depends_on" | "for_each" | "when" => {
            format!("`{name}` stands beside `properties`, not inside")
        }
        "count" => "use `for_each` with a list; `when` makes a resource conditional".into(),
        "provider" => "a stage has one account and region, in stage.yaml".into(),
        "provisioner" | "connection" => "wildfire runs no provisioners".into(),
        "dynamic" => "write the block's list as one expression: `${list.map(one, {…})}`".into(),
        _ => return None,
    })
}
