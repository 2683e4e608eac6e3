//! Names of what EC2 keeps once: ranges, destinations and rules in one spelling.

use ipnet::IpNet;
use wildfire_engine::model::{NaturalKey, Value};

use super::checks::canonical_protocol;

/// `10.0.0.0/8`, from `10.1.0.0/8`: EC2 cuts what is behind the prefix. Other text stays as it is.
fn range(text: &str) -> String {
    text.parse::<IpNet>().map_or_else(|_| text.to_lowercase(), |net| net.trunc().to_string())
}

fn text<'v>(properties: &'v Value, name: &str) -> Option<&'v str> {
    properties.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The ranges of a subnet: two subnets of a VPC never overlap.
pub(super) fn subnet(properties: &Value) -> Vec<NaturalKey> {
    let Some(vpc) = NaturalKey::of("aws_subnet", properties, &["vpc_id"]) else { return Vec::new() };
    let blocks = ["cidr_block", "ipv6_cidr_block"].into_iter().filter_map(|name| text(properties, name));
    blocks
        .filter_map(|block| block.parse::<IpNet>().ok())
        .map(|net| NaturalKey { range: Some(net.trunc()), ..vpc.clone() })
        .collect()
}

/// The destination of a route in its table.
pub(super) fn route(properties: &Value) -> Vec<NaturalKey> {
    let names = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
    let table = NaturalKey::of("aws_route", properties, &["route_table_id"]);
    let destination = names.into_iter().find_map(|name| text(properties, name));
    table.zip(destination).map(|(table, destination)| table.and(range(destination))).into_iter().collect()
}

/// One rule at EC2: a second one of the same group, direction, protocol, ports and source is refused as a duplicate
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>).
struct Rule<'v> {
    group: &'v str,
    egress: bool,
    protocol: &'v str,
    from: Option<i64>,
    to: Option<i64>,
}

impl Rule<'_> {
    fn with(&self, source: &str) -> NaturalKey {
        let protocol = canonical_protocol(self.protocol);
        // All protocols have all ports, however they are written.
        let port = |port: Option<i64>| port.filter(|_| protocol != "-1").map(|port| port.to_string());
        let parts = [
            self.group.to_string(),
            if self.egress { "egress" } else { "ingress" }.to_string(),
            port(self.from).unwrap_or_default(),
            port(self.to).unwrap_or_default(),
            range(source),
        ];
        NaturalKey { kind: "security group rule", parts: parts.into_iter().collect(), range: None }.and(protocol)
    }
}

/// The rules that one `aws_security_group_rule` stands for.
pub(super) fn rules(properties: &Value) -> Vec<NaturalKey> {
    let port = |name: &str| properties.get(name).and_then(Value::as_int);
    let (Some(group), Some(direction), Some(protocol), Some(from), Some(to)) = (
        text(properties, "security_group_id"),
        text(properties, "type"),
        text(properties, "protocol"),
        port("from_port"),
        port("to_port"),
    ) else {
        return Vec::new();
    };
    let rule = Rule { group, egress: direction == "egress", protocol, from: Some(from), to: Some(to) };
    let lists = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"].into_iter();
    let listed = lists.filter_map(|name| properties.get(name)?.as_list()).flatten().filter_map(Value::as_str);
    let itself = (properties.get("self").and_then(Value::as_bool) == Some(true)).then_some(group);
    let sources = listed.chain(text(properties, "source_security_group_id")).chain(itself);
    sources.map(|source| rule.with(source)).collect()
}

/// The rule that an `aws_vpc_security_group_ingress_rule` or its sister is.
pub(super) fn rule(properties: &Value, egress: bool) -> Vec<NaturalKey> {
    let (Some(group), Some(protocol)) = (text(properties, "security_group_id"), text(properties, "ip_protocol")) else {
        return Vec::new();
    };
    let port = |name: &str| match properties.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(port) => port.as_int().map(Some),
    };
    let (Some(from), Some(to)) = (port("from_port"), port("to_port")) else { return Vec::new() };
    let names = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];
    let source = names.into_iter().find_map(|name| text(properties, name));
    source.map(|source| Rule { group, egress, protocol, from, to }.with(source)).into_iter().collect()
}

/// The flow log of a resource: EC2 refuses a second one of the same configuration and destination (`FlowLogAlreadyExists`,
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>).
pub(super) fn flow_log(properties: &Value) -> Vec<NaturalKey> {
    let places = ["vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "transit_gateway_attachment_id"];
    let settings =
        ["log_destination_type", "log_destination", "traffic_type", "log_format", "max_aggregation_interval"];
    let place = places.into_iter().find_map(|name| NaturalKey::of("aws_flow_log", properties, &[name]));
    let key = settings.into_iter().try_fold(place, |key, name| Some(key?.and_optional(properties, name)));
    key.flatten().into_iter().collect()
}

/// What two endpoints of one service cannot share: a route table of gateway endpoints, which has one route for each
/// prefix list, and the private name of the service in a VPC
/// (<https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>).
pub(super) fn endpoint(properties: &Value) -> Vec<NaturalKey> {
    let service = NaturalKey::of("aws_vpc_endpoint", properties, &["vpc_id", "service_name"]);
    let kind = match properties.get("vpc_endpoint_type") {
        None | Some(Value::Null) => Some("Gateway"),
        Some(kind) => kind.as_str(),
    };
    match (service, kind) {
        (Some(service), Some("Gateway")) => {
            let tables = properties.get("route_table_ids").and_then(Value::as_list).unwrap_or_default();
            tables.iter().filter_map(Value::as_str).map(|table| service.clone().and(table)).collect()
        }
        (Some(service), Some("Interface"))
            if properties.get("private_dns_enabled").and_then(Value::as_bool) == Some(true) =>
        {
            vec![service.and("private name")]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn properties(json: serde_json::Value) -> Value {
        Value::from_json(json)
    }

    #[test]
    fn both_types_of_rules_name_the_same_rule() {
        let old = rules(&properties(json!({
            "security_group_id": "sg-1", "type": "ingress", "protocol": "6", "from_port": 443, "to_port": 443,
            "cidr_blocks": ["10.0.0.0/8", "10.1.0.0/8"], "self": true,
        })));
        let new = |source: serde_json::Value| {
            let mut rule = json!({"security_group_id": "sg-1", "ip_protocol": "TCP", "from_port": 443, "to_port": 443});
            rule.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
            rule
        };
        let range = rule(&properties(new(json!({"cidr_ipv4": "10.0.0.0/8"}))), false);
        let group = rule(&properties(new(json!({"referenced_security_group_id": "sg-1"}))), false);
        assert_eq!(old, [range.clone(), range.clone(), group].concat());
        let out = rule(&properties(new(json!({"cidr_ipv4": "10.0.0.0/8"}))), true);
        assert_ne!(out, range);
        let all = |from: i64| {
            let json = json!({"security_group_id": "sg-1", "ip_protocol": "-1", "from_port": from, "to_port": from,
                "cidr_ipv4": "0.0.0.0/0"});
            rule(&properties(json), false)
        };
        assert_eq!(all(0), all(-1));
    }

    #[test]
    fn a_route_is_its_table_and_its_destination() {
        let to = |name: &str, to: &str| route(&properties(json!({"route_table_id": "rtb-1", name: to})));
        assert_eq!(to("destination_ipv6_cidr_block", "::/0"), to("destination_ipv6_cidr_block", "0::0/0"));
        assert_ne!(to("destination_cidr_block", "10.0.0.0/8"), to("destination_cidr_block", "10.0.0.0/16"));
        assert_eq!(route(&properties(json!({"route_table_id": "rtb-1"}))), []);
    }

    #[test]
    fn endpoints_share_a_service_but_no_route_table() {
        let gateway = |tables: serde_json::Value| {
            endpoint(&properties(json!({"vpc_id": "vpc-1", "service_name": "s3", "route_table_ids": tables})))
        };
        assert_eq!(gateway(json!(["rtb-1", "rtb-2"])).len(), 2);
        assert_eq!(gateway(json!([])), []);
        let interface = json!({"vpc_id": "vpc-1", "service_name": "ecr", "vpc_endpoint_type": "Interface"});
        assert_eq!(endpoint(&properties(interface)), []);
    }

    #[test]
    fn the_same_flow_log_twice_is_one() {
        let log = |format: Option<&str>| {
            flow_log(&properties(json!({"vpc_id": "vpc-1", "log_destination": "arn:1", "log_format": format})))
        };
        assert_eq!(log(None), log(None));
        assert_ne!(log(None), log(Some("${srcaddr}")));
        assert_eq!(flow_log(&properties(json!({"log_destination": "arn:1"}))), []);
    }
}
