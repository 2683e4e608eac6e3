//! What CloudFront would refuse, found before anything is sent.

use wildfire_engine::model::{NaturalKey, PropertyPath};

use crate::services::cloudfront::prelude::*;

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_list).unwrap_or_default()
}

fn written(of: &Value, name: &str) -> bool {
    of.get(name).is_some_and(|value| !value.is_null())
}

fn told(path: PropertyPath, message: impl Into<String>) -> Problem {
    Problem { path, message: message.into(), help: None }
}

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    let default = properties.get("default_cache_behavior").map(|behavior| ("default_cache_behavior".into(), behavior));
    let ordered = list(properties, "ordered_cache_behavior").iter().enumerate();
    let ordered =
        ordered.map(|(index, behavior)| (PropertyPath::from("ordered_cache_behavior").index(index), behavior));
    for (path, behavior) in default.into_iter().chain(ordered) {
        found.extend(target(properties, &path, behavior));
        let known = behavior.as_map().is_some();
        if known && !written(behavior, "cache_policy_id") && !written(behavior, "forwarded_values") {
            let message = "a behaviour needs `cache_policy_id`, or `forwarded_values`";
            found.push(told(path.key("cache_policy_id"), message));
        }
    }
    found.extend(certificate(properties));
    found
}

/// A behaviour that asks an origin which is not declared. Nothing is said while one of the ids is unknown.
fn target(properties: &Value, path: &PropertyPath, behavior: &Value) -> Option<Problem> {
    let target = behavior.get("target_origin_id")?.as_str()?;
    let mut ids = Vec::new();
    for name in ["origin", "origin_group"].into_iter().filter(|name| written(properties, name)) {
        for origin in properties.get(name)?.as_list()? {
            ids.push(origin.get("origin_id")?.as_str()?);
        }
    }
    if ids.contains(&target) {
        return None;
    }
    let message = format!("there is no origin and no origin group {target:?}");
    let help = Some(format!("the distribution has {}", ids.join(", "))).filter(|_| !ids.is_empty());
    Some(Problem { help, ..told(path.key("target_origin_id"), message) })
}

/// A distribution has one certificate.
fn certificate(properties: &Value) -> Option<Problem> {
    let certificate = properties.get("viewer_certificate")?;
    let own = written(certificate, "acm_certificate_arn") || written(certificate, "iam_certificate_id");
    let of_cloudfront = certificate.get("cloudfront_default_certificate").and_then(Value::as_bool) == Some(true);
    let path = PropertyPath::from("viewer_certificate").key("cloudfront_default_certificate");
    (own && of_cloudfront).then(|| told(path, "another certificate is named beside CloudFront's own"))
}

/// A name is an alias of one distribution, in all of CloudFront.
pub(super) fn names(properties: &Value) -> Vec<NaturalKey> {
    let key = |alias: &Value| {
        let parts = vec![alias.as_str()?.to_lowercase()];
        Some(NaturalKey { kind: "alias of a distribution", parts, range: None })
    };
    list(properties, "aliases").iter().filter_map(key).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(properties: serde_json::Value) -> Vec<String> {
        problems(&Value::from_json(properties)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn behaviours_ask_origins_that_are_there() {
        let with = |target: &str| {
            json!({
                "origin": [{"origin_id": "site"}],
                "origin_group": [{"origin_id": "both"}],
                "default_cache_behavior": {"target_origin_id": "site", "cache_policy_id": "1"},
                "ordered_cache_behavior": [{"target_origin_id": target, "forwarded_values": {}}],
            })
        };
        assert!(paths(with("both")).is_empty());
        assert_eq!(paths(with("sight")), ["ordered_cache_behavior[0].target_origin_id"]);
        let bare = json!({"origin": [{"origin_id": "a"}], "default_cache_behavior": {"target_origin_id": "a"}});
        assert_eq!(paths(bare), ["default_cache_behavior.cache_policy_id"]);
    }

    #[test]
    fn there_is_one_certificate() {
        let with = |default: bool| json!({"viewer_certificate": {"cloudfront_default_certificate": default, "acm_certificate_arn": "arn:a"}});
        assert!(paths(with(false)).is_empty());
        assert_eq!(paths(with(true)).len(), 1);
    }

    #[test]
    fn names_of_distributions_have_no_case() {
        let properties = Value::from_json(json!({"aliases": ["WWW.acme.example", "acme.example"]}));
        let names: Vec<_> = names(&properties).into_iter().flat_map(|key| key.parts).collect();
        assert_eq!(names, ["www.acme.example", "acme.example"]);
    }
}
