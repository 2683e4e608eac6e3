//! Names as Route 53 writes them, and the ids of records.

/// A name as users write it: lower case, no dot at the end, and no octal escapes.
pub(super) use wildfire_engine::model::dns_name as plain;
use wildfire_engine::model::{NaturalKey, PhysicalId, Value};

/// Every type of record that Route 53 has.
pub(super) const TYPES: [&str; 17] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB",
    "TLSA", "TXT",
];

/// `Z123`, from `/hostedzone/Z123`.
pub(crate) fn bare_zone_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The whole name of a record that is written in any way: `api`, `api.example.com`, `api.example.com.`, or nothing
/// for the zone itself.
pub(super) fn full(name: &str, zone: &str) -> String {
    let (zone, absolute) = (plain(zone), name.ends_with('.'));
    let name = plain(name);
    if name.is_empty() {
        return zone;
    }
    let inside = name == zone || name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.ends_with('.'));
    if absolute || inside { name } else { format!("{name}.{zone}") }
}

/// What tells a record from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordKey {
    pub zone: String,
    /// As the user wrote it, whole or without the zone's, so that a read can return it that way; in the form of [`plain`],
    /// but for ids of before and those of imports.
    pub name: String,
    pub kind: String,
    pub set: Option<String>,
}

impl RecordKey {
    /// `ZONE_NAME_TYPE[_SET]`
    pub(super) fn id(&self) -> PhysicalId {
        let base = format!("{}_{}_{}", self.zone, self.name, self.kind);
        match &self.set {
            Some(set) => format!("{base}_{set}").into(),
            None => base.into(),
        }
    }

    /// Names and set identifiers may hold underscores; the first part that is a type is the type.
    pub(super) fn parse(id: &PhysicalId) -> Option<Self> {
        let (zone, rest) = id.as_str().split_once('_')?;
        let starts = rest.match_indices('_').map(|(at, _)| at);
        starts
            .filter_map(|at| {
                let after = &rest[at + 1..];
                let (kind, set) = match after.split_once('_') {
                    Some((kind, set)) => (kind, Some(set.to_string()).filter(|set| !set.is_empty())),
                    None => (after, None),
                };
                TYPES.contains(&kind).then(|| Self {
                    zone: zone.to_string(),
                    name: rest[..at].to_string(),
                    kind: kind.to_string(),
                    set,
                })
            })
            .next()
    }
}

/// The names of a record: as it is written, and in full where that is known. Either may leave out the zone's name, so one
/// that is equal is enough.
pub(super) fn record_keys(properties: &Value) -> Vec<NaturalKey> {
    const KIND: &str = "aws_route53_record";
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let (Some(zone), Some(kind)) = (text("zone_id"), text("type")) else { return Vec::new() };
    let zone_and_kind = [bare_zone_id(zone).to_string(), kind.to_string()];
    let mut names: Vec<String> = ["name", "fqdn"].into_iter().filter_map(|name| text(name).map(plain)).collect();
    names.dedup();
    let key = |name: String| {
        let parts = zone_and_kind.iter().cloned().chain([name]).collect();
        NaturalKey { kind: KIND, parts, range: None }.and_optional(properties, "set_identifier")
    };
    names.into_iter().filter_map(key).collect()
}

/// The names of a private zone, one for each of its VPCs: a VPC has one zone of a name, and any number of public zones may
/// have it (<https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html>).
pub(super) fn zone_keys(properties: &Value) -> Vec<NaturalKey> {
    let Some(name) = properties.get("name").and_then(Value::as_str).map(plain) else { return Vec::new() };
    let networks = properties.get("vpc").and_then(Value::as_list).unwrap_or_default();
    let networks = networks.iter().filter_map(|network| NaturalKey::of("aws_route53_zone", network, &["vpc_id"]));
    networks.map(|network| network.and(name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_known_by_either_name() {
        let keys = |json: serde_json::Value| record_keys(&Value::from_json(json));
        let live = keys(json!({"zone_id": "Z1", "name": "api", "type": "A", "fqdn": "api.example.com"}));
        assert_eq!(live.len(), 2);
        for name in ["API", "api.example.com.", "api.example.com"] {
            let wanted = keys(json!({"zone_id": "/hostedzone/Z1", "name": name, "type": "A"}));
            assert!(live.contains(&wanted[0]), "{name}");
        }
        let weighted = keys(json!({"zone_id": "Z1", "name": "api", "type": "A", "set_identifier": "blue"}));
        assert!(!live.contains(&weighted[0]));
        assert_eq!(keys(json!({"zone_id": "Z1", "name": "api"})), []);
    }

    #[test]
    fn a_public_zone_has_no_name_of_its_own() {
        let keys = |json: serde_json::Value| zone_keys(&Value::from_json(json));
        assert_eq!(keys(json!({"name": "example.com"})), []);
        let private = keys(json!({"name": "Example.com.", "vpc": [{"vpc_id": "vpc-1"}, {"vpc_id": "vpc-2"}]}));
        assert_eq!(private, keys(json!({"name": "example.com", "vpc": [{"vpc_id": "vpc-1"}, {"vpc_id": "vpc-2"}]})));
        assert_eq!(private.len(), 2);
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(plain("\\052.Example.com."), "*.example.com");
        assert_eq!(plain("a\\b"), "a\\b");
        assert_eq!(plain("\\1"), "\\1");
        assert_eq!(plain("\\ü\u{fc}"), "\\üü");
    }

    #[test]
    fn every_way_to_write_a_name_is_one_name() {
        for name in ["api", "api.example.com", "API.example.com.", "Api"] {
            assert_eq!(full(name, "example.com."), "api.example.com");
        }
        assert_eq!(full("", "example.com"), "example.com");
        assert_eq!(full("example.com", "example.com"), "example.com");
        // The end of a label is not the zone.
        assert_eq!(full("myexample.com", "example.com"), "myexample.com.example.com");
    }

    #[test]
    fn ids_with_underscores_come_back() {
        for (name, kind, set) in [
            ("_acme-challenge.www", "TXT", None),
            ("_dmarc.example.com", "TXT", Some("blue_A_1")),
            ("", "A", None),
            ("*.example.com", "CNAME", Some("eu")),
        ] {
            let key = RecordKey { zone: "Z1".into(), name: name.into(), kind: kind.into(), set: set.map(String::from) };
            assert_eq!(RecordKey::parse(&key.id()), Some(key));
        }
        assert_eq!(RecordKey::parse(&PhysicalId::from("Z1_www")), None);
    }
}
