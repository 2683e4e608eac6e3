//! What a listener or a rule does with a request.

use std::collections::BTreeMap;

use super::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Action, into = sdk::Action)]
pub struct Action {
    /// Lets users log in at a Cognito user pool first.
    #[field(sdk = authenticate_cognito_config)]
    authenticate_cognito: Option<AuthenticateCognito>,
    /// Lets users log in at an OpenID Connect provider first.
    #[field(sdk = authenticate_oidc_config)]
    authenticate_oidc: Option<AuthenticateOidc>,
    /// Answers by itself.
    #[field(sdk = fixed_response_config)]
    fixed_response: Option<FixedResponse>,
    /// Sends to one target group or to several.
    #[field(aws_default, sdk = forward_config)]
    forward: Option<Forward>,
    /// The place among the actions; by default that in the list.
    #[field(aws_default, range = 1..=50000)]
    order: Option<i64>,
    /// Sends the client to another address.
    #[field(sdk = redirect_config)]
    redirect: Option<Redirect>,
    /// Sends to one target group.
    #[field(aws_default)]
    target_group_arn: Option<String>,
    /// What it does.
    #[field(required, one_of = ["authenticate-cognito", "authenticate-oidc", "fixed-response", "forward", "redirect"])]
    r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AuthenticateCognitoActionConfig, into = sdk::AuthenticateCognitoActionConfig, filled)]
pub struct AuthenticateCognito {
    /// What else the login page is asked with, ten parameters at most.
    #[field(filled)]
    authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// What becomes of a request without a login.
    #[field(aws_default, one_of = ["allow", "authenticate", "deny"])]
    on_unauthenticated_request: Option<String>,
    /// The claims that are asked for.
    #[field(aws_default)]
    scope: Option<String>,
    /// The name of the cookie.
    #[field(aws_default)]
    session_cookie_name: Option<String>,
    /// Seconds for which a login counts.
    #[field(aws_default, range = 1..=604800)]
    session_timeout: Option<i64>,
    /// The user pool.
    #[field(required)]
    user_pool_arn: Option<String>,
    /// The client of the user pool.
    #[field(required)]
    user_pool_client_id: Option<String>,
    /// The domain of the user pool.
    #[field(required)]
    user_pool_domain: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AuthenticateOidcActionConfig, into = sdk::AuthenticateOidcActionConfig, filled)]
pub struct AuthenticateOidc {
    /// What else the login page is asked with, ten parameters at most.
    #[field(filled)]
    authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// Where users log in.
    #[field(required)]
    authorization_endpoint: Option<String>,
    /// The client's id.
    #[field(required)]
    client_id: Option<String>,
    /// The client's secret.
    #[field(required, sensitive, write_only)]
    client_secret: Option<String>,
    /// Who issues the tokens.
    #[field(required)]
    issuer: Option<String>,
    /// What becomes of a request without a login.
    #[field(aws_default, one_of = ["allow", "authenticate", "deny"])]
    on_unauthenticated_request: Option<String>,
    /// The claims that are asked for.
    #[field(aws_default)]
    scope: Option<String>,
    /// The name of the cookie.
    #[field(aws_default)]
    session_cookie_name: Option<String>,
    /// Seconds for which a login counts.
    #[field(aws_default, range = 1..=604800)]
    session_timeout: Option<i64>,
    /// Where tokens come from.
    #[field(required)]
    token_endpoint: Option<String>,
    /// Where users are described.
    #[field(required)]
    user_info_endpoint: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FixedResponseActionConfig, into = sdk::FixedResponseActionConfig, filled)]
pub struct FixedResponse {
    /// The type of the content.
    #[field(required)]
    #[field(one_of = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"])]
    content_type: Option<String>,
    /// The content.
    #[field(length = 0..=1024)]
    message_body: Option<String>,
    /// The code: 2xx, 4xx or 5xx.
    #[field(aws_default, pattern = "[245][0-9][0-9]")]
    status_code: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ForwardActionConfig, into = sdk::ForwardActionConfig)]
pub struct Forward {
    /// Whether a client is sent to the same group again.
    #[field(sdk = target_group_stickiness_config)]
    stickiness: Option<GroupStickiness>,
    /// The target groups, with their shares.
    #[field(required, set, sdk = target_groups)]
    target_group: Option<Vec<WeightedGroup>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetGroupStickinessConfig, into = sdk::TargetGroupStickinessConfig)]
pub struct GroupStickiness {
    /// Seconds for which it is.
    #[field(required, range = 1..=604800, sdk = duration_seconds)]
    duration: Option<i64>,
    /// Whether it is.
    #[field(default = false)]
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetGroupTuple, into = sdk::TargetGroupTuple)]
pub struct WeightedGroup {
    /// The target group.
    #[field(required, sdk = target_group_arn)]
    arn: Option<String>,
    /// Its share, in proportion to the others'.
    #[field(default = 1, range = 0..=999)]
    weight: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RedirectActionConfig, into = sdk::RedirectActionConfig)]
pub struct Redirect {
    /// The host.
    #[field(default = "#{host}", length = 1..=128)]
    host: Option<String>,
    /// The path.
    #[field(default = "/#{path}", length = 1..=128)]
    path: Option<String>,
    /// The port.
    #[field(default = "#{port}")]
    port: Option<String>,
    /// The protocol.
    #[field(default = "#{protocol}", one_of = ["#{protocol}", "HTTP", "HTTPS"])]
    protocol: Option<String>,
    /// The query.
    #[field(default = "#{query}", length = 0..=128)]
    query: Option<String>,
    /// Whether clients may remember it: `HTTP_301` or `HTTP_302`.
    #[field(required, one_of = ["HTTP_301", "HTTP_302"])]
    status_code: Option<String>,
}

impl Action {
    /// An action to one group has two spellings, and AWS tells both of them or one. Here it has both where the group's share is
    /// all that is said.
    fn both_spellings(mut self) -> Self {
        if let Some(forward) = &mut self.forward {
            // Off is what absence means.
            let off = |stickiness: &mut GroupStickiness| {
                stickiness.enabled != Some(true) && stickiness.duration.unwrap_or(0) == 0
            };
            forward.stickiness.take_if(off);
        }
        match (&self.forward, &self.target_group_arn) {
            (None, Some(arn)) => {
                let group = WeightedGroup { arn: Some(arn.clone()), weight: Some(1) };
                self.forward = Some(Forward { stickiness: None, target_group: Some(vec![group]) });
            }
            (Some(forward), _) => {
                let alone = match (forward.target_group.as_deref(), &forward.stickiness) {
                    (Some([one]), None) => one.arn.clone(),
                    _ => None,
                };
                self.target_group_arn = alone;
            }
            (None, None) => {}
        }
        self
    }
}

/// The actions of a reply, in the order in which they are taken.
pub(super) fn from_sdk(live: Option<Vec<sdk::Action>>, path: &str) -> Result<Option<Vec<Action>>, Unfit> {
    let actions: Option<Vec<Action>> = incoming(live, path)?;
    Ok(filled(actions).map(|mut actions| {
        actions.sort_by_key(|action| action.order.unwrap_or(0));
        actions.into_iter().map(Action::both_spellings).collect()
    }))
}

/// The actions of a request. AWS wants a place for each where there are several.
pub(super) fn to_sdk(actions: &Option<Vec<Action>>, path: &str) -> Result<Option<Vec<sdk::Action>>, Unfit> {
    let mut actions = actions.clone();
    if let Some(actions) = actions.as_mut().filter(|actions| actions.len() > 1) {
        for (place, action) in (1..).zip(actions.iter_mut()) {
            action.order.get_or_insert(place);
        }
    }
    outgoing(&actions, path)
}

/// What each action of the property `name` lacks, or has too much.
pub(super) fn problems(properties: &Value, name: &str) -> Vec<Problem> {
    const NEEDS: [(&str, &[&str]); 5] = [
        ("authenticate-cognito", &["authenticate_cognito"]),
        ("authenticate-oidc", &["authenticate_oidc"]),
        ("fixed-response", &["fixed_response"]),
        ("forward", &["forward", "target_group_arn"]),
        ("redirect", &["redirect"]),
    ];
    let mut problems = Vec::new();
    for (index, action) in properties.get(name).and_then(Value::as_list).unwrap_or_default().iter().enumerate() {
        let Some(kind) = action.get("type").and_then(Value::as_str) else { continue };
        let written = |part: &str| action.get(part).is_some_and(|value| !value.is_null());
        for (other, parts) in NEEDS {
            if other == kind && !parts.iter().any(|part| written(part)) {
                let message = format!("an action of the type {kind} needs {}", parts.join(" or "));
                problems.push(Problem { path: path(name, index, "type"), message, help: None });
            }
            for part in parts.iter().filter(|part| other != kind && written(part)) {
                let message = format!("an action of the type {kind} has no {part}");
                problems.push(Problem { path: path(name, index, part), message, help: None });
            }
        }
    }
    problems
}

fn path(name: &str, index: usize, part: &str) -> wildfire_engine::model::PropertyPath {
    wildfire_engine::model::PropertyPath::from(name).index(index).key(part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn actions(json: serde_json::Value) -> Option<Vec<Action>> {
        Some(serde_json::from_value(json).unwrap())
    }

    #[test]
    fn one_group_has_both_spellings() {
        let short = sdk::Action::builder().r#type("forward".into()).target_group_arn("arn:1").build();
        let [action] = &from_sdk(Some(vec![short]), "action").unwrap().unwrap()[..] else { panic!("there is one") };
        let forward = json!({"target_group": [{"arn": "arn:1", "weight": 1}]});
        assert_eq!(action.forward, serde_json::from_value(forward).unwrap());
        let long =
            to_sdk(&actions(json!([{"type": "forward", "forward": {"target_group": [{"arn": "arn:1"}]}}])), "action");
        let back = from_sdk(long.unwrap(), "action").unwrap().unwrap();
        assert_eq!(back[0].target_group_arn.as_deref(), Some("arn:1"));
    }

    #[test]
    fn shares_and_stickiness_have_one_spelling() {
        let sticky = json!([{"type": "forward", "forward": {
            "target_group": [{"arn": "arn:1", "weight": 1}], "stickiness": {"enabled": true, "duration": 60},
        }}]);
        let back = from_sdk(to_sdk(&actions(sticky), "action").unwrap(), "action").unwrap().unwrap();
        assert_eq!(back[0].target_group_arn, None);
        assert!(back[0].forward.as_ref().is_some_and(|forward| forward.stickiness.is_some()));
    }

    #[test]
    fn several_actions_have_places() {
        let two = json!([{"type": "authenticate-oidc"}, {"type": "fixed-response"}]);
        let sent = to_sdk(&actions(two), "action").unwrap().unwrap();
        assert_eq!(sent.iter().map(|action| action.order).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let turned = sent.into_iter().rev().collect();
        let back = from_sdk(Some(turned), "action").unwrap().unwrap();
        assert_eq!(back[0].r#type.as_deref(), Some("authenticate-oidc"));
        let one = to_sdk(&actions(json!([{"type": "redirect"}])), "action").unwrap().unwrap();
        assert_eq!(one[0].order, None);
    }

    #[test]
    fn an_action_has_what_its_type_says() {
        let paths = |action: serde_json::Value| {
            let problems = problems(&Value::from_json(json!({"action": [action]})), "action");
            problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
        };
        assert!(paths(json!({"type": "forward", "target_group_arn": "arn:1"})).is_empty());
        assert_eq!(paths(json!({"type": "redirect", "target_group_arn": "arn:1"})).len(), 2);
    }
}
