//! A value against the declaration of an input: its type, down to the fields of objects, and its constraints.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Input, InputType, scalar};
use crate::model::{Map, PropertyPath, Ty, Value, nearest};

/// What a value is held against, in messages.
pub(crate) struct Conform<'a> {
    /// `the input`, `the value`
    pub what: &'a str,
    /// It is a secret: messages do not show it.
    pub hidden: bool,
}

/// Why a value does not fit.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub message: String,
    pub help: Option<String>,
    /// What of the value does not fit.
    pub path: PropertyPath,
}

type Fitted = Result<Value, Misfit>;

impl Conform<'_> {
    /// The value as the declaration wants it. A null is the default where there is one.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn declared(&self, path: &PropertyPath, name: &str, input: &Input, value: Value) -> Fitted {
        if value.is_null() {
            return match (&input.default, input.nullable) {
                (_, Some(true)) | (None, None) => Ok(Value::Null),
                (Some(default), _) => Ok(default.clone()),
                (None, Some(false)) => Err(self.misfit(path, name, "must not be null")),
            };
        }
        let value = self.at(path, name, &input.ty, value)?;
        self.constraints(path, name, input, &value)?;
        Ok(value)
    }

    /// The value in the shape of a type, without constraints.
    ///
    /// # Errors
    /// As for [`Conform::declared`].
    pub fn typed(&self, path: &PropertyPath, ty: &InputType, value: Value) -> Fitted {
        self.at(path, "", ty, value)
    }

    fn at(&self, path: &PropertyPath, name: &str, ty: &InputType, value: Value) -> Fitted {
        if matches!(value, Value::Null | Value::Unknown(_)) {
            return Ok(value);
        }
        let converted = match (ty, value) {
            (InputType::Any, value) => return Ok(value),
            (InputType::List(inner), Value::List(items)) => {
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| self.at(&path.index(index), name, inner, item));
                return items.collect::<Result<Vec<_>, _>>().map(Value::List);
            }
            (InputType::Map(inner), Value::Map(map)) => {
                let entries = map.into_iter().map(|(key, item)| {
                    let value = self.at(&path.key(key.as_str()), name, inner, item)?;
                    Ok((key, value))
                });
                return entries.collect::<Result<Map, Misfit>>().map(Value::Map);
            }
            (InputType::Object(fields), Value::Map(map)) => return self.object(path, name, fields, map),
            (ty, value) => scalar_of(ty, &value).ok_or(value),
        };
        converted.map_err(|value| self.mismatch(path, name, ty, &value))
    }

    fn object(&self, path: &PropertyPath, name: &str, fields: &IndexMap<Arc<str>, Input>, mut map: Map) -> Fitted {
        if let Some(other) = map.keys().find(|key| !fields.contains_key(key.as_str())) {
            let found = if self.hidden { "a field that is not declared".into() } else { format!("no field `{other}`") };
            let message = format!("{} has {found}", self.subject(path, name));
            let near = nearest(other, fields.keys().map(AsRef::as_ref)).filter(|_| !self.hidden);
            let names: Vec<String> = fields.keys().map(|name| format!("`{name}`")).collect();
            return Err(Misfit {
                help: Some(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its fields are {}", names.join(", ")),
                }),
                message,
                path: if self.hidden { path.clone() } else { path.key(other.as_str()) },
            });
        }
        let mut out = Map::with_capacity(fields.len());
        for (field_name, field) in fields {
            let inner = path.key(field_name.clone());
            let value = match (map.shift_remove(field_name.as_ref()), &field.default) {
                (Some(value), _) => self.declared(&inner, name, field, value)?,
                (None, Some(default)) => default.clone(),
                (None, None) => {
                    let whole = self.subject(path, name);
                    let message = format!("{whole} needs the field `{field_name}`");
                    return Err(Misfit { message, help: None, path: path.clone() });
                }
            };
            out.insert(field_name.to_string(), value);
        }
        Ok(Value::Map(out))
    }

    fn constraints(&self, path: &PropertyPath, name: &str, input: &Input, value: &Value) -> Result<(), Misfit> {
        let wrong = |what: String| Err(self.misfit(path, name, &what));
        // A secret must not be shown by what is wrong with it.
        let shown = if self.hidden { "its value".to_string() } else { value.to_string() };
        if let (Some(pattern), Some(text)) = (&input.pattern, value.as_str())
            && !pattern.is_match(text)
        {
            return wrong(format!("must match `{}`; {shown} does not", pattern.as_str()));
        }
        if !input.one_of.is_empty() && value.is_known() && !input.one_of.contains(value) {
            let allowed: Vec<String> = input.one_of.iter().map(ToString::to_string).collect();
            return wrong(format!("must be one of {}; {shown} is not", allowed.join(", ")));
        }
        let number = match value.bare() {
            Value::Int(int) => Some(*int as f64),
            Value::Float(float) => Some(*float),
            _ => None,
        };
        if let Some(number) = number {
            if let Some(minimum) = input.minimum.filter(|minimum| number < *minimum) {
                return wrong(format!("must be at least {minimum}; {shown} is not"));
            }
            if let Some(maximum) = input.maximum.filter(|maximum| number > *maximum) {
                return wrong(format!("must be at most {maximum}; {shown} is not"));
            }
        }
        let (length, what) = match value {
            Value::String(text) => (text.chars().count(), "characters"),
            Value::List(items) => (items.len(), "elements"),
            Value::Map(map) => (map.len(), "entries"),
            _ => return Ok(()),
        };
        let has = if self.hidden { String::new() } else { format!("; it has {length}") };
        if let Some(minimum) = input.min_length.filter(|minimum| length < *minimum) {
            return wrong(format!("must have at least {minimum} {what}{has}"));
        }
        if let Some(maximum) = input.max_length.filter(|maximum| length > *maximum) {
            return wrong(format!("must have at most {maximum} {what}{has}"));
        }
        Ok(())
    }

    fn mismatch(&self, path: &PropertyPath, name: &str, ty: &InputType, value: &Value) -> Misfit {
        if let Value::Written(written) = value
            && let Some(help) = written.ambiguous().filter(|_| !self.hidden)
        {
            let message =
                format!("{}: the number {} can be read in two ways", self.subject(path, name), written.text());
            return Misfit { message, help: Some(help), path: path.clone() };
        }
        let found = value.type_name();
        let found = if found == "int" { "an int".to_string() } else { format!("a {found}") };
        self.misfit(path, name, &format!("must be {}, found {found}", expected_type(ty)))
    }

    fn misfit(&self, path: &PropertyPath, name: &str, what: &str) -> Misfit {
        Misfit { message: format!("{} {what}", self.subject(path, name)), help: None, path: path.clone() }
    }

    /// "the input `service.port`"; without a name "a default", "`port` of a default".
    fn subject(&self, path: &PropertyPath, name: &str) -> String {
        let what = self.what;
        match (name, path.0.is_empty()) {
            ("", true) => what.to_string(),
            ("", false) => format!("`{path}` of {what}"),
            (name, _) => format!("{what} `{}`", below(name, path)),
        }
    }
}

/// The path with the name of the whole in front of it.
fn below(name: &str, path: &PropertyPath) -> PropertyPath {
    let mut whole = PropertyPath::from(name);
    whole.0.extend(path.0.iter().cloned());
    whole
}

/// A scalar in the wanted type, where nothing is lost.
fn scalar_of(ty: &InputType, value: &Value) -> Option<Value> {
    match ty {
        InputType::String => scalar(value, &Ty::String),
        InputType::Int => scalar(value, &Ty::Int),
        InputType::Bool => scalar(value, &Ty::Bool),
        InputType::Number => match value {
            Value::Int(_) | Value::Float(_) => Some(value.clone()),
            Value::Written(written) if matches!(written.value(), Value::Int(_)) => scalar(value, &Ty::Int),
            _ => scalar(value, &Ty::Int).or_else(|| scalar(value, &Ty::Float)),
        },
        InputType::List(_) | InputType::Map(_) | InputType::Object(_) | InputType::Any => None,
    }
}

fn expected_type(ty: &InputType) -> &'static str {
    match ty {
        InputType::String => "a string",
        InputType::Int => "an int",
        InputType::Number => "a number",
        InputType::Bool => "true or false",
        InputType::List(_) => "a list",
        InputType::Map(_) | InputType::Object(_) => "a map",
        InputType::Any => "any value",
    }
}
