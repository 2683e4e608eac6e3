//! Size: linear growth, and no stack that grows with the input.

use super::{graph, needs};

const MODULE: (&str, &str) = (
    "modules/service/module.yaml",
    r#"
inputs: {name: string, vpc: string, zones: list}
resources:
  group: {type: aws_security_group, properties: {name: "${inputs.name}", vpc_id: "${inputs.vpc}"}}
  rule:
    type: aws_vpc_security_group_ingress_rule
    for_each: ${inputs.zones}
    properties: {security_group_id: "${group.id}", cidr_ipv4: "10.0.${each.index}.0/24"}
  database: {type: aws_db_instance, properties: {identifier: "${inputs.name}-${each_name()}"}}
outputs:
  id: {value: "${group.id}"}
"#,
);

/// `count` services of five resources each, all in one VPC, and a bucket for each.
fn services(count: usize) -> crate::compile::DesiredGraph {
    let module = MODULE.1.replace("-${each_name()}", "-${group.name}");
    let main = format!(
        r#"
resources:
  vpc: {{type: aws_vpc, properties: {{cidr_block: 10.0.0.0/8}}}}
  bucket: {{type: aws_s3_bucket, for_each: "${{range({count}).map(i, 's' + string(i))}}", properties: {{bucket: "${{each.key}}"}}}}
modules:
  service:
    source: service
    for_each: ${{range({count}).map(i, "s" + string(i))}}
    inputs: {{name: "${{bucket[each.key].bucket}}", vpc: "${{vpc.id}}", zones: "${{stage.values.zones}}"}}
"#
    );
    graph(&[("main.yaml", &main), (MODULE.0, &module)])
}

#[test]
fn an_index_by_each_key_needs_one_instance() {
    let graph = services(20);
    assert_eq!(graph.resources.len(), 1 + 20 * 6);
    assert_eq!(needs(&graph, r#"service["s7"].group"#), [r#"bucket["s7"]"#, "vpc"]);
    assert_eq!(graph.topological().len(), graph.resources.len());
}

#[test]
fn long_chains_need_no_deep_stack() {
    let mut yaml = String::from("resources:\n  r0: {type: aws_s3_bucket, properties: {bucket: x}}\n");
    for index in 1..2000 {
        let before = index - 1;
        yaml.push_str(&format!(
            "  r{index}: {{type: aws_s3_bucket, properties: {{bucket: \"${{r{before}.bucket}}x\"}}}}\n"
        ));
    }
    let graph = graph(&[("main.yaml", &yaml)]);
    assert_eq!(graph.topological().len(), 2000);
    // Asked for alone, with nothing known, the last of them is an error and not an overflow.
    assert!(graph.evaluate(&super::at("r1999"), &super::Attributes::default()).is_err());
}

/// Counts what evaluation asks for.
#[derive(Default)]
struct Counting(std::cell::Cell<usize>);

impl crate::compile::Known for Counting {
    fn attributes(&self, _: &crate::model::Address) -> Option<std::sync::Arc<crate::model::Value>> {
        self.0.set(self.0.get() + 1);
        None
    }
}

#[test]
fn work_grows_with_the_stage() {
    let asked = |count: usize| {
        let graph = services(count);
        let (known, edges) = (Counting::default(), graph.dependencies.values().map(|needs| needs.len()).sum::<usize>());
        for address in graph.topological() {
            assert!(graph.evaluate(&address, &known).is_ok());
        }
        (known.0.get(), edges)
    };
    let ((few, few_edges), (many, many_edges)) = (asked(30), asked(300));
    assert!(many <= few * 10 + 10, "{few} questions became {many}");
    assert!(many_edges <= few_edges * 10 + 10, "{few_edges} edges became {many_edges}");
}
