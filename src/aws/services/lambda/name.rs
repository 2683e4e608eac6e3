//! Names of functions: written as a name, as `NAME:QUALIFIER` or as an ARN, which has them at its end.

use wildfire_engine::model::{CloudError, ErrorKind, Problem, Value};

use crate::kind::convert::problem;

/// The name and the qualifier of a function.
///
/// `arn:aws:lambda:eu-west-1:123456789012:function:resize:live` is `resize` and `live`, as are
/// `123456789012:function:resize:live` and `resize:live`.
pub(super) fn split(text: &str) -> (&str, Option<&str>) {
    let rest = text.split_once(":function:").map_or(text, |(_, rest)| rest);
    match rest.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (rest, None),
    }
}

/// A qualifier within the name, where it has a property of its own.
pub(super) fn qualified(properties: &Value) -> Option<Problem> {
    let (_, qualifier) = split(properties.get("function_name")?.as_str()?);
    qualifier.map(|_| problem("function_name", "this names a version or an alias, and not the function"))
}

/// What a create call was answered: the code that Lambda has for a name that is taken is also the one for work that goes on.
pub(super) fn taken<T>(created: Result<T, CloudError>) -> Result<T, CloudError> {
    created.map_err(|error| match error.code.as_deref() {
        Some("ResourceConflictException") if error.kind == ErrorKind::Rejected => {
            CloudError { kind: ErrorKind::AlreadyExists, ..error }
        }
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_in_several_ways() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:resize";
        assert_eq!(split(arn), ("resize", None));
        assert_eq!(split(&format!("{arn}:live")), ("resize", Some("live")));
        assert_eq!(split("123456789012:function:resize:live"), ("resize", Some("live")));
        assert_eq!(split("resize:live"), ("resize", Some("live")));
        assert_eq!(split("resize"), ("resize", None));
    }

    #[test]
    fn only_a_conflict_that_nothing_else_explains_is_a_name_that_is_taken() {
        let conflict = |kind| {
            let error = CloudError { code: Some("ResourceConflictException".into()), ..CloudError::new(kind, "no") };
            taken::<()>(Err(error)).map_err(|error| error.kind)
        };
        assert_eq!(conflict(ErrorKind::Rejected), Err(ErrorKind::AlreadyExists));
        assert_eq!(conflict(ErrorKind::Busy), Err(ErrorKind::Busy));
    }
}
