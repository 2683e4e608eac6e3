//! A parameter, as both kinds of parameter groups have them.

use aws_sdk_rds::types::{self as sdk, ApplyMethod};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use crate::kind::parameters;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Parameter {
    /// When a change counts; static parameters need `pending-reboot`.
    #[field(default = "immediate", one_of = ["immediate", "pending-reboot"])]
    pub apply_method: Option<String>,
    /// The name.
    #[field(required, forms = Case)]
    pub name: Option<String>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

/// RDS keeps names in lower case.
impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        let name = |parameter: &Self| parameter.name.as_deref().map(str::to_ascii_lowercase);
        name(self) == name(other) && self.value == other.value && self.apply_method == other.apply_method
    }
}

impl parameters::Parameter for Parameter {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl Parameter {
    /// From RDS's reply. Parameters without a name or value are RDS's own, and are skipped.
    pub(super) fn from_sdk(parameter: sdk::Parameter) -> Option<Self> {
        Some(Self {
            apply_method: parameter.apply_method.map(|method| method.as_str().to_string()),
            name: Some(parameter.parameter_name?.to_ascii_lowercase()),
            value: Some(parameter.parameter_value?),
        })
    }
}

/// A portion of a modify or reset call.
pub(super) fn to_sdk(parameters: &[Parameter]) -> Option<Vec<sdk::Parameter>> {
    let one = |parameter: &Parameter| {
        let method = parameter.apply_method.as_deref().unwrap_or("immediate");
        sdk::Parameter::builder()
            .set_parameter_name(parameter.name.clone())
            .set_parameter_value(parameter.value.clone())
            .apply_method(ApplyMethod::from(method))
            .build()
    };
    Some(parameters.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_any_case() {
        let parameter = |name: &str, value: &str| Parameter {
            apply_method: Some("immediate".into()),
            name: Some(name.into()),
            value: Some(value.into()),
        };
        let (prior, want) = (vec![parameter("work_mem", "1")], vec![parameter("WORK_MEM", "1")]);
        let change = parameters::change(Some(&prior), Some(&want));
        assert!(change.set.is_empty() && change.reset.is_empty());
        let want = vec![parameter("WORK_MEM", "2")];
        let change = parameters::change(Some(&prior), Some(&want));
        assert_eq!((change.set, change.reset), (vec![want], Vec::new()));
    }
}
