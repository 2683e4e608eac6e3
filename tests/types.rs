//! Every resource type through its life: made, changed, changed back, replaced, forgotten, imported, deleted.
//!
//!     types/<type>.yaml            a stack with the resource `tested`
//!     types/<type>.<change>.yaml   the same after a change in place; several are made one after the other
//!     types/<type>.replace.yaml    the same after a change that replaces it
//!     types/with/<name>.yaml       what it needs, named in a first line `# with: <name>, …`
//!
//! After each step the next plan has to be empty. Each update call of a type is made, or [`NOT_MADE`] says why not.
//! `WILDFIRE_TYPE=aws_vpc` runs one type.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wildfire_aws::AwsCatalog;
use wildfire_engine::model::{Catalog, Change, TypeSchema};

use crate::support::{Emulator, Finished, Project, root, run, wildfire};

/// Update calls that no file makes, and why. Those of databases, caches and clusters are made against recorded replies.
const NOT_MADE: &[(&str, &[&str], &str)] = &[
    ("aws_acm_certificate", &["Import"], "a certificate that was requested is never imported over"),
    (
        "aws_autoscaling_group",
        &["LoadBalancers", "TargetGroups", "TrafficSources"],
        "each needs a balancer, or a call that the emulator has not",
    ),
    ("aws_cloudwatch_event_bus", &["Settings"], "the emulator has no UpdateEventBus"),
    ("aws_db_instance", &["AfterRestore", "Replication"], "each needs another instance, or its data"),
    ("aws_default_network_acl", &["Subnets"], "a subnet comes to it from another ACL, which gives it back by itself"),
    ("aws_default_route_table", &["Propagation"], "the emulator has no EnableVgwRoutePropagation"),
    (
        "aws_eks_cluster",
        &["AccessConfig", "UpgradePolicy", "Version", "AutoMode", "RemoteNetworks", "ZonalShift", "Encryption"],
        "the emulator loses the settings, and has no UpdateClusterVersion",
    ),
    ("aws_eks_node_group", &["Version"], "the emulator has no UpdateNodegroupVersion"),
    ("aws_elasticache_parameter_group", &["Parameters", "Tags"], "the emulator has no parameter groups of ElastiCache"),
    (
        "aws_elasticache_replication_group",
        &["Replicas", "Shards", "Transit", "AuthToken", "UserGroups", "LogDelivery"],
        "the emulator has one member in every group, and none of these settings",
    ),
    ("aws_lambda_function", &["CodeSigning"], "the emulator has no PutFunctionCodeSigningConfig"),
    (
        "aws_lb",
        &["Capacity", "IpamPools", "PrivateLink"],
        "the emulator has neither ModifyCapacityReservation nor ModifyIpPools, and no groups' rules over PrivateLink",
    ),
    (
        "aws_nat_gateway",
        &["SecondaryAllocations", "SecondaryPrivateAddresses"],
        "the emulator has one address per gateway",
    ),
    (
        "aws_network_interface",
        &["Ipv4Prefixes", "Ipv6", "Ipv6Prefixes", "PrimaryIpv6"],
        "the emulator has no prefixes, and the others need a subnet with IPv6, whose range AWS chooses",
    ),
    (
        "aws_rds_cluster",
        &["AfterRestore", "GlobalCluster", "Promote", "HttpEndpoint", "Roles"],
        "each needs another cluster or a call that the emulator has not",
    ),
    ("aws_route53_health_check", &["Alarm"], "the emulator loses the alarm"),
    ("aws_s3_object", &["LegalHold", "Retention"], "what is held or retained could not be deleted at the end"),
    ("aws_route_table", &["Propagation"], "the emulator has no EnableVgwRoutePropagation"),
    (
        "aws_subnet",
        &["AssignIpv6", "Dns64", "DnsRecordAaaa", "Ipv6"],
        "they need a subnet with IPv6, whose range AWS chooses",
    ),
];

/// Types that the emulator does not have at all, or cannot change; their lives are lived in the tests of the AWS crate.
const NOT_EMULATED: &[&str] = &[
    "aws_autoscaling_attachment",
    "aws_autoscaling_notification",
    "aws_cloudfront_cache_policy",
    "aws_cloudfront_function",
    "aws_cloudfront_origin_request_policy",
    "aws_cloudfront_response_headers_policy",
    "aws_db_event_subscription",
    "aws_eks_access_entry",
    "aws_eks_access_policy_association",
    "aws_eks_addon",
    "aws_eks_pod_identity_association",
    "aws_elasticache_cluster",
    "aws_elasticache_parameter_group",
    "aws_elasticache_user",
    "aws_elasticache_user_group",
    "aws_iam_server_certificate",
    "aws_placement_group",
    "aws_rds_cluster_endpoint",
    "aws_secretsmanager_secret_rotation",
];

/// Steps that the emulator cannot take: of a type, `import` or the name of a change.
const NOT_TAKEN: &[(&str, &str, &str)] =
    &[("aws_elasticache_replication_group", "import", "the emulator does not show what the members of the group have")];

#[test]
fn networks_live_through_every_change() {
    check(|name| is_network(name) && !name.contains("security_group"));
}

#[test]
fn security_groups_live_through_every_change() {
    check(|name| is_network(name) && name.contains("security_group"));
}

#[test]
fn identities_and_clusters_live_through_every_change() {
    check(|name| name.starts_with("aws_iam_") || name.starts_with("aws_eks_"));
}

#[test]
fn databases_and_caches_live_through_every_change() {
    check(is_database);
}

#[test]
fn machines_live_through_every_change() {
    check(is_machine);
}

#[test]
fn balancers_live_through_every_change() {
    check(is_balancer);
}

#[test]
fn buckets_live_through_every_change() {
    check(is_bucket);
}

#[test]
fn functions_and_messages_live_through_every_change() {
    check(is_messaging);
}

#[test]
fn keys_and_names_live_through_every_change() {
    check(|name| {
        let others = [is_network, is_database, is_balancer, is_machine, is_bucket, is_messaging];
        !(others.iter().any(|is| is(name)) || name.starts_with("aws_iam_") || name.starts_with("aws_eks_"))
    });
}

/// Types that change what another resource shows: the next plan tells it as changed outside, and takes it into state.
const SEEN_ELSEWHERE: &[(&str, &str)] = &[("aws_route53_zone_association", "the zone shows one VPC more")];

fn is_bucket(name: &str) -> bool {
    name.starts_with("aws_s3_")
}

fn is_messaging(name: &str) -> bool {
    ["aws_lambda_", "aws_sns_", "aws_sqs_", "aws_cloudwatch_"].iter().any(|family| name.starts_with(family))
}

fn is_network(name: &str) -> bool {
    let rest = name.strip_prefix("aws_").unwrap_or(name);
    let parts = [
        "vpc",
        "subnet",
        "internet_gateway",
        "eip",
        "nat_gateway",
        "vpn_gateway",
        "route_table",
        "flow_log",
        "security_group",
        "launch_template",
        "egress_only_internet_gateway",
        "default_",
        "network_acl",
    ];
    rest == "route" || parts.iter().any(|part| rest.starts_with(part))
}

fn is_database(name: &str) -> bool {
    ["aws_db_", "aws_rds_", "aws_elasticache_"].iter().any(|prefix| name.starts_with(prefix))
}

fn is_machine(name: &str) -> bool {
    let rest = name.strip_prefix("aws_").unwrap_or(name);
    let names =
        ["ebs_volume", "ec2_tag", "instance", "key_pair", "network_interface", "placement_group", "volume_attachment"];
    names.contains(&rest)
}

fn is_balancer(name: &str) -> bool {
    name == "aws_lb" || name.starts_with("aws_lb_")
}

/// All types that `wanted` names, on an emulator of their own.
fn check(wanted: impl Fn(&str) -> bool) {
    let only = std::env::var("WILDFIRE_TYPE").ok();
    let mut emulator = None;
    let mut problems = Vec::new();
    for schema in AwsCatalog.types() {
        if !wanted(schema.name) || only.as_ref().is_some_and(|only| only != schema.name) {
            continue;
        }
        if NOT_EMULATED.contains(&schema.name) {
            continue;
        }
        let emulator: &Emulator = emulator.get_or_insert_with(Emulator::repaired);
        emulator.reset();
        let mut life =
            Life { schema, emulator, project: Project::new(), changed: BTreeSet::new(), problems: Vec::new() };
        life.live();
        problems.extend(life.problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

struct Life<'a> {
    schema: &'a TypeSchema,
    emulator: &'a Emulator,
    project: Project,
    /// Properties that changed in place.
    changed: BTreeSet<String>,
    problems: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Create,
    Update,
    /// An update, or nothing: what a property is without being written may be what it was changed to.
    AtMostUpdate,
    Replace,
}

impl Life<'_> {
    fn live(&mut self) {
        let name = self.schema.name;
        let first = root().join(format!("tests/types/{name}.yaml"));
        if !first.exists() {
            self.problems.push(format!("{name}: there is no tests/types/{name}.yaml"));
            return;
        }
        if !self.succeeds("bootstrap", &["bootstrap", "test", "--yes"])
            || !self.step("create", &first, Expected::Create)
        {
            return;
        }
        for (change, file) in changes(name) {
            let went = match change.as_str() {
                "replace" => self.step("replace", &file, Expected::Replace),
                _ => self.step(&change, &file, Expected::Update) && self.step("back", &first, Expected::AtMostUpdate),
            };
            if !went {
                return;
            }
        }
        self.import();
        if self.succeeds("destroy", &["destroy", "test/main", "--yes"]) {
            let left = self.wildfire(&["state", "list", "test/main"]).stdout;
            self.holds("destroy", left.trim().is_empty(), &format!("left in state:\n{left}"));
        }
        self.every_call_was_made();
    }

    /// Lays the stack of `file`, and applies it.
    fn step(&mut self, step: &str, file: &Path, expected: Expected) -> bool {
        self.lay(file);
        let planned = self.wildfire(&["plan", "test/main", "--json"]);
        let Ok(plan) = serde_json::from_str::<Value>(&planned.stdout) else {
            return self.holds(step, false, &format!("{}{}", planned.stdout, planned.stderr));
        };
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        let tested = changes.iter().find(|change| change["wildfire"]["address"] == "test/main:tested");
        let actions: Vec<&str> = tested
            .iter()
            .flat_map(|change| change["change"]["actions"].as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let right = match expected {
            Expected::Create => actions == ["create"],
            Expected::Update => actions == ["update"],
            Expected::AtMostUpdate => actions == ["update"] || actions == ["no-op"] || actions.is_empty(),
            Expected::Replace => actions.len() == 2,
        };
        if !right {
            self.holds(
                step,
                false,
                &format!("the plan is {actions:?}\n{}", self.wildfire(&["plan", "test/main"]).stdout),
            );
        }
        let properties = tested.and_then(|change| change["wildfire"]["changes"].as_array()).into_iter().flatten();
        let names = properties.filter_map(|change| change["path"].as_str()?.split(['.', '[']).next());
        if matches!(expected, Expected::Update | Expected::AtMostUpdate) {
            self.changed.extend(names.map(|name| if name == "tags_all" { "tags" } else { name }.to_string()));
        }
        self.succeeds(step, &["apply", "test/main", "--yes"]) && self.is_settled(step)
    }

    /// Forgets it, and takes it back by the id that the state had.
    fn import(&mut self) {
        let name = self.schema.name;
        if NOT_TAKEN.iter().any(|(of, step, _)| *of == name && *step == "import") {
            return;
        }
        let listed = self.wildfire(&["state", "list", "test/main", "--json"]).stdout;
        let rows: Value = serde_json::from_str(&listed).unwrap_or_default();
        let row = rows.as_array().into_iter().flatten().find(|row| row["address"] == "test/main:tested");
        let Some(id) = row.and_then(|row| row["id"].as_str()) else {
            self.holds("import", false, &format!("it is not in state:\n{listed}"));
            return;
        };
        if !self.succeeds("import", &["state", "rm", "test/main", "tested", "--yes"]) {
            return;
        }
        let imported = self.wildfire(&["import", "test/main", "tested", id, "--yes"]);
        let alone = imported.stdout.contains("0 to add, 0 to change, 0 to destroy. 1 to import");
        self.holds("import", imported.code == 0 && alone, &format!("{id}\n{}{}", imported.stdout, imported.stderr));
        self.is_settled("import");
    }

    fn every_call_was_made(&mut self) {
        let calls = self.schema.fields.iter().filter_map(|field| match field.change {
            Change::Update(call) => Some((field.name, call)),
            _ => None,
        });
        let (mut all, mut made) = (BTreeSet::new(), BTreeSet::new());
        for (property, call) in calls {
            all.insert(call);
            if self.changed.contains(property) {
                made.insert(call);
            }
        }
        let excused: BTreeSet<&str> =
            NOT_MADE.iter().filter(|row| row.0 == self.schema.name).flat_map(|row| row.1).copied().collect();
        let missing: BTreeSet<&str> = all.difference(&made).copied().collect();
        self.holds("calls", missing == excused, &format!("not made: {missing:?}, excused: {excused:?}"));
    }

    fn is_settled(&mut self, step: &str) -> bool {
        if SEEN_ELSEWHERE.iter().any(|(name, _)| *name == self.schema.name)
            && !self.succeeds(step, &["apply", "test/main", "--refresh-only", "--yes"])
        {
            return false;
        }
        let plan = self.wildfire(&["plan", "test/main", "--detailed-exitcode"]);
        self.holds(step, plan.code == 0, &format!("the next plan is not empty:\n{}{}", plan.stdout, plan.stderr))
    }

    fn succeeds(&mut self, step: &str, arguments: &[&str]) -> bool {
        let finished = self.wildfire(arguments);
        self.holds(
            step,
            finished.code == 0,
            &format!("exit code {}\n{}{}", finished.code, finished.stdout, finished.stderr),
        )
    }

    fn holds(&mut self, step: &str, condition: bool, text: &str) -> bool {
        if !condition {
            self.problems.push(format!("{} [{step}]: {text}", self.schema.name));
        }
        condition
    }

    fn wildfire(&self, arguments: &[&str]) -> Finished {
        run(self.emulator.serve(&mut wildfire(self.project.path())).args(arguments))
    }

    /// The stack is `file` and what it is written with, and nothing else.
    fn lay(&self, file: &Path) {
        let stack = self.project.path().join("stages/test/main");
        // It is not there before the first step.
        let _ = fs::remove_dir_all(&stack);
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let first = text.lines().next().unwrap_or_default();
        for name in first.strip_prefix("# with: ").into_iter().flat_map(|names| names.split(", ")) {
            let path = root().join(format!("tests/types/with/{name}.yaml"));
            let needed = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            self.project.write(&format!("stages/test/main/{name}.yaml"), needed);
        }
        self.project.write("stages/test/main/tested.yaml", text);
    }
}

/// The changes of a type with their files, a replacement last.
fn changes(name: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(root().join("tests/types")).expect("the types are there");
    let mut changes: Vec<(String, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let change =
                path.file_name()?.to_str()?.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(".yaml")?.to_string();
            Some((change, path))
        })
        .collect();
    changes.sort_by_key(|(change, _)| (change == "replace", change.clone()));
    changes
}

#[test]
fn excuses_are_of_types_and_calls_that_exist() {
    let named =
        NOT_MADE.iter().map(|row| row.0).chain(NOT_EMULATED.iter().copied()).chain(NOT_TAKEN.iter().map(|row| row.0));
    let named = named.chain(SEEN_ELSEWHERE.iter().map(|row| row.0));
    for name in named {
        assert!(AwsCatalog.schema(name).is_some(), "{name}");
    }
    for (name, calls, _) in NOT_MADE {
        let known: Vec<&str> = AwsCatalog
            .schema(name)
            .map(|schema| schema.update_calls.iter().map(|(call, _)| *call).collect())
            .unwrap_or_default();
        assert!(calls.iter().all(|call| known.contains(call)), "{name}: {calls:?} of {known:?}");
    }
}
