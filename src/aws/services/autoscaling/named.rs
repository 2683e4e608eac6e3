//! What belongs to a group and has a name in it: `GROUP/NAME`.

use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, Value};

use crate::connection::call::absent_is_none;

/// Neither name has a slash, or else the first one ends the group's.
pub(super) fn split(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or((id, ""))
}

pub(super) fn joined(group: Option<&str>, name: Option<&str>) -> PhysicalId {
    format!("{}/{}", group.unwrap_or_default(), name.unwrap_or_default()).into()
}

/// The id of what the properties declare; `name` is the property with the name.
pub(super) fn natural(properties: &Value, name: &str) -> Option<PhysicalId> {
    let text = |name: &str| properties.get(name)?.as_str();
    Some(joined(Some(text("autoscaling_group_name")?), Some(text(name)?)))
}

/// `Ok(None)` where the group is gone, which is a validation error like any other.
pub(super) fn without_group<T>(result: Result<T, CloudError>) -> Result<Option<T>, CloudError> {
    match result {
        Err(error) if is_absence(&error) => Ok(None),
        other => absent_is_none(other),
    }
}

/// "AutoScalingGroup name not found", "No Lifecycle Hook found with name"
fn is_absence(error: &CloudError) -> bool {
    const WORDS: [&str; 3] = ["name not found", "not found - ", "No Lifecycle Hook found"];
    error.kind == ErrorKind::Rejected
        && error.code.as_deref() == Some("ValidationError")
        && WORDS.iter().any(|words| error.message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_an_absence_are_one() {
        let refused = |message: &str| CloudError {
            code: Some("ValidationError".into()),
            ..CloudError::new(ErrorKind::Rejected, message)
        };
        assert!(matches!(without_group::<()>(Err(refused("AutoScalingGroup name not found - null"))), Ok(None)));
        assert!(without_group::<()>(Err(refused("Max bound, 1, must be greater"))).is_err());
    }
}
