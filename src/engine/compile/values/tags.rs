//! All tags of a resource: the stage's under its own.

use super::coerce::Coercer;
use crate::compile::instances::Program;
use crate::model::{
    Code, Diagnostic, Map, Origin, Origins, PropertyPath, ReservedTags, Span, TagRule, Value, is_own_tag,
};

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

/// The origins of all tags.
pub(in crate::compile) fn origins(rule: TagRule, program: &Program, own: &Value, origins: &mut Origins) {
    let all = PropertyPath::from(rule.all);
    for (key, place) in &program.tag_places {
        if own.get(key).is_none() {
            origins.insert(all.key(key.as_str()), Origin::at(place.clone()));
        }
    }
    let tags = PropertyPath::from(rule.own);
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

/// Refuses tags that the cloud or wildfire keep for themselves.
pub(in crate::compile) fn check(rule: TagRule, tags: &Value, coercer: &mut Coercer<'_>, place: &Span) {
    for key in tags.as_map().into_iter().flat_map(Map::keys) {
        let Some(fault) = reserved(rule.reserved, key) else { continue };
        let path = PropertyPath::from(rule.own).key(key.as_str());
        let origin = coercer.origins.get(&path).cloned().unwrap_or_else(|| Origin::at(place.clone()));
        coercer.faults.push(fault.at(origin));
    }
}

/// The fault of a tag whose key is reserved.
pub(in crate::compile) fn reserved(kept: &[ReservedTags], key: &str) -> Option<Diagnostic> {
    let of_cloud = kept.iter().find(|kept| key.starts_with(kept.prefix)).map(|kept| kept.owner);
    let owner = of_cloud.or_else(|| is_own_tag(key).then_some("wildfire"))?;
    let mut prefixes: Vec<String> = kept.iter().map(|kept| format!("`{}`", kept.prefix)).collect();
    prefixes.push("`wildfire:`".into());
    let help = format!("tags that begin with {} cannot be written", prefixes.join(" or "));
    Some(Diagnostic::error(Code::InvalidValue, format!("the tag `{key}` belongs to {owner}")).help(help))
}
