//! Names as Route 53 writes them, and the ids of records.

use wildfire_engine::model::PhysicalId;
/// A name as users write it: lower case, no dot at the end, and no octal escapes.
pub(super) use wildfire_engine::model::dns_name as plain;

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

#[cfg(test)]
mod tests {
    use super::*;

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
