//! Checks of properties before any call: CIDR blocks, ports, protocols.
//!
//! AWS rewrites ranges into one spelling and returns that. What it would rewrite is refused here, with the spelling that it
//! keeps.

use std::net::{Ipv4Addr, Ipv6Addr};

use wildfire_engine::model::{Problem, PropertyPath, Value};

pub(super) fn problem(path: impl Into<PropertyPath>, message: impl Into<String>, help: Option<String>) -> Problem {
    Problem { path: path.into(), message: message.into(), help }
}

/// Checks the CIDR block at `path`, when it is known: an IPv4 one, or an IPv6 one in the spelling of RFC 5952.
pub(super) fn cidr(path: &PropertyPath, value: Option<&Value>, found: &mut Vec<Problem>) {
    let Some(text) = value.and_then(Value::as_str) else { return };
    match canonical_cidr(text) {
        Some(canonical) if canonical == text => {}
        Some(canonical) => {
            let help = Some(format!("AWS keeps it as {canonical}: write that"));
            found.push(problem(path.clone(), format!("{text} is not the first address of its block"), help));
        }
        None => {
            let help = Some("for example 10.20.0.0/16, or 2001:db8::/56".to_string());
            found.push(problem(path.clone(), format!("{text:?} is not a CIDR block"), help));
        }
    }
}

/// The spelling that AWS returns: the first address of the block, IPv6 shortened.
pub(super) fn canonical_cidr(text: &str) -> Option<String> {
    let (address, length) = text.split_once('/')?;
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let length: u32 = length.parse().ok()?;
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0);
        return Some(format!("{}/{length}", Ipv4Addr::from_bits(address.to_bits() & mask)));
    }
    let address: Ipv6Addr = address.parse().ok()?;
    let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
    Some(format!("{}/{length}", Ipv6Addr::from_bits(address.to_bits() & mask)))
}

/// The prefix length of a CIDR block.
pub(super) fn prefix_length(cidr: &str) -> Option<i64> {
    cidr.split_once('/')?.1.parse().ok()
}

/// Checks that a security group's rule for all protocols names no ports; `protocol` is the name of that property.
pub(super) fn all_ports(at: &PropertyPath, rule: &Value, protocol: &str, found: &mut Vec<Problem>) {
    let Some(text) = rule.get(protocol).and_then(Value::as_str) else { return };
    if canonical_protocol(text) != "-1" {
        return;
    }
    for name in ["from_port", "to_port"] {
        if rule.get(name).and_then(Value::as_int).is_some_and(|port| port != 0) {
            let help = Some(format!("leave {name} out, or name a protocol such as tcp"));
            found.push(problem(at.key(name), "all protocols always means all ports", help));
        }
    }
}

/// Checks the ports of a rule. With ICMP they are a type and a code, and with all protocols they mean nothing.
pub(super) fn ports(at: &PropertyPath, rule: &Value, protocol: &str, found: &mut Vec<Problem>) {
    let Some(protocol) = rule.get(protocol).and_then(Value::as_str).map(canonical_protocol) else { return };
    if matches!(protocol.as_str(), "icmp" | "icmpv6" | "-1") {
        return;
    }
    let with_ports = matches!(protocol.as_str(), "tcp" | "udp");
    let port = |name: &str| rule.get(name).and_then(Value::as_int);
    let written = |name: &str| rule.get(name).is_some_and(|value| !value.is_null());
    for (name, other) in [("from_port", "to_port"), ("to_port", "from_port")] {
        if written(name) && !written(other) {
            let help = port(name).map(|port| format!("for one port both are the same: {other}: {port}"));
            found.push(problem(at.key(name), format!("{name} is written without {other}"), help));
        }
        if with_ports && port(name).is_some_and(|port| !(0..=65535).contains(&port)) {
            found.push(problem(at.key(name), format!("{name} is from 0 to 65535"), None));
        }
    }
    if with_ports && !written("from_port") && !written("to_port") {
        let help = Some("all ports are from_port: 0 and to_port: 65535".to_string());
        found.push(problem(at.clone(), format!("a rule for {protocol} needs from_port and to_port"), help));
    }
    if let (Some(from), Some(to)) = (port("from_port"), port("to_port"))
        && from > to
    {
        found.push(problem(at.key("from_port"), format!("from_port {from} is above to_port {to}"), None));
    }
}

/// The name under which AWS returns a protocol.
pub(super) fn canonical_protocol(protocol: &str) -> String {
    match protocol.to_ascii_lowercase().as_str() {
        "all" | "-1" => "-1".into(),
        "6" => "tcp".into(),
        "17" => "udp".into(),
        "1" => "icmp".into(),
        "58" => "icmpv6".into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_one_spelling() {
        assert_eq!(canonical_cidr("10.0.0.0/16").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(canonical_cidr("10.0.1.7/16").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(canonical_cidr("1.2.3.4/0").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(canonical_cidr("2001:DB8:0::/56").as_deref(), Some("2001:db8::/56"));
        assert_eq!(canonical_cidr("::/0").as_deref(), Some("::/0"));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/+8", "10.0.0.0/", "/", "a/8"] {
            assert_eq!(canonical_cidr(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ports_fit_the_protocol() {
        let check = |rule: Value| {
            let mut found = Vec::new();
            all_ports(&PropertyPath::default(), &rule, "protocol", &mut found);
            ports(&PropertyPath::default(), &rule, "protocol", &mut found);
            found.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
        };
        for name in ["6", "TCP", "17"] {
            let web = [("protocol", Value::from(name)), ("from_port", Value::from(80)), ("to_port", Value::from(443))];
            assert!(check(web.into()).is_empty(), "{name}");
            assert_eq!(check([("protocol", Value::from(name))].into()).len(), 1, "{name} without ports");
        }
        assert!(check([("protocol", Value::from("all"))].into()).is_empty());
        let all = [("protocol", Value::from("-1")), ("from_port", Value::from(0)), ("to_port", Value::from(443))];
        assert_eq!(check(all.into()), ["to_port"]);
        // AWS returns -1 for both, which is read as no ports.
        assert_eq!(check([("protocol", Value::from("-1")), ("from_port", Value::from(-1))].into()), ["from_port"]);
        let upside_down =
            [("protocol", Value::from("tcp")), ("from_port", Value::from(9)), ("to_port", Value::from(8))];
        assert_eq!(check(upside_down.into()), ["from_port"]);
    }

    #[test]
    fn ports_come_in_pairs() {
        let check = |protocol: &str, ports: &[(&str, i64)]| {
            let mut rule = wildfire_engine::model::Map::from([("protocol".to_string(), Value::from(protocol))]);
            rule.extend(ports.iter().map(|(name, port)| (name.to_string(), Value::from(*port))));
            let mut found = Vec::new();
            super::ports(&PropertyPath::default(), &Value::Map(rule), "protocol", &mut found);
            found.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
        };
        assert_eq!(check("tcp", &[("from_port", 443)]), ["from_port is written without to_port"]);
        assert_eq!(check("udp", &[("to_port", 53)]), ["to_port is written without from_port"]);
        assert_eq!(check("tcp", &[]), ["a rule for tcp needs from_port and to_port"]);
        assert_eq!(check("132", &[("from_port", 9), ("to_port", 8)]), ["from_port 9 is above to_port 8"]);
        assert!(check("tcp", &[("from_port", 443), ("to_port", 443)]).is_empty());
        for protocol in ["icmp", "58", "-1", "all"] {
            assert!(check(protocol, &[("from_port", 8)]).is_empty(), "{protocol}");
        }
        assert!(check("icmp", &[("from_port", 8), ("to_port", -1)]).is_empty());
        assert!(check("50", &[]).is_empty());
    }
}
