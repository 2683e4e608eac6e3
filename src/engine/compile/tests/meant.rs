//! What is written is what is meant: numbers as text, nulls, blocks that AWS completes, mistakes that are told once.

use super::{
    Attributes, Facts, TYPES, compile, config, evaluated, evaluated_with, graph, paths, project, properties, run, told,
};
use crate::compile::validate;
use crate::model::Value;

#[test]
fn a_number_keeps_its_text_wherever_it_comes_through() {
    let module = (
        "modules/m/module.yaml",
        "inputs:
  version: string
  anything: any
  list: list
  map: {type: map, default: {a: 007}}
  preset: {type: string, default: 1.10}
  choice: {type: string, enum: [1.29, 1.30]}
resources:
  b:
    type: aws_s3_bucket
    properties:
      tags:
        version: ${inputs.version}
        anything: ${inputs.anything}
        list: ${inputs.list[1]}
        map: ${inputs.map.a}
        preset: ${inputs.preset}
        choice: ${inputs.choice}
        inside: v${inputs.anything}
        literal: 16.10
        power: 1e3
        hex: 0x1F
        bool: True
outputs: {zip: \"${inputs.anything}\"}
",
    );
    let main = "modules:
  m: {source: m, inputs: {version: 1.30, anything: 01234, list: [1.0, 2.50], choice: 1.30}}
resources:
  c: {type: aws_eks_cluster, properties: {name: 0123, version: 1.30, network: {subnet_ids: [1.50]}, settings: {port: 1.50, zip: 0123, size: 3}}}
  d: {type: aws_s3_bucket, for_each: [1.30, 007, 2], properties: {bucket: \"b-${each.key}\", tags: {v: \"${m.zip}\"}}}
  p:
    type: aws_iam_policy
    properties: {policy: {Statement: [{Principal: {AWS: 012345678901}, Condition: {NumericLessThan: {age: 1.50}}}]}}
outputs: {version: 1.30, count: 5, zip: \"${m.zip}\"}
";
    let graph = graph(&[module, ("main.yaml", main)]);
    assert_eq!(
        properties(&graph, "m.b"),
        r#"{tags: {version: "1.30", anything: "01234", list: "2.50", map: "007", preset: "1.10", choice: "1.30", inside: "v01234", literal: "16.10", power: "1e3", hex: "0x1F", bool: "True"}}"#
    );
    assert_eq!(
        properties(&graph, "c"),
        r#"{name: "0123", version: "1.30", network: {subnet_ids: ["1.50"]}, settings: {port: 1.5, zip: "0123", size: 3}}"#
    );
    assert_eq!(properties(&graph, r#"d["1.30"]"#), r#"{bucket: "b-1.30", tags: {v: "01234"}}"#);
    assert!(paths(&graph).contains(&r#"d["007"]"#));
    assert_eq!(
        properties(&graph, "p"),
        r#"{policy: {Statement: [{Principal: {AWS: "012345678901"}, Condition: {NumericLessThan: {age: "1.50"}}}]}}"#
    );
    let outputs = graph.outputs(&Attributes::default()).expect("they can be computed");
    let shown: Vec<String> = outputs.values().map(|output| output.value.to_string()).collect();
    assert_eq!(shown, ["\"1.30\"", "5", "\"01234\""]);
}

#[test]
fn the_values_and_tags_of_a_stage_keep_their_text() {
    let stage =
        "account_id: 012345678901\nregion: eu-west-1\ntags: {release: 1.10}\nvalues: {version: 1.30, zips: [01234]}\n";
    let main = "resources:\n  b: {type: aws_s3_bucket, properties: {bucket: \"${stage.values.zips[0]}\", tags: {v: \"${stage.values.version}\", a: \"${stage.account_id}\"}}}\n";
    let graph = graph(&[("stages/test/stage.yaml", stage), ("main.yaml", main)]);
    let evaluated = evaluated(&graph, "b").properties;
    assert_eq!(
        Value::Map(evaluated).to_string(),
        r#"{"bucket": "01234", "tags": {"v": "1.30", "a": "012345678901"}, "tags_all": {"release": "1.10", "v": "1.30", "a": "012345678901"}}"#
    );
}

#[test]
fn a_number_that_can_be_read_in_two_ways_is_told() {
    let module = ("modules/m/module.yaml", "inputs: {n: int}\nresources: {}\n");
    let main = "resources:
  d: {type: aws_db_instance, properties: {port: 0060}}
  e: {type: aws_db_instance, properties: {port: 1_000}}
  f: {type: aws_db_instance, properties: {port: 0x1F}}
modules:
  m: {source: m, inputs: {n: 010}}
";
    assert_eq!(
        told(&run(&[module, ("main.yaml", main)]).diagnostics),
        "main.yaml:2:49 invalid-value: `port`: the number 0060 can be read in two ways
  help: write 60, or 48 if an octal number is meant
main.yaml:3:49 wrong-type: `port` must be an int, found a string
  help: write 1000, without `_`
main.yaml:4:49 invalid-value: `port`: the number 0x1F can be read in two ways
  help: write 31
main.yaml:6:30 invalid-input: the input `n`: the number 010 can be read in two ways
  note: it is declared at modules/m/module.yaml:1:10
  help: write 10, or 8 if an octal number is meant
"
    );
}

#[test]
fn what_aws_sets_inside_of_a_block_can_be_referred_to() {
    let main = "resources:
  c: {type: aws_eks_cluster, properties: {name: c, network: {subnet_ids: [a]}}}
  g:
    type: aws_security_group
    properties: {vpc_id: \"${c.network.vpc_id}\", name: \"${c.network.private}\", tags: {cidr: \"${c.network.cidr}\"}}
outputs:
  all: ${c.network}
  zone: ${c.network.zone}
  first: ${c.network.subnet_ids[0]}
";
    let graph = graph(&[("main.yaml", main)]);
    assert_eq!(
        properties(&graph, "g"),
        r#"{vpc_id: <c.network.vpc_id>, name: "false", tags: {cidr: <c.network.cidr>}}"#
    );
    let outputs = graph.outputs(&Attributes::default()).expect("they can be computed");
    let shown: Vec<String> = outputs.values().map(|output| super::shown(&output.value)).collect();
    assert_eq!(
        shown,
        [
            r#"{subnet_ids: ["a"], vpc_id: <c.network.vpc_id>, cidr: <c.network.cidr>, private: false, zone: null}"#,
            "null",
            "\"a\"",
        ]
    );
    // What AWS does not return of a block is null.
    let live = Value::from([("id", Value::from("c")), ("network", Value::from([("vpc_id", Value::from("vpc-1"))]))]);
    let known = Attributes::of([("c", live)]);
    let group = evaluated_with(&graph, "g", &known).properties;
    assert_eq!(group.get("vpc_id"), Some(&Value::from("vpc-1")));
    assert_eq!(group.get("name"), None);
}

#[test]
fn whether_a_list_is_there_is_known_when_its_elements_are_not() {
    let module = (
        "modules/m/module.yaml",
        "inputs:\n  tables: {type: list, default: null}\nresources:\n  d: {type: aws_db_instance, when: \"${inputs.tables != null}\", properties: {subnet_ids: \"${inputs.tables}\"}}\n",
    );
    let main = "resources:
  v: {type: aws_vpc, for_each: [a, b]}
modules:
  with: {source: m, inputs: {tables: \"${values(v).map(x, x.id)}\"}}
  without: {source: m}
";
    let graph = graph(&[module, ("main.yaml", main)]);
    assert_eq!(paths(&graph), [r#"v["a"]"#, r#"v["b"]"#, "with.d"]);
}

#[test]
fn a_null_is_as_if_the_property_were_not_there() {
    let module = (
        "modules/m/module.yaml",
        "inputs:
  cidr: {type: string, default: null}
  pool: {type: string, default: null}
  records: {type: list, default: null}
  alias: {type: map, default: null}
resources:
  v: {type: aws_vpc, properties: {cidr_block: \"${inputs.cidr}\", ipv4_ipam_pool_id: \"${inputs.pool}\"}}
  r: {type: aws_route53_record, properties: {name: x, records: \"${inputs.records}\", alias: \"${inputs.alias}\"}}
",
    );
    let right = "modules:
  a: {source: m, inputs: {cidr: 10.0.0.0/16, records: [x]}}
  b: {source: m, inputs: {pool: p, alias: {a: b}}}
";
    assert_eq!(properties(&graph(&[module, ("main.yaml", right)]), "b.v"), r#"{ipv4_ipam_pool_id: "p"}"#);
    let wrong = "modules:
  both: {source: m, inputs: {cidr: 10.0.0.0/16, pool: p, records: [x], alias: {a: b}}}
  none: {source: m}
";
    let found = told(&run(&[module, ("main.yaml", wrong)]).diagnostics);
    let codes: Vec<&str> = found.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        codes,
        [
            "modules/m/module.yaml:7:84 (via main.yaml:2) conflicting-properties: `cidr_block` and `ipv4_ipam_pool_id` cannot be written together",
            "modules/m/module.yaml:8:3 (via main.yaml:3) missing-property: `aws_route53_record` needs one of `records`, `alias`",
            "modules/m/module.yaml:8:92 (via main.yaml:2) conflicting-properties: only one of `records`, `alias` can be written",
        ]
    );
}

#[test]
fn ipv6_ranges_have_the_spelling_that_aws_keeps() {
    let main = "resources:\n  g: {type: aws_security_group, properties: {ingress: [{from_port: 1, to_port: 1, cidr_blocks: [\"::0/0\", \"2001:DB8:0::/56\", 10.0.0.0/8]}]}}\n";
    assert_eq!(
        properties(&graph(&[("main.yaml", main)]), "g"),
        r#"{ingress: [{from_port: 1, to_port: 1, cidr_blocks: ["::/0", "2001:db8::/56", "10.0.0.0/8"]}]}"#
    );
}

#[test]
fn a_slip_in_a_name_that_is_needed_is_one_mistake() {
    let module = ("modules/m/module.yaml", "inputs: {cidr_block: string}\nresources: {}\n");
    let main = "modules:\n  m: {source: m, inputs: {cidr_blok: x}}\nresources:\n  s: {type: aws_subnet, properties: {vpcid: x}}\n";
    assert_eq!(
        told(&run(&[module, ("main.yaml", main)]).diagnostics),
        "main.yaml:2:27 unknown-input: module `m` has no input `cidr_blok`
  help: did you mean `cidr_block`?
main.yaml:4:38 unknown-property: `aws_subnet` has no property `vpcid`
  help: did you mean `vpc_id`?
"
    );
}

/// What `validate` says of the stacks `a` and `b`, the faults of the files first.
fn of_both(a: &str, b: &str) -> String {
    let project = config(&[("stages/test/a/a.yaml", a), ("stages/test/b/b.yaml", b)]);
    let mut all = project.diagnostics.clone();
    all.extend(validate(&project, "a", &*TYPES));
    all.extend(validate(&project, "b", &*TYPES));
    told(&all)
}

#[test]
fn a_mistake_of_one_stack_is_not_told_at_the_references_of_another() {
    let b = "resources:\n  b: {type: aws_s3_bucket, properties: {bucket: \"${stack.a.outputs.x}\", tags: {y: \"${stack.a.outputs.x}\"}}}\n";
    for (a, wanted) in [
        (
            "resources:\n  p: {type: aws_iam_policy, properties: {policy: {\"a/${b.x}\": 1}}}\noutputs: {x: 1}\n",
            "stages/test/a/a.yaml:2:51 invalid-value: a key is not an expression\n",
        ),
        ("outputs: [x]\n", "stages/test/a/a.yaml:1:10 wrong-type: expected a map, found a list\n"),
        ("outputs:\n  x:\n", "stages/test/a/a.yaml:2:3 missing-key: the output `x` has no value\n"),
        ("outputs: {x: 1\n", "stages/test/a/a.yaml:1:10 invalid-yaml: `{` is opened here and not closed\n"),
        (
            "outputs:\n  x: ${a ? 1 : 2}\n",
            "stages/test/a/a.yaml:2:6 invalid-yaml: an expression with `: ` needs quotes\n",
        ),
        ("[]\n", "stages/test/a/a.yaml:1:1 wrong-type: expected a map, found a list\n"),
    ] {
        let found = of_both(a, b);
        let found: String =
            found.lines().filter(|line| !line.starts_with(' ')).map(|line| format!("{line}\n")).collect();
        assert_eq!(found, wanted, "{a}");
    }
    // What is right in the same file is not lost: this reference means nothing.
    let found = of_both("outputs: {y: 1}\n", b);
    assert!(found.contains("stack `a` has no output `x`"), "{found}");
}

#[test]
fn validate_knows_secrets_that_stand_in_the_wrong_place() {
    let main = "data:\n  d: {type: aws_vault, properties: {name: x}}\nresources:\n  b: {type: aws_s3_bucket, properties: {bucket: \"${data.d.text}\"}}\n  g: {type: aws_security_group, properties: {vpc_id: \"${data.d.text}\"}}\n  p: {type: aws_db_instance, properties: {password: \"${data.d.text}\"}}\n";
    let project = project(&[("main.yaml", main)]);
    assert_eq!(
        told(&validate(&project, "main", &*TYPES)),
        "main.yaml:4:52 invalid-value: `bucket` of `b` uses something sensitive
  help: AWS makes ids and ARNs of it, which are shown and kept: use something that may be shown
main.yaml:5:54 invalid-value: `vpc_id` of `aws_security_group` can be read by whoever sees the resource, and its value comes from a secret
  note: the secret is read by data.d at stages/test/main/main.yaml:2:3
  help: a secret may go into properties that `wildfire explain aws_security_group` calls sensitive or never read back
"
    );
    // Nothing is known of a secret that is about to be read.
    let compiled = told(&compile(&project, "main", &*TYPES, &Facts::default()).diagnostics);
    assert!(!compiled.contains("its value comes from a secret"), "{compiled}");
}

#[test]
fn what_is_none_of_the_values_is_one_mistake() {
    let yaml = "resources:\n  db: {type: aws_db_instance, properties: {optimized: maybe}}\n";
    assert_eq!(
        told(&run(&[("main.yaml", yaml)]).diagnostics),
        "main.yaml:2:55 invalid-value: `optimized` cannot be \"maybe\"\n  note: it is one of ``, `true`, `false`\n"
    );
}
