//! What a shell is answered that completes a line.

use std::process::Command;

use crate::support::{Project, run, wildfire};

const MAIN: &str = "resources:
  network: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  private:
    type: aws_subnet
    for_each: [a, b]
    properties: {vpc_id: \"${network.id}\", cidr_block: \"10.0.${each.index}.0/24\"}
  later:
    type: aws_subnet
    for_each: \"${data.zones.names}\"
    properties: {vpc_id: \"${network.id}\", cidr_block: \"10.0.${each.index}.0/24\"}
data:
  zones: {type: aws_availability_zones}
modules:
  logs: {source: logs}
outputs: {network_id: \"${network.id}\", zones: \"${data.zones.names}\"}
";

const LOGS: &str = "resources: {group: {type: aws_cloudwatch_log_group, properties: {name: x}}}\n";

fn project() -> Project {
    let project = Project::new();
    project.write("stages/test/main/main.yaml", MAIN);
    project.write("stages/test/edge/edge.yaml", "resources: {topic: {type: aws_sns_topic, properties: {name: x}}}\n");
    project.write("modules/logs/module.yaml", LOGS);
    project
}

fn ask(command: &mut Command, shell: &str) -> Vec<String> {
    let finished = run(command.env("COMPLETE", shell)).succeeded();
    assert_eq!(finished.stderr, "", "nobody who types is told anything");
    finished.stdout.lines().map(String::from).collect()
}

/// What Bash is answered at the end of a line; it would replace the last word, or what follows the last colon in it.
fn bash(project: &Project, line: &str) -> Vec<String> {
    let word = line.rsplit([' ', ':', '=']).next().unwrap_or_default();
    let mut command = asking(project);
    ask(command.env("_WILDFIRE_WORD", word).args(["--", line]), "bash")
}

/// Without the arguments that every other test has: a shell gives none.
fn asking(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wildfire"));
    command.env_clear().current_dir(project.path());
    command
}

#[test]
fn stages_and_stacks_are_known_by_their_folders() {
    let project = project();
    // Of one stage the stacks are told at once.
    let all = ["test", "test/bootstrap", "test/edge", "test/main"];
    assert_eq!(bash(&project, "wildfire plan t"), all);
    assert_eq!(bash(&project, "wildfire plan test/m"), ["test/main"]);
    assert_eq!(bash(&project, "wildfire plan ./stages/test/m"), ["./stages/test/main"]);
    assert_eq!(bash(&project, "wildfire state show te"), ["test/bootstrap", "test/edge", "test/main"]);
    project.write("stages/shared/stage.yaml", "account_id: \"123456789012\"\nregion: eu-west-1\n");
    let first: Vec<String> =
        bash(&project, "wildfire apply ").into_iter().filter(|word| !word.starts_with('-')).collect();
    assert_eq!(first, ["shared", "test"]);
    assert_eq!(bash(&project, "wildfire apply shared te"), all);
    // From elsewhere, as -C says.
    let mut command = asking(&project);
    command.current_dir("/").env("_WILDFIRE_WORD", "sh");
    let line = format!("wildfire -C {} plan sh", project.path().display());
    assert_eq!(ask(command.args(["--", &line]), "bash"), ["shared", "shared/bootstrap"]);
}

#[test]
fn addresses_are_those_of_the_stage_on_the_line() {
    let project = project();
    let all = ["edge:", "later", "logs", "logs.group", "main:", "network"];
    let plain = |words: Vec<String>| words.into_iter().filter(|word| !word.starts_with("private")).collect::<Vec<_>>();
    assert_eq!(plain(bash(&project, "wildfire plan test --target ")), [&all[..], &["topic"]].concat());
    assert_eq!(plain(bash(&project, "wildfire plan test/main --target ")), ["later", "logs", "logs.group", "network"]);
    assert_eq!(bash(&project, "wildfire state rm test/main net"), ["network"]);
    assert_eq!(bash(&project, "wildfire destroy test --exclude=net"), ["network"]);
    // Bash puts back what it has split off at the colon.
    assert_eq!(bash(&project, "wildfire plan test --replace main:net"), ["network"]);
    assert_eq!(bash(&project, "wildfire plan test --replace test/main:net"), ["network"]);
    // Quotes are Bash's: added where there are none, and left where there are.
    let private = ["private", r#"private\[\"a\"\]"#, r#"private\[\"b\"\]"#];
    assert_eq!(bash(&project, "wildfire plan test --target pri"), private);
    assert_eq!(bash(&project, "wildfire plan test --target 'pri"), ["private", "private[\"a\"]", "private[\"b\"]"]);
    assert_eq!(bash(&project, r#"wildfire plan test --target private\[\"a"#), [private[1]]);
    // Other shells quote by themselves, and say where on the line they are.
    let zsh = |index: &str, words: &[&str]| {
        let mut command = asking(&project);
        command.env("_CLAP_COMPLETE_INDEX", index).env("_CLAP_IFS", "\n").arg("--").args(words);
        ask(&mut command, "zsh")
    };
    assert_eq!(
        zsh("3", &["wildfire", "plan", "--target", "private[", "test/main"]),
        ["private[\"a\"]", "private[\"b\"]"]
    );
    assert_eq!(zsh("4", &["wildfire", "plan", "test", "--target", "main:n"]), ["main\\:network"]);
    let mut command = asking(&project);
    let fish = ask(command.args(["--", "wildfire", "output", "test/main", "ne"]), "fish");
    assert_eq!(fish, ["network_id"]);
}

#[test]
fn types_functions_and_commands_are_known() {
    let project = project();
    assert_eq!(bash(&project, "wildfire explain aws_sub"), ["aws_subnet", "aws_subnets"]);
    assert_eq!(bash(&project, "wildfire explain cidrsub"), ["cidrsubnet", "cidrsubnets"]);
    assert_eq!(bash(&project, "wildfire help state r"), ["rm"]);
    assert_eq!(bash(&project, "wildfire stat"), ["state"]);
    assert_eq!(bash(&project, "wildfire graph test --format m"), ["mermaid"]);
}

/// Neither files that are wrong nor files that are hostile are in the way of whoever types.
#[test]
fn what_is_wrong_with_files_is_not_told() {
    let project = project();
    project.write("stages/test/main/broken.yaml", "resources:\n  a: [\n  \u{1}");
    project.write(
        "stages/test/edge/keys.yaml",
        "resources: {all: {type: aws_sns_topic, for_each: [\"$(id)`'\", \"\\e[2J\"]}}\n",
    );
    assert_eq!(bash(&project, "wildfire plan test --target top"), ["topic"]);
    let hostile = bash(&project, "wildfire plan test/edge --target all");
    assert_eq!(hostile, ["all", "all\\[\\\"\\$\\(id\\)\\`\\'\\\"\\]", "all\\[\\\"\\\\u001b\\[2J\\\"\\]"]);
    project.write("stages/test/stage.yaml", "account_id: [");
    bash(&project, "wildfire plan test --target ");
    project.write("wildfire.yaml", "\u{0}");
    bash(&project, "wildfire plan ");
    let nowhere = tempfile::tempdir().expect("a folder");
    let mut command = asking(&project);
    let line = "wildfire plan test --target ";
    assert!(ask(command.current_dir(nowhere.path()).args(["--", line]), "bash").is_empty());
    for line in ["", " ", "wildfire", "wildfire plan '", "wildfire plan \\", "wildfire help a b c ", "x --target="] {
        bash(&project, line);
    }
}

#[test]
fn a_variable_that_happens_to_be_called_so_changes_nothing() {
    let project = project();
    for (value, words) in [("1", &["version"][..]), ("bash", &["version"]), ("", &["version"])] {
        let mut command = wildfire(project.path());
        let finished = run(command.env("COMPLETE", value).args(words)).succeeded();
        assert!(finished.stdout.starts_with("wildfire "), "{value}: {finished:?}");
    }
}

/// The script in Bash itself: it asks the binary, and takes the candidates as they are.
#[test]
fn the_script_works_in_bash() {
    let project = project();
    let script = run(wildfire(project.path()).args(["completions", "bash"])).succeeded().stdout;
    project.write("script", &script);
    let program = r#"source ./script
complete -p wildfire
complete_at_end() {
    COMP_LINE=$1; COMP_POINT=${#1}
    _wildfire_complete wildfire "$2" x
    printf '%s\n' "${COMPREPLY[@]}"
}
complete_at_end 'wildfire plan test/m' 'test/m'
complete_at_end 'wildfire plan test --target pri' 'pri'
complete_at_end 'wildfire plan test --target main:net' 'net'
"#;
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_wildfire"));
    let folder = binary.parent().expect("it is in a folder").display();
    let mut command = Command::new("bash");
    command.env_clear().env("PATH", format!("{folder}:/usr/bin:/bin")).current_dir(project.path());
    let finished = run(command.args(["--norc", "-c", program])).succeeded();
    let lines: Vec<&str> = finished.stdout.lines().collect();
    let private = ["private", r#"private\[\"a\"\]"#, r#"private\[\"b\"\]"#];
    assert_eq!(lines[1..], [&["test/main"][..], &private, &["network"]].concat(), "{finished:?}");
    assert!(lines[0].contains("_wildfire_complete wildfire"), "{finished:?}");
}
