//! Topics and subscriptions as the API has them: attributes by name, with text as values.

use std::collections::{BTreeMap, BTreeSet};

/// Attributes of the API that are declared, with their values. They are set in the order of their names.
pub(super) type Attributes = BTreeMap<String, String>;

/// What AWS has a default for is left alone when nothing is declared.
const LEFT_ALONE: [&str; 5] =
    ["FifoThroughputScope", "FilterPolicyScope", "Policy", "SignatureVersion", "TracingConfig"];

/// The attributes to set, in the order of their names: what differs, and an empty value for what is no longer declared.
pub(super) fn changes(want: Attributes, prior: Attributes) -> Vec<(String, String)> {
    let names: BTreeSet<&String> = want.keys().chain(prior.keys()).collect();
    let change = |name: &String| match (want.get(name), prior.get(name)) {
        (want, prior) if want == prior => None,
        (Some(want), None) if want.is_empty() => None,
        (Some(want), _) => Some((name.clone(), want.clone())),
        (None, _) if LEFT_ALONE.contains(&name.as_str()) => None,
        (None, _) if ["ArchivePolicy", "FilterPolicy"].contains(&name.as_str()) => {
            Some((name.clone(), "{}".to_string()))
        }
        (None, _) if name.ends_with("SampleRate") => Some((name.clone(), "0".to_string())),
        (None, _) => Some((name.clone(), String::new())),
    };
    names.into_iter().filter_map(change).collect()
}
