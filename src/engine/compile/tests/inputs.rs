//! Inputs with types inside, and nulls.

use insta::assert_snapshot;

use super::{Attributes, config, graph, run, shown, told};

const MODULE: &str = r#"
inputs:
  service:
    type:
      object:
        host: string
        port: {type: int, default: 80, minimum: 1}
        tls: {type: {object: {name: string, versions: {list: string}}}, default: null}
        labels: {map: string}
  many: {type: {map: {object: {size: {type: int, default: 1}}}}, default: {}}
  list: {type: {list: int}, default: ["1", 2]}
  level: {type: string, default: info}
  kept: {type: string, default: x, nullable: true}
  none: {type: string, nullable: false, default: y}
outputs: {all: "${[inputs.service, inputs.many, inputs.list, inputs.level, inputs.kept, inputs.none]}"}
"#;

fn call(inputs: &str) -> String {
    format!("modules:\n  m:\n    source: m\n    inputs:\n{inputs}\noutputs: {{all: \"${{m.all}}\"}}\n")
}

fn value(inputs: &str) -> String {
    let main = call(inputs);
    let graph = graph(&[("modules/m/module.yaml", MODULE), ("main.yaml", &main)]);
    shown(&graph.outputs(&Attributes::default()).unwrap()["all"].value)
}

fn wrong(inputs: &str) -> String {
    let main = call(inputs);
    told(&run(&[("modules/m/module.yaml", MODULE), ("main.yaml", &main)]).diagnostics)
}

#[test]
fn fields_have_types_and_defaults_at_every_depth() {
    assert_snapshot!(value("      service: {labels: {v: 1.30}, host: a}\n      many: {x: {}, y: {size: \"5\"}}\n"), @r#"[{host: "a", port: 80, tls: null, labels: {v: "1.30"}}, {x: {size: 1}, y: {size: 5}}, [1, 2], "info", "x", "y"]"#);
    assert_snapshot!(value("      service: {host: a, port: null, labels: {}, tls: {name: n, versions: [1.20]}}\n      list: [7]\n"), @r#"[{host: "a", port: 80, tls: {name: "n", versions: ["1.20"]}, labels: {}}, {}, [7], "info", "x", "y"]"#);
}

#[test]
fn a_null_is_the_default() {
    assert_snapshot!(value("      service: {host: a, labels: {}}\n      many: null\n      level: null\n      kept: null\n      none: null\n"), @r#"[{host: "a", port: 80, tls: null, labels: {}}, {}, [1, 2], "info", null, "y"]"#);
}

#[test]
fn what_does_not_fit_is_told_at_its_place() {
    assert_snapshot!(wrong("      service: {host: a, labels: {}, prot: 1}\n"), @r#"
main.yaml:5:38 invalid-input: the input `service` has no field `prot`
  note: it is declared at modules/m/module.yaml:3:3
  help: did you mean `port`?
"#);
    assert_snapshot!(wrong("      service: {labels: {}}\n"), @r#"
main.yaml:5:16 invalid-input: the input `service` needs the field `host`
  note: it is declared at modules/m/module.yaml:3:3
"#);
    assert_snapshot!(wrong("      service: {host: a, labels: {a: [1]}}\n      many: {x: {size: big}}\n      list: [1, b]\n"), @r#"
main.yaml:5:35 invalid-input: the input `service.labels.a` must be a string, found a list
  note: it is declared at modules/m/module.yaml:3:3
main.yaml:6:18 invalid-input: the input `many.x.size` must be an int, found a string
  note: it is declared at modules/m/module.yaml:10:3
main.yaml:7:17 invalid-input: the input `list[1]` must be an int, found a string
  note: it is declared at modules/m/module.yaml:11:3
"#);
    assert_snapshot!(wrong("      service: {host: a, labels: {}, port: 0, tls: {name: n}}\n"), @r#"
main.yaml:5:38 invalid-input: the input `service.port` must be at least 1; 0 is not
  note: it is declared at modules/m/module.yaml:3:3
"#);
    assert_snapshot!(wrong("      service: \"${{'host': stage.name, 'labels': {}, 'port': 'x'}}\"\n"), @r#"
main.yaml:5:16 invalid-input: the input `service.port` must be an int, found a string
  note: it is declared at modules/m/module.yaml:3:3
"#);
}

#[test]
fn types_that_are_none_are_told() {
    let module = r#"
inputs:
  a: {type: {lst: string}}
  b: {type: {list: strin}}
  c: {type: {object: {x: {type: int, sensitive: true}, y: [1]}}}
  d: {type: {list: int, map: int}}
  e: {type: {list: int}, default: [a]}
  f: {type: {object: {x: int}}, default: {y: 1}}
  g: {type: object(string)}
  h: {validation: {assert: true, message: no}}
  i: {validation: [{condition: "${inputs.i > 1}", message: "x", severity: fatal}]}
"#;
    let project = config(&[("modules/m/module.yaml", module), ("main.yaml", "modules: {m: {source: m}}")]);
    assert_snapshot!(told(&project.diagnostics), @r#"
modules/m/module.yaml:3:14 invalid-value: there is no type `{lst: …}`
  help: did you mean `list`?
modules/m/module.yaml:4:20 invalid-value: there is no type `strin`
  help: did you mean `string`?
modules/m/module.yaml:5:38 unknown-key: `sensitive` is no key of a field
  help: `sensitive` stands at the input as a whole
modules/m/module.yaml:5:59 wrong-type: expected a map, found a list
modules/m/module.yaml:6:13 invalid-value: a type has one key, found 2
  help: a type is `string`, `{list: TYPE}`, `{map: TYPE}` or `{object: {NAME: TYPE}}`
modules/m/module.yaml:7:36 wrong-type: `[0]` of a default must be an int, found a string
modules/m/module.yaml:8:43 wrong-type: a default has no field `y`
  help: its fields are `x`
modules/m/module.yaml:9:13 invalid-value: there is no type `object(string)`
  help: write `{object: {host: string, port: {type: int, default: 80}}}`
modules/m/module.yaml:10:28 wrong-type: expected an expression, found a bool
  help: write `${…}`: what it gives is true or false
modules/m/module.yaml:11:20 missing-key: a check needs `assert`
modules/m/module.yaml:11:21 unknown-key: `condition` is no key of a check
  help: did you mean `assert`?
modules/m/module.yaml:11:75 invalid-value: there is no severity `fatal`
  help: it is `error`, which stops a plan, or `warning`
"#);
}
