//! Managed policies on a role, a user or a group: their id, and what is wrong with how they are written.

use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, Problem, Value};

/// Holder and policy ARN; a holder's name has no slash.
pub(super) fn split(id: &PhysicalId) -> Option<(String, String)> {
    id.as_str().split_once('/').map(|(holder, arn)| (holder.to_string(), arn.to_string()))
}

/// The same of what is to be detached.
pub(super) fn parts(id: &PhysicalId, form: &str) -> Result<(String, String), CloudError> {
    split(id)
        .ok_or_else(|| CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form {form}", id.as_str())))
}

pub(super) fn joined(holder: &str, arn: &str) -> PhysicalId {
    PhysicalId::from(format!("{holder}/{arn}"))
}

/// The id that the properties tell, once they are known.
pub(super) fn natural(properties: &Value, holder: &str) -> Option<PhysicalId> {
    Some(joined(properties.get(holder)?.as_str()?, properties.get("policy_arn")?.as_str()?))
}

/// `holder` is the property that names who gets the policy.
pub(super) fn problems(properties: &Value, holder: &'static str) -> Vec<Problem> {
    let arn = properties.get("policy_arn").and_then(Value::as_str);
    let name = properties.get(holder).and_then(Value::as_str);
    let not_an_arn = arn.filter(|arn| !arn.starts_with("arn:")).map(|_| Problem {
        path: "policy_arn".into(),
        message: "this is not an ARN".into(),
        help: Some("policies of AWS are named arn:aws:iam::aws:policy/NAME".into()),
    });
    let an_arn = name.filter(|name| name.contains('/') || name.contains(':')).map(|_| Problem {
        path: holder.into(),
        message: format!("the {holder} is given by its name, not by its ARN"),
        help: None,
    });
    not_an_arn.into_iter().chain(an_arn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_path_stays_with_its_arn() {
        let id = PhysicalId::from("nodes/arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM");
        let (role, arn) = split(&id).unwrap_or_default();
        assert_eq!(
            (role.as_str(), arn.as_str()),
            ("nodes", "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM")
        );
        assert_eq!(joined(&role, &arn), id);
    }

    #[test]
    fn holders_go_by_their_names() {
        let with = |user: &str, arn: &str| {
            problems(&Value::from([("user", Value::from(user)), ("policy_arn", Value::from(arn))]), "user").len()
        };
        assert_eq!(with("ci", "arn:aws:iam::aws:policy/ReadOnlyAccess"), 0);
        assert_eq!(with("arn:aws:iam::123456789012:user/ci", "ReadOnlyAccess"), 2);
    }
}
