//! The whole engine: plan and apply over the simulated cloud.

use std::time::Duration;

use super::stage::{Run, SECRET, Stage};
use crate::model::Value;
use crate::plan::{Action, Mode, Options};
use crate::simulation::Faults;

/// Every simulated type, and references through all of them.
pub const WHOLE: &str = r#"
resources:
  vpc:
    type: aws_vpc
    properties: {cidr_block: 10.0.0.0/16, enable_dns_hostnames: true, tags: {name: net}}
  subnet:
    type: aws_subnet
    for_each: {a: 10.0.0.0/24, b: 10.0.1.0/24}
    properties: {vpc_id: "${vpc.id}", cidr_block: "${each.value}", map_public_ip_on_launch: true}
  group:
    type: aws_security_group
    properties:
      name: web
      vpc_id: ${vpc.id}
      ingress:
        - {port: 443, cidr_blocks: [10.0.0.0/8, 192.168.0.0/16]}
        - {port: 80, cidr_blocks: [10.0.0.0/8]}
  nat:
    type: aws_nat_gateway
    properties: {subnet_id: "${subnet.a.id}"}
  db:
    type: aws_db_instance
    properties:
      identifier: orders
      subnet_ids: ["${subnet.a.id}", "${subnet.b.id}"]
      instance_class: small
      password: hunter2
      skip_final_snapshot: true
  bucket:
    type: aws_s3_bucket
    properties: {bucket: test-logs, versioning: true, force_destroy: true}
  role:
    type: aws_iam_role
    properties:
      name: runner
      assume_role_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sts:AssumeRole"}]}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: db, records: ["${db.endpoint}"]}
  queue:
    type: aws_sqs_queue
    properties: {name: jobs, delay_seconds: 5}
outputs:
  endpoint: {value: "${db.endpoint}"}
  bucket: {value: "${bucket.id}"}
"#;

/// A small stack with each kind of edge, for sweeps.
pub const SMALL: &str = r#"
resources:
  vpc:
    type: aws_vpc
    properties: {cidr_block: 10.0.0.0/16, enable_dns_hostnames: true}
  subnet:
    type: aws_subnet
    properties: {vpc_id: "${vpc.id}", cidr_block: 10.0.0.0/24}
  nat:
    type: aws_nat_gateway
    properties: {subnet_id: "${subnet.id}"}
  bucket:
    type: aws_s3_bucket
    properties: {bucket: test-logs, versioning: true}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: nat, records: ["${nat.public_ip}"]}
outputs:
  ip: {value: "${nat.public_ip}"}
"#;

#[tokio::test(start_paused = true)]
async fn an_apply_makes_what_is_declared_and_then_there_is_nothing_to_do() {
    let stage = Stage::new(WHOLE);
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.create, 10);
    assert_eq!(stage.essence().len(), 10);
    assert!(
        attempt
            .waited
            .iter()
            .any(|(step, status)| attempt.plan.steps[step.0].type_name == "aws_db_instance" && status == "creating")
    );
    stage.settled().await;

    let state = stage.state();
    assert_eq!(state.outputs["bucket"].value, "test-logs".into());
    assert_eq!(state.outputs["endpoint"].value, "endpoint.of.orders".into());
    assert_eq!(state.resources["record"].dependencies, ["db".to_string()].into());
    assert_eq!(state.resources["vpc"].unfinished, [""; 0]);
    assert_eq!(state.resources["db"].attributes.get("skip_final_snapshot"), Some(&true.into()));
    // The longest path decides: subnets, the database, the record; nothing else adds to it.
    assert!(attempt.report.elapsed < Duration::from_secs(580), "{:?}", attempt.report.elapsed);
}

#[tokio::test(start_paused = true)]
async fn a_destroy_leaves_nothing() {
    let stage = Stage::new(WHOLE);
    stage.complete(Run::default()).await;
    stage.complete(Run::destroy()).await;
    assert_eq!(stage.essence(), []);
    assert!(stage.state().resources.is_empty() && stage.state().outputs.is_empty());
}

#[tokio::test(start_paused = true)]
async fn changes_are_made_in_place() {
    let mut stage = Stage::new(WHOLE);
    stage.complete(Run::default()).await;
    stage.rewrite("instance_class: small", "instance_class: large");
    stage.rewrite("{name: net}", "{name: core}");
    stage.rewrite("port: 80,", "port: 8080,");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.update, 3, "{:#?}", attempt.plan.steps);
    assert_eq!(stage.state().resources["db"].attributes.get("instance_class"), Some(&"large".into()));
    stage.settled().await;
}

/// A read that is late is not what AWS makes of a value.
#[tokio::test(start_paused = true)]
async fn a_change_that_somebody_takes_back_is_seen() {
    let yaml =
        "resources:\n  record:\n    type: aws_route53_record\n    properties: {zone_id: Z1, name: web, records: [a]}\n";
    for seed in 0..8 {
        let mut stage = Stage::new(yaml);
        stage.complete(Run::default()).await;
        stage.rewrite("records: [a]", "records: [b]");
        stage.complete(Run::with(Faults { seed, lag: Duration::from_secs(9), ..Faults::none() })).await;
        stage.settled().await;
        stage.world().tamper("aws_route53_record", "Z1_web", "records", vec![Value::from("a")].into());
        assert!(!stage.plan(Options::default()).await.is_empty(), "with seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_secret_is_sent_and_never_written() {
    let mut stage = Stage::new(WHOLE);
    stage.complete(Run::default()).await;
    stage.rewrite("password: hunter2", "password: hunter23");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.update, 1, "{:#?}", attempt.plan.steps);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_secret_of_a_resource_that_stays_reaches_what_refers_to_it() {
    let mut stage = Stage::new(
        r#"
resources:
  db:
    type: aws_db_instance
    properties: {identifier: orders, password: hunter2}
  queue:
    type: aws_sqs_queue
    properties: {name: jobs, delay_seconds: 1, tags: {password: "${db.password}"}}
"#,
    );
    stage.complete(Run::default()).await;
    stage.settled().await;
    stage.rewrite("delay_seconds: 1", "delay_seconds: 2");
    stage.rewrite("tags: {password", "tags: {again: \"${db.password}\", password");
    stage.complete(Run::default()).await;
    stage.settled().await;
    let queue = stage.world().existing().into_iter().find(|object| object.type_name == "aws_sqs_queue");
    let tags = queue.and_then(|queue| queue.attributes.get("tags_all").cloned()).unwrap_or_default();
    assert_eq!(tags.get("again"), Some(&SECRET.into()));
    assert_eq!(tags.get("password"), Some(&SECRET.into()));
}

#[tokio::test(start_paused = true)]
async fn ignored_changes_and_settings_leave_aws_alone() {
    let mut stage = Stage::new(
        "resources:\n  queue:\n    type: aws_sqs_queue\n    properties: {name: jobs, delay_seconds: 1}\n    lifecycle: {ignore_changes: [delay_seconds]}\n  bucket:\n    type: aws_s3_bucket\n    properties: {bucket: logs}\n",
    );
    stage.complete(Run::default()).await;
    let id = stage.state().resources["queue"].id.clone();
    stage.world().tamper("aws_sqs_queue", id.as_str(), "delay_seconds", 30.into());
    stage.rewrite("delay_seconds: 1}", "delay_seconds: 5, tags: {a: b}}");
    stage.rewrite("{bucket: logs}", "{bucket: logs, force_destroy: true}");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.calls.iter().filter(|call| call.starts_with("Update")).count(), 1, "{:?}", attempt.calls);
    assert_eq!(stage.state().resources["queue"].attributes.get("delay_seconds"), Some(&30.into()));
    assert_eq!(stage.state().resources["bucket"].attributes.get("force_destroy"), Some(&true.into()));
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_refresh_takes_drift_into_state_and_changes_nothing() {
    let stage = Stage::new(WHOLE);
    stage.complete(Run::default()).await;
    let before = stage.essence();
    stage.world().tamper("aws_db_instance", "orders", "instance_class", "huge".into());
    let gone = stage.state().resources["queue"].id.clone();
    stage.world().steal("aws_sqs_queue", gone.as_str());
    let refresh = Options { mode: Mode::RefreshOnly, ..Options::default() };
    let attempt = stage.complete(Run { options: refresh, ..Run::default() }).await;
    let sent = |call: &String| ["Create", "Update", "Delete"].iter().any(|kind| call.starts_with(kind));
    assert!(!attempt.calls.iter().any(sent), "{:?}", attempt.calls);
    let state = stage.state();
    assert_eq!(state.resources["db"].attributes.get("instance_class"), Some(&"huge".into()));
    assert!(state.resources["db"].attributes.get("password").is_some(), "the digest stays");
    assert!(!state.resources.contains_key("queue"));
    stage.complete(Run::default()).await;
    stage.settled().await;
    assert_eq!(stage.essence(), before);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_goes_through_all_that_refers_to_it() {
    for first in ["", "    lifecycle: {create_before_destroy: true}\n"] {
        let mut stage = Stage::new(
            &SMALL.replace("  subnet:\n    type: aws_subnet\n", &format!("  subnet:\n    type: aws_subnet\n{first}")),
        );
        stage.complete(Run::default()).await;
        stage.rewrite("10.0.0.0/24", "10.0.7.0/24");
        let attempt = stage.complete(Run::default()).await;
        assert_eq!(attempt.report.done.replace, 2, "{:#?}", attempt.plan.steps);
        assert_eq!(attempt.report.done.update, 1, "the record follows the address");
        stage.settled().await;
        assert_eq!(stage.essence().len(), 5);
        assert!(stage.state().deposed.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_at_aws_is_made_again() {
    let stage = Stage::new(SMALL);
    stage.complete(Run::default()).await;
    let id = stage.state().resources["nat"].id.clone();
    stage.world().steal("aws_nat_gateway", id.as_str());
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.create, 1);
    assert_ne!(stage.state().resources["nat"].id, id);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn data_that_waits_for_a_resource_is_read_during_the_apply() {
    let stage = Stage::new(
        r#"
data:
  zones: {type: aws_availability_zones}
  answer:
    type: aws_lookup
    properties: {question: "${vpc.id}"}
resources:
  vpc:
    type: aws_vpc
    properties: {cidr_block: 10.0.0.0/16}
  queue:
    type: aws_sqs_queue
    for_each: ${data.zones.names}
    properties: {name: "${each.key} ${data.answer.answer}"}
"#,
    );
    stage.complete(Run::default()).await;
    let names: Vec<_> = stage.state().resources.values().filter_map(|r| r.attributes.get("name").cloned()).collect();
    let id = stage.state().resources["vpc"].id.clone();
    assert_eq!(names, ["a", "b", "c"].map(|zone| Value::from(format!("{zone} answer to {id}"))));
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn an_import_takes_over_and_then_corrects() {
    let stage = Stage::new(&format!("import: [{{to: bucket, id: test-logs}}]\n{SMALL}"));
    stage.world().plant(
        "aws_s3_bucket",
        "test-logs",
        [("bucket".to_string(), Value::from("test-logs")), ("versioning".to_string(), false.into())].into(),
    );
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(
        attempt.report.done.import,
        1,
        "{:#?}",
        attempt.plan.resources.iter().map(|r| r.action).collect::<Vec<_>>()
    );
    assert!(attempt.plan.resources.iter().any(|change| change.action == Action::Import));
    assert_eq!(stage.state().resources["bucket"].attributes.get("versioning"), Some(&true.into()));
    stage.settled().await;
}

/// What AWS made beside a resource is imported by an attribute of that resource.
#[tokio::test(start_paused = true)]
async fn the_id_of_an_import_may_follow_from_what_is_there() {
    let mut stage = Stage::new(SMALL);
    let import = "import: [{to: beside, id: \"logs-${vpc.id}\"}]\nresources:\n  beside: {type: aws_s3_bucket, properties: {bucket: \"logs-${vpc.id}\"}}\n";
    let small = stage.yaml.clone();
    stage.yaml = small.replacen("\nresources:\n", import, 1);
    let refused = |attempt: Option<Result<super::stage::Attempt, crate::model::Diagnostics>>| {
        let problems = attempt.expect("it does not crash").err().expect("it is refused");
        problems.iter().map(|one| format!("{}: {}", one.code.name(), one.message)).collect::<Vec<_>>()
    };
    let told = ["not-known-before-apply: the id to import as test/main:beside is not known before apply"];
    assert_eq!(refused(stage.run(Run::default()).await), told, "the network is not there yet");
    stage.yaml = small.clone();
    stage.complete(Run::default()).await;
    let id = format!("logs-{}", stage.state().resources["vpc"].id);
    stage.world().plant("aws_s3_bucket", &id, [("bucket".to_string(), Value::from(id.as_str()))].into());
    stage.yaml = small.replacen("\nresources:\n", import, 1);
    let attempt = stage.complete(Run::default()).await;
    assert_eq!((attempt.report.done.import, attempt.report.done.create), (1, 0), "{:#?}", attempt.plan.steps);
    assert_eq!(stage.state().resources["beside"].id.as_str(), id);
    stage.settled().await;
    // Of a network that is to be replaced nobody knows the next id.
    let mut other = Stage::new(&small);
    other.complete(Run::default()).await;
    other.yaml = small.replacen("\nresources:\n", import, 1).replace("10.0.0.0", "10.7.0.0");
    assert_eq!(refused(other.run(Run::default()).await), told);
}

#[tokio::test(start_paused = true)]
async fn many_steps_take_the_time_of_the_longest_path() {
    let stage = Stage::new(
        "resources:\n  queue:\n    type: aws_sqs_queue\n    for_each: ${range(500).map(i, string(i))}\n    properties: {name: \"${each.key}\"}\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders}\n",
    );
    let attempt = stage.complete(Run::default()).await;
    assert!(attempt.report.elapsed < Duration::from_secs(560), "{:?}", attempt.report.elapsed);
    let reads = attempt.calls.iter().filter(|call| call.starts_with("Read aws_sqs_queue")).count();
    assert!(reads <= 40, "{reads} reads of 500 queues");
}
