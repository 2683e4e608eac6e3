//! What tells the objects of a type apart at AWS, and what one object is to another.
//!
//! Owns: the metadata of both, and the keys that are made of it. Leaves out: what a plan concludes from equal keys.

use ipnet::IpNet;

use super::{Placement, Scope, TypeSchema, Value};

/// What a type says of its objects and of others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Relations {
    /// The properties that name an object: AWS has one object at most with the same values, within an account and a region.
    /// Empty: only AWS's own id tells two apart (`aws_vpc`).
    pub identity: &'static [&'static str],
    /// The properties that hold the id of an object which this one is a part of: it goes when that one goes, or has to go
    /// before.
    pub part_of: &'static [&'static str],
    /// Type and property (`block.property` inside of a block) of objects that use this one. AWS refuses to delete what one
    /// of them names.
    pub held_by: &'static [(&'static str, &'static str)],
    /// What other types make one by one, written inside of this type.
    pub inline: &'static [Inline],
    /// How it takes part in the addresses of networks.
    pub network: Option<Network>,
}

impl Relations {
    pub const NONE: Self = Self { identity: &[], part_of: &[], held_by: &[], inline: &[], network: None };
}

/// How a type takes part in the addresses of networks. Blocks of parts of one network must not overlap, and lie in a block
/// of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// A network, with the property that holds its block of addresses.
    Whole { block: &'static str },
    /// Another block for the network whose id the property `of` holds.
    Wider { of: &'static str, block: &'static str },
    /// A part of the network whose id the property `of` holds.
    Part {
        of: &'static str,
        block: &'static str,
        /// What messages call the part and the network: `subnet` and `VPC`.
        nouns: [&'static str; 2],
    },
}

/// A property that holds a whole set of what other types make one by one. A resource that manages the set takes away what
/// is not written in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inline {
    /// `route`
    pub property: &'static str,
    /// `aws_route`
    pub type_name: &'static str,
    /// The property of that type that holds the id of the object around the set: `route_table_id`.
    pub parent: &'static str,
    /// Only those of the type whose property has this value belong to the set: `("type", "ingress")`, and `("egress", "false")`
    /// of a flag, which has its default where it is not written.
    pub only: Option<(&'static str, &'static str)>,
}

/// A name under which AWS keeps one object at most, within an account and a region.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NaturalKey {
    /// What is named: the type, or what several types make alike.
    pub kind: &'static str,
    pub parts: Vec<String>,
    /// For what takes a range of addresses: two that overlap cannot both exist.
    pub range: Option<IpNet>,
}

impl NaturalKey {
    /// The key that the named properties make; none while one of them is absent or unknown.
    pub fn of(kind: &'static str, properties: &Value, names: &[&str]) -> Option<Self> {
        let parts: Option<Vec<String>> = names.iter().map(|name| text(properties.get(name)?)).collect();
        Some(Self { kind, parts: parts.filter(|parts| !parts.is_empty())?, range: None })
    }

    /// With one more part.
    #[must_use]
    pub fn and(mut self, part: impl Into<String>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// With the value of a property that may be absent; none while it is unknown.
    pub fn and_optional(self, properties: &Value, name: &str) -> Option<Self> {
        match properties.get(name) {
            None | Some(Value::Null) => Some(self.and("")),
            Some(value) => text(value).map(|part| self.and(part)),
        }
    }

    /// The name as it stands in `place`: the same name elsewhere is another one, as far as the scope lets it be.
    #[must_use]
    pub fn within(mut self, place: &Placement, scope: Scope) -> Self {
        let parts = match scope {
            Scope::Region => [place.account(), place.region()],
            Scope::Account => [place.account(), None],
            Scope::World => [None, None],
        };
        if parts != [None, None] {
            self.parts.extend(parts.map(|part| part.unwrap_or_default().to_string()));
        }
        self
    }

    /// Without regard to case.
    #[must_use]
    pub fn any_case(mut self) -> Self {
        self.parts.iter_mut().for_each(|part| *part = part.to_lowercase());
        self
    }

    /// True when AWS cannot have both.
    pub fn excludes(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.parts == other.parts
            && match (self.range, other.range) {
                (Some(a), Some(b)) => a.contains(&b) || b.contains(&a),
                (None, None) => true,
                _ => false,
            }
    }
}

/// A known value that can be a part of a name.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl TypeSchema {
    /// The key that the type's identity makes of the properties.
    pub fn natural_keys(&self, properties: &Value) -> Vec<NaturalKey> {
        let key = NaturalKey::of(self.name, properties, self.relations.identity);
        key.map(|mut key| {
            for (part, name) in key.parts.iter_mut().zip(self.relations.identity) {
                if let Some(field) = self.field(name) {
                    *part = field.normal(part);
                }
            }
            key
        })
        .into_iter()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Unknown;

    fn range(text: &str) -> NaturalKey {
        NaturalKey { kind: "aws_subnet", parts: vec!["vpc-1".into()], range: text.parse().ok() }
    }

    #[test]
    fn ranges_exclude_each_other_when_they_overlap() {
        assert!(range("10.0.0.0/16").excludes(&range("10.0.4.0/24")));
        assert!(range("10.0.4.0/24").excludes(&range("10.0.0.0/16")));
        assert!(!range("10.0.0.0/24").excludes(&range("10.0.1.0/24")));
        assert!(!range("10.0.0.0/24").excludes(&range("2001:db8::/64")));
        let elsewhere = NaturalKey { parts: vec!["vpc-2".into()], ..range("10.0.0.0/16") };
        assert!(!range("10.0.0.0/16").excludes(&elsewhere));
    }

    #[test]
    fn a_name_is_another_one_elsewhere() {
        let key = || NaturalKey { kind: "aws_sqs_queue", parts: vec!["jobs".into()], range: None };
        let (edge, dns) = (("1", "us-east-1"), ("2", "eu-west-1"));
        let place = |(account, region): (&str, &str)| Placement::new(Some(account), Some(region), ("1", "eu-west-1"));
        assert_eq!(key().within(&Placement::HOME, Scope::Region), key());
        assert!(!key().excludes(&key().within(&place(edge), Scope::Region)));
        assert!(key().excludes(&key().within(&place(edge), Scope::Account)));
        assert!(!key().excludes(&key().within(&place(dns), Scope::Account)));
        assert!(key().excludes(&key().within(&place(dns), Scope::World)));
    }

    #[test]
    fn what_is_not_known_names_nothing() {
        let unknown = Value::Unknown(Unknown::one("vpc.id"));
        let group = Value::from([("name", Value::from("web")), ("vpc_id", unknown)]);
        let key = NaturalKey::of("aws_security_group", &group, &["name"]);
        assert!(key.clone().is_some_and(|key| key.parts == ["web"]));
        assert_eq!(key.and_then(|key| key.and_optional(&group, "vpc_id")), None);
        assert_eq!(NaturalKey::of("aws_security_group", &group, &["name", "vpc_id"]), None);
        assert_eq!(NaturalKey::of("aws_vpc", &group, &[]), None);
    }
}
