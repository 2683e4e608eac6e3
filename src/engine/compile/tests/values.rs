//! Properties: conversions, tags, nulls, origins, what is sensitive.

use insta::assert_snapshot;

use super::catalog::TYPES;
use super::{Attributes, at, evaluated, evaluated_with, faults, graph, properties, run, shown, told};
use crate::compile::{Facts, compile};
use crate::model::{PropertyPath, Value};

#[test]
fn scalars_become_what_the_schema_wants() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  database:
    type: aws_db_instance
    properties:
      identifier: 5
      port: "5432"
      password: null
      scaling: [{max_capacity: 2, min_capacity: "0.5"}]
      tags: {int: 1, bool: true, float: 1.5, none: "${stage.name == 'test' ? null : 'x'}"}
  group:
    type: aws_security_group
    properties:
      ingress: "${[80, 443].map(p, {'from_port': p, 'to_port': string(p), 'description': null})}"
  policy: {type: aws_iam_policy, properties: {policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["s3:*"]}]}}}
"#,
    )]);
    assert_snapshot!(properties(&graph, "database"), @r#"{identifier: "5", port: 5432, scaling: {max_capacity: 2.0, min_capacity: 0.5}, tags: {int: "1", bool: "true", float: "1.5"}}"#);
    assert_snapshot!(properties(&graph, "group"), @"{ingress: [{from_port: 80, to_port: 80}, {from_port: 443, to_port: 443}]}");
    assert_snapshot!(properties(&graph, "policy"), @r#"{policy: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: ["s3:*"]}]}}"#);
}

#[test]
fn the_tags_of_the_stage_are_under_those_of_the_resource() {
    let graph = graph(&[(
        "main.yaml",
        "resources:\n  logs: {type: aws_s3_bucket, properties: {tags: {team: data, own: 1}}}\n  bare: {type: aws_s3_bucket}\n",
    )]);
    let logs = evaluated(&graph, "logs");
    assert_eq!(shown(&logs.properties["tags_all"]), r#"{team: "data", stage: "test", own: "1"}"#);
    let place = |path: PropertyPath| logs.origins.get(&path).unwrap().span.file.to_string();
    assert_eq!(place(PropertyPath::from("tags_all").key("team")), "stages/test/main/main.yaml");
    assert_eq!(place(PropertyPath::from("tags_all").key("stage")), "stages/test/stage.yaml");
    assert_eq!(
        shown(&Value::Map(evaluated(&graph, "bare").properties)),
        r#"{tags_all: {team: "platform", stage: "test"}}"#
    );
}

#[test]
fn known_attributes_win_over_what_is_written() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  subnet: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: "${cidrsubnet(vpc.cidr_block, 8, 1)}"}}
"#,
    )]);
    let known = Attributes::of([("vpc", [("id", "vpc-1".into()), ("cidr_block", "10.9.0.0/16".into())].into())]);
    let subnet = Value::Map(evaluated_with(&graph, "subnet", &known).properties);
    assert_eq!(
        shown(&subnet),
        r#"{vpc_id: "vpc-1", cidr_block: "10.9.1.0/24", tags_all: {team: "platform", stage: "test"}}"#
    );
    assert!(graph.evaluate(&at("nothing"), &known).is_err());
}

#[test]
fn a_value_through_an_input_names_the_call() {
    let graph = graph(&[
        ("main.yaml", "modules:\n  network:\n    source: vpc\n    inputs:\n      cidr: 10.0.0.0/16\n"),
        (
            "modules/vpc/module.yaml",
            "inputs: {cidr: string}\nresources:\n  vpc:\n    type: aws_vpc\n    properties:\n      cidr_block: ${inputs.cidr}\n      instance_tenancy: default\n",
        ),
    ]);
    let vpc = evaluated(&graph, "network.vpc");
    let origin = |name: &str| {
        let origin = vpc.origins.get(&PropertyPath::from(name)).unwrap();
        let calls: Vec<String> = origin.calls().map(ToString::to_string).collect();
        format!("{} <- {}", origin.span, calls.join(" <- "))
    };
    assert_snapshot!(origin("cidr_block"), @r##"
modules/vpc/module.yaml:6:19 <- stages/test/main/main.yaml:5:13
"##);
    assert_snapshot!(origin("instance_tenancy"), @r##"
modules/vpc/module.yaml:7:25 <- stages/test/main/main.yaml:2:3
"##);
}

#[test]
fn what_comes_through_something_sensitive_is_sensitive() {
    let graph = graph(&[
        (
            "main.yaml",
            r#"
modules:
  secret: {source: secret, inputs: {password: "${data.secret.value}", name: x}}
data:
  secret: {type: aws_ssm_parameter, properties: {name: /db}}
resources:
  database: {type: aws_db_instance, properties: {identifier: "${secret.name}", password: "${secret.password}"}}
  leak: {type: aws_s3_bucket, properties: {bucket: b, tags: {x: "${secret.password}"}}}
  chain: {type: aws_s3_bucket, properties: {bucket: c, tags: {y: "${leak.tags.x}"}}}
  clean: {type: aws_s3_bucket, properties: {bucket: "${database.identifier}"}}
outputs:
  leak: {value: "${chain.tags.y}"}
  clean: {value: "${clean.bucket}"}
"#,
        ),
        (
            "modules/secret/module.yaml",
            "inputs: {password: {type: string, sensitive: true}, name: string}\noutputs:\n  password: {value: \"${inputs.password}\"}\n  name: {value: \"${inputs.name}\"}\n",
        ),
    ]);
    let sensitive =
        |path: &str| evaluated(&graph, path).sensitive.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(sensitive("database"), "password");
    assert_eq!(sensitive("leak"), "tags.x tags_all.x");
    assert_eq!(sensitive("chain"), "tags.y tags_all.y");
    assert_eq!(sensitive("clean"), "");
    let outputs = graph.outputs(&Attributes::default()).unwrap();
    assert!(outputs["leak"].sensitive);
    assert!(!outputs["clean"].sensitive);
}

#[test]
fn reserved_tags_are_refused() {
    assert_snapshot!(faults("resources:\n  logs: {type: aws_s3_bucket, properties: {tags: {\"wildfire:op\": x, \"aws:y\": z}}}\n"), @r##"
main.yaml:2:66 invalid-value: the tag `wildfire:op` belongs to wildfire
  help: tags that begin with `aws:` or `wildfire:` cannot be written
main.yaml:2:78 invalid-value: the tag `aws:y` belongs to AWS
  help: tags that begin with `aws:` or `wildfire:` cannot be written
"##);
}

#[test]
fn what_is_sensitive_is_neither_a_name_nor_in_a_message() {
    let compiled = run(&[
        (
            "main.yaml",
            r#"
modules:
  secret: {source: secret, inputs: {users: {a: hunter2}, mode: hunter2}}
"#,
        ),
        (
            "modules/secret/module.yaml",
            r#"
inputs: {users: {type: map, sensitive: true}, mode: {type: string, sensitive: true, enum: [x]}}
resources:
  wrong: {type: aws_s3_bucket, for_each: "${values(inputs.users)}"}
  right: {type: aws_s3_bucket, for_each: "${keys(inputs.users)}"}
  vpc: {type: aws_vpc, properties: {instance_tenancy: "${inputs.users.a}"}}
"#,
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/secret/module.yaml:4:52 invalid-value: `for_each` of `wrong` uses something sensitive
  help: its keys become names: use `keys(…)`, or something that may be shown
main.yaml:3:64 invalid-input: the input `mode` must be one of "x"; its value is not
  note: it is declared at modules/secret/module.yaml:2:47
"##);
}

/// What is told of a module whose `inputs.key` is sensitive.
fn laundered(body: &str) -> String {
    let module =
        format!("inputs: {{key: {{type: string, sensitive: true}}, users: {{type: map, sensitive: true}}}}\n{body}");
    let compiled = run(&[
        (
            "main.yaml",
            "modules: {m: {source: m, inputs: {key: CANARY-secret, users: {a: CANARY-secret}}}}\noutputs: {out: \"${m}\"}\n",
        ),
        ("modules/m/module.yaml", &module),
    ]);
    let told = told(&compiled.diagnostics);
    assert!(!told.to_lowercase().contains("canary"), "{told}");
    told
}

#[test]
fn what_is_sensitive_becomes_no_id_no_key_and_no_condition() {
    let refused = [
        ("resources: {a: {type: aws_s3_bucket, properties: {bucket: '${inputs.key}'}}}", "`bucket` of `a` uses"),
        (
            "resources: {a: {type: aws_s3_bucket, properties: {bucket: 'x-${lower(inputs.key)}'}}}",
            "`bucket` of `a` uses",
        ),
        (
            "resources: {a: {type: aws_s3_bucket, properties: {bucket: \"${true ? base64encode(inputs.key) : 'x'}\"}}}",
            "`bucket` of `a` uses",
        ),
        (
            "resources: {a: {type: aws_s3_bucket, properties: {bucket: '${jsonencode([inputs.key])}'}}}",
            "`bucket` of `a` uses",
        ),
        ("resources: {a: {type: aws_s3_bucket, when: \"${inputs.key.startsWith('C')}\"}}", "`when` of `a` uses"),
        ("resources: {a: {type: aws_s3_bucket, when: '${size(inputs.key) > 3}'}}", "`when` of `a` uses"),
        ("resources: {a: {type: aws_s3_bucket, for_each: '${[inputs.key]}'}}", "`for_each` of `a` uses"),
        ("resources: {a: {type: aws_s3_bucket, for_each: '${range(0, size(inputs.key))}'}}", "`for_each` of `a` uses"),
        (
            "resources: {a: {type: aws_s3_bucket, for_each: '${range(0, size(inputs.users.a))}'}}",
            "`for_each` of `a` uses",
        ),
        ("resources: {a: {type: aws_s3_bucket, properties: {tags: \"${{inputs.key: 'v'}}\"}}}", "becomes a key"),
        ("outputs: {a: \"${zipmap([inputs.key], ['v'])}\"}", "becomes a key"),
        ("outputs: {a: \"${[inputs.key].transformMapEntry(i, k, {lower(k): i})}\"}", "becomes a key"),
    ];
    for (body, message) in refused {
        let told = laundered(body);
        assert!(told.contains(message) && told.contains("modules/m/module.yaml:2:"), "{body}: {told}");
    }
    // What else would be wrong with such a value is no second mistake, and would show it.
    let invalid = [
        "resources: {a: {type: aws_vpc, properties: {cidr_block: '${inputs.key}'}}}",
        "resources: {a: {type: aws_s3_bucket, properties: {bucket: '${int(inputs.key)}'}}}",
        "resources: {a: {type: aws_s3_bucket, for_each: '${[inputs.key]}', properties: {bucket: '${each.key}'}}}",
    ];
    for body in invalid {
        let told = laundered(body);
        assert!(told.lines().filter(|line| line.contains("modules/m/module.yaml:2:")).count() == 1, "{body}: {told}");
        assert!(!told.contains("CANARY"), "{body}: {told}");
    }
    // One value is one mistake, however often it names a secret.
    let twice = laundered(
        "resources: {a: {type: aws_s3_bucket, properties: {bucket: '${inputs.key}-${lower(inputs.key)}-${inputs.users.a}'}}}",
    );
    assert_eq!(twice.matches("invalid-value").count(), 1, "{twice}");
    let fine = [
        "resources: {a: {type: aws_s3_bucket, properties: {tags: {x: '${inputs.key}'}}}}",
        "resources: {a: {type: aws_s3_bucket, for_each: '${keys(inputs.users)}'}}",
        "resources: {a: {type: aws_s3_bucket, when: '${size(inputs.users) > 0}'}}",
        "outputs: {a: '${size(inputs.key)}'}",
    ];
    for body in fine {
        assert_eq!(laundered(body), "", "{body}");
    }
}

#[test]
fn the_id_of_an_import_is_not_sensitive() {
    let compiled = run(&[
        (
            "main.yaml",
            "modules: {m: {source: m, inputs: {key: CANARY-secret}}}\nresources: {a: {type: aws_s3_bucket, properties: {bucket: a}}}\nimport:\n  - {to: a, id: \"${lower(m.key)}\"}\n",
        ),
        (
            "modules/m/module.yaml",
            "inputs: {key: {type: string, sensitive: true}}\noutputs: {key: \"${inputs.key}\"}\n",
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
main.yaml:4:26 invalid-value: the id of an import uses something sensitive
  help: ids are shown and kept: write it, or use something that may be shown
"##);
}

#[test]
fn the_length_of_a_secret_and_what_a_data_source_repeats_are_sensitive() {
    let graph = graph(&[
        (
            "main.yaml",
            r#"
modules: {m: {source: m, inputs: {key: CANARY-secret, users: {a: CANARY-secret}}}}
outputs: {length: "${m.length}", count: "${m.count}", echo: "${m.echo}"}
"#,
        ),
        (
            "modules/m/module.yaml",
            r#"
inputs: {key: {type: string, sensitive: true}, users: {type: map, sensitive: true}}
data: {p: {type: aws_ssm_parameter, properties: {name: "${inputs.key}"}}}
outputs: {length: "${size(inputs.key)}", count: "${size(inputs.users)}", echo: "${data.p.arn}"}
"#,
        ),
    ]);
    let outputs = graph.outputs(&Attributes::default()).unwrap();
    assert!(outputs["length"].sensitive && outputs["echo"].sensitive);
    assert!(!outputs["count"].sensitive, "how many there are stands in the files");
}

#[test]
fn a_failure_does_not_repeat_what_is_sensitive() {
    let failing = ["${int(lower(inputs.key))}", "${{'a': 1}[upper(inputs.key)]}", "${file(inputs.key)}"];
    for expression in failing {
        let told = laundered(&format!("outputs: {{a: \"{expression}\"}}"));
        assert!(told.contains("uses something sensitive"), "{expression}: {told}");
    }
}

#[test]
fn what_fails_over_something_sensitive_is_told_once() {
    let guesses = "['C', 'A', 'N', 'x', 'y']";
    let with_checks = |more: &str| {
        format!(
            "resources:\n  a:\n    type: aws_s3_bucket\n    for_each: \"${{{guesses}}}\"\n    checks:\n      \
             - {{assert: \"${{inputs.key.startsWith(each.key)}}\", message: \"it is not ${{each.key}}\"{more}}}\n"
        )
    };
    let bodies = [
        with_checks(""),
        with_checks(", severity: warning"),
        format!("modules: {{g: {{source: g, for_each: \"${{{guesses}}}\", inputs: {{key: '${{inputs.key}}', with: '${{each.key}}'}}}}}}\n"),
        "outputs: {a: '${[0][inputs.key.startsWith(\"C\") ? 1 : 0]}', b: '${[0][inputs.key.startsWith(\"C\") ? 1 : 0]}'}".into(),
        format!(
            "resources: {{a: {{type: aws_vpc, for_each: \"${{{guesses}}}\", properties: {{instance_tenancy: \
             \"${{inputs.key.startsWith(each.key) ? 'default' : 'x'}}\"}}}}}}"
        ),
    ];
    for body in bodies {
        let guessing = "inputs: {key: {type: string, sensitive: true}, with: string}\nchecks:\n  - {assert: \
                        '${inputs.key.startsWith(inputs.with)}', message: it is another one}\n";
        let module = format!("inputs: {{key: {{type: string, sensitive: true}}}}\n{body}");
        let compiled = run(&[
            ("main.yaml", "modules: {m: {source: m, inputs: {key: CANARY-secret}}}\n"),
            ("modules/m/module.yaml", &module),
            ("modules/g/module.yaml", guessing),
        ]);
        assert_eq!(compiled.diagnostics.len(), 1, "{body}: {}", told(&compiled.diagnostics));
        let one = compiled.diagnostics.iter().next().unwrap();
        let instance = one.address.as_ref().is_some_and(|address| address.path().contains('['));
        assert!(!instance, "which instance it is would say what the value is: {one:?}");
        assert!(!one.message.contains("it is not"), "{one:?}");
    }
}

#[test]
fn files_are_read_beside_the_one_that_asks() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("wildfire.yaml", "name: acme\n");
    write("stages/test/stage.yaml", "account_id: \"123456789012\"\nregion: eu-west-1\n");
    write("stages/test/main/main.yaml", "modules: {one: {source: reader}}\n");
    write(
        "modules/reader/module.yaml",
        "resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: \"${templatefile('name.txt', {'x': 'y'})}\"}}\n",
    );
    let digest = |text: &str, value: &str| {
        write("modules/reader/name.txt", text);
        let project = crate::config::load(folder.path(), "test").unwrap();
        let compiled = compile(&project, "main", &*TYPES, &Facts::default());
        assert!(compiled.diagnostics.is_empty(), "{}", told(&compiled.diagnostics));
        assert_eq!(evaluated(&compiled.graph, "one.logs").properties["bucket"].as_str(), Some(value));
        compiled.graph.digest
    };
    let first = digest("a-${x}", "a-y");
    assert_eq!(first, digest("a-${x}", "a-y"));
    assert_ne!(first, digest("b-${x}", "b-y"));
}

#[test]
fn when_chooses_among_instances() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  some:
    type: aws_s3_bucket
    for_each: {a: {on: true}, b: {on: false}, c: {on: true}}
    when: ${each.value.on}
    properties: {bucket: "${each.key}-${each.index}"}
"#,
    )]);
    assert_eq!(properties(&graph, r#"some["a"]"#), r#"{bucket: "a-0"}"#);
    assert_eq!(properties(&graph, r#"some["c"]"#), r#"{bucket: "c-2"}"#);
    assert_eq!(graph.resources.len(), 2);
}

#[cfg(unix)]
#[test]
fn expressions_read_no_link_nothing_hidden_and_no_device() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    };
    write("wildfire.yaml", "name: acme\n");
    write("stages/test/stage.yaml", "account_id: \"123456789012\"\nregion: eu-west-1\n");
    write(".git/config", "CANARY");
    write("stages/test/main/.env", "CANARY");
    std::fs::write(folder.path().join("environ"), "CANARY ${").unwrap();
    symlink(folder.path().join("environ"), root.join("stages/test/main/link.txt")).unwrap();
    symlink("/proc/self", root.join("stages/test/main/self")).unwrap();
    symlink("/dev/zero", root.join("stages/test/main/zero")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(root.join("stages/test/main/pipe")).status().unwrap().success());
    let paths = [
        "../../../.git/config",
        ".env",
        "link.txt",
        "self/environ",
        "zero",
        "pipe",
        "../../../../environ",
        "/etc/passwd",
        ".",
    ];
    for path in paths {
        for function in ["file", "templatefile", "filebase64", "filesha256", "fileexists", "fileset"] {
            let arguments = if function == "fileset" { format!("'{path}', '*'") } else { format!("'{path}'") };
            write("stages/test/main/main.yaml", &format!("outputs: {{a: \"${{{function}({arguments})}}\"}}\n"));
            let project = crate::config::load(&root, "test").unwrap();
            let compiled = compile(&project, "main", &*TYPES, &Facts::default());
            assert!(compiled.diagnostics.has_errors(), "{function} reads {path}");
            assert!(!told(&compiled.diagnostics).contains("CANARY"), "{function} {path}");
        }
    }
}
