//! Where a resource is: in which account, and in which region.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// True for the number of an account: 12 digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where a resource or a data source is, as far as it is not where its stage is.
///
/// The default is the stage's own account and region. Neither is ever named here, so equal places are equal values, and a
/// state that knows nothing of places speaks of the stage's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Placement {
    /// 12 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<Arc<str>>,
}

/// How far the services of a type reach: within what one name means one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// One region of one account.
    #[default]
    Region,
    /// All regions of an account, which are one to it: IAM, Route 53, CloudFront.
    Account,
    /// It is in a region, and its name is taken in all accounts: buckets of S3.
    World,
}

impl Placement {
    /// The stage's own account and region.
    pub const HOME: Self = Self { account: None, region: None };

    /// `account` and `region` where they are not `home`, the stage's own.
    pub fn new(account: Option<&str>, region: Option<&str>, home: (&str, &str)) -> Self {
        let other = |name: Option<&str>, own: &str| name.filter(|name| *name != own).map(Arc::from);
        Self { account: other(account, home.0), region: other(region, home.1) }
    }

    pub fn is_home(&self) -> bool {
        *self == Self::HOME
    }

    /// The account, where it is not the stage's own.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The region, where it is not the stage's own.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// ` in us-east-1`, to stand behind the name of what is there; nothing at home.
    pub fn suffix(&self) -> String {
        if self.is_home() { String::new() } else { format!(" in {self}") }
    }

    /// The place of something of this scope: where regions are one, none is named.
    #[must_use]
    pub fn of(&self, scope: Scope) -> Self {
        match scope {
            Scope::Account => Self { account: self.account.clone(), region: None },
            Scope::Region | Scope::World => self.clone(),
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.account, &self.region) {
            (None, None) => f.write_str("the stage's own account and region"),
            (None, Some(region)) => f.write_str(region),
            (Some(account), None) => write!(f, "account {account}"),
            (Some(account), Some(region)) => write!(f, "account {account}, {region}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: (&str, &str) = ("123456789012", "eu-west-1");

    fn place(account: Option<&str>, region: Option<&str>) -> Placement {
        Placement::new(account, region, HOME)
    }

    #[test]
    fn the_stages_own_place_is_home_however_it_is_named() {
        assert!(place(None, None).is_home());
        assert!(place(Some("123456789012"), Some("eu-west-1")).is_home());
        assert_eq!(place(Some("123456789012"), Some("us-east-1")), place(None, Some("us-east-1")));
    }

    #[test]
    fn to_what_is_global_regions_are_one() {
        let edge = place(None, Some("us-east-1"));
        assert!(edge.of(Scope::Account).is_home());
        assert_eq!(edge.of(Scope::Region), edge);
        let there = place(Some("999999999999"), Some("us-east-1"));
        assert_eq!(there.of(Scope::Account), place(Some("999999999999"), None));
    }

    #[test]
    fn what_is_home_leaves_no_trace_in_a_document() {
        let text = |place: &Placement| serde_json::to_string(place).unwrap_or_default();
        assert_eq!(text(&Placement::HOME), "{}");
        let there = place(Some("999999999999"), Some("us-east-1"));
        assert_eq!(text(&there), r#"{"account":"999999999999","region":"us-east-1"}"#);
        assert_eq!(serde_json::from_str::<Placement>(&text(&there)).ok(), Some(there));
    }
}
