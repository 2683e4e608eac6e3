//! Policy documents before any call: the words of IAM's policy language.
//!
//! Every service that takes policies takes this language: IAM, KMS, S3, SNS, SQS, VPC endpoints.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use wildfire_engine::model::{Problem, PropertyPath, Value, nearest};

const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const VERSIONS: &[&str] = &["2012-10-17", "2008-10-17"];

/// What is wrong with the words of a policy, as a map or as JSON text. What is not known yet is left alone.
pub(crate) fn problems(path: &PropertyPath, policy: &Value) -> Vec<Problem> {
    match policy {
        Value::String(text) => match serde_json::from_str(text).map(Value::from_json) {
            // Where a text is wrong is not to be seen in the file.
            Ok(document) => {
                let of_text = |problem: Problem| Problem {
                    message: format!("{}: {}", inside(path, &problem.path), problem.message),
                    path: path.clone(),
                    ..problem
                };
                problems(path, &document).into_iter().map(of_text).collect()
            }
            Err(_) => Vec::new(),
        },
        Value::Map(_) => document(path, policy),
        _ => Vec::new(),
    }
}

/// The part of `path` that is below `whole`: `Statement[0].Effect`.
fn inside(whole: &PropertyPath, path: &PropertyPath) -> String {
    PropertyPath(path.0.iter().skip(whole.0.len()).cloned().collect()).to_string()
}

fn document(path: &PropertyPath, policy: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    words(path, policy, DOCUMENT, "a policy", &mut found);
    if let Some(version) = policy.get("Version").and_then(Value::as_str)
        && !VERSIONS.contains(&version)
    {
        let help = Some("it is the version of the language: 2012-10-17".to_string());
        let message = format!("there is no version {version:?} of policies");
        found.push(Problem { path: path.key("Version"), message, help });
    }
    match policy.get("Statement") {
        Some(Value::List(statements)) => {
            for (index, one) in statements.iter().enumerate() {
                statement(&path.key("Statement").index(index), one, &mut found);
            }
        }
        Some(one @ Value::Map(_)) => statement(&path.key("Statement"), one, &mut found),
        _ => {}
    }
    found
}

fn statement(path: &PropertyPath, statement: &Value, found: &mut Vec<Problem>) {
    if statement.as_map().is_none() {
        return;
    }
    let meant = words(path, statement, STATEMENT, "a statement", found);
    match statement.get("Effect").map(Value::as_str) {
        Some(Some(effect)) if !matches!(effect, "Allow" | "Deny") => {
            let help = nearest(effect, ["Allow", "Deny"]).map(|near| format!("did you mean `{near}`?"));
            let message = format!("an effect is `Allow` or `Deny`, found {effect:?}");
            found.push(Problem { path: path.key("Effect"), message, help });
        }
        None if !has(statement, "Effect") && !meant.contains(&"Effect") => {
            let message = "a statement needs `Effect`".to_string();
            found.push(Problem { path: path.clone(), message, help: Some("`Allow` or `Deny`".into()) });
        }
        _ => {}
    }
}

/// Whether a map has the word in any case.
fn has(map: &Value, word: &str) -> bool {
    map.as_map().is_some_and(|map| map.keys().any(|key| key.eq_ignore_ascii_case(word)))
}

/// Complains of keys that are no words of the language. Returns the words that were probably meant.
fn words(
    path: &PropertyPath,
    map: &Value,
    words: &[&'static str],
    what: &str,
    found: &mut Vec<Problem>,
) -> Vec<&'static str> {
    let mut meant = Vec::new();
    for key in map.as_map().into_iter().flat_map(|map| map.keys()) {
        if words.iter().any(|word| word.eq_ignore_ascii_case(key)) {
            continue;
        }
        let near = nearest(key, words.iter().copied());
        meant.extend(near);
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", words.join(", ")),
        };
        found.push(Problem {
            path: path.key(key.as_str()),
            message: format!("`{key}` is no key of {what}"),
            help: Some(help),
        });
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(policy: serde_json::Value) -> Vec<String> {
        let found = problems(&"policy".into(), &Value::from_json(policy));
        let line =
            |problem: Problem| format!("{}: {} ({})", problem.path, problem.message, problem.help.unwrap_or_default());
        found.into_iter().map(line).collect()
    }

    fn statement(statement: serde_json::Value) -> serde_json::Value {
        serde_json::json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    #[test]
    fn a_slip_is_told_once_and_with_its_word() {
        let slip = statement(serde_json::json!({"Efect": "Allow", "Action": "s3:*", "Resource": "*"}));
        assert_eq!(
            told(slip.clone()),
            ["policy.Statement[0].Efect: `Efect` is no key of a statement (did you mean `Effect`?)"]
        );
        assert_eq!(
            told(slip.to_string().into()),
            ["policy: Statement[0].Efect: `Efect` is no key of a statement (did you mean `Effect`?)"]
        );
        let top = serde_json::json!({"Version": "2012-10-17", "Statements": []});
        assert_eq!(told(top), ["policy.Statements: `Statements` is no key of a policy (did you mean `Statement`?)"]);
    }

    #[test]
    fn effects_and_versions_are_words_too() {
        let effect = statement(serde_json::json!({"Effect": "allow", "Action": "s3:*", "Resource": "*"}));
        assert_eq!(
            told(effect),
            ["policy.Statement[0].Effect: an effect is `Allow` or `Deny`, found \"allow\" (did you mean `Allow`?)"]
        );
        assert_eq!(
            told(statement(serde_json::json!({"Action": "s3:*"}))),
            ["policy.Statement[0]: a statement needs `Effect` (`Allow` or `Deny`)"]
        );
        let version = serde_json::json!({"Version": "2012-10-16", "Statement": []});
        assert_eq!(
            told(version),
            [
                "policy.Version: there is no version \"2012-10-16\" of policies (it is the version of the language: 2012-10-17)"
            ]
        );
    }

    #[test]
    fn what_is_right_or_not_known_is_left_alone() {
        let trust = serde_json::json!({"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"anything": "x"}}, "Sid": "a"});
        assert!(told(statement(trust.clone())).is_empty());
        assert!(told(serde_json::json!({"Statement": trust})).is_empty());
        assert!(told("no json".into()).is_empty());
        let unknown = Value::Unknown(wildfire_engine::model::Unknown::one("x"));
        assert!(problems(&"policy".into(), &unknown).is_empty());
        let later = Value::from([("Statement", Value::List(vec![unknown]))]);
        assert!(problems(&"policy".into(), &later).is_empty());
    }
}
