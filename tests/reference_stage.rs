//! The stage that this repository ships, from nothing to nothing, and what a team does to it in between.
//!
//! What AWS holds is judged by `support/verify.py`, which shares no code with wildfire.

use std::fs;

use serde_json::Value;

use crate::support::{Emulator, Finished, Project, python, root, run, wildfire};

/// A copy of the reference stage, and an AWS of its own.
struct Stage {
    emulator: Emulator,
    project: Project,
}

impl Stage {
    fn new(emulator: Emulator) -> Self {
        let project = Project::new();
        project.copy_to(&root().join("stages"), "stages");
        project.copy_to(&root().join("stacks"), "stacks");
        project.copy_to(&root().join("modules"), "modules");
        project.write("wildfire.yaml", fs::read(root().join("wildfire.yaml")).expect("the repository is a project"));
        Self { emulator, project }
    }

    /// The stage as `apply` leaves it.
    fn applied(emulator: Emulator) -> Self {
        let stage = Self::new(emulator);
        stage.wildfire("bootstrap test --yes").succeeded();
        stage.wildfire("apply test --yes").succeeded();
        stage
    }

    /// Arguments are separated by spaces.
    fn wildfire(&self, arguments: &str) -> Finished {
        run(self.emulator.serve(&mut wildfire(self.project.path())).args(arguments.split(' ')))
    }

    fn json(&self, arguments: &str) -> Value {
        let finished = self.wildfire(&format!("{arguments} --json")).succeeded();
        serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {}", finished.stdout))
    }

    /// Lines of Python with boto3's clients at hand.
    fn python(&self, program: &str) -> String {
        run(self.emulator.serve(&mut python()).args(["-c", &format!("import boto3\n{program}")])).succeeded().stdout
    }

    fn verify(&self, arguments: &[&str]) -> Finished {
        let mut command = python();
        command
            .arg(root().join("tests/support/verify.py"))
            .arg(self.project.path().join("stages/test"))
            .args(arguments);
        run(self.emulator.serve(&mut command))
    }

    /// Changes a file of the stage. What is replaced has to be there.
    #[track_caller]
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.project.path().join(path)).expect("the file is there");
        assert!(text.contains(from), "{path} does not contain {from}");
        self.project.write(path, text.replace(from, to));
    }

    #[track_caller]
    fn assert_settled(&self) {
        let plan = self.wildfire("plan test --detailed-exitcode");
        assert_eq!(plan.code, 0, "{}{}", plan.stdout, plan.stderr);
    }

    fn id_of(&self, address: &str) -> Option<String> {
        let rows = self.json("state list test");
        let row = rows.as_array()?.iter().find(|row| row["address"] == address)?;
        row["id"].as_str().map(String::from)
    }
}

/// The addresses of a plan with what happens to each; nothing of what stays.
fn actions(plan: &Value) -> Vec<(String, String)> {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let action = |change: &Value| {
        let names: Vec<&str> =
            change["change"]["actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        (change["wildfire"]["address"].as_str().unwrap_or_default().to_string(), names.join(" "))
    };
    changes.map(action).filter(|(_, action)| action != "no-op").collect()
}

/// On an emulator that keeps what it takes: what it does not keep is a difference in every plan, and rightly so.
#[test]
fn the_stage_comes_up_and_is_what_it_says() {
    let stage = Stage::new(Emulator::repaired());
    for name in ["test", "production"] {
        let valid = run(wildfire(stage.project.path()).args(["validate", name])).succeeded();
        assert!(valid.stderr.is_empty(), "{}", valid.stderr);
    }
    stage.wildfire("bootstrap test --yes").succeeded();
    assert_ne!(stage.verify(&[]).code, 0, "the judge finds nothing wrong with nothing");

    let plan = stage.json("plan test");
    let planned = actions(&plan);
    assert!(planned.len() > 80 && planned.iter().all(|(_, action)| action == "create"), "{planned:?}");
    assert_eq!(stage.wildfire("plan test --detailed-exitcode").code, 2);
    stage.wildfire("apply test --yes").succeeded();

    let verdict = stage.verify(&[]);
    assert_eq!(verdict.code, 0, "{}", verdict.stdout);
    stage.assert_settled();
    let bootstrap = stage.wildfire("plan test/bootstrap --detailed-exitcode");
    assert_eq!(bootstrap.code, 0, "{}", bootstrap.stdout);
    assert_eq!(stage.wildfire("drift test").code, 0);
    stage.wildfire("bootstrap test --yes").succeeded();
    assert_eq!(stage.wildfire("apply test --yes --max-destroy 0").succeeded().code, 0);

    outputs_are_there(&stage);
    pictures_are_drawn(&stage);
    expressions_are_evaluated(&stage);
    terraform_can_read_the_state(&stage);
}

fn outputs_are_there(stage: &Stage) {
    let outputs = stage.json("output test");
    let vpc = outputs["vpc_id"]["value"].as_str().unwrap_or_default();
    assert!(vpc.starts_with("vpc-"), "{outputs}");
    assert_eq!(stage.wildfire("output test/main vpc_id --raw").succeeded().stdout.trim(), vpc);
    assert_eq!(outputs["nat_addresses"]["value"].as_array().map(Vec::len), Some(3), "{outputs}");
    let unknown = stage.wildfire("output test vpc_ids");
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("did you mean vpc_id?"), "{}", unknown.stderr);
}

fn pictures_are_drawn(stage: &Stage) {
    for (format, begins) in [("dot", "digraph \"test\" {"), ("mermaid", "flowchart LR")] {
        let picture = stage.wildfire(&format!("graph test --format {format}")).succeeded().stdout;
        assert!(picture.starts_with(begins) && picture.contains("aws_eks_node_group"), "{format}: {picture:.200}");
    }
    let graph = stage.json("graph test");
    let nodes = graph["nodes"].as_array().map_or(0, Vec::len);
    assert!(nodes > 50, "{graph}");
}

fn expressions_are_evaluated(stage: &Stage) {
    let mut command = wildfire(stage.project.path());
    let lines =
        "cidrsubnet(stage.values.vpc_cidr, 4, 1)\nnetwork.vpc_id == carts.name\nsize(network.private_subnet_ids)\n";
    stage.project.write("lines", lines);
    let input = fs::File::open(stage.project.path().join("lines")).expect("it was just written");
    let answers = run(stage.emulator.serve(&mut command).args(["console", "test"]).stdin(input)).succeeded();
    assert_eq!(answers.stdout, "\"10.20.16.0/20\"\nfalse\n3\n");
}

/// The document at the fixed key, as the `terraform_remote_state` of a neighbour reads it.
fn terraform_can_read_the_state(stage: &Stage) {
    let program = "print(boto3.client('s3').get_object(Bucket='shop-test-state', Key='test/main/terraform.tfstate')['Body'].read().decode())";
    let document: Value = serde_json::from_str(&stage.python(program)).expect("it is JSON");
    assert_eq!(document["version"], 4);
    assert_eq!(document["resources"], Value::Array(Vec::new()), "outputs alone are published");
    let outputs = stage.json("output test");
    let types = [("vpc_id", Value::from("string")), ("nat_addresses", serde_json::json!(["list", "string"]))];
    for (name, kind) in types {
        assert_eq!(document["outputs"][name]["value"], outputs[name]["value"]);
        assert_eq!(document["outputs"][name]["type"], kind, "{name}");
    }

    let pulled: Value =
        serde_json::from_str(&stage.wildfire("state pull test/main --format terraform").succeeded().stdout)
            .expect("it is JSON");
    let resources = pulled["resources"].as_array().cloned().unwrap_or_default();
    let subnets = resources
        .iter()
        .find(|one| one["module"] == "module.network" && one["type"] == "aws_subnet" && one["name"] == "private");
    let keys: Vec<&str> = subnets
        .iter()
        .flat_map(|one| one["instances"].as_array())
        .flatten()
        .filter_map(|instance| instance["index_key"].as_str())
        .collect();
    assert_eq!(keys, ["a", "b", "c"], "{subnets:?}");
    let own: Value =
        serde_json::from_str(&stage.wildfire("state pull test/main").succeeded().stdout).expect("it is JSON");
    assert_eq!(own["resources"].as_object().map(serde_json::Map::len), Some(92));
}

#[test]
fn values_change_and_resources_are_rearranged() {
    let stage = Stage::applied(Emulator::repaired());
    a_changed_value_changes_what_uses_it(&stage);
    what_cannot_change_is_replaced(&stage);
    drift_is_seen_and_undone(&stage);
    what_was_forgotten_is_imported(&stage);
    resources_get_other_names(&stage);
}

fn a_changed_value_changes_what_uses_it(stage: &Stage) {
    stage.edit("stages/test/stage.yaml", "backup_retention: 7", "backup_retention: 9");
    assert_ne!(stage.verify(&[]).code, 0, "the judge reads the values");
    let plan = stage.json("plan test");
    assert_eq!(actions(&plan), [("test/main:database.cluster".into(), "update".into())]);
    let text = stage.wildfire("plan test").succeeded().stdout;
    assert!(text.contains("~ backup_retention_period: 7 -> 9"), "{text}");
    stage.wildfire("apply test --yes").succeeded();
    stage.assert_settled();
    let verdict = stage.verify(&[]);
    assert_eq!(verdict.code, 0, "{}", verdict.stdout);
}

fn what_cannot_change_is_replaced(stage: &Stage) {
    let reader = "reader: {zone: \"${stage.region}${stage.values.zones[1]}\"";
    stage.edit("stacks/shop/rds.yaml", reader, "reader: {zone: \"${stage.region}${stage.values.zones[2]}\"");
    let plan = stage.json("plan test");
    assert_eq!(actions(&plan), [("test/main:database.instance[\"reader\"]".into(), "delete create".into())]);
    let text = stage.wildfire("plan test").succeeded().stdout;
    assert!(text.contains("availability_zone forces replacement"), "{text}");
    assert!(text.contains("modules/rds-cluster/module.yaml:"), "{text}");
    let refused = stage.wildfire("apply test --yes --max-destroy 0");
    assert_ne!(refused.code, 0, "{}", refused.stdout);
    stage.wildfire("apply test --yes").succeeded();
    stage.assert_settled();
}

fn drift_is_seen_and_undone(stage: &Stage) {
    let tag = "ec2 = boto3.client('ec2')\n\
        vpc = ec2.describe_vpcs(Filters=[{'Name': 'isDefault', 'Values': ['false']}])['Vpcs'][0]['VpcId']\n\
        ec2.create_tags(Resources=[vpc], Tags=[{'Key': 'team', 'Value': 'others'}])";
    stage.python(tag);
    let drift = stage.wildfire("drift test");
    assert_eq!(drift.code, 2, "{}", drift.stdout);
    assert!(drift.stdout.contains("tags_all.team: \"platform\" -> \"others\""), "{}", drift.stdout);
    assert_eq!(actions(&stage.json("plan test")), [("test/main:network.vpc".into(), "update".into())]);
    stage.wildfire("apply test --yes").succeeded();
    assert_eq!(stage.wildfire("drift test").code, 0);
    stage.assert_settled();
}

fn what_was_forgotten_is_imported(stage: &Stage) {
    let id = stage.id_of("test/main:orders").expect("orders is in state");
    let shown = stage.wildfire("state show test/main orders").succeeded().stdout;
    assert!(shown.contains("visibility_timeout_seconds: 60"), "{shown}");
    stage.wildfire("state rm test/main orders --yes").succeeded();
    assert_eq!(stage.id_of("test/main:orders"), None);
    assert_eq!(actions(&stage.json("plan test")), [("test/main:orders".into(), "create".into())]);
    let imported = stage.wildfire(&format!("import test/main orders {id} --yes")).succeeded().stdout;
    assert!(imported.contains("0 to add, 0 to change, 0 to destroy. 1 to import"), "{imported}");
    stage.assert_settled();
    assert_eq!(stage.id_of("test/main:orders"), Some(id));
}

fn resources_get_other_names(stage: &Stage) {
    let id = stage.id_of("test/main:events");
    stage.wildfire("state mv test/main events shop_events --yes").succeeded();
    let refused = stage.wildfire("plan test");
    assert!(refused.stderr.contains("error[renamed]"), "one is to be made, one is not declared: {}", refused.stderr);
    assert!(refused.stderr.contains("moved: [{from: shop_events, to: events}]"), "{}", refused.stderr);
    stage.wildfire("state mv test/main shop_events events --yes").succeeded();
    stage.assert_settled();

    stage.edit("stacks/shop/s3.yaml", "  events:\n", "  shop_events:\n");
    stage.edit("stacks/shop/s3.yaml", "${events.arn}", "${shop_events.arn}");
    stage.edit("stacks/shop/s3.yaml", "outputs:\n", "moved:\n  - {from: events, to: shop_events}\n\noutputs:\n");
    let moved = stage.wildfire("apply test --yes").succeeded().stdout;
    assert!(moved.contains("0 to add, 0 to change, 0 to destroy. 1 moved."), "{moved}");
    stage.assert_settled();
    assert_eq!(stage.id_of("test/main:shop_events"), id);
}

#[test]
fn protection_is_respected_and_then_nothing_is_left() {
    // Stock moto cannot delete what belongs to ElastiCache.
    let stage = Stage::applied(Emulator::repaired());
    let refused = stage.wildfire("destroy test --yes");
    assert_ne!(refused.code, 0, "{}", refused.stdout);
    assert!(
        refused.stderr.contains("test/main:database.cluster would be deleted, and its deletion protection is on"),
        "{}",
        refused.stderr
    );
    let verdict = stage.verify(&[]);
    assert_eq!(verdict.code, 0, "a refused destroy leaves all as it is: {}", verdict.stdout);

    stage.edit("stages/values.yaml", "deletion_protection: true", "deletion_protection: false");
    stage.wildfire("apply test --yes").succeeded();
    stage.wildfire("destroy test --yes").succeeded();
    let verdict = stage.verify(&["--gone"]);
    assert_eq!(verdict.code, 0, "{}", verdict.stdout);
    assert_eq!(stage.wildfire("state list test/main").succeeded().stdout, "");
    let kept = stage.wildfire("destroy test/bootstrap --yes");
    assert_ne!(kept.code, 0, "the state bucket has prevent_destroy");

    // And up again, under the same names. The emulator names automatic snapshots by the minute and keeps them.
    stage.python(
        "rds = boto3.client('rds')\nfor snapshot in rds.describe_db_cluster_snapshots()['DBClusterSnapshots']:\n    \
         rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot['DBClusterSnapshotIdentifier'])",
    );
    stage.wildfire("apply test --yes").succeeded();
    let verdict = stage.verify(&[]);
    assert_eq!(verdict.code, 0, "{}", verdict.stdout);
}
