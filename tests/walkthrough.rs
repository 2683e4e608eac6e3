//! docs/walkthrough.md: every command of the page is run, in its order, in a folder that begins empty.
//!
//! What the page tells in words (a file is edited, a bucket is lost) is done between the commands. Commands that ask are
//! answered with `--yes`, as nobody is there.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::support::{Emulator, Finished, Project, python, root, run, wildfire};

fn page() -> String {
    fs::read_to_string(root().join("docs/walkthrough.md")).expect("the page is there")
}

/// The commands of the indented lines, without comments and with what follows a `\` at the end of a line.
fn commands(page: &str) -> VecDeque<String> {
    let mut out: VecDeque<String> = VecDeque::new();
    let mut goes_on = false;
    for line in page.lines().filter_map(|line| line.strip_prefix("    ")) {
        let text = line.split("  #").next().unwrap_or_default().trim();
        let first = text.split(' ').next().unwrap_or_default();
        let words = text.strip_suffix('\\').unwrap_or(text).trim();
        match out.back_mut().filter(|_| goes_on) {
            Some(command) => *command = format!("{command} {words}"),
            None if ["wildfire", "aws", "mkdir", "source"].contains(&first) => out.push_back(words.to_string()),
            None => continue,
        }
        goes_on = text.ends_with('\\');
    }
    out
}

/// Somebody who reads the page and does what it says.
struct Reader<'a> {
    commands: VecDeque<String>,
    emulator: &'a Emulator,
    home: tempfile::TempDir,
    bin: tempfile::TempDir,
    folder: PathBuf,
}

impl<'a> Reader<'a> {
    fn new(emulator: &'a Emulator) -> Self {
        let (home, bin) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let aws = format!(
            "#!/bin/sh\nexec '{}' '{}' \"$@\"\n",
            python().get_program().display(),
            root().join("tests/support/aws_cli.py").display()
        );
        // Graphviz draws what it is given; here that is only passed on.
        for (name, text) in [("aws", aws.as_str()), ("dot", "#!/bin/sh\nexec cat\n")] {
            let path = bin.path().join(name);
            fs::write(&path, text).expect("it is writable");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        let folder = home.path().to_path_buf();
        Self { commands: commands(&page()), emulator, home, bin, folder }
    }

    /// The next command of the page, which is `expected`.
    #[track_caller]
    fn next(&mut self, expected: &str) -> Finished {
        self.next_with(expected, expected)
    }

    /// The next one, with an answer to its question.
    #[track_caller]
    fn agreed(&mut self, expected: &str) -> Finished {
        self.next_with(expected, &format!("{expected} --yes")).succeeded()
    }

    /// The next command of the page, which is `expected`, in the form that can be run.
    #[track_caller]
    fn next_with(&mut self, expected: &str, script: &str) -> Finished {
        let found = self.commands.pop_front();
        assert_eq!(found.as_deref(), Some(expected), "the page and this test tell one story");
        self.run(script)
    }

    fn run(&self, script: &str) -> Finished {
        let mut plain = wildfire(&self.folder);
        let plain = self.emulator.serve(&mut plain);
        let binary = PathBuf::from(plain.get_program());
        let folders = [self.bin.path(), binary.parent().expect("a binary is in a folder")];
        let path = folders.iter().map(|folder| folder.display().to_string());
        let path: Vec<String> = path.chain(std::env::var("PATH")).collect();
        let mut command = Command::new("bash");
        command.env_clear().args(["-eo", "pipefail", "-c", script]).current_dir(&self.folder);
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        run(command.env("PATH", path.join(":")))
    }

    fn boto(&self, program: &str) {
        run(self.emulator.serve(python().args(["-c", &format!("import boto3\n{program}")]))).succeeded();
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("it is writable");
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.folder.join(path)).expect("the file is there");
        assert!(text.contains(from), "{path} has {from}: {text}");
        self.write(path, &text.replace(from, to));
    }
}

#[test]
fn the_walkthrough_can_be_walked() {
    let emulator = Emulator::start();
    let mut reader = Reader::new(&emulator);
    a_first_stage(&mut reader);
    changes(&mut reader);
    what_exists(&mut reader);
    the_state_is_damaged(&mut reader);
    the_state_moves(&mut reader);
    the_bucket_is_gone(&mut reader);
    assert!(reader.commands.is_empty(), "nobody has run {:?}", reader.commands);
}

fn a_first_stage(reader: &mut Reader<'_>) {
    reader.next("mkdir shop && cd shop").succeeded();
    reader.folder = reader.home.path().join("shop");
    reader.next("wildfire new test --account 123456789012 --region eu-west-1 --project shop").succeeded();
    // Later chapters have a shorter name.
    reader.edit("stages/test/stage.yaml", "shop-test-state-123456789012", "shop-test-state");
    reader.next("wildfire validate test").succeeded();
    reader.agreed("wildfire bootstrap test");
    reader.next("wildfire plan test").succeeded();
    reader.agreed("wildfire apply test");
    let listed = reader.next("wildfire state list test").succeeded().stdout;
    assert!(listed.contains("test/main:private[\"a\"]"), "{listed}");
    assert!(reader.next("wildfire output test").succeeded().stdout.contains("vpc_id"));
}

fn changes(reader: &mut Reader<'_>) {
    let queue = |name: &str| format!("  {name}: {{type: aws_sqs_queue, properties: {{name: {name}}}}}\n");
    reader.write("stages/test/main/more.yaml", &format!("resources:\n{}{}", queue("network"), queue("database")));
    reader.agreed("wildfire apply test --target network");
    reader.agreed("wildfire apply test --exclude database");
    let replaced = reader.agreed("wildfire apply test --replace 'private[\"a\"]'").stdout;
    assert!(replaced.contains("-/+ aws_subnet private[\"a\"]"), "{replaced}");
    reader.agreed("wildfire apply test --max-destroy 0");
    reader.edit("stages/test/main/more.yaml", "{name: database}", "{name: database, delay_seconds: 5}");
    let calls = reader.next("wildfire plan test --show-calls").succeeded().stdout;
    assert!(calls.contains("SetQueueAttributes"), "{calls}");
    reader.next("wildfire plan test -o test.plan").succeeded();
    reader.next("wildfire apply test --plan test.plan").succeeded();
    reader.next("wildfire graph test | dot -Tsvg > stage.svg").succeeded();
    let drawn = fs::read_to_string(reader.folder.join("stage.svg")).expect("it is drawn");
    assert!(drawn.starts_with("digraph"), "{drawn}");
    reader.next("source <(wildfire completions bash)").succeeded();

    reader.boto(
        "sqs = boto3.client('sqs')\n\
         sqs.set_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName='network')['QueueUrl'], Attributes={'DelaySeconds': '9'})",
    );
    assert_eq!(reader.next("wildfire drift test").code, 2);
    reader.agreed("wildfire apply test --refresh-only");
    assert_eq!(reader.run("wildfire drift test").code, 0);
}

fn what_exists(reader: &mut Reader<'_>) {
    reader.boto(
        "boto3.client('s3').create_bucket(Bucket='shop-logs', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})",
    );
    reader.write(
        "stages/test/main/logs.yaml",
        "resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: shop-logs}}\n",
    );
    reader.agreed("wildfire import test/main logs shop-logs");
    // What the text says of names.
    reader.run("wildfire state mv test/main network mail.work --yes").succeeded();
    reader.run("wildfire state mv test/main mail post --yes").succeeded();
    reader.run("wildfire state mv test/main post.work network --yes").succeeded();
    reader.run("wildfire state pull test/main --format terraform").succeeded();
    reader.next("wildfire output test").succeeded();
    let id = reader.next("wildfire output test vpc_id --raw").succeeded().stdout;
    assert!(id.starts_with("vpc-") && !id.contains(' '), "{id}");
    reader.agreed("wildfire destroy test");
    reader.run("wildfire apply test --yes").succeeded();
    assert!(reader.next("wildfire unlock test").succeeded().stdout.contains("nobody holds the lock"));
}

fn the_state_is_damaged(reader: &mut Reader<'_>) {
    let head = "Bucket='shop-test-state', Key='test/main/head.json'";
    let list = "aws s3api list-object-versions --bucket shop-test-state --prefix test/main/head.json";
    reader.boto(&format!("boto3.client('s3').delete_object({head})"));
    let lost = reader.run("wildfire plan test");
    assert!(lost.code == 1 && lost.stderr.contains("test/main/head.json"), "{}", lost.stderr);
    let versions = json(&reader.next(list).succeeded().stdout);
    let marker = versions["DeleteMarkers"][0]["VersionId"].as_str().expect("there is a marker").to_string();
    let delete = "aws s3api delete-object --bucket shop-test-state --key test/main/head.json --version-id <of the delete marker>";
    reader.next_with(delete, &delete.replace("<of the delete marker>", &marker)).succeeded();
    reader.run("wildfire plan test").succeeded();

    let latest = json(&reader.run(list).succeeded().stdout)["Versions"][0]["VersionId"].as_str().map(String::from);
    reader.boto(&format!("boto3.client('s3').put_object({head}, Body=b'damaged')"));
    let damaged = reader.run("wildfire plan test");
    assert!(damaged.code == 1 && damaged.stderr.contains("test/main/head.json"), "{}", damaged.stderr);
    let copy = "aws s3api copy-object --bucket shop-test-state --key test/main/head.json \
                --copy-source 'shop-test-state/test/main/head.json?versionId=<version>'";
    reader.next_with(copy, &copy.replace("<version>", &latest.expect("there is a version"))).succeeded();
    reader.run("wildfire plan test").succeeded();

    reader.boto(
        "table = boto3.client('dynamodb')\n\
         table.update_table(TableName='shop-test-lock', DeletionProtectionEnabled=False)\n\
         table.delete_table(TableName='shop-test-lock')",
    );
    let gone = reader.run("wildfire plan test");
    assert!(gone.stderr.contains("`wildfire bootstrap test`"), "{}", gone.stderr);
    reader.run("wildfire bootstrap test --yes").succeeded();
    reader.run("wildfire plan test").succeeded();
}

fn the_state_moves(reader: &mut Reader<'_>) {
    let copy = |from: &str, to: &str| {
        format!(
            "s3 = boto3.resource('s3')\n\
             for one in s3.Bucket('{from}').objects.filter(Prefix='test/main/'):\n    \
                 s3.Bucket('{to}').copy({{'Bucket': '{from}', 'Key': one.key}}, one.key)"
        )
    };
    // The table is new: the rows come with the runs that take them.
    reader.run("wildfire apply test --yes").succeeded();
    let (old, new) = ("shop-test-state", "shop-state-2");
    let place = "CreateBucketConfiguration={'LocationConstraint': boto3.session.Session().region_name}";
    reader.boto(&format!("boto3.client('s3').create_bucket(Bucket='{new}', {place})"));
    reader.boto(&copy(old, new));
    reader.edit("stages/test/stage.yaml", old, new);
    let refused = reader.run("wildfire plan test/main");
    let told =
        "the lock row test/main belongs to the state in s3://shop-test-state, not to the state in s3://shop-state-2";
    assert!(refused.code == 1 && refused.stderr.contains(told), "{}", refused.stderr);
    let tell = "aws dynamodb update-item --table-name shop-test-lock --key '{\"LockID\": {\"S\": \"test/main\"}}' \
                --update-expression 'SET #state = :state' --expression-attribute-names '{\"#state\": \"State\"}' \
                --expression-attribute-values '{\":state\": {\"S\": \"s3://shop-state-2\"}}'";
    reader.next(tell).succeeded();
    reader.run("wildfire apply test/main --yes").succeeded();
    // And back, for the rest of the story.
    reader.edit("stages/test/stage.yaml", new, old);
    reader.boto(&copy(new, old));
    reader.run(&tell.replace(new, old)).succeeded();
    reader.run("wildfire plan test/main").succeeded();
}

fn the_bucket_is_gone(reader: &mut Reader<'_>) {
    reader.boto(
        "bucket = boto3.resource('s3').Bucket('shop-test-state')\nbucket.object_versions.delete()\nbucket.delete()",
    );
    assert_eq!(reader.run("wildfire plan test").code, 1);
    let delete = "aws dynamodb delete-item --table-name shop-test-lock --key '{\"LockID\": {\"S\": \"test/main\"}}'";
    reader.next(delete).succeeded();
    reader.run(&delete.replace("test/main", "test/bootstrap")).succeeded();
    reader.agreed("wildfire bootstrap test");
    let tagged = "aws resourcegroupstaggingapi get-resources --tag-filters Key=wildfire:stage,Values=test/main \
                  --query 'ResourceTagMappingList[].[ResourceARN, Tags[?Key==`wildfire:address`].Value | [0]]' --output text";
    let found = reader.next(tagged).succeeded().stdout;
    assert!(found.lines().any(|line| line.ends_with("\tprivate@a")), "{found}");
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Commands within the text are commands of this version: no word and no flag is refused.
#[test]
fn the_commands_of_the_text_are_commands() {
    let inline = Regex::new(r"`wildfire ([^`]+)`").expect("it is a pattern");
    let empty = Project::new();
    let folder: &Path = empty.path();
    fs::remove_file(folder.join("wildfire.yaml")).expect("it is there");
    let mut count = 0;
    for found in inline.captures_iter(&page()) {
        let text = found[1].replace('\n', " ").replace("<stage>", "test").replace("<type>", "aws_subnet");
        let finished = run(wildfire(folder).args(text.split_whitespace()));
        assert!(!finished.stderr.contains("For more information, try"), "{text}: {}", finished.stderr);
        count += 1;
    }
    assert!(count > 10, "the page names commands: {count}");
}
