//! Tests of a module and of a stack in memory, with the types of the simulation.

use super::*;
use crate::config::MemoryFiles;
use crate::simulation::SimCatalog;

const MODULE: &str = "\
inputs:
  cidr: {type: string, pattern: '/16$'}
  zones: {type: list, default: [a]}
data:
  zones: {type: aws_availability_zones}
  found: {type: aws_lookup, properties: {question: \"${vpc.id}\"}}
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: \"${inputs.cidr}\", enable_dns_hostnames: true}}
  private:
    type: aws_subnet
    for_each: ${inputs.zones}
    properties:
      vpc_id: ${vpc.id}
      cidr_block: ${cidrsubnet(inputs.cidr, 4, each.index)}
      map_public_ip_on_launch: true
outputs:
  vpc_id: ${vpc.id}
  zones: ${data.zones.names}
  answer: ${data.found.answer}
";

fn files() -> MemoryFiles {
    MemoryFiles::new([
        ("wildfire.yaml", "name: test\n"),
        ("modules/net/module.yaml", MODULE),
        (
            "stages/live/stage.yaml",
            "account_id: \"123456789012\"\nregion: eu-west-1\nvalues: {name: a, size: {small: 1, large: 2}}\n",
        ),
        (
            "stages/live/main/main.yaml",
            "resources:\n  queue:\n    type: aws_sqs_queue\n    properties:\n      name: \"${stage.values.name}-${stack.keys.outputs.suffix}\"\n      delay_seconds: ${stage.values.size.large}\noutputs: {name: \"${queue.name}\"}\n",
        ),
        ("stages/live/keys/main.yaml", "outputs: {suffix: x}\n"),
    ])
}

/// What is wrong with each test of a file, as `code: message`.
fn verdicts(file: &str, text: &str) -> Vec<(String, Vec<String>)> {
    let files = files().with(file, text);
    let suite = suite(&files, file);
    let told = |problems: &Diagnostics| -> Vec<String> {
        problems
            .iter()
            .map(|one| {
                let notes = one.notes.iter().map(|note| format!("; {note}")).collect::<String>();
                let place = one.origin.as_ref().map_or(String::new(), |origin| format!("{}: ", origin.span));
                let help = one.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
                format!("{place}{}: {}{notes}{help}", one.code.name(), one.message)
            })
            .collect()
    };
    if suite.diagnostics.has_errors() {
        return vec![("file".into(), told(&suite.diagnostics))];
    }
    let run = |test: &TestCase| run_on(&files, Path::new("/nowhere"), &suite, test, &SimCatalog);
    suite.tests.iter().map(|test| (test.name.to_string(), told(&run(test).problems))).collect()
}

#[track_caller]
fn pass(file: &str, text: &str) {
    for (name, problems) in verdicts(file, text) {
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[track_caller]
fn fails(file: &str, text: &str, wanted: &[&str]) {
    let found: Vec<String> = verdicts(file, text).into_iter().flat_map(|(_, problems)| problems).collect();
    assert_eq!(found, wanted, "{text}");
}

const OF_MODULE: &str = "modules/net/tests/net.yaml";
const OF_STACK: &str = "stages/live/main/tests/main.yaml";

#[test]
fn a_module_is_planned_and_applied() {
    pass(
        OF_MODULE,
        "tests:
  zones:
    inputs: {cidr: 10.0.0.0/16, zones: [a, b]}
    data: {zones: {names: [a, b]}, found: {answer: 42}}
    attributes: {vpc: {id: vpc-1}}
    plan:
      - assert: ${size(plan.create) == 3 && 'private[\"a\"]' in plan.create}
      - assert: ${plan.actions.private.b == 'create'}
      - assert: ${resources.vpc.cidr_block == '10.0.0.0/16'}
      - assert: ${resources.private.b.cidr_block == '10.0.16.0/20'}
      - assert: ${outputs.zones == ['a', 'b']}
    apply:
      - assert: ${outputs.vpc_id == 'vpc-1' && outputs.answer == '42'}
      - assert: ${values(resources.private).all(s, s.vpc_id == 'vpc-1' && s.map_public_ip_on_launch)}
      - assert: ${resources.private.a.id != resources.private.b.id}
      - assert: ${stage.name == 'test' && stage.region == 'eu-west-1'}
  another_stage:
    stage: {name: prod, region: eu-central-1, account_id: \"000000000000\"}
    inputs: {cidr: 10.0.0.0/16}
    data: {zones: {names: []}, found: {answer: x}}
    plan:
      - assert: ${stage.name + stage.region + stage.account_id == 'prodeu-central-1000000000000'}
  a_change:
    before: {inputs: {cidr: 10.0.0.0/16, zones: [a, b]}}
    inputs: {cidr: 10.0.0.0/16, zones: [b]}
    data: {zones: {names: []}, found: {answer: x}}
    plan:
      - assert: ${plan.delete == ['private[\"a\"]'] && 'vpc' in plan.none}
  a_replacement:
    before: {inputs: {cidr: 10.0.0.0/16}}
    inputs: {cidr: 10.1.0.0/16}
    data: {zones: {names: []}, found: {answer: x}}
    plan:
      - assert: ${'vpc' in plan.replace}
    apply:
      - assert: ${resources.vpc.cidr_block == '10.1.0.0/16'}
",
    );
}

#[test]
fn a_stack_is_given_values_and_outputs() {
    pass(
        OF_STACK,
        "tests:
  name:
    values: {name: b, size: {large: 7}}
    outputs: {keys: {suffix: z}}
    plan:
      - assert: ${resources.queue.name == 'b-z' && resources.queue.delay_seconds == 7 && outputs.name == 'b-z'}
  of_the_stage:
    outputs: {keys: {suffix: z}}
    apply:
      - assert: ${resources.queue.name == 'a-z'}
",
    );
}

#[test]
fn errors_are_expected() {
    pass(
        OF_MODULE,
        "tests:
  range:
    inputs: {cidr: 10.0.0.0/8}
    errors: [{code: invalid-input, message: /16$}]
  missing:
    errors: [{code: missing-input}]
",
    );
    fails(
        OF_MODULE,
        "tests:\n  range:\n    inputs: {cidr: 10.0.0.0/16}\n    data: {zones: {names: []}, found: {answer: x}}\n    errors: [{code: invalid-input}]\n",
        &["modules/net/tests/net.yaml:5:14: test-failed: the error invalid-input is expected, and there is none"],
    );
}

#[test]
fn what_does_not_hold_is_told_with_its_values() {
    let data = "data: {zones: {names: [a]}, found: {answer: x}}";
    fails(
        OF_MODULE,
        &format!(
            "tests:\n  one:\n    inputs: {{cidr: 10.0.0.0/16}}\n    {data}\n    plan:\n      - {{assert: \"${{resources.vpc.cidr_block == 'x'}}\", message: the range is wrong}}\n      - assert: ${{resources.vpc.id == 'x'}}\n      - assert: ${{resource.vpc}}\n      - assert: ${{resources.vpc.cidr_block}}\n"
        ),
        &[
            "modules/net/tests/net.yaml:6:18: test-failed: the range is wrong; `resources.vpc.cidr_block` is \"10.0.0.0/16\"",
            "modules/net/tests/net.yaml:7:17: not-known-before-apply: the expectation is not known before the apply: it waits for module.vpc.id (put it under `apply`)",
            "modules/net/tests/net.yaml:8:19: evaluation-failed: there is no `resource` here (did you mean `resources`?)",
            "modules/net/tests/net.yaml:9:17: wrong-type: an expectation is true or false, found string",
        ],
    );
}

#[test]
fn slips_in_a_file_of_tests() {
    fails(
        OF_MODULE,
        "tests:\n  one:\n    input: {}\n    plan: [{asert: true}]\n  two: {inputs: {cidr: 10.0.0.0/16}}\n  three: {plan: [{assert: yes}], errors: [{}]}\n",
        &[
            "modules/net/tests/net.yaml:3:5: unknown-key: `input` is no key of a test (did you mean `inputs`?)",
            "modules/net/tests/net.yaml:4:13: unknown-key: `asert` is no key of an expectation (did you mean `assert`?)",
            "modules/net/tests/net.yaml:2:3: missing-key: the test `one` expects nothing (write `plan`, `apply` or `errors`)",
            "modules/net/tests/net.yaml:5:3: missing-key: the test `two` expects nothing (write `plan`, `apply` or `errors`)",
            "modules/net/tests/net.yaml:6:27: wrong-type: expected an expression, found a string (an expression is written `${…}`)",
            "modules/net/tests/net.yaml:6:43: missing-key: an expected error needs `code` or `message`",
            "modules/net/tests/net.yaml:6:3: missing-key: the test `three` expects nothing (write `plan`, `apply` or `errors`)",
        ],
    );
    let given = "inputs: {cidr: 10.0.0.0/16}";
    let plan = "plan: [{assert: true}]";
    fails(
        OF_MODULE,
        &format!("tests:\n  one:\n    {given}\n    {plan}\n"),
        &[
            "modules/net/tests/net.yaml:2:3: missing-key: the test does not say what the data source `zones` answers; it is declared at modules/net/module.yaml:5:3 (write `data: {zones: {…}}`)",
        ],
    );
    fails(
        OF_MODULE,
        &format!(
            "tests:\n  one:\n    {given}\n    data: {{zone: {{}}, zones: {{name: []}}}}\n    attributes: {{vcp: {{}}}}\n    {plan}\n"
        ),
        &[
            "modules/net/tests/net.yaml:4:12: unknown-address: there is no data source `zone` here (did you mean `zones`?)",
            "modules/net/tests/net.yaml:4:30: unknown-property: aws_availability_zones has no attribute `name` (did you mean `names`?)",
            "modules/net/tests/net.yaml:5:18: unknown-address: there is no resource `vcp` here (did you mean `vpc`?)",
        ],
    );
    fails(
        OF_STACK,
        &format!("tests:\n  one:\n    {given}\n    {plan}\n"),
        &[
            "stages/live/main/tests/main.yaml:3:13: unknown-key: a stack has no inputs (give `values`: they are merged over those of the stage)",
        ],
    );
}

#[test]
fn files_of_tests_are_found() {
    let files = files().with(OF_MODULE, "").with(OF_STACK, "").with("modules/net/other/a.yaml", "");
    assert_eq!(test_files(&files).expect("the folders are there"), [OF_MODULE, OF_STACK]);
    assert_eq!(subject(OF_MODULE), Some(Subject::Module("modules/net".into())));
    assert_eq!(subject("stages/live/tests/a.yaml"), Some(Subject::Module("stages/live".into())));
    assert_eq!(subject("modules/net/module.yaml"), None);
}

const OF_SHARED: &str = "stacks/jobs/tests/jobs.yaml";

fn shared() -> MemoryFiles {
    let queue = "resources:\n  queue: {type: aws_sqs_queue, properties: {name: \"${stage.values.name}\"}}\n";
    let stage = |id: &str, name: &str| {
        format!(
            "account_id: \"{id}\"\nregion: eu-west-1\nstacks: {{work: {{source: jobs}}}}\nvalues: {{name: {name}}}\n"
        )
    };
    let (blue, green) = (stage("123456789012", "blue"), stage("123456789013", "green"));
    files()
        .with("stacks/jobs/queue.yaml", queue)
        .with("stages/blue/stage.yaml", blue)
        .with("stages/green/stage.yaml", green)
}

fn played(files: &MemoryFiles) -> Vec<(String, Vec<(String, bool)>)> {
    let root = Path::new("/nowhere");
    suites(files, root, OF_SHARED)
        .iter()
        .map(|suite| {
            assert!(!suite.diagnostics.has_errors(), "{:?}", suite.diagnostics);
            let verdict = |test: &TestCase| {
                let verdict = run_on(files, root, suite, test, &SimCatalog);
                (test.name.to_string(), verdict.passed())
            };
            (
                suite.runs_as.as_ref().map(ToString::to_string).unwrap_or_default(),
                suite.tests.iter().map(verdict).collect(),
            )
        })
        .collect()
}

#[test]
fn tests_of_a_shared_stack_run_in_each_stage_that_uses_it() {
    let tests = "tests:
  named:
    plan: [{assert: \"${resources.queue.name == stage.name}\"}]
  blue:
    stage: {name: blue}
    plan: [{assert: \"${resources.queue.name == 'blue'}\"}]
";
    let files = shared().with(OF_SHARED, tests);
    assert_eq!(test_files(&files).expect("the folders are there"), [OF_SHARED]);
    let named = |passed: bool| ("named".to_string(), passed);
    let expected = [
        ("blue/work".to_string(), vec![named(true), ("blue".to_string(), true)]),
        ("green/work".to_string(), vec![named(true)]),
    ];
    assert_eq!(played(&files), expected);
}

#[test]
fn a_test_that_would_never_run_is_an_error() {
    let told = |files: &MemoryFiles| {
        let suites = suites(files, Path::new("/nowhere"), OF_SHARED);
        suites.iter().flat_map(|suite| suite.diagnostics.iter().map(|one| one.message.clone())).collect::<Vec<_>>()
    };
    let test = "tests:\n  one:\n    stage: {name: live}\n    plan: [{assert: true}]\n";
    assert_eq!(
        told(&shared().with(OF_SHARED, test)),
        ["the stage live does not use stacks/jobs, so the test one cannot run"]
    );
    let unused = files().with("stacks/jobs/queue.yaml", "outputs: {}\n").with(OF_SHARED, test);
    assert_eq!(told(&unused), ["no stage uses stacks/jobs, so its tests cannot run"]);
}
