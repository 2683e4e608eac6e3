//! Policies that are part of a role, a user or a group: their id.

use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, Value};

/// Holder and policy name; a holder's name has no colon.
pub(super) fn split(id: &PhysicalId) -> Option<(String, String)> {
    id.as_str().split_once(':').map(|(holder, name)| (holder.to_string(), name.to_string()))
}

/// The same of what is to be changed.
pub(super) fn parts(id: &PhysicalId, form: &str) -> Result<(String, String), CloudError> {
    split(id)
        .ok_or_else(|| CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form {form}", id.as_str())))
}

pub(super) fn joined(holder: Option<&str>, name: Option<&str>) -> PhysicalId {
    PhysicalId::from(format!("{}:{}", holder.unwrap_or_default(), name.unwrap_or_default()))
}

/// The id that the properties tell, once they are known. `holder` is the property that names who has the policy.
pub(super) fn natural(properties: &Value, holder: &str) -> Option<PhysicalId> {
    Some(joined(Some(properties.get(holder)?.as_str()?), Some(properties.get("name")?.as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_the_name() {
        assert_eq!(split(&joined(Some("ci"), Some("read"))), Some(("ci".into(), "read".into())));
        assert_eq!(split(&"ci".into()), None);
        assert!(parts(&"ci".into(), "USER:NAME").is_err_and(|error| error.message.contains("USER:NAME")));
    }
}
