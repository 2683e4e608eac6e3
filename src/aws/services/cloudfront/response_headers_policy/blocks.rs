//! The blocks of a response headers policy.

use super::super::names::{Names, quantity};
use crate::services::cloudfront::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyCorsConfig, into = sdk::ResponseHeadersPolicyCorsConfig)]
pub struct Cors {
    /// Whether cookies and the like may be sent along.
    #[field(required)]
    pub access_control_allow_credentials: Option<bool>,
    /// The headers that a request may have.
    #[field(required)]
    pub access_control_allow_headers: Option<Names>,
    /// The methods that a request may have: `GET`, `ALL`.
    #[field(required)]
    pub access_control_allow_methods: Option<Names>,
    /// The sites whose pages may ask.
    #[field(required)]
    pub access_control_allow_origins: Option<Names>,
    /// The headers of the answer that scripts may see.
    #[field(optional)]
    pub access_control_expose_headers: Option<Names>,
    /// Seconds for which a browser keeps the answer to its question.
    #[field(range = 0..=2147483647)]
    pub access_control_max_age_sec: Option<i64>,
    /// Whether it goes before the headers of the origin.
    #[field(required)]
    pub origin_override: Option<bool>,
}

impl Cors {
    pub(super) fn sort(&mut self) {
        let lists = [
            &mut self.access_control_allow_headers,
            &mut self.access_control_allow_methods,
            &mut self.access_control_allow_origins,
            &mut self.access_control_expose_headers,
        ];
        lists.into_iter().flatten().for_each(Names::sort);
        self.access_control_expose_headers =
            self.access_control_expose_headers.take().filter(|list| list.items.is_some());
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CustomHeaders {
    /// The headers.
    #[field(set)]
    items: Option<Vec<CustomHeader>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyCustomHeader, into = sdk::ResponseHeadersPolicyCustomHeader)]
pub struct CustomHeader {
    /// The name.
    #[field(required)]
    pub header: Option<String>,
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RemoveHeaders {
    /// The headers.
    #[field(set)]
    items: Option<Vec<RemoveHeader>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyRemoveHeader, into = sdk::ResponseHeadersPolicyRemoveHeader)]
pub struct RemoveHeader {
    /// The name.
    #[field(required)]
    pub header: Option<String>,
}

macro_rules! headers {
    ($block:ident, $list:ident) => {
        impl FromSdk<sdk::$list> for $block {
            fn from_sdk(live: sdk::$list) -> Result<Self, Unfit> {
                Ok(Self { items: filled(incoming(live.items, "items")?) })
            }
        }

        impl ToSdk<sdk::$list> for $block {
            fn to_sdk(&self) -> Result<sdk::$list, Unfit> {
                let items = self.items.clone().unwrap_or_default();
                let list = sdk::$list::builder().quantity(quantity(&items));
                list.set_items(outgoing(&Some(items), "items")?).build().built()
            }
        }

        impl $block {
            pub(super) fn sort(&mut self) {
                self.items.iter_mut().for_each(|items| items.sort_by(|a, b| a.header.cmp(&b.header)));
            }

            pub(super) fn is_empty(&self) -> bool {
                self.items.as_ref().is_none_or(Vec::is_empty)
            }
        }
    };
}

headers!(CustomHeaders, ResponseHeadersPolicyCustomHeadersConfig);
headers!(RemoveHeaders, ResponseHeadersPolicyRemoveHeadersConfig);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicySecurityHeadersConfig, into = sdk::ResponseHeadersPolicySecurityHeadersConfig)]
pub struct SecurityHeaders {
    /// `Content-Security-Policy`
    #[field(optional)]
    pub content_security_policy: Option<ContentSecurity>,
    /// `X-Content-Type-Options: nosniff`
    #[field(optional)]
    pub content_type_options: Option<ContentType>,
    /// `X-Frame-Options`
    #[field(optional)]
    pub frame_options: Option<Frame>,
    /// `Referrer-Policy`
    #[field(optional)]
    pub referrer_policy: Option<Referrer>,
    /// `Strict-Transport-Security`
    #[field(optional)]
    pub strict_transport_security: Option<TransportSecurity>,
    /// `X-XSS-Protection`
    #[field(optional)]
    pub xss_protection: Option<Xss>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyContentSecurityPolicy, into = sdk::ResponseHeadersPolicyContentSecurityPolicy)]
pub struct ContentSecurity {
    /// The policy.
    #[field(required)]
    pub content_security_policy: Option<String>,
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyContentTypeOptions, into = sdk::ResponseHeadersPolicyContentTypeOptions)]
pub struct ContentType {
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyFrameOptions, into = sdk::ResponseHeadersPolicyFrameOptions)]
pub struct Frame {
    /// Who may show it in a frame.
    #[field(required, one_of = ["DENY", "SAMEORIGIN"])]
    pub frame_option: Option<String>,
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyReferrerPolicy, into = sdk::ResponseHeadersPolicyReferrerPolicy)]
pub struct Referrer {
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
    /// What other sites are told about where one comes from: `same-origin`, `no-referrer`.
    #[field(required)]
    pub referrer_policy: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyStrictTransportSecurity, into = sdk::ResponseHeadersPolicyStrictTransportSecurity)]
pub struct TransportSecurity {
    /// Seconds for which browsers remember it.
    #[field(required, range = 0..=2147483647)]
    pub access_control_max_age_sec: Option<i64>,
    /// Whether it holds for the domains below too.
    #[field(default = false)]
    pub include_subdomains: Option<bool>,
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
    /// Whether browsers may have it in their lists.
    #[field(default = false)]
    pub preload: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyXssProtection, into = sdk::ResponseHeadersPolicyXssProtection)]
pub struct Xss {
    /// Whether a page with an attack is not shown at all.
    #[field(default = false)]
    pub mode_block: Option<bool>,
    /// Whether it goes before the header of the origin.
    #[field(required)]
    pub r#override: Option<bool>,
    /// Whether browsers look for attacks.
    #[field(required)]
    pub protection: Option<bool>,
    /// Where attacks are reported.
    #[field(filled)]
    pub report_uri: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ResponseHeadersPolicyServerTimingHeadersConfig, into = sdk::ResponseHeadersPolicyServerTimingHeadersConfig)]
pub struct ServerTiming {
    /// Whether the header is added.
    #[field(required)]
    pub enabled: Option<bool>,
    /// The share of answers that get it, from 0 to 100.
    #[field(required)]
    pub sampling_rate: Option<f64>,
}
