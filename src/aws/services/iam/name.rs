//! The names that IAM accepts.

use wildfire_engine::model::{Problem, Value};

/// Complains about a `name` that is too long or has characters that IAM refuses.
pub(super) fn name_problem(properties: &Value, longest: usize) -> Option<Problem> {
    let name = properties.get("name")?.as_str()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    let problem = |message: String| Some(Problem { path: "name".into(), message, help: None });
    if name.is_empty() || name.len() > longest {
        return problem(format!("a name has 1 to {longest} characters, this one has {}", name.len()));
    }
    match name.chars().find(|c| !allowed(*c)) {
        Some(c) => problem(format!("IAM does not allow {c:?} in names: letters, digits and + = , . @ - _ only")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complains(name: &str) -> bool {
        let properties = Value::from_json(serde_json::json!({ "name": name }));
        name_problem(&properties, 64).is_some()
    }

    #[test]
    fn names_are_checked() {
        assert!(!complains("team-nodes_1.a@b"));
        assert!(complains(""));
        assert!(complains("a/b"));
        assert!(complains(&"a".repeat(65)));
        assert!(name_problem(&Value::from_json(serde_json::json!({})), 64).is_none());
    }
}
