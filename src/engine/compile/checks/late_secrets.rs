//! Secrets that only an apply reads: what may be computed of them, and where they may go.
//!
//! A plan compares versions of secrets, not their values ([`secret_version`]). That is right only for a value that
//! nothing else goes into, so an expression over such a secret may hold constants and nothing that can change by
//! itself. And only a property that nobody can read may take it. Both are checked here and nowhere else.

use sha2::{Digest, Sha256};

use crate::compile::instances::Program;
use crate::compile::values::View;
use crate::expr::{Part, RefSegment, Scope, Template};
use crate::model::{
    Code, Diagnostic, Field, Map, Origin, Origins, PropertyPath, Span, Ty, Unknown, Value, secret_version,
};

/// The value of `template`, which is `unknown`, when a version of a secret is among what it waits for; another
/// expression over the same version is another value.
///
/// # Errors
/// The first reference to something that may change while the secret stays: its change would not be seen.
pub(in crate::compile) fn made_by(
    template: &Template,
    unknown: Unknown,
    scope: &View<'_>,
) -> Result<Unknown, Box<(String, Help)>> {
    if secret_version::versions(&unknown).next().is_none() {
        return Ok(unknown);
    }
    for (reference, _) in template.references() {
        let constant = match reference.path.as_slice() {
            [RefSegment::Field(root), RefSegment::Field(name), ..] => {
                root == "each" && name == "key"
                    || root == "stage" && ["name", "account_id", "region"].contains(&name.as_str())
            }
            _ => false,
        };
        let secret =
            || scope.lookup(&reference.path).is_ok_and(|value| secret_version::first_version(&value).is_some());
        if !constant && !secret() {
            let message =
                format!("`{}` stands in one expression with a secret that only an apply reads", template.source.trim());
            let help = "a change of anything but the secret's version would not be noticed: use constants, \
                        `stage.name` and `each.key` beside it, or keep the whole text in the secret";
            return Err(Box::new((message, help)));
        }
    }
    let [Part::Expr(expr)] = template.parts.as_slice() else {
        return Ok(secret_version::made_by(&unknown, &digest(&template.source)));
    };
    let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '\'');
    match expr.source.trim().chars().all(bare) {
        true => Ok(unknown),
        false => Ok(secret_version::made_by(&unknown, &digest(expr.source.trim()))),
    }
}

pub(in crate::compile) type Help = &'static str;

/// Eight hex digits: to tell expressions over one secret apart, not to withstand anybody.
fn digest(source: &str) -> String {
    hex::encode(&Sha256::digest(source)[..4])
}

/// The declaration whose properties are looked at.
pub(in crate::compile) struct Holder<'a> {
    pub program: &'a Program,
    pub type_name: &'static str,
    pub origins: &'a Origins,
    pub place: &'a Span,
    /// The properties that were refused already, whatever secret goes into them.
    pub told: &'a dyn Fn(&PropertyPath) -> bool,
}

impl Holder<'_> {
    /// What is wrong with where secrets go in `properties`.
    pub fn faults(&self, fields: &[Field], properties: &Map) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        self.block(fields, properties, &PropertyPath::default(), &mut faults);
        faults
    }

    fn block(&self, fields: &[Field], map: &Map, path: &PropertyPath, faults: &mut Vec<Diagnostic>) {
        for (name, value) in map {
            let Some(version) = secret_version::first_version(value) else { continue };
            let path = path.key(name.as_str());
            let field = fields.iter().find(|field| field.name == name);
            let hidden = field.is_some_and(|field| field.sensitive || field.write_only);
            match (hidden, field.map(|field| &field.ty), value) {
                (true, _, Value::Unknown(_)) => {}
                (true, ..) => {
                    let message = format!("a part of `{path}` comes from a secret that only an apply reads");
                    let help = "make the whole of one expression: `jsonencode(…)`, or text around the secret";
                    faults.push(self.fault(message, &path, version).help(help));
                }
                (false, Some(Ty::Object(inner)), Value::Map(map)) => self.block(inner, map, &path, faults),
                (false, Some(ty), Value::List(items)) if let Some(inner) = ty.blocks() => {
                    for (index, item) in items.iter().enumerate() {
                        if let Value::Map(map) = item {
                            self.block(inner, map, &path.index(index), faults);
                        }
                    }
                }
                (false, ..) if (self.told)(&path) => {}
                (false, ..) => {
                    let message = format!(
                        "`{path}` of `{}` can be read by whoever sees the resource, and its value comes from a secret",
                        self.type_name
                    );
                    let help = format!(
                        "a secret may go into properties that `wildfire explain {}` calls sensitive or never read back",
                        self.type_name
                    );
                    faults.push(self.fault(message, &path, version).help(help));
                }
            }
        }
    }

    fn fault(&self, message: String, path: &PropertyPath, version: &str) -> Diagnostic {
        let origin = self.origins.get(path).cloned().unwrap_or_else(|| Origin::at(self.place.clone()));
        let fault = Diagnostic::error(Code::InvalidValue, message).at(origin);
        match self.read_by(version) {
            Some((written, place)) => fault.note(format!("the secret is read by {written} at {place}")),
            None => fault.note(format!("it is the {version}")),
        }
    }

    /// The data source that brings a version, and its place.
    fn read_by(&self, version: &str) -> Option<(String, &Span)> {
        let holds = |value: &Value| {
            secret_version::first_version(value).is_some_and(|name| {
                version.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
            })
        };
        let brings = |value: &Value| match value {
            Value::Map(map) => map.values().any(holds),
            value => holds(value),
        };
        let read = self.program.facts.data.iter().find(|(_, value)| brings(value)).map(|(address, _)| address);
        // Nothing is read offline: the version is named after the data source.
        let named = || {
            self.program.data_at.keys().find(|address| {
                version
                    .strip_prefix("secret ")
                    .and_then(|rest| rest.strip_prefix(address.path()))
                    .is_some_and(|rest| rest.starts_with(' '))
            })
        };
        let address = read.or_else(|| if self.program.offline { named() } else { None })?;
        let instance = &self.program.data[*self.program.data_at.get(address)?];
        let decl = &self.program.definition(instance.frame).body.data[instance.item];
        Some((address.path().to_string(), &decl.span))
    }
}
