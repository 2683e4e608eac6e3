//! Lists in CloudFront's shape, which says of each how long it is, and the parts that several policies have.

use super::prelude::*;

/// How long a list is, as CloudFront is told beside it.
pub(super) fn quantity<T>(items: &[T]) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX)
}

/// Names in a block of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Names {
    /// The names.
    #[field(set)]
    pub items: Option<Vec<String>>,
}

macro_rules! names {
    ($($list:ident: $items:expr),* $(,)?) => {$(
        impl FromSdk<sdk::$list> for Names {
            fn from_sdk(live: sdk::$list) -> Result<Self, Unfit> {
                let items = $items;
                Ok(Self { items: filled(incoming(items(live), "items")?) })
            }
        }

        impl ToSdk<sdk::$list> for Names {
            fn to_sdk(&self) -> Result<sdk::$list, Unfit> {
                let items = self.items.clone().unwrap_or_default();
                let list = sdk::$list::builder().quantity(quantity(&items));
                list.set_items(outgoing(&Some(items), "items")?).build().built()
            }
        }
    )*};
}

names!(
    CookieNames: |live: sdk::CookieNames| live.items,
    Headers: |live: sdk::Headers| live.items,
    QueryStringNames: |live: sdk::QueryStringNames| live.items,
    ResponseHeadersPolicyAccessControlAllowHeaders:
        |live: sdk::ResponseHeadersPolicyAccessControlAllowHeaders| Some(live.items),
    ResponseHeadersPolicyAccessControlAllowMethods:
        |live: sdk::ResponseHeadersPolicyAccessControlAllowMethods| Some(live.items),
    ResponseHeadersPolicyAccessControlAllowOrigins:
        |live: sdk::ResponseHeadersPolicyAccessControlAllowOrigins| Some(live.items),
    ResponseHeadersPolicyAccessControlExposeHeaders:
        |live: sdk::ResponseHeadersPolicyAccessControlExposeHeaders| live.items,
);

/// Which cookies a policy is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CachePolicyCookiesConfig, into = sdk::CachePolicyCookiesConfig)]
#[sdk(from = sdk::OriginRequestPolicyCookiesConfig, into = sdk::OriginRequestPolicyCookiesConfig)]
pub struct Cookies {
    /// Whether none is meant, all, those in the list, or all but those.
    #[field(required, one_of = ["none", "whitelist", "allExcept", "all"])]
    pub cookie_behavior: Option<String>,
    /// The cookies that are meant.
    #[field(optional)]
    pub cookies: Option<Names>,
}

/// Which headers a policy is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CachePolicyHeadersConfig, into = sdk::CachePolicyHeadersConfig)]
#[sdk(from = sdk::OriginRequestPolicyHeadersConfig, into = sdk::OriginRequestPolicyHeadersConfig)]
pub struct PolicyHeaders {
    /// Whether none is meant, those in the list, or more: `none`, `whitelist`.
    #[field(optional)]
    pub header_behavior: Option<String>,
    /// The headers that are meant.
    #[field(optional)]
    pub headers: Option<Names>,
}

/// Which parts of the query a policy is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CachePolicyQueryStringsConfig, into = sdk::CachePolicyQueryStringsConfig)]
#[sdk(from = sdk::OriginRequestPolicyQueryStringsConfig, into = sdk::OriginRequestPolicyQueryStringsConfig)]
pub struct QueryStrings {
    /// Whether none is meant, all, those in the list, or all but those.
    #[field(required, one_of = ["none", "whitelist", "allExcept", "all"])]
    pub query_string_behavior: Option<String>,
    /// The parts that are meant, by their names.
    #[field(optional)]
    pub query_strings: Option<Names>,
}

impl Names {
    pub(super) fn sort(&mut self) {
        self.items.iter_mut().for_each(|items| items.sort());
    }
}

/// Puts the names of each list into one order.
pub(super) fn sort(
    cookies: &mut Option<Cookies>,
    headers: &mut Option<PolicyHeaders>,
    query: &mut Option<QueryStrings>,
) {
    let cookies = cookies.as_mut().and_then(|part| part.cookies.as_mut());
    let headers = headers.as_mut().and_then(|part| part.headers.as_mut());
    let query = query.as_mut().and_then(|part| part.query_strings.as_mut());
    [cookies, headers, query].into_iter().flatten().for_each(Names::sort);
}

/// The problems of behaviours that say what a list would say, and of lists that nothing asks for. `path` leads to the
/// blocks, and ends in a dot.
pub(super) fn problems(policy: &Value, path: &str) -> Vec<Problem> {
    [
        ("cookies_config", "cookie_behavior", "cookies"),
        ("headers_config", "header_behavior", "headers"),
        ("query_strings_config", "query_string_behavior", "query_strings"),
    ]
    .into_iter()
    .flat_map(|(block, behaviour, list)| problems_of(policy, block, behaviour, list, path))
    .collect()
}

fn problems_of(policy: &Value, block: &str, behaviour: &str, list: &str, path: &str) -> Vec<Problem> {
    let Some(part) = policy.get(block) else { return Vec::new() };
    let Some(word) = part.get(behaviour).and_then(Value::as_str) else { return Vec::new() };
    let listed = part.get(list).is_some_and(|list| !list.is_null());
    let path = format!("{path}{block}.{list}");
    match (word, listed) {
        ("none" | "all" | "allViewer", true) => {
            vec![problem(&path, format!("{behaviour} is {word}, which goes with no list"))]
        }
        ("whitelist" | "allExcept" | "allViewerAndWhitelistCloudFront", false) => {
            vec![problem(&path, format!("{behaviour} is {word}, which needs a list"))]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_says_how_long_it_is() {
        let names = Names { items: Some(vec!["Accept".into(), "Host".into()]) };
        let sent: sdk::Headers = names.to_sdk().unwrap();
        assert_eq!(sent.quantity, 2);
        assert_eq!(Names::from_sdk(sent).unwrap(), names);
    }

    #[test]
    fn a_list_is_written_where_the_behaviour_asks_for_one() {
        let found = |part: serde_json::Value| {
            let policy = Value::from_json(json!({"headers_config": part}));
            problems(&policy, "").len()
        };
        let list = json!({"items": ["Accept"]});
        assert_eq!(found(json!({"header_behavior": "whitelist", "headers": list.clone()})), 0);
        assert_eq!(found(json!({"header_behavior": "none"})), 0);
        assert_eq!(found(json!({"header_behavior": "whitelist"})), 1);
        assert_eq!(found(json!({"header_behavior": "none", "headers": list})), 1);
    }
}
