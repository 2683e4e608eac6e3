//! `tags_all`: the stage's tags under the resource's own.

use super::coerce::Coercer;
use crate::compile::instances::Program;
use crate::model::{Code, Diagnostic, Map, Origin, Origins, PropertyPath, Span, Value, reserved_tag};

/// The stage's tags under `own`; unknown when nothing is known of `own`.
pub(in crate::compile) fn merged(stage: &Map, own: &Value) -> Value {
    match own {
        Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
        Value::Map(own) => {
            let mut all = stage.clone();
            all.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Map(all)
        }
        _ => Value::Map(stage.clone()),
    }
}

/// The origins of `tags_all`.
pub(in crate::compile) fn origins(program: &Program, own: &Value, origins: &mut Origins) {
    let all = PropertyPath::from("tags_all");
    for (key, place) in &program.tag_places {
        if own.get(key).is_none() {
            origins.insert(all.key(key.as_str()), Origin::at(place.clone()));
        }
    }
    let tags = PropertyPath::from("tags");
    let whole = origins.get(&tags).cloned();
    for key in own.as_map().into_iter().flat_map(Map::keys) {
        if let Some(origin) = origins.get(&tags.key(key.as_str())).cloned() {
            origins.insert(all.key(key.as_str()), origin);
        }
    }
    if let Some(origin) = whole {
        origins.insert(all, origin);
    } else if let Some(place) = program.tag_places.values().min() {
        origins.insert(all, Origin::at(place.clone()));
    }
}

/// Refuses tags that AWS or wildfire keep for themselves.
pub(in crate::compile) fn check(tags: &Value, coercer: &mut Coercer<'_>, place: &Span) {
    for key in tags.as_map().into_iter().flat_map(Map::keys).filter(|key| reserved_tag(key)) {
        let path = PropertyPath::from("tags").key(key.as_str());
        let origin = coercer.origins.get(&path).cloned().unwrap_or_else(|| Origin::at(place.clone()));
        coercer.faults.push(reserved(key).at(origin));
    }
}

/// The fault of a tag whose key is reserved.
pub(in crate::compile) fn reserved(key: &str) -> Diagnostic {
    let owner = if key.starts_with("aws:") { "AWS" } else { "wildfire" };
    Diagnostic::error(Code::InvalidValue, format!("the tag `{key}` belongs to {owner}"))
        .help("tags that begin with `aws:` or `wildfire:` cannot be written")
}
