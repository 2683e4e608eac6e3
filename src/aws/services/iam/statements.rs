//! Policy documents before any call: the words of IAM's policy language.
//!
//! Every service that takes policies takes this language: IAM, KMS, S3, SNS, SQS, VPC endpoints.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use wildfire_engine::model::{Problem, PropertyPath, Value, nearest};

const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const VERSIONS: &[&str] = &["2012-10-17", "2008-10-17"];

/// What a policy belongs to. It decides which elements a statement has to have, and which it may not have.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyHolder {
    /// A role, user or group: the policy is about whoever has it.
    Identity,
    /// A role, as the policy that says who may take it: it is about that role.
    Trust,
    /// A bucket, key, queue, topic or endpoint. Some of these take a statement without `Resource`.
    Resource,
}

impl PolicyHolder {
    pub fn of(type_name: &str, property: &str) -> Self {
        match property {
            "assume_role_policy" => Self::Trust,
            _ if type_name.starts_with("aws_iam_") => Self::Identity,
            _ => Self::Resource,
        }
    }
}

/// What is wrong with the words of a policy, as a map or as JSON text. What is not known yet is left alone.
pub(crate) fn problems(path: &PropertyPath, policy: &Value, holder: PolicyHolder) -> Vec<Problem> {
    match policy {
        Value::String(text) => match serde_json::from_str(text).map(Value::from_json) {
            // Where a text is wrong is not to be seen in the file.
            Ok(document) => {
                let of_text = |problem: Problem| Problem {
                    message: format!("{}: {}", inside(path, &problem.path), problem.message),
                    path: path.clone(),
                    ..problem
                };
                problems(path, &document, holder).into_iter().map(of_text).collect()
            }
            Err(_) => Vec::new(),
        },
        Value::Map(_) => document(path, policy, holder),
        _ => Vec::new(),
    }
}

/// The part of `path` that is below `whole`: `Statement[0].Effect`.
fn inside(whole: &PropertyPath, path: &PropertyPath) -> String {
    PropertyPath(path.0.iter().skip(whole.0.len()).cloned().collect()).to_string()
}

fn document(path: &PropertyPath, policy: &Value, holder: PolicyHolder) -> Vec<Problem> {
    let mut found = Vec::new();
    let meant = words(path, policy, DOCUMENT, "a policy", &mut found);
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
                statement(&path.key("Statement").index(index), one, holder, &mut found);
            }
        }
        Some(one @ Value::Map(_)) => statement(&path.key("Statement"), one, holder, &mut found),
        _ if !has(policy, "Statement") && !meant.contains(&"Statement") => {
            let message = "a policy needs `Statement`".to_string();
            found.push(Problem {
                path: path.clone(),
                message,
                help: Some("a list of what it allows or denies".into()),
            });
        }
        _ => {}
    }
    found
}

fn statement(path: &PropertyPath, statement: &Value, holder: PolicyHolder, found: &mut Vec<Problem>) {
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
    elements(path, statement, holder, &meant, found);
}

/// The elements that a statement has to have, in one of two forms, and those that it may not have.
fn elements(path: &PropertyPath, statement: &Value, holder: PolicyHolder, meant: &[&str], found: &mut Vec<Problem>) {
    let mut tell = |message: String, help: &str| {
        found.push(Problem { path: path.clone(), message, help: Some(help.to_string()) });
    };
    let elements = [
        ("Action", "NotAction", Some(true), "the calls that it is about, such as `s3:GetObject`"),
        match holder {
            PolicyHolder::Identity => ("Resource", "NotResource", Some(true), "ARNs, or `*` for everything"),
            PolicyHolder::Trust => {
                ("Resource", "NotResource", Some(false), "it is about the role itself: leave it out")
            }
            PolicyHolder::Resource => ("Resource", "NotResource", None, ""),
        },
        match holder {
            PolicyHolder::Identity => {
                ("Principal", "NotPrincipal", Some(false), "it is about whoever has the policy: leave it out")
            }
            _ => ("Principal", "NotPrincipal", Some(true), "who it is about, such as `{Service: ec2.amazonaws.com}`"),
        },
    ];
    for (word, not, wanted, help) in elements {
        for word in [word, not] {
            // IAM calls such a policy malformed.
            if statement.get(word).and_then(Value::as_list).is_some_and(|list| list.is_empty()) {
                tell(format!("`{word}` of a statement is empty"), help);
            }
        }
        let both = has(statement, word) && has(statement, not);
        let one = has(statement, word) || has(statement, not);
        match wanted {
            _ if both => tell(format!("a statement has `{word}` or `{not}`, and not both"), "leave one of them out"),
            Some(true) if !one && !meant.contains(&word) && !meant.contains(&not) => {
                tell(format!("a statement needs `{word}`"), help);
            }
            Some(false) if one => tell(format!("a statement of this policy has no `{word}`"), help),
            _ => {}
        }
    }
}

/// Whether a map has the word in any case; a null is as if it were not there.
fn has(map: &Value, word: &str) -> bool {
    map.as_map().is_some_and(|map| map.iter().any(|(key, value)| key.eq_ignore_ascii_case(word) && !value.is_null()))
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
        told_of(PolicyHolder::Identity, policy)
    }

    fn told_of(holder: PolicyHolder, policy: serde_json::Value) -> Vec<String> {
        let found = problems(&"policy".into(), &Value::from_json(policy), holder);
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
            told(statement(serde_json::json!({"Action": "s3:*", "Resource": "*"}))),
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
    fn the_holder_of_a_policy_decides_which_elements_it_has() {
        let bare = statement(serde_json::json!({"Effect": "Allow"}));
        let of = |holder, policy: &serde_json::Value| -> Vec<String> {
            let line = |line: String| line.replace("policy.Statement[0]: ", "");
            let words = |line: String| line.split(" (").next().unwrap_or_default().to_string();
            told_of(holder, policy.clone()).into_iter().map(line).map(words).collect()
        };
        assert_eq!(of(PolicyHolder::Identity, &bare), ["a statement needs `Action`", "a statement needs `Resource`"]);
        assert_eq!(of(PolicyHolder::Trust, &bare), ["a statement needs `Action`", "a statement needs `Principal`"]);
        assert_eq!(of(PolicyHolder::Resource, &bare), ["a statement needs `Action`", "a statement needs `Principal`"]);
        let whole = statement(serde_json::json!({
            "Effect": "Allow", "Principal": "*", "NotAction": "s3:*", "Resource": "*",
        }));
        assert_eq!(of(PolicyHolder::Identity, &whole), ["a statement of this policy has no `Principal`"]);
        assert_eq!(of(PolicyHolder::Trust, &whole), ["a statement of this policy has no `Resource`"]);
        assert!(of(PolicyHolder::Resource, &whole).is_empty());
        let both = statement(serde_json::json!({
            "Effect": "Allow", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*",
        }));
        assert_eq!(of(PolicyHolder::Identity, &both), ["a statement has `Action` or `NotAction`, and not both"]);
        // A slip of a word is told once.
        let slip = statement(serde_json::json!({"Effect": "Allow", "Actions": "s3:*", "Resourse": "*"}));
        assert_eq!(
            of(PolicyHolder::Identity, &slip),
            [
                "policy.Statement[0].Actions: `Actions` is no key of a statement",
                "policy.Statement[0].Resourse: `Resourse` is no key of a statement",
            ]
        );
        assert_eq!(PolicyHolder::of("aws_iam_role", "assume_role_policy"), PolicyHolder::Trust);
        assert_eq!(PolicyHolder::of("aws_iam_role_policy", "policy"), PolicyHolder::Identity);
        assert_eq!(PolicyHolder::of("aws_s3_bucket_policy", "policy"), PolicyHolder::Resource);
    }

    #[test]
    fn what_is_empty_or_null_is_not_there() {
        let empty = statement(serde_json::json!({"Effect": "Allow", "Action": [], "Resource": null}));
        assert_eq!(
            told(empty),
            [
                "policy.Statement[0]: `Action` of a statement is empty (the calls that it is about, such as `s3:GetObject`)",
                "policy.Statement[0]: a statement needs `Resource` (ARNs, or `*` for everything)",
            ]
        );
        let none = serde_json::json!({"Version": "2012-10-17"});
        assert_eq!(told(none), ["policy: a policy needs `Statement` (a list of what it allows or denies)"]);
    }

    #[test]
    fn what_is_right_or_not_known_is_left_alone() {
        let trust = serde_json::json!({"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"anything": "x"}}, "Sid": "a"});
        assert!(told_of(PolicyHolder::Trust, statement(trust.clone())).is_empty());
        assert!(told_of(PolicyHolder::Trust, serde_json::json!({"Statement": trust})).is_empty());
        assert!(told("no json".into()).is_empty());
        let unknown = Value::Unknown(wildfire_engine::model::Unknown::one("x"));
        assert!(problems(&"policy".into(), &unknown, PolicyHolder::Trust).is_empty());
        let later = Value::from([("Statement", Value::List(vec![unknown]))]);
        assert!(problems(&"policy".into(), &later, PolicyHolder::Trust).is_empty());
    }
}
