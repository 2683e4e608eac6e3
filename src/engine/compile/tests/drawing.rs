//! What a picture shows.

use super::{catalog::TYPES, project};
use crate::compile::compile_offline;

const MODULE: &str = r#"
inputs: {zones: {type: list}, vpc: {type: string}}
resources:
  private:
    type: aws_subnet
    for_each: ${inputs.zones}
    properties: {vpc_id: "${inputs.vpc}", availability_zone: "${each.key}"}
  logs: {type: aws_s3_bucket}
outputs:
  ids: ${values(private).map(s, s.id)}
"#;

const STACK: &str = r#"
data:
  zones: {type: aws_availability_zones, properties: {state: available}}
modules:
  network:
    source: network
    inputs: {zones: "${data.zones.names}", vpc: "${vpc.id}"}
  twice:
    source: network
    for_each: [a, b]
    inputs: {zones: [x, y], vpc: "${stack.base.outputs.vpc}"}
  open:
    source: network
    for_each: ${data.zones.names}
    inputs: {zones: [], vpc: v}
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  never: {type: aws_s3_bucket, when: "${false}"}
  user: {type: aws_s3_bucket, properties: {bucket: "${join('-', network.ids)}"}}
outputs:
  of_module: ${network.ids}
  of_others: ${stack.base.outputs.vpc}
  constant: x
"#;

#[test]
fn declarations_are_drawn_with_what_they_need_whether_or_not_their_instances_are_known() {
    let project = project(&[
        ("main.yaml", STACK),
        ("modules/network/module.yaml", MODULE),
        ("stages/test/base/base.yaml", "outputs: {vpc: v}\n"),
    ]);
    let drawing = compile_offline(&project, "main", &*TYPES).graph.drawing();
    let needs = |needs: &crate::compile::Needs| {
        let foreign = needs.outputs.iter().map(|(stack, output)| format!("{stack}.{output}"));
        needs.resources.iter().cloned().chain(foreign).collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = drawing
        .resources
        .iter()
        .map(|drawn| {
            let count = drawn.instances.map_or("?".into(), |count| count.to_string());
            let keyed = if drawn.keyed { "keyed" } else { "" };
            format!("{} {count} {keyed}: {}", drawn.path, needs(&drawn.needs))
        })
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "network.logs 1 : ",
            "network.private ? keyed: vpc",
            "never 0 : ",
            "open.logs ? keyed: ",
            "open.private ? keyed: ",
            "twice.logs 2 keyed: ",
            "twice.private 4 keyed: test/base.vpc",
            "user 1 : network.private",
            "vpc 1 : ",
        ]
    );
    let outputs: Vec<String> =
        drawing.outputs.iter().map(|(name, output)| format!("{name}: {}", needs(output))).collect();
    assert_eq!(outputs, ["constant: ", "of_module: network.private", "of_others: test/base.vpc"]);
}
