//! Canaries: secrets of every origin go through every command, and are looked for everywhere afterwards.
//!
//! What is looked through: all output, the most talkative log, every object and row of state, every file that was
//! written, and what AWS itself was told that is not the secret's own place.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Emulator, Finished, Project, Proxy, python, run, wildfire};

/// As a version of a secret, a parameter, a literal, a sensitive input, and a sensitive output.
const STORED: &str = "stored/canary+1&\"x";
const PARAMETER: &str = "parameter-canary-2-abcdef";
const LITERAL: &str = "literal-canary-3";
const INPUT: &str = "input canary 4 <%>";
const OUTPUT: &str = "output-canary-5";
const ROTATED: &str = "rotated/canary+6&\"y";

const STACK: &str = r#"
data:
  password: {type: aws_secretsmanager_secret_version, properties: {secret_id: shop/database}}
  token: {type: aws_ssm_parameter, properties: {name: /shop/token}}
resources:
  orders:
    type: aws_rds_cluster
    properties:
      cluster_identifier: orders
      engine: aurora-mysql
      master_username: admin
      master_password: ${jsondecode(data.password.secret_string).password}
      skip_final_snapshot: true
  reports:
    type: aws_rds_cluster
    properties:
      cluster_identifier: reports
      engine: aurora-mysql
      master_username: admin
      master_password: literal-canary-3
      skip_final_snapshot: true
  audit:
    type: aws_rds_cluster
    properties:
      cluster_identifier: audit
      engine: aurora-mysql
      master_username: admin
      master_password: ${data.token.value}
      skip_final_snapshot: true
modules:
  boot: {source: boot, inputs: {key: "input canary 4 <%>"}}
outputs:
  password: {value: "${orders.master_password}", sensitive: true}
  other: {value: output-canary-5, sensitive: true}
  endpoint: ${orders.endpoint}
"#;

const BOOT: &str = r##"
inputs:
  key: {type: string, sensitive: true}
resources:
  template:
    type: aws_launch_template
    properties:
      name: boot
      user_data: "${base64encode('#!/bin/sh\nexport KEY=' + inputs.key + '\n')}"
      tags: {note: "${'key ' + inputs.key}"}
outputs:
  key: {value: "${inputs.key}"}
"##;

const PREPARE: &str = r#"
import json, os
boto3.client("s3").create_bucket(Bucket="shop-test-state",
    CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
boto3.client("dynamodb").create_table(TableName="shop-test-lock", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}])
boto3.client("secretsmanager").create_secret(Name="shop/database",
    SecretString=json.dumps({"user": "admin", "password": os.environ["STORED"]}))
boto3.client("ssm").put_parameter(Name="/shop/token", Type="SecureString", Value=os.environ["PARAMETER"])
"#;

/// Every object of the bucket in every version, and every row of the table.
const KEPT: &str = r#"
import sys
s3 = boto3.client("s3")
for item in s3.list_objects_v2(Bucket="shop-test-state").get("Contents", []):
    sys.stdout.write(item["Key"] + "\n" + s3.get_object(Bucket="shop-test-state", Key=item["Key"])["Body"].read().decode() + "\n")
print(boto3.client("dynamodb").scan(TableName="shop-test-lock")["Items"])
"#;

struct Stage {
    emulator: Emulator,
    project: Project,
    /// Everything that was ever said, by command.
    said: Vec<(String, String)>,
}

impl Stage {
    fn new() -> Self {
        let project = Project::new();
        project.write("stages/test/main/main.yaml", STACK);
        project.write("modules/boot/module.yaml", BOOT);
        let stage = Self { emulator: Emulator::start(), project, said: Vec::new() };
        stage.python(PREPARE);
        stage
    }

    fn python(&self, program: &str) -> String {
        let mut command = python();
        command.args(["-c", &format!("import boto3\n{program}")]).env("STORED", STORED).env("PARAMETER", PARAMETER);
        run(self.emulator.serve(&mut command)).succeeded().stdout
    }

    /// Runs a command with the most talkative log.
    fn wildfire(&mut self, arguments: &str) -> Finished {
        let mut command = wildfire(self.project.path());
        command.args(arguments.split(' ')).env("WILDFIRE_LOG", "trace").env("RUST_LOG", "trace");
        let finished = run(self.emulator.serve(&mut command));
        self.said.push((arguments.to_string(), format!("{}\n{}", finished.stdout, finished.stderr)));
        finished
    }

    fn echoed(&mut self, operation: &str, arguments: &str) -> Finished {
        let proxy = Proxy::echoing(operation, &self.emulator);
        let mut command = wildfire(self.project.path());
        command.args(arguments.split(' ')).env("WILDFIRE_LOG", "trace");
        let finished = run(proxy.serve(&mut command));
        self.said
            .push((format!("{operation} refused: {arguments}"), format!("{}\n{}", finished.stdout, finished.stderr)));
        finished
    }

    fn console(&mut self, expression: &str) {
        let mut command = wildfire(self.project.path());
        command.args(["console", "test/main"]);
        self.project.write("expression", expression);
        let input = fs::File::open(self.project.path().join("expression")).expect("it was written");
        let finished = run(self.emulator.serve(&mut command).stdin(input));
        fs::remove_file(self.project.path().join("expression")).expect("it was written");
        self.said.push((format!("console: {expression}"), format!("{}\n{}", finished.stdout, finished.stderr)));
    }

    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.project.path().join("stages/test/main/main.yaml")).expect("it is there");
        assert!(text.contains(from), "{from}");
        self.project.write("stages/test/main/main.yaml", text.replace(from, to));
    }

    /// Fails with every place in which a canary was found.
    #[track_caller]
    fn assert_kept_secret(&self) {
        let mut found = Vec::new();
        for (command, said) in &self.said {
            look(command, said, &mut found);
        }
        look("state", &self.python(KEPT), &mut found);
        // Whatever a command has written below the project's folder: a plan, a picture, a cache.
        for (path, text) in files(self.project.path()) {
            // Where the author has written the two himself.
            if !path.ends_with("stages/test/main/main.yaml") {
                look(&path, &text, &mut found);
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
            out.push((path.display().to_string(), text));
        }
    }
    out
}

/// Looks for the canaries in `text`, as they are and as requests, replies and logs write them.
fn look(place: &str, text: &str, found: &mut Vec<String>) {
    for canary in [STORED, PARAMETER, LITERAL, INPUT, OUTPUT, ROTATED] {
        for form in forms(canary) {
            for (at, _) in text.match_indices(&form) {
                let start = text.floor_char_boundary(at.saturating_sub(160));
                let end = text.ceil_char_boundary((at + form.len() + 40).min(text.len()));
                found.push(format!("{place}: {form}: …{}…", &text[start..end]));
            }
        }
    }
}

fn forms(canary: &str) -> Vec<String> {
    let json = Value::from(canary).to_string();
    let percent: String = canary
        .bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect();
    let mut forms = vec![
        canary.to_string(),
        json[1..json.len() - 1].to_string(),
        percent.replace("%20", "+"),
        percent.to_lowercase(),
        percent,
        canary.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    // The inner characters of its Base64 at each of the three places where it can begin.
    for shift in 0..3 {
        let encoded = base64(&[vec![0; shift], canary.as_bytes().to_vec()].concat());
        forms.push(encoded[4..encoded.len() - 4].to_string());
    }
    forms.sort();
    forms.dedup();
    forms
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |at| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize])).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

#[test]
fn no_secret_is_seen_anywhere() {
    let mut stage = Stage::new();
    stage.wildfire("validate test").succeeded();
    stage.wildfire("plan test").succeeded();
    stage.wildfire("plan test --json").succeeded();
    let refused = stage.echoed("rds:CreateDBCluster", "apply test --yes");
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(refused.stderr.contains("not authorized"), "{}", refused.stderr);
    stage.echoed("ec2:CreateLaunchTemplate", "apply test --yes --json");
    stage.assert_kept_secret();

    let applied = stage.wildfire("apply test --yes").succeeded();
    // The log does hold replies that repeat a secret, so the filter is what keeps it out.
    assert!(applied.stderr.contains("<value>(sensitive value)</value>"), "{}", applied.stderr);
    let settled = stage.wildfire("plan test --detailed-exitcode");
    assert_eq!(settled.code, 0, "{}", settled.stdout);

    // Another version is a change of that property and of nothing else.
    let program = format!(
        "import json\nboto3.client('secretsmanager').put_secret_value(SecretId='shop/database', \
         SecretString=json.dumps({{'user': 'admin', 'password': {ROTATED:?}}}))"
    );
    stage.python(&program);
    let plan = stage.wildfire("plan test --detailed-exitcode");
    assert_eq!(plan.code, 2, "{}", plan.stdout);
    assert!(plan.stdout.contains("master_password") && plan.stdout.contains("version"), "{}", plan.stdout);
    stage.echoed("rds:ModifyDBCluster", "apply test --yes");
    stage.wildfire("apply test --yes").succeeded();
    assert_eq!(stage.wildfire("plan test --detailed-exitcode").code, 0);
    stage.edit(LITERAL, "literal-canary-3-changed");
    stage.wildfire("plan test").succeeded();
    stage.wildfire("apply test --yes").succeeded();

    for command in [
        "output test",
        "output test --json",
        "output test/main password",
        "output test/main other --json",
        "state list test --json",
        "state show test/main orders",
        "state show test/main boot.template --json",
        "state pull test/main",
        "state pull test/main --format terraform",
        "drift test",
        "drift test --json",
        "graph test",
        "graph test --format mermaid",
        "explain aws_rds_cluster",
        "destroy test --yes",
    ] {
        let finished = stage.wildfire(command);
        let usage = finished.stderr.contains("Usage:") || finished.stderr.contains("[usage]");
        assert!(!usage, "{command}: {}", finished.stderr);
    }
    for expression in ["orders", "orders.master_password", "data.password", "data.token.value", "boot.key", "reports"] {
        stage.console(expression);
    }
    stage.assert_kept_secret();
}

/// A secret that would be kept where anybody can read it is refused before anything is done.
#[test]
fn a_secret_does_not_go_where_it_can_be_read() {
    let mut stage = Stage::new();
    stage.edit(
        "engine: aurora-mysql\n      master_username: admin\n      master_password: ${data.token.value}",
        "engine: aurora-mysql\n      master_username: ${data.token.value}\n      master_password: ${data.token.value}",
    );
    let plan = stage.wildfire("plan test");
    assert_eq!(plan.code, 1);
    assert!(plan.stderr.contains("`master_username` of `aws_rds_cluster` can be read"), "{}", plan.stderr);
    assert!(
        plan.stderr.contains("the secret is read by data.token at stages/test/main/main.yaml:4"),
        "{}",
        plan.stderr
    );
    stage.assert_kept_secret();
}
