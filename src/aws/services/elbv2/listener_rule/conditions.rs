//! Which requests a rule is for.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::super::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Condition {
    /// Names in the header `Host`; `*` and `?` stand for others.
    host_header: Option<HostHeader>,
    /// Values of another header.
    http_header: Option<HttpHeader>,
    /// Methods.
    http_request_method: Option<Methods>,
    /// Paths; `*` and `?` stand for others.
    path_pattern: Option<PathPattern>,
    /// Parameters of the query, of which one has to be there.
    #[field(set)]
    query_string: Option<Vec<QueryString>>,
    /// Ranges of addresses of clients.
    source_ip: Option<SourceIp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::HostHeaderConditionConfig, into = sdk::HostHeaderConditionConfig)]
pub struct HostHeader {
    /// The names.
    #[field(required, set, forms = Case)]
    values: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::HttpHeaderConditionConfig, into = sdk::HttpHeaderConditionConfig)]
pub struct HttpHeader {
    /// The header's name.
    #[field(required, forms = Case, length = 1..=40)]
    http_header_name: Option<String>,
    /// The values.
    #[field(required, set)]
    values: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::HttpRequestMethodConditionConfig, into = sdk::HttpRequestMethodConditionConfig)]
pub struct Methods {
    /// The methods, in capitals.
    #[field(required, set)]
    values: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PathPatternConditionConfig, into = sdk::PathPatternConditionConfig)]
pub struct PathPattern {
    /// The paths.
    #[field(required, set)]
    values: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::QueryStringKeyValuePair, into = sdk::QueryStringKeyValuePair, filled)]
pub struct QueryString {
    /// The parameter; without one, the value of any.
    key: Option<String>,
    /// The value.
    #[field(required)]
    value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SourceIpConditionConfig, into = sdk::SourceIpConditionConfig)]
pub struct SourceIp {
    /// The ranges.
    #[field(required, set, forms = Cidr)]
    values: Option<Vec<String>>,
}

impl FromSdk<sdk::RuleCondition> for Condition {
    fn from_sdk(live: sdk::RuleCondition) -> Result<Self, Unfit> {
        let query = live.query_string_config.and_then(|config| config.values);
        let mut condition = Self {
            host_header: incoming(live.host_header_config, "host_header")?,
            http_header: incoming(live.http_header_config, "http_header")?,
            http_request_method: incoming(live.http_request_method_config, "http_request_method")?,
            path_pattern: incoming(live.path_pattern_config, "path_pattern")?,
            query_string: filled(incoming(query, "query_string")?),
            source_ip: incoming(live.source_ip_config, "source_ip")?,
        };
        // The older way in which AWS tells these two.
        let values = filled(live.values);
        match live.field.as_deref() {
            Some("host-header") if condition.host_header.is_none() => {
                condition.host_header = Some(HostHeader { values })
            }
            Some("path-pattern") if condition.path_pattern.is_none() => {
                condition.path_pattern = Some(PathPattern { values });
            }
            _ => {}
        }
        Ok(condition)
    }
}

impl ToSdk<sdk::RuleCondition> for Condition {
    fn to_sdk(&self) -> Result<sdk::RuleCondition, Unfit> {
        let query = outgoing(&filled(self.query_string.clone()), "query_string")?;
        let query = query.map(|pairs| sdk::QueryStringConditionConfig::builder().set_values(Some(pairs)).build());
        Ok(sdk::RuleCondition::builder()
            .set_field(self.field().map(String::from))
            .set_host_header_config(outgoing(&self.host_header, "host_header")?)
            .set_http_header_config(outgoing(&self.http_header, "http_header")?)
            .set_http_request_method_config(outgoing(&self.http_request_method, "http_request_method")?)
            .set_path_pattern_config(outgoing(&self.path_pattern, "path_pattern")?)
            .set_query_string_config(query)
            .set_source_ip_config(outgoing(&self.source_ip, "source_ip")?)
            .build())
    }
}

impl Condition {
    /// AWS's word for what it is about.
    fn field(&self) -> Option<&'static str> {
        let kinds = [
            (self.host_header.is_some(), "host-header"),
            (self.http_header.is_some(), "http-header"),
            (self.http_request_method.is_some(), "http-request-method"),
            (self.path_pattern.is_some(), "path-pattern"),
            (self.query_string.is_some(), "query-string"),
            (self.source_ip.is_some(), "source-ip"),
        ];
        kinds.into_iter().find_map(|(there, word)| there.then_some(word))
    }
}

/// Conditions that are about nothing, or about more than one thing: AWS takes one each, all of which have to be met.
pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    const KINDS: [&str; 6] =
        ["host_header", "http_header", "http_request_method", "path_pattern", "query_string", "source_ip"];
    let conditions = properties.get("condition").and_then(Value::as_list).unwrap_or_default();
    let known = conditions.iter().filter(|condition| matches!(condition, Value::Map(_)));
    let wrong = known.filter(|condition| {
        KINDS.iter().filter(|kind| condition.get(kind).is_some_and(|value| !value.is_null())).count() != 1
    });
    wrong.map(|_| problem("condition", "each condition is about one thing: write one block for each")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_come_back_as_they_were_sent() {
        for json in [
            json!({"host_header": {"values": ["*.example.org"]}}),
            json!({"http_header": {"http_header_name": "X-Team", "values": ["a"]}}),
            json!({"http_request_method": {"values": ["GET", "HEAD"]}}),
            json!({"path_pattern": {"values": ["/api/*"]}}),
            json!({"query_string": [{"key": "v", "value": "2"}, {"value": "any"}]}),
            json!({"source_ip": {"values": ["10.0.0.0/8"]}}),
        ] {
            let condition: Condition = serde_json::from_value(json).unwrap();
            let sent = condition.to_sdk().unwrap();
            assert!(sent.field.is_some());
            assert_eq!(Condition::from_sdk(sent).unwrap(), condition);
        }
    }

    #[test]
    fn the_older_way_of_telling_is_understood() {
        let live = sdk::RuleCondition::builder().field("path-pattern").values("/old").build();
        let condition = Condition::from_sdk(live).unwrap();
        assert_eq!(condition.path_pattern, Some(PathPattern { values: Some(vec!["/old".into()]) }));
    }

    #[test]
    fn a_condition_is_about_one_thing() {
        let count = |condition: serde_json::Value| problems(&Value::from_json(json!({"condition": [condition]}))).len();
        let path = json!({"values": ["/"]});
        assert_eq!(count(json!({"path_pattern": path.clone()})), 0);
        assert_eq!(count(json!({"path_pattern": path.clone(), "host_header": path})), 1);
        assert_eq!(count(json!({})), 1);
    }
}
