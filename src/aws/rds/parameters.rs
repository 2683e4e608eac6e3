//! The parameters of both kinds of parameter groups.

use std::collections::BTreeMap;

use aws_sdk_rds::types::{self as sdk, ApplyMethod};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

/// A modify or reset call takes this many parameters.
pub(super) const PER_CALL: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Parameter {
    /// When a change counts; static parameters need `pending-reboot`.
    #[field(default = "immediate", one_of = ["immediate", "pending-reboot"])]
    pub apply_method: Option<String>,
    /// The name.
    #[field(required, ignore_case)]
    pub name: Option<String>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

impl Parameter {
    /// As RDS returns it; one without a name or value is none of the user's.
    pub(super) fn from_sdk(parameter: sdk::Parameter) -> Option<Self> {
        Some(Self {
            apply_method: parameter.apply_method.map(|method| method.as_str().to_string()),
            name: Some(parameter.parameter_name?.to_ascii_lowercase()),
            value: Some(parameter.parameter_value?),
        })
    }

    fn to_sdk(&self) -> sdk::Parameter {
        let method = self.apply_method.as_deref().unwrap_or("immediate");
        sdk::Parameter::builder()
            .set_parameter_name(self.name.clone())
            .set_parameter_value(self.value.clone())
            .apply_method(ApplyMethod::from(method))
            .build()
    }

    fn key(&self) -> String {
        self.name.as_deref().unwrap_or_default().to_ascii_lowercase()
    }
}

/// What to modify and what to reset, in the portions that a call takes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ParameterChange {
    pub set: Vec<Vec<sdk::Parameter>>,
    pub reset: Vec<Vec<sdk::Parameter>>,
}

pub(super) fn change(prior: Option<&Vec<Parameter>>, want: Option<&Vec<Parameter>>) -> ParameterChange {
    // By name: RDS wants character sets before the collations that need them.
    let by_name = |list: Option<&Vec<Parameter>>| -> BTreeMap<String, Parameter> {
        list.into_iter().flatten().map(|parameter| (parameter.key(), parameter.clone())).collect()
    };
    let (prior, want) = (by_name(prior), by_name(want));
    let same = |a: &Parameter, b: &Parameter| a.value == b.value && a.apply_method == b.apply_method;
    let set = want.iter().filter(|(name, wanted)| !prior.get(*name).is_some_and(|old| same(old, wanted)));
    let set: Vec<_> = set.map(|(_, parameter)| parameter.to_sdk()).collect();
    let reset = prior.iter().filter(|(name, _)| !want.contains_key(*name));
    let reset: Vec<_> = reset.map(|(_, parameter)| parameter.to_sdk()).collect();
    let portions = |all: Vec<sdk::Parameter>| all.chunks(PER_CALL).map(<[_]>::to_vec).collect();
    ParameterChange { set: portions(set), reset: portions(reset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, value: &str) -> Parameter {
        Parameter { apply_method: Some("immediate".into()), name: Some(name.into()), value: Some(value.into()) }
    }

    fn names(portions: &[Vec<sdk::Parameter>]) -> Vec<&str> {
        portions.iter().flatten().filter_map(|parameter| parameter.parameter_name()).collect()
    }

    #[test]
    fn changes_are_set_and_what_is_no_longer_wanted_is_reset() {
        let prior = vec![parameter("a", "1"), parameter("b", "1"), parameter("c", "1")];
        let want = vec![parameter("B", "1"), parameter("c", "2"), parameter("d", "1")];
        let change = change(Some(&prior), Some(&want));
        assert_eq!(names(&change.set), ["c", "d"]);
        assert_eq!(names(&change.reset), ["a"]);
    }

    #[test]
    fn calls_take_twenty() {
        let want: Vec<_> = (0..45).map(|n| parameter(&format!("p{n:02}"), "1")).collect();
        let sizes: Vec<_> = change(None, Some(&want)).set.iter().map(Vec::len).collect();
        assert_eq!(sizes, [20, 20, 5]);
        assert_eq!(change(Some(&want), Some(&want)), ParameterChange::default());
    }
}
