//! What can be wrong with a reference, and the check of a path of attributes against a schema.

use crate::expr::RefSegment;
use crate::model::{Code, Field, Ty, nearest};

/// Why a reference means nothing.
#[derive(Clone, Debug)]
pub(in crate::compile) struct Fault {
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
    /// What is behind it was told where it stands.
    pub told: bool,
}

impl Fault {
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: Code::UnknownReference, message: message.into(), help: None, told: false }
    }

    /// A reference to what could not be read.
    pub fn told() -> Self {
        Self { told: true, ..Self::new("") }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn near<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        match nearest(name, candidates.iter().copied()) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None if !candidates.is_empty() && candidates.len() <= 12 => {
                let verb = if candidates.len() == 1 { "is only" } else { "are" };
                self.help(format!("there {verb} {}", list(&candidates)))
            }
            None => self,
        }
    }
}

/// "`a`, `b` and `c`"
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

pub(in crate::compile) fn by_index(name: &str, for_each: bool) -> Fault {
    let fault = Fault::new(format!("`{name}` is not a list"));
    match for_each {
        true => fault.help(format!("its `for_each` makes a map: write `{name}[\"key\"]`, or `values({name})[0]`")),
        false => fault.help(format!("it has no `for_each`: write `{name}.<attribute>`")),
    }
}

/// Checks an attribute path; true when what it reads is marked sensitive.
pub(in crate::compile) fn fields(
    name: &str,
    type_name: &str,
    fields: &[Field],
    path: &[RefSegment],
    for_each: bool,
) -> Result<bool, Fault> {
    let attribute = match path.first() {
        None | Some(RefSegment::Any) => return Ok(fields.iter().any(|field| field.sensitive)),
        Some(RefSegment::Index(_)) => return Err(by_index(name, for_each)),
        Some(RefSegment::Field(attribute)) => attribute,
    };
    let unknown = |kind: &str, holder: &str, attribute: &str, fields: &[Field]| {
        Fault::new(format!("{kind} `{holder}` has no attribute `{attribute}`"))
            .near(attribute, fields.iter().map(|field| field.name))
    };
    let mut field = fields.iter().find(|field| field.name == attribute).ok_or_else(|| {
        let fault = unknown(type_name, name, attribute, fields);
        match fault.help {
            None => fault.help(format!("`wildfire explain {type_name}` lists what it has")),
            Some(_) => fault,
        }
    })?;
    let mut sensitive = field.sensitive;
    let mut ty = &field.ty;
    for segment in &path[1..] {
        match (segment, ty) {
            (RefSegment::Field(name), Ty::Object(inner)) => {
                let holder = field.name;
                field = inner
                    .iter()
                    .find(|field| field.name == name)
                    .ok_or_else(|| unknown("block", holder, name, inner))?;
                sensitive |= field.sensitive;
                ty = &field.ty;
            }
            (RefSegment::Index(_) | RefSegment::Any, Ty::List(inner) | Ty::Set(inner)) => ty = inner,
            (RefSegment::Field(_) | RefSegment::Any, Ty::Map(inner)) => ty = inner,
            // Anything else fails, if at all, with the value at hand.
            _ => return Ok(sensitive),
        }
    }
    Ok(sensitive)
}
