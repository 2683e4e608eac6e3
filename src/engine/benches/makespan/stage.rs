//! Stages, as YAML.

use std::fmt::Write;

/// A stage that is being written.
struct Stage(String);

impl Stage {
    fn new() -> Self {
        Self("resources:\n".into())
    }

    /// A resource in another, that waits for others too.
    fn add(&mut self, name: &str, type_name: &str, parent: &str, uses: &[&str]) {
        let id = |name: &str| format!("\"${{{name}.id}}\"");
        let _ = write!(self.0, "  {name}:\n    type: {type_name}\n    properties: {{name: {name}");
        if !parent.is_empty() {
            let _ = write!(self.0, ", parent: {}", id(parent));
        }
        if !uses.is_empty() {
            let ids: Vec<String> = uses.iter().map(|name| id(name)).collect();
            let _ = write!(self.0, ", uses: [{}]", ids.join(", "));
        }
        self.0 += "}\n";
    }

    fn network(&mut self, prefix: &str) {
        let named = |name: &str| format!("{prefix}{name}");
        let (vpc, gateway) = (named("vpc"), named("gateway"));
        self.add(&vpc, "aws_vpc", "", &[]);
        self.add(&gateway, "aws_internet_gateway", &vpc, &[]);
        for table in ["public", "private"] {
            self.add(&named(table), "aws_route_table", &vpc, &[]);
            self.add(&named(&format!("{table}_out")), "aws_route", &named(table), &[&gateway]);
        }
        for index in 0..4 {
            let (subnet, table) = (named(&format!("subnet{index}")), named(["public", "private"][index % 2]));
            self.add(&subnet, "aws_subnet", &vpc, &[]);
            self.add(&named(&format!("routes{index}")), "aws_route_table_association", &table, &[&subnet]);
        }
    }

    /// 49 resources.
    fn unit(&mut self, prefix: &str) {
        let named = |name: &str| format!("{prefix}{name}");
        self.network(prefix);
        for group in ["web", "app", "store"] {
            self.add(&named(group), "aws_security_group", &named("vpc"), &[]);
            for rule in 0..3 {
                let name = named(&format!("{group}{rule}"));
                self.add(&name, "aws_vpc_security_group_ingress_rule", &named(group), &[]);
            }
        }
        for role in ["run", "build"] {
            let (role, policy, may) = (named(role), named(&format!("{role}_policy")), named(&format!("{role}_may")));
            self.add(&role, "aws_iam_role", "", &[]);
            self.add(&policy, "aws_iam_policy", "", &[]);
            self.add(&may, "aws_iam_role_policy_attachment", &role, &[&policy]);
        }
        self.add(&named("files"), "aws_s3_bucket", "", &[]);
        self.add(&named("closed"), "aws_s3_bucket_public_access_block", &named("files"), &[]);
        self.add(&named("table"), "aws_dynamodb_table", "", &[]);
        self.add(&named("zone"), "aws_route53_zone", "", &[]);
        for record in 0..6 {
            self.add(&named(&format!("record{record}")), "aws_route53_record", &named("zone"), &[]);
        }
        for queue in ["jobs", "mail", "dead", "news"] {
            self.add(&named(queue), "aws_sqs_queue", "", &[]);
        }
        for log in ["api_log", "web_log", "jobs_log"] {
            self.add(&named(log), "aws_cloudwatch_log_group", "", &[]);
        }
    }
}

pub fn units(count: usize) -> String {
    let mut stage = Stage::new();
    for number in 0..count {
        stage.unit(&format!("u{number}_"));
    }
    stage.0
}

/// A unit, and what takes minutes: a cluster behind NAT gateways, a database, a distribution with its records.
pub fn reference() -> String {
    let mut stage = Stage::new();
    stage.unit("");
    stage.add("nat", "aws_nat_gateway", "subnet0", &["gateway"]);
    stage.add("nat_out", "aws_route", "private", &["nat"]);
    stage.add("cluster", "aws_eks_cluster", "", &["subnet1", "subnet3", "app", "run", "nat_out"]);
    stage.add("database", "aws_rds_cluster", "", &["subnet1", "subnet3", "store"]);
    stage.add("distribution", "aws_cloudfront_distribution", "", &["files"]);
    stage.add("www", "aws_route53_record", "zone", &["distribution"]);
    stage.add("db", "aws_route53_record", "zone", &["database"]);
    stage.add("api", "aws_route53_record", "zone", &["cluster"]);
    stage.0
}

pub fn fan_out(count: usize) -> String {
    let mut stage = Stage::new();
    stage.network("");
    for number in 0..count {
        stage.add(&format!("queue{number}"), "aws_sqs_queue", "vpc", &[]);
    }
    stage.0
}

pub fn records(count: usize) -> String {
    let mut stage = Stage::new();
    stage.add("zone", "aws_route53_zone", "", &[]);
    for number in 0..count {
        stage.add(&format!("record{number}"), "aws_route53_record", "zone", &[]);
    }
    stage.0
}

pub fn chain(count: usize) -> String {
    let mut stage = Stage::new();
    for number in 0..count {
        let before = if number == 0 { String::new() } else { format!("queue{}", number - 1) };
        stage.add(&format!("queue{number}"), "aws_sqs_queue", &before, &[]);
    }
    stage.0
}
