//! Module calls: inputs, instances, dependencies through them.

use insta::assert_snapshot;

use super::{at, graph, needs, paths, properties, run, told};

const NETWORK: (&str, &str) = (
    "modules/network/module.yaml",
    r#"
inputs:
  cidr: {type: string, pattern: "^10\\."}
  zones: {type: list, default: [a]}
  size: {type: int, default: 4, minimum: 1, maximum: 8}
  mode: {type: string, default: small, enum: [small, large]}
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: "${inputs.cidr}"}}
  private:
    type: aws_subnet
    for_each: ${inputs.zones}
    properties: {vpc_id: "${vpc.id}", cidr_block: "${cidrsubnet(inputs.cidr, inputs.size, each.index)}"}
outputs:
  vpc_id: {value: "${vpc.id}"}
  cidr: {value: "${inputs.cidr}"}
  subnets: {value: "${values(private).map(s, s.id)}"}
"#,
);

#[test]
fn instances_of_a_module_have_names_of_their_own() {
    let graph = graph(&[
        NETWORK,
        (
            "main.yaml",
            r#"
modules:
  net:
    source: network
    for_each: {one: 10.1.0.0/16, two: 10.2.0.0/16}
    inputs: {cidr: "${each.value}", zones: "${stage.values.zones.map(z, z + each.key)}"}
  single: {source: network, when: "${stage.name == 'test'}", inputs: {cidr: "${net.one.cidr}"}}
resources:
  group: {type: aws_security_group, properties: {vpc_id: "${net.two.vpc_id}", name: "${net['one'].cidr}"}}
  database: {type: aws_db_instance, properties: {subnet_ids: "${net.one.subnets + single.subnets}"}}
  all: {type: aws_db_instance, properties: {subnet_ids: "${values(net).map(n, n.vpc_id)}"}}
"#,
        ),
    ]);
    assert_eq!(
        paths(&graph),
        [
            r#"net["one"].vpc"#,
            r#"net["one"].private["aone"]"#,
            r#"net["one"].private["bone"]"#,
            r#"net["one"].private["cone"]"#,
            r#"net["two"].vpc"#,
            r#"net["two"].private["atwo"]"#,
            r#"net["two"].private["btwo"]"#,
            r#"net["two"].private["ctwo"]"#,
            "single.vpc",
            r#"single.private["a"]"#,
            "group",
            "database",
            "all",
        ]
    );
    assert_snapshot!(properties(&graph, r#"net["two"].private["btwo"]"#), @r#"{vpc_id: <net["two"].vpc.id>, cidr_block: "10.2.16.0/20"}"#);
    assert_snapshot!(properties(&graph, "single.vpc"), @r#"{cidr_block: "10.1.0.0/16"}"#);
    assert_snapshot!(properties(&graph, "group"), @r#"{vpc_id: <net["two"].vpc.id>, name: "10.1.0.0/16"}"#);
    assert_snapshot!(properties(&graph, "all"), @r#"{subnet_ids: [<net["one"].vpc.id>, <net["two"].vpc.id>]}"#);
    assert_eq!(needs(&graph, "group"), [r#"net["two"].vpc"#]);
    assert_eq!(needs(&graph, "all"), [r#"net["one"].vpc"#, r#"net["two"].vpc"#]);
    // The input of `single` needs only an output that needs no resource.
    assert!(needs(&graph, "single.vpc").is_empty());
}

#[test]
fn inputs_are_checked() {
    let compiled = run(&[
        NETWORK,
        (
            "main.yaml",
            r#"
modules:
  missing: {source: network}
  unknown: {source: network, inputs: {cidr: 10.0.0.0/16, zonez: [a]}}
  typed: {source: network, inputs: {cidr: 10.0.0.0/16, zones: a}}
  pattern: {source: network, inputs: {cidr: 192.168.0.0/16}}
  range: {source: network, inputs: {cidr: 10.0.0.0/16, size: "9"}}
  choice: {source: network, inputs: {cidr: 10.0.0.0/16, mode: huge}}
  output: {source: network, inputs: {cidr: "${typed.vpc}"}}
"#,
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
main.yaml:3:3 missing-input: module `network` needs the input `cidr`
  note: it is declared at modules/network/module.yaml:3:3
main.yaml:4:58 unknown-input: module `network` has no input `zonez`
  help: did you mean `zones`?
main.yaml:5:63 invalid-input: the input `zones` must be a list, found a string
  note: it is declared at modules/network/module.yaml:4:3
main.yaml:6:45 invalid-input: the input `cidr` must match `^10\.`; "192.168.0.0/16" does not
  note: it is declared at modules/network/module.yaml:3:3
main.yaml:7:62 invalid-input: the input `size` must be at most 8; 9 is not
  note: it is declared at modules/network/module.yaml:5:3
main.yaml:8:63 invalid-input: the input `mode` must be one of "small", "large"; "huge" is not
  note: it is declared at modules/network/module.yaml:6:3
main.yaml:9:47 unknown-reference: module `typed` has no output `vpc`
  help: `vpc` is a resource inside the module; add an output to modules/network/module.yaml
"##);
}

#[test]
fn the_each_of_a_call_is_not_seen_inside() {
    let compiled = run(&[
        (
            "modules/bucket/module.yaml",
            "resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: \"${each.key}\"}}\n",
        ),
        ("main.yaml", "modules:\n  one: {source: bucket, for_each: [a, b]}\n"),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/bucket/module.yaml:2:55 unknown-reference: `each` has no meaning here
  help: `each` is known inside a declaration with `for_each`; a module's body does not see the `each` of its call: pass it as an input
"##);
}

#[test]
fn a_fault_of_a_module_is_told_once() {
    let compiled = run(&[
        ("modules/bucket/module.yaml", "resources:\n  logs: {type: aws_s3_bucket, properties: {bukcet: x}}\n"),
        ("main.yaml", "modules:\n  one: {source: bucket}\n  two: {source: bucket, for_each: [a, b]}\n"),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/bucket/module.yaml:2:44 unknown-property: `aws_s3_bucket` has no property `bukcet`
  help: did you mean `bucket`?
"##);
}

#[test]
fn depends_on_reaches_into_and_out_of_modules() {
    let graph = graph(&[
        NETWORK,
        (
            "main.yaml",
            r#"
modules:
  net: {source: network, inputs: {cidr: 10.0.0.0/16}, depends_on: [logs]}
resources:
  logs: {type: aws_s3_bucket}
  after: {type: aws_s3_bucket, depends_on: [net]}
  reader: {type: aws_s3_bucket, properties: {bucket: "${net.cidr}"}}
"#,
        ),
    ]);
    assert_eq!(needs(&graph, "net.vpc"), ["logs"]);
    assert_eq!(needs(&graph, r#"net.private["a"]"#), ["logs", "net.vpc"]);
    assert_eq!(needs(&graph, "after"), ["logs", r#"net.private["a"]"#, "net.vpc"]);
    assert_eq!(needs(&graph, "reader"), ["logs"]);
    let order = graph.topological();
    assert_eq!(order.first(), Some(&at("logs")));
}
