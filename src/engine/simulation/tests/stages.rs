//! Stages at random: every simulated type, and edges of every kind between them.

use std::fmt::Write;

use crate::simulation::Random;

/// The YAML of a stack. Names and networks are those of every other stack that this makes, so that one becomes another by
/// changes, replacements and deletions, and not only by new resources.
pub fn stack(random: &mut Random) -> String {
    let mut yaml = String::from("resources:\n");
    let mut below = |limit: u64| random.draw() % limit;
    let create_first = |yes: bool| if yes { "    lifecycle: {create_before_destroy: true}\n" } else { "" };
    for network in 0..=below(2) {
        let names = below(2) == 0;
        let block = if below(6) == 0 { format!("172.{}", 16 + network) } else { format!("10.{network}") };
        let _ = write!(
            yaml,
            "  vpc{network}:\n    type: aws_vpc\n{}    properties: {{cidr_block: {block}.0.0/16, enable_dns_hostnames: {names}, tags: {{v: \"{}\"}}}}\n",
            create_first(below(4) == 0),
            below(3)
        );
        for place in 0..below(3) {
            let octet = below(4) * 16 + place;
            let _ = write!(
                yaml,
                "  subnet{network}_{place}:\n    type: aws_subnet\n    properties: {{vpc_id: \"${{vpc{network}.id}}\", cidr_block: {block}.{octet}.0/24}}\n"
            );
            if below(3) == 0 {
                let _ = write!(
                    yaml,
                    "  nat{network}_{place}:\n    type: aws_nat_gateway\n    properties: {{subnet_id: \"${{subnet{network}_{place}.id}}\"}}\n"
                );
            }
        }
        if below(2) == 0 {
            let _ = write!(
                yaml,
                "  group{network}:\n    type: aws_security_group\n    properties: {{name: web{network}, vpc_id: \"${{vpc{network}.id}}\", ingress: [{{port: {}, cidr_blocks: [10.0.0.0/8]}}]}}\n",
                80 + below(2)
            );
        }
    }
    if below(2) == 0 {
        let _ = write!(
            yaml,
            "  bucket:\n    type: aws_s3_bucket\n{}    properties: {{bucket: logs-{}, versioning: true}}\n",
            create_first(below(3) == 0),
            below(2)
        );
    }
    if below(2) == 0 {
        let _ = write!(
            yaml,
            "  queue:\n    type: aws_sqs_queue\n    properties: {{name: jobs, delay_seconds: {}}}\n",
            below(3)
        );
    }
    if below(2) == 0 {
        let _ = write!(
            yaml,
            "  role:\n    type: aws_iam_role\n{}    properties: {{name: runner-{}, assume_role_policy: {{Version: \"2012-10-17\"}}}}\n",
            create_first(below(2) == 0),
            below(2)
        );
        yaml += "  record:\n    type: aws_route53_record\n    properties: {zone_id: Z1, name: role, records: [\"${role.arn}\"]}\n";
    }
    if below(4) == 0 {
        let _ = write!(
            yaml,
            "  db:\n    type: aws_db_instance\n    properties: {{identifier: orders, engine: {}, instance_class: size{}, password: hunter2}}\n",
            ["Postgres", "MySQL"][below(2) as usize],
            below(2)
        );
    }
    // Of which several are one request; how many follows from what is there already, so that seeds stay what they were.
    for number in 0..yaml.len() % 6 {
        let value = yaml.len() / 6 % 3;
        let _ = write!(
            yaml,
            "  www{number}:\n    type: aws_route53_record\n    properties: {{zone_id: Z2, name: www{number}, records: [\"192.0.2.{value}\"]}}\n"
        );
    }
    yaml + "  last:\n    type: aws_sqs_queue\n    properties: {name: last}\n"
}
